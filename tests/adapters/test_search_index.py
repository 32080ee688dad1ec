"""The search index: who finds what, what is said about it, and that it survives whatever happens to its folder."""

import multiprocessing
import os
import signal
import threading
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from docctl.adapters.search_index import SearchIndex
from docctl.domain.search.entry import SearchEntry

STAFF = frozenset({"internal", "department:IT", "user:12"})


def make_entry(revision_id: int, title: str, text: str, **more) -> SearchEntry:
    given = {
        "revision_id": revision_id,
        "number": f"POL-{revision_id:03}",
        "revision": 1,
        "title": title,
        "document_type": "Policy",
        "state": "IN_FORCE",
        "audience": ("internal",),
        "sections": (("purpose", "1", "Purpose", "Why this exists."), ("rules", "2", "Rules", text)),
        "department": "Quality",
        "owner": "Ann Lee",
        "effective_date": date(2026, 1, 31),
    }
    return SearchEntry(**{**given, **more})


LIBRARY = (
    make_entry(7, "Information security policy", "Staff protect documented information against loss & <b>theft</b>.",
               clauses=("iso-27001-2022:A.5.1",), department="IT"),
    make_entry(12, "Managing training", "Training records are kept; information is documented for each learner.",
               number="SOP-01-02", document_type="Procedure", clauses=("iso-9001-2015:7.2", "iso-9001-2015:7.5.3")),
    make_entry(20, "Internal audit", "Auditors plan audits of documented processes and report findings.",
               document_type="Procedure", owner="Bo Ek", keywords=("surveillance",)),
    make_entry(21, "Internal audit", "Auditing by rota in the old way, with paper.", number="POL-020",
               state="SUPERSEDED"),
    make_entry(30, "Project zanzibar", "The zanzibar takeover; documented training of the board about audits.",
               audience=("department:Board",), department="Board", owner="Cy Doe", document_type="Secret plan"),
)  # fmt: skip


def fill(index: SearchIndex, *entries: SearchEntry, watermark: int = 1) -> SearchIndex:
    with index.updating() as update:
        for entry in entries:
            update.put(entry)
        update.commit(watermark)
    return index


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> SearchIndex:
    return fill(SearchIndex(tmp_path_factory.mktemp("library") / "search"), *LIBRARY, watermark=41)


def numbers(index: SearchIndex, question: str, audience=STAFF, **more) -> list[str]:
    return [hit.number for hit in index.search(question, audience, **more).hits]


def test_all_words_are_asked_for_first(index):
    results = index.search("documented information", STAFF)
    assert {hit.number for hit in results.hits} == {"POL-007", "SOP-01-02"}
    assert (results.total, results.matched) == (2, "all")


def test_any_word_is_enough_when_no_document_has_all(index):
    results = index.search("learner findings", STAFF)
    assert {hit.number for hit in results.hits} == {"SOP-01-02", "POL-020"}
    assert results.matched == "any"


def test_sentence_finds_documents(index):
    question = "How do the auditors of our company plan their audits, and where do they report what they find?"
    assert numbers(index, question)[0] == "POL-020"


def test_endings_do_not_matter(index):
    assert numbers(index, "protecting") == numbers(index, "protected") == ["POL-007"]


def test_case_and_accents_do_not_matter(tmp_path):
    index = fill(SearchIndex(tmp_path / "search"), make_entry(1, "Café", "Un re\u0301sume\u0301 pour l'évaluation"))
    assert numbers(index, "RESUME") == numbers(index, "résumé") == numbers(index, "cafe") == ["POL-001"]


def test_abbreviation_written_like_a_stop_word_is_found(tmp_path):
    entries = make_entry(1, "Desk", "The IT department helps."), make_entry(2, "Chair", "Turn it on.")
    index = fill(SearchIndex(tmp_path / "search"), *entries)
    assert numbers(index, "IT") == ["POL-001"]
    assert numbers(index, '"IT department"') == numbers(index, "it department") == ["POL-001"]


def test_a_question_of_common_words_alone_is_told_so_and_nothing_is_suggested(index):
    results = index.search("only not who", STAFF)
    assert (results.total, results.suggestion) == (0, None)
    assert [str(note) for note in results.notes] == [
        "Words as common as “only”, “not”, “who” stand in nearly every document and are not looked for; "
        "add one that tells what the document is about."
    ]
    assert index.search("not audits", STAFF).notes == ()


