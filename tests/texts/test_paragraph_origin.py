"""Which text of a series brought each paragraph as it stands, and which texts touched each section."""

from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.texts.differences import Block
from docctl.texts.paragraph_origin import Origin, SectionOrigin, origins_of
from docctl.texts.text_blocks import blocks_of

WORDS = ("owner", "keeps", "the", "register", "of", "risks", "for", "ten", "years", "方針")
PARAGRAPH = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
TEXT = st.lists(PARAGRAPH, max_size=6)
SERIES = st.lists(TEXT, min_size=1, max_size=5)
KEPT = "This very paragraph stands in every revision unaltered."


def text(*paragraphs: str) -> tuple[Block, ...]:
    """Return paragraphs as blocks; one that begins with a mark is a heading and begins a section."""
    pieces = (
        f'<h2 id="s-{each[2:].lower()}">{each[2:]}</h2>' if each.startswith("# ") else f"<p>{each}</p>"
        for each in paragraphs
    )
    return blocks_of("".join(pieces))


def origins(*texts: tuple[Block, ...]) -> tuple[Origin, ...]:
    """Return the origins of the last text's blocks in reading order."""
    return tuple(origin for section in origins_of(texts) for origin in section.blocks)


def told(*texts: tuple[Block, ...]) -> list[tuple[str, list[int]]]:
    """Return each block of the last text with the texts that touched it."""
    return [(each.block.text, [touch.text for touch in each.touches]) for each in origins(*texts)]


def sections(*texts: tuple[Block, ...]) -> dict[str, SectionOrigin]:
    """Return the sections of the last text by their titles."""
    return {section.title: section for section in origins_of(texts)}


@settings(deadline=None)
@given(SERIES)
def test_every_block_has_one_origin_no_later_than_the_newest_text(series: list[list[str]]) -> None:
    texts = [text(*paragraphs) for paragraphs in series]
    found = origins(*texts)
    assert tuple(each.block for each in found) == texts[-1]
    for each in found:
        touched = [touch.text for touch in each.touches]
        assert touched
        assert touched == sorted(set(touched))
        assert 0 <= each.first.text <= each.last.text < len(texts)
        assert texts[each.last.text][each.last.place].key == each.block.key


@settings(deadline=None)
@given(SERIES)
def test_a_text_that_changes_nothing_originates_nothing(series: list[list[str]]) -> None:
    texts = [text(*paragraphs) for paragraphs in series]
    assert told(*texts, texts[-1]) == told(*texts)
    before, after = origins_of(texts), origins_of([*texts, texts[-1]])
    assert [each.touched for each in after] == [each.touched for each in before]


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5))
def test_an_unchanged_paragraph_keeps_its_origin_whatever_is_added_around_it(around: list[tuple[list, list]]) -> None:
    texts = [text(*above, KEPT, *below) for above, below in around]
    assert told(*texts).count((KEPT, [0])) == 1


@settings(deadline=None)
@given(TEXT, st.lists(PARAGRAPH.map(lambda words: f"New is that the {words}, and much else."), max_size=3))
def test_what_was_added_last_is_of_the_last_text(paragraphs: list[str], added: list[str]) -> None:
    found = told(text(*paragraphs), text(*paragraphs, "Between the two stands a line.", *added))
    assert found == [
        *((each, [0]) for each in paragraphs),
        ("Between the two stands a line.", [1]),
        *((each, [1]) for each in added),
    ]


def test_a_paragraph_names_every_text_that_changed_its_words() -> None:
    assert told(
        text("Records are kept for five years.", "Scales are weighed."),
        text("Records are kept for ten years.", "Scales are weighed."),
        text("Records are kept for ten years.", "Scales are weighed."),
        text("Records are kept safe for ten years.", "Scales are weighed."),
    ) == [("Records are kept safe for ten years.", [0, 1, 3]), ("Scales are weighed.", [0])]


def test_a_paragraph_that_moved_keeps_its_origin() -> None:
    moves, stays = "What moves goes to the end.", "What stays is here and stays."
    assert told(text(moves, stays, "Third."), text(stays, "Third.", moves)) == [
        (stays, [0]),
        ("Third.", [0]),
        (moves, [0]),
    ]


def test_equal_paragraphs_that_both_moved_keep_the_origins_they_had() -> None:
    twice, one, two = "Written down twice in here.", "The first of two lines.", "The second of two lines."
    found = told(text(twice, one, two), text(twice, twice, one, two), text(one, two, twice, twice))
    assert sorted(touched for words, touched in found if words == twice) == [[0], [1]]


def test_words_that_went_and_came_back_are_of_the_text_that_brought_them_back() -> None:
    line, other = "Scales are weighed daily.", "Apples are something else."
    assert told(text(line, other), text(other), text(line, other)) == [(line, [2]), (other, [0])]


def test_rows_of_tables_and_list_items_have_origins_of_their_own() -> None:
    page = (
        "<ul><li>one thing</li><li>{}</li></ul><table><tr><td>Owner</td><td>{}</td></tr><tr><td>All</td></tr></table>"
    )
    found = told(blocks_of(page.format("two things", "Keeps it")), blocks_of(page.format("a third item", "Burns it")))
    assert found == [("one thing", [0]), ("a third item", [1]), ("Owner Burns it", [0, 1]), ("All", [0])]


def test_a_section_tells_what_touched_it_and_what_took_something_out() -> None:
    found = sections(
        text("# Purpose", "Why we do it.", "# Scope", "All scales.", "All weights and measures."),
        text("# Purpose", "Why we do it.", "# Scope", "All scales."),
        text("# Purpose", "Why we do it.", "And for whom.", "# Scope", "All scales."),
    )
    assert (found["Purpose"].touched, found["Purpose"].taken_out) == ((0, 2), ())
    assert (found["Scope"].touched, found["Scope"].taken_out) == ((0, 1), (1,))


def test_a_section_keeps_what_was_done_to_it_when_it_is_renamed_or_moved() -> None:
    body = ("All scales are weighed with care.", "All weights and measures too.")
    found = sections(
        text("# Scope", *body, "# End", "That is all."),
        text("# Scope", body[0], "# End", "That is all."),
        text("# End", "That is all.", "# Scope", body[0]),
        text("# End", "That is all.", "# Scope and use", body[0]),
    )
    assert list(found) == ["End", "Scope and use"]
    assert (found["Scope and use"].touched, found["Scope and use"].taken_out) == ((0, 1, 2, 3), (1,))


def test_a_section_that_went_is_counted_as_taken_out_of_the_one_above_it() -> None:
    found = sections(
        text("# Purpose", "Why we do it.", "# Scope", "All scales.", "# End", "That is all."),
        text("# Purpose", "Why we do it.", "# End", "That is all."),
    )
    assert {title: section.taken_out for title, section in found.items()} == {"Purpose": (1,), "End": ()}


def test_a_touch_tells_where_the_block_stood_then() -> None:
    (section,) = origins_of(
        [
            text("# Scope", "All scales are weighed."),
            text("# Scope", "All scales are weighed twice."),
            text("# Scopes", "All scales are weighed twice."),
        ]
    )
    assert [touch.anchor for touch in section.blocks[1].touches] == ["s-scope", "s-scope"]


def test_no_text_at_all_has_no_sections() -> None:
    assert origins_of([]) == ()
    assert origins_of([text("Gone."), ()]) == ()
