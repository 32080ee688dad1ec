"""The passage shown for a hit: the best section, the words marked, everything else escaped."""

from docctl.domain.search.entry import SearchEntry
from docctl.domain.search.passage import PASSAGE_LENGTH, Stemming, best_passage, laid_out, places_of_words

SPILLS = "A spill of oil is waste. " * 20 + "Report an oil spill to the <b>duty officer</b> at once."
ENTRY = SearchEntry(
    revision_id=1,
    number="SOP-01",
    revision=1,
    title="Waste & water",
    document_type="Procedure",
    state="IN_FORCE",
    audience=("public",),
    sections=(
        ("scope", "1", "Scope", "This covers waste."),
        ("spills", "2", "Spills", SPILLS),
        ("records", "3", "Records", "Records of oil."),
    ),
)  # fmt: skip


def passage(**worth: float):
    text, sections = laid_out(ENTRY)
    _, places, _ = places_of_words(text, [Stemming(0, str, frozenset())])
    return best_passage(text, sections, {word: places[word][1] for word in worth if word in places}, worth)


def test_sections_begin_where_their_heading_stands():
    text, sections = laid_out(ENTRY)
    assert [text[section.start :].split("\n")[0] for section in sections] == ["1 Scope", "2 Spills", "3 Records"]
    assert text[sections[0].text_start :].startswith("This covers")
    assert text.startswith("SOP-01 Waste & water\n")


def test_section_with_more_of_the_words_wins():
    assert passage(oil=1.0, report=2.0).section.anchor == "spills"


def test_word_in_a_heading_wins_over_the_same_word_in_a_text():
    assert passage(records=1.0).section.anchor == "records"


def test_word_of_the_title_alone_opens_the_document_at_its_beginning():
    found = passage(water=1.0)
    assert found.section is None
    assert found.html == "This covers waste."


def test_window_holds_different_words_rather_than_one_often():
    found = passage(spill=1.0, officer=1.0)
    assert "<mark>spill</mark> to the &lt;b&gt;duty <mark>officer</mark>&lt;/b&gt;" in found.html


def test_passage_is_short_and_cut_at_words():
    found = passage(spill=1.0)
    assert found.html.endswith(" …")
    assert len(found.html.replace("<mark>", "").replace("</mark>", "")) <= PASSAGE_LENGTH + 4


def test_document_without_sections_shows_its_head():
    text, sections = laid_out(SearchEntry(1, "F-1", 1, "Form", "Form", "IN_FORCE", (), ()))
    assert best_passage(text, sections, {}, {}).html == "F-1 Form"


def test_stop_words_in_capitals_are_kept():
    words, places, count = places_of_words(
        "IT is for the IT department", [Stemming(0, str, frozenset({"it", "is", "for", "the"}))]
    )
    assert words == {"it", "department"}
    assert places["it"] == ([1, 5], [0, 14])
    assert count == 6