def test_german_words_lose_german_endings(tmp_path):
    entry = make_entry(1, "Schulungen", "Alle Schulungsnachweise werden aufbewahrt.", language="de-AT")
    index = fill(SearchIndex(tmp_path / "search"), entry, make_entry(2, "Trainings", "English text"))
    assert numbers(index, "Schulung") == ["POL-001"]
    assert numbers(index, "training") == ["POL-002"]


def test_phrase_is_found_only_word_by_word(index):
    assert numbers(index, '"documented information"') == ["POL-007"]
    assert numbers(index, '"information documented"') == []
    assert numbers(index, '"information is documented"') == ["SOP-01-02"]


def test_phrase_is_marked_only_where_it_stands(tmp_path):
    text = "Review before managers decide. Reviews by management. The management review is yearly."
    index = fill(SearchIndex(tmp_path / "search"), make_entry(1, "Meetings", text))
    (hit,) = index.search('"management review"', STAFF).hits
    assert hit.highlight.endswith("management. The <mark>management</mark> <mark>review</mark> is yearly.")
    assert hit.highlight.count("<mark>") == 2


def test_beginning_finds_whole_words_and_not_only_stems(index):
    assert numbers(index, "documente*") == numbers(index, "DOCUMENT*") != []
    assert numbers(index, "surv*") == ["POL-020"]


def test_title_counts_more_than_text(index):
    assert numbers(index, "training")[0] == "SOP-01-02"


@pytest.mark.parametrize("typed", ["SOP-01-02", "sop-01-02", "sop0102", "SOP 01 02"])
def test_number_typed_alone_comes_first(index, typed):
    assert numbers(index, typed)[0] == "SOP-01-02"


def test_number_of_no_document_finds_nothing(index):
    assert numbers(index, "POL-999") == numbers(index, "POL-030") == []


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("type:procedure", ["POL-020", "SOP-01-02"]),
        ("type:PROCEDURE audit", ["POL-020"]),
        ('owner:"bo ek"', ["POL-020"]),
        ("department:it", ["POL-007"]),
        ("number:pol-007 information", ["POL-007"]),
        ("clause:7.5", ["SOP-01-02"]),
        ('clause:"ISO 9001:2015 7.5"', ["SOP-01-02"]),
        ("clause:A.5.1", ["POL-007"]),
        ("clause:5.1", []),
        ("standard:iso-27001-2022", ["POL-007"]),
        ("keyword:surveillance", ["POL-020"]),
        ("type:policy type:procedure information", ["POL-007", "SOP-01-02"]),
        ("type:poem", []),
    ],
)
def test_filters_typed_in_the_box(index, question, found):
    assert sorted(numbers(index, question)) == sorted(found)


def test_filters_chosen_from_facets_narrow_the_answer(index):
    assert numbers(index, "documented", filters={"type": ["Procedure"], "owner": ["Ann Lee"]}) == ["SOP-01-02"]
    assert numbers(index, "", filters={"type": ["Policy"]}) == ["POL-007"]
    assert numbers(index, "", filters={"type": []}) == []


def test_facets_count_what_was_found(index):
    facets = index.search("documented", STAFF).facets
    assert facets["type"] == (("Procedure", 2), ("Policy", 1))
    assert facets["standard"] == (("iso-27001-2022", 1), ("iso-9001-2015", 1))


def test_hit_opens_at_the_section_with_safe_marks(index):
    (hit,) = index.search("theft", STAFF).hits
    assert (hit.anchor, hit.section_number, hit.section) == ("rules", "2", "Rules")
    assert hit.highlight.endswith("against loss &amp; &lt;b&gt;<mark>theft</mark>&lt;/b&gt;.")
    assert hit.effective_date == date(2026, 1, 31)


def test_passage_shows_the_place_where_the_words_stand_together(tmp_path):
    filler = "Nothing of interest is said in this long part. " * 60
    text = f"Calibration first. {filler} Calibration of every laboratory instrument is due in May. {filler}"
    index = fill(SearchIndex(tmp_path / "search"), make_entry(1, "Devices", text))
    (hit,) = index.search("calibration laboratory instrument", STAFF).hits
    assert "<mark>Calibration</mark> of every <mark>laboratory</mark> <mark>instrument</mark>" in hit.highlight
    assert hit.highlight.startswith("… ")
    assert len(hit.highlight) < 400


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</mark><svg onload=x>", "&lt;b&gt;"]
)
def test_highlight_holds_no_element_but_mark(tmp_path, evil):
    index = fill(SearchIndex(tmp_path / "search"), make_entry(1, evil, f"word {evil} word script svg img alert"))
    elements = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: elements.add((tag, tuple(attributes)))
    for hit in index.search("word script svg img alert onload lt", STAFF).hits:
        parser.feed(hit.highlight)
    assert elements == {("mark", ())}


def test_pages_follow_each_other_without_gap_or_repetition(tmp_path):
    index = fill(SearchIndex(tmp_path / "search"), *(make_entry(n, "Alike", "alike words") for n in range(1, 46)))
    pages = [index.search("alike", STAFF, page=page, per_page=20) for page in (1, 2, 3, 4)]
    assert [len(page.hits) for page in pages] == [20, 20, 5, 0]
    assert len({hit.number for page in pages for hit in page.hits}) == 45
    assert pages[0].pages == 3


def test_misspelt_word_gets_a_suggestion(index):
    assert index.search("trainning recrods", STAFF).suggestion == "training records"
    assert index.search("training", STAFF).suggestion is None


def test_readers_find_only_what_is_in_force(index):
    assert numbers(index, "rota") == []
    assert numbers(index, "rota", None) == []
    assert numbers(index, "rota", every_revision=True) == []


def test_controllers_find_every_revision_by_state(index):
    assert numbers(index, "rota", None, every_revision=True) == ["POL-020"]
    assert numbers(index, "audit state:superseded", None, every_revision=True) == ["POL-020"]
    assert [hit.state for hit in index.search('state:"in force" rules', None, every_revision=True).hits] == [
        "IN_FORCE"
    ] * 4


def test_state_filter_of_a_reader_is_left_out_and_said_so(index):
    results = index.search("audit state:superseded", STAFF)
    assert [hit.state for hit in results.hits] == ["IN_FORCE"]
    assert [note.kind for note in results.notes] == ["state-filter"]


def test_restricted_document_is_found_by_its_readers(index):
    assert numbers(index, "zanzibar", frozenset({"department:Board"})) == ["POL-030"]


@pytest.mark.parametrize(
    "pattern",
    ["{}", "{} audit", "audit {}", '"{} takeover"', "{} OR training", "{} number:POL-030", "number:POL-030 {}",
     "training audits {} learner plan", '"{}"', "type:procedure {}"],
)  # fmt: skip
def test_word_of_a_restricted_document_answers_like_a_nonsense_word(index, pattern):
    secret = index.search(pattern.format("zanzibar"), STAFF)
    nonsense = index.search(pattern.format("qwxyzqwx"), STAFF)
    assert secret == nonsense


@pytest.mark.parametrize("pattern", ["{}*", "{}* audit", "{}* AND number:POL-030", "training {}*"])
def test_beginning_of_a_restricted_word_answers_like_nonsense(index, pattern):
    assert index.search(pattern.format("zanz"), STAFF) == index.search(pattern.format("qwxy"), STAFF)


def test_suggestion_never_names_a_restricted_word(index):
    assert index.search("zanzibr", STAFF).suggestion is None
    assert index.search("zanzibr", None).suggestion == "zanzibar"


@pytest.mark.parametrize(
    "question", ['type:"Secret plan"', "department:Board", 'owner:"Cy Doe"', "number:POL-030", "POL-030"]
)
def test_restricted_values_filter_like_absent_ones(index, question):
    absent = "POL-999" if "POL-030" in question else "nowhere"
    asked = index.search(question, STAFF)
    compared = index.search(question.split(":")[0] + f':"{absent}"' if ":" in question else absent, STAFF)
    assert replace(asked, suggestion=None) == replace(compared, suggestion=None)


def test_restricted_document_moves_no_score_of_others(tmp_path):
    without = fill(SearchIndex(tmp_path / "without"), *LIBRARY[:4])
    with_it = fill(SearchIndex(tmp_path / "with"), *LIBRARY)
    for question in (
        "audit",
        "documented training",
        "training of auditors in documented processes",
        "docu*",
        '"internal audit"',
    ):
        assert with_it.search(question, STAFF) == without.search(question, STAFF)


def test_audience_without_a_token_finds_nothing(index):
    results = index.search("documented", frozenset())
    assert (results.total, results.hits) == (0, ())
    assert not any(results.facets.values())


@pytest.mark.parametrize(
    "question",
    ["((((", "*:*", "fuzzy~9", "[a TO z]", "\0", "a\0b", "😀", "' OR 1=1 --", "%", "_", "\ud800", "{{7*7}}", '"' * 999,
     "*" * 5_000, "a" * 100_000, "0" + "_a-" * 600 + "(b", "type:", "clause:ISO",
     "NOT audit", "audit^99", "\u202eevil", "title:(a",
     " ".join(f"term{number}" for number in range(10_000)), "au* " * 3_000, '"audit internal" ' * 2_000],
)  # fmt: skip
def test_hostile_question_is_answered_and_never_an_error(index, question):
    results = index.search(question, STAFF)
    assert results.total >= len(results.hits) >= 0
    assert "rebuilding" not in [note.kind for note in results.notes]


@pytest.mark.parametrize(("page", "per_page"), [(0, 20), (-5, 20), (10**9, 20), (1, 0), (1, -3)])
def test_impossible_pages_are_answered(index, page, per_page):
    assert index.search("audit", STAFF, page=page, per_page=per_page).total == 1


def test_titles_are_proposed_while_typing(index):
    assert index.titles_starting_with("aud", STAFF) == (("POL-020", "Internal audit"),)
    assert index.titles_starting_with("sop-0", STAFF) == (("SOP-01-02", "Managing training"),)
    assert index.titles_starting_with("zan", STAFF) == index.titles_starting_with("  ", STAFF) == ()


def test_watermark_is_kept_with_the_entries(index):
    assert index.watermark() == 41


def test_entry_put_again_replaces_the_one_before(tmp_path):
    index = fill(SearchIndex(tmp_path / "search"), make_entry(1, "Old", "ancient words"))
    fill(index, make_entry(1, "New", "modern words"), watermark=2)
    assert numbers(index, "ancient") == []
    assert (numbers(index, "modern"), index.search("words", STAFF).total) == (["POL-001"], 1)


def test_entry_put_twice_in_one_batch_is_there_once(tmp_path):
    index = fill(SearchIndex(tmp_path / "search"), make_entry(1, "Old", "words"), make_entry(1, "New", "words"))
    assert [hit.title for hit in index.search("words", STAFF).hits] == ["New"]


def test_removed_revision_is_not_found(tmp_path):
    index = fill(SearchIndex(tmp_path / "search"), make_entry(1, "One", "words"), make_entry(2, "Two", "words"))
    with index.updating() as update:
        update.remove(1)
        update.commit(2)
    assert numbers(index, "words") == ["POL-002"]
    assert index.titles_starting_with("one", STAFF) == ()


def test_what_was_put_without_commit_is_not_kept(tmp_path):
    index = fill(SearchIndex(tmp_path / "search"), make_entry(1, "One", "words"))
    with index.updating() as update:
        update.put(make_entry(2, "Two", "words"))
    with index.updating() as update:
        assert update.watermark == 1
    assert numbers(index, "words") == ["POL-001"]


def test_entry_that_cannot_be_indexed_changes_nothing(tmp_path):
    index = fill(SearchIndex(tmp_path / "search"), make_entry(1, "One", "words"))
    with pytest.raises(TypeError):
        fill(index, make_entry(2, "Two", "words"), make_entry(3, "Three", None), watermark=2)
    fill(index, make_entry(4, "Four", "words"), watermark=3)
    assert sorted(numbers(index, "words")) == ["POL-001", "POL-004"]


def test_many_small_commits_leave_few_segments(tmp_path):
    index = SearchIndex(tmp_path / "search")
    for number in range(1, 31):
        fill(index, make_entry(number, "Title", f"words number{number}"), watermark=number)
    assert len(list((tmp_path / "search").glob("*.trm"))) <= 10
    assert (index.search("words", STAFF).total, index.watermark()) == (30, 30)
    assert numbers(index, "number17") == ["POL-017"]


def test_another_index_object_sees_each_commit(tmp_path):
    writer, reader = SearchIndex(tmp_path / "search"), SearchIndex(tmp_path / "search")
    for number in range(1, 4):
        fill(writer, make_entry(number, "Title", "words"), watermark=number)
        assert (reader.search("words", STAFF).total, reader.watermark()) == (number, number)


def test_missing_index_answers_with_a_note(tmp_path):
    results = SearchIndex(tmp_path / "nowhere").search("words", STAFF)
    assert [note.kind for note in results.notes] == ["rebuilding"]
    assert SearchIndex(tmp_path / "nowhere").watermark() == 0


def damage_nothing_but_leave_the_mark_of_a_dead_writer(folder):
    (folder / "doubtful").touch()


def damage_every_segment(folder):
    for path in (*folder.glob("*.trm"), *folder.glob("*.col")):
        path.write_bytes(b"\x99" * path.stat().st_size)


def damage_the_table_of_contents(folder):
    for path in folder.glob("*.toc"):
        path.write_bytes(path.read_bytes()[:-40])


def damage_by_an_older_schema(folder):
    for path in folder.glob("*.toc"):
        path.rename(path.with_name("_entries0_1.toc"))


def damage_by_losing_a_segment(folder):
    for path in folder.glob("*.pst"):
        path.unlink()


@pytest.mark.parametrize(
    "damage",
    [damage_nothing_but_leave_the_mark_of_a_dead_writer, damage_every_segment, damage_the_table_of_contents,
     damage_by_an_older_schema, damage_by_losing_a_segment],
)  # fmt: skip
def test_index_in_doubt_starts_again_from_nothing(tmp_path, damage):
    folder = tmp_path / "search"
    fill(SearchIndex(folder), make_entry(1, "One", "words"), watermark=9)
    damage(folder)
    index = SearchIndex(folder)
    with index.updating() as update:
        assert update.watermark == 0
        update.put(make_entry(2, "Two", "words"))
        update.commit(3)
    assert (numbers(index, "words"), index.watermark()) == (["POL-002"], 3)


def test_damage_met_while_reading_is_answered_and_repaired(tmp_path):
    folder = tmp_path / "search"
    index = fill(SearchIndex(folder), *LIBRARY, watermark=9)
    reader = SearchIndex(folder)
    reader.watermark()
    for path in folder.glob("*.pst"):
        with path.open("r+b") as file:
            file.seek(0)
            file.write(b"\x99" * (path.stat().st_size // 2))
    assert [note.kind for note in reader.search("documented training", STAFF).notes] == ["rebuilding"]
    with index.updating() as update:
        assert update.watermark == 0


def test_folder_deleted_under_a_reader_is_answered(tmp_path):
    folder = tmp_path / "search"
    index = fill(SearchIndex(folder), make_entry(1, "One", "words"))
    assert numbers(index, "words") == ["POL-001"]
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert [note.kind for note in index.search("words", STAFF).notes] == ["rebuilding"]
    fill(index, make_entry(1, "One", "words"), watermark=5)
    assert numbers(index, "words") == ["POL-001"]


def commit_for_ever(folder, ready):
    index = SearchIndex(folder)
    ready.set()
    while True:
        with index.updating() as update:
            number = update.watermark + 1
            for other in range(number, number + 5):
                update.put(make_entry(other, "Title", f"words number{other} " * 50))
            update.commit(number)


def test_killed_writer_leaves_entries_and_watermark_that_agree(tmp_path):
    folder = tmp_path / "search"
    context = multiprocessing.get_context("fork")
    index = SearchIndex(folder)
    for wait in (0.05, 0.11, 0.17, 0.23):
        ready = context.Event()
        writer = context.Process(target=commit_for_ever, args=(folder, ready))
        writer.start()
        ready.wait(10)
        threading.Event().wait(wait)
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        with index.updating() as update:
            watermark = update.watermark
            found = index.search("words", STAFF).total
            assert found == (watermark + 4 if watermark else 0)
        assert index.watermark() == watermark


def test_threads_ask_while_another_writes(tmp_path):
    index = fill(SearchIndex(tmp_path / "search"), *LIBRARY)
    before = index.search('documented "internal audit" train*', STAFF)
    faults = []

    def ask() -> None:
        for _ in range(40):
            results = index.search('documented "internal audit" train*', STAFF)
            if results != before:
                faults.append(results)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(100, 108):
        fill(index, make_entry(number, "Other", "audit", audience=("department:Board",)), watermark=number)
    for thread in threads:
        thread.join()
    assert faults == []


def test_either_way_of_writing_a_compound_finds_the_other(tmp_path):
    index = fill(
        SearchIndex(tmp_path / "search"),
        make_entry(1, "Wings", "Aero-elastic models of wings."),
        make_entry(2, "Tails", "Aeroelastic models of tails."),
        make_entry(3, "Walls", "The boundary layer at a wall."),
        make_entry(4, "Slots", "Boundary\u2011layer control by slots."),
    )
    assert sorted(numbers(index, "aeroelastic")) == sorted(numbers(index, "aero-elastic")) == ["POL-001", "POL-002"]
    assert (
        sorted(numbers(index, "boundary-layer")) == sorted(numbers(index, "boundary layer")) == ["POL-003", "POL-004"]
    )
    assert "<mark>Aeroelastic</mark>" in index.search("aero-elastic tails", STAFF).hits[0].highlight


def test_british_and_american_spelling_find_each_other(tmp_path):
    index = fill(
        SearchIndex(tmp_path / "search"),
        make_entry(1, "Wear", "The behaviour of fibres is analysed at the centre."),
        make_entry(2, "Tear", "Behavior of fibers, analyzed in the center."),
    )
    for question in ("behavior", "fibre", "analyzing", "centre"):
        assert sorted(numbers(index, question)) == ["POL-001", "POL-002"], question


def test_decimal_number_of_a_sentence_is_one_word(tmp_path):
    index = fill(
        SearchIndex(tmp_path / "search"),
        make_entry(1, "Fast", "Tested at mach number 2.5 in air."),
        make_entry(2, "Slow", "Tested at mach number 2 and again 5 times."),
    )
    assert numbers(index, "what happens at mach number 2.5 .", any_word=True)[0] == "POL-001"


def test_every_document_with_any_word_of_a_sentence_is_ranked(tmp_path):
    texts = [f"Wall {number} has a rough surface." for number in range(1, 151)]
    texts += ["The similarity laws of aeroelastic models at high speed.", "Nothing of the kind."]
    index = fill(
        SearchIndex(tmp_path / "search"), *(make_entry(at, "Report", text) for at, text in enumerate(texts, 1))
    )
    question = "what similarity laws must be obeyed by aeroelastic models of a rough surface ?"
    found = numbers(index, question, any_word=True, per_page=1000)
    assert found[0] == "POL-151"
    assert found[1:] == [f"POL-{number:03}" for number in range(1, 151)]
    assert found[:100] == numbers(index, question, any_word=True, per_page=100)


def test_the_end_of_a_long_sentence_is_searched_for_too(tmp_path):
    index = fill(
        SearchIndex(tmp_path / "search"), make_entry(1, "One", "Zebras."), make_entry(2, "Two", "Something else.")
    )
    question = "what is it that they would have us do when there is " + "more and " * 20 + "so of the zebras ?"
    assert numbers(index, question, any_word=True)[0] == "POL-001"


def test_watermark_is_read_only_after_the_writer_before_is_done(tmp_path):
    first, second = SearchIndex(tmp_path / "search"), SearchIndex(tmp_path / "search")
    fill(first, make_entry(1, "Title", "words"), watermark=1)
    seen = []

    def update_after():
        with second.updating() as update:
            seen.append(update.watermark)

    waiting = threading.Thread(target=update_after)
    with first.updating() as update:
        waiting.start()
        waiting.join(0.4)
        update.put(make_entry(2, "Title", "words"))
        update.commit(2)
    waiting.join()
    assert seen == [2]


def test_words_are_found_and_marked_whatever_invisible_characters_they_hold(tmp_path):
    text = "Die Doku\u00admenten\u00adlenkung nennt Auf\u200bbewahrungsfristen, הַמַּפְתֵּחַ und SOP\u201136."
    index = fill(SearchIndex(tmp_path / "search"), make_entry(1, "Be\u00adsucher", text, language="de"))
    for question, marked in (
        ("Dokumentenlenkung", "Doku\u00admenten\u00adlenkung"),
        ("Auf\u00adbewahrungsfristen", "Auf\u200bbewahrungsfristen"),
        ("המפתח", "הַמַּפְתֵּחַ"),
        ("dokumenten*", "Doku\u00admenten\u00adlenkung"),
    ):
        (hit,) = index.search(question, STAFF).hits
        assert f"<mark>{marked}</mark>" in hit.highlight
    for question in ("SOP-36", "SOP\u201036", '"SOP 36"', "Besucher"):
        assert numbers(index, question) == ["POL-001"], question
    assert index.titles_starting_with("Besuch", STAFF) == (("POL-001", "Be\u00adsucher"),)
