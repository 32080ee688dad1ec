"""Passages compared word by word, and what is said of where they differ."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.domain.issued_files.read_back import Fault, ReadFrom
from docctl.domain.issued_files.readings import LINE_END, Cell, Flaw, Kind, Passage, Reading
from docctl.domain.issued_files.words_compared import compared, without_around

WORDS = st.lists(st.sampled_from(["the", "gate", "is", "not", "shut", "at", "9", "500"]), min_size=3, max_size=40)


def table(*rows: tuple[str, ...], merged: bool = False) -> Reading:
    """A table of cells; empty ones hold no passage."""
    cells = [
        Passage(text, cell=Cell(0, row, column))
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
        if text
    ]
    return Reading(tuple(cells), merged=frozenset({0} if merged else ()))


def test_a_difference_names_the_heading_above_and_words_around() -> None:
    page = Reading((Passage("Fees", Kind.HEADING), Passage("The clerk may spend at most 500 euros a day.")))
    shown = Reading((Passage("Fees", Kind.HEADING), Passage("The clerk may spend at most 50000 euros a day.")))
    found = compared(page, shown, ReadFrom.PDF)
    assert [str(each) for each in found] == [
        "The page says “spend at most 500 euros a day.”, the PDF “spend at most 50000 euros a day.” under “Fees”."
    ]


def test_a_difference_in_a_short_text_quotes_of_the_page_nothing_that_only_the_file_has_around_it() -> None:
    around = Passage("Type Policy", Kind.AROUND), Passage("Approvals Name Role", Kind.AROUND)
    page = Reading((around[0], Passage("unmistakable"), around[1]))
    found = compared(page, Reading((around[0], Passage("mistakable"), around[1])), ReadFrom.PDF)
    assert [each.page for each in found] == ["unmistakable"]


@pytest.mark.parametrize(
    ("typed", "drawn", "other"),
    [
        ("Straßen im Fußweg", "STRAẞEN IM FUẞWEG", "STRAßEN IM FUCHSWEG"),
        ("Straßen", "STRASSEN", "STRASEN"),
        ("istanbul kısa", "İSTANBUL KISA", "İSTANBUL KASA"),
    ],
)
def test_capitals_by_style_are_the_same_words_in_each_language(typed: str, drawn: str, other: str) -> None:
    page, shown, wrong = (Reading((Passage(f"Alle {text} gilt."),)) for text in (typed, drawn, other))
    assert compared(page, shown, ReadFrom.PDF) == []
    assert len(compared(page, wrong, ReadFrom.PDF)) == 1


def test_the_dots_of_numbered_items_are_no_difference_also_where_the_items_are_numbers() -> None:
    page = Reading(tuple(Passage(str(number), mark=f"{number}.") for number in (1, 2, 1, 2)))
    bare = Reading(tuple(replace(each, mark=each.mark.rstrip(".")) for each in page.passages))
    assert compared(page, bare, ReadFrom.WORD) == compared(bare, page, ReadFrom.PDF) == []
    for place, other in ((0, "2"), (3, "1")):
        wrong = [replace(each, mark=other) if at == place else each for at, each in enumerate(bare.passages)]
        assert len(compared(page, Reading(tuple(wrong)), ReadFrom.WORD)) == 1


def test_a_tick_in_another_cell_is_a_difference_also_where_the_words_are_in_order() -> None:
    page = table(("Role", "Yes", "No"), ("Clerk", "☒", ""))
    shown = table(("Role", "Yes", "No"), ("Clerk", "", "☒"))
    found = compared(page, shown, ReadFrom.WORD)
    assert [(each.page, each.shown) for each in found] == [("Clerk | ☒", "Clerk |  | ☒")]
    assert compared(page, page, ReadFrom.WORD) == []


def test_words_of_one_cell_that_stand_in_two_are_a_difference() -> None:
    page, shown = table(("Lock gate", "North")), table(("Lock", "gate North"))
    assert len(compared(page, shown, ReadFrom.PDF)) == 1


def test_merged_cells_are_compared_by_their_words_alone() -> None:
    page, shown = table(("Role", "Yes"), merged=True), table(("Role", "", "Yes"))
    assert compared(page, shown, ReadFrom.PDF) == []


def test_the_number_of_a_list_is_the_same_with_and_without_the_dot_that_a_page_gives_it() -> None:
    page = Reading((Passage("Shut it.", mark="1."), Passage("Lock it.", mark="2.")))
    bare = Reading((Passage("Shut it.", mark="1"), Passage("Lock it.", mark="2")))
    assert compared(page, bare, ReadFrom.WORD) == []
    for other in (Passage("Lock it.", mark="3"), Passage("Lock it.", mark="2)"), Passage("Lock it")):
        assert compared(page, Reading((bare.passages[0], other)), ReadFrom.WORD)


def test_words_that_line_ends_break_again_and_again_are_the_same() -> None:
    page = table(("Placeholder",) * 6, ("re-form", "co-operate", "Place") * 2)
    broken, dashed = f"Place{LINE_END}-{LINE_END}holder", f"re-{LINE_END}form"
    printed = (broken, broken, "Placeholder", broken, "Placeholder", broken)
    assert compared(page, table(printed, (dashed, "co-operate", "Place") * 2), ReadFrom.PDF) == []
    assert compared(
        page,
        table((*printed[:5], f"Place{LINE_END}-{LINE_END}hold"), (dashed, "co-operate", "Place") * 2),
        ReadFrom.PDF,
    )
    assert compared(page, table(printed, ("reform", "co-operate", "Place") * 2), ReadFrom.PDF)


def test_a_part_of_a_word_that_the_page_has_with_its_hyphen_is_not_joined_at_a_line_end() -> None:
    page = Reading((Passage("It is measured, and mea- sured again."),))
    assert compared(page, Reading((Passage(f"It is measured, and mea-{LINE_END}sured again."),)), ReadFrom.PDF) == []
    assert compared(page, Reading((Passage(f"It is mea-{LINE_END}sured, and mea- sured again."),)), ReadFrom.PDF) == []
    assert compared(page, Reading((Passage("It is measured, and mea- sures again."),)), ReadFrom.PDF)


def test_how_far_a_number_stands_before_its_text_is_no_difference() -> None:
    page = Reading((Passage("1.1.2Drains", Kind.HEADING), Passage("North 12 a")))
    assert compared(page, Reading((Passage("1.1.2 Drains", Kind.HEADING), page.passages[1])), ReadFrom.PDF) == []
    assert compared(page, Reading((Passage("1.1.3 Drains", Kind.HEADING), page.passages[1])), ReadFrom.PDF)
    assert compared(page, Reading((page.passages[0], Passage("North 12a"))), ReadFrom.PDF)


def test_flaws_are_differences_of_their_own_kind() -> None:
    shown = Reading((Passage("Gate", Kind.HEADING), Passage("目")), (Flaw(Fault.NO_SHAPE, "目", 1),))
    found = compared(Reading((Passage("Gate", Kind.HEADING), Passage("目"))), shown, ReadFrom.PDF)
    assert [(each.fault, each.place, each.shown) for each in found] == [(Fault.NO_SHAPE, "Gate", "目")]


def test_a_flaw_behind_the_cover_is_told_under_its_own_heading() -> None:
    passages = Passage("Policy", Kind.AROUND), Passage("Owner", Kind.AROUND), Passage("Gate", Kind.HEADING)
    flaws = Flaw(Fault.UNSEEN, "Policy", 0), Flaw(Fault.UNSEEN, "Gate", 2)
    found = compared(Reading((passages[2],)), without_around(Reading(passages, flaws)), ReadFrom.WORD)
    assert [(each.place, each.shown) for each in found] == [("", "Policy"), ("Gate", "Gate")]


@settings(deadline=None)
@given(WORDS, st.data())
def test_one_word_more_less_or_other_is_always_found(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    changed = data.draw(st.sampled_from([[], ["otherwise"], [words[place], "otherwise"]]))
    shown = [*words[:place], *changed, *words[place + 1 :]]
    page = Reading((Passage(" ".join(words)),))
    assert compared(page, page, ReadFrom.PDF) == []
    assert compared(page, Reading((Passage(" ".join(shown)),)), ReadFrom.PDF)


def test_of_lines_that_may_be_left_out_each_may_be_there_or_not() -> None:
    title, again = Passage("Test", is_optional=True), Passage("test", is_optional=True)
    shown = (title, again, Passage("All of it."), replace(title, text="Test of all"), Passage("The end."))
    page = Reading((Passage("test"), Passage("All of it."), Passage("The end.")))
    assert compared(page, Reading(shown), ReadFrom.WORD) == []
    for place in (2, 4):
        assert compared(page, Reading((*shown[:place], *shown[place + 1 :])), ReadFrom.WORD)
    assert compared(page, Reading((*shown[:1], replace(again, text="tests"), *shown[2:])), ReadFrom.WORD)


def test_a_passage_in_its_place_has_the_gaps_of_the_page_although_its_parts_are_words_elsewhere() -> None:
    page = Reading(tuple(map(Passage, ("note book", "notebook", "note", "book keeper", "notebook"))))
    printed = ("note book", f"note{LINE_END}book", "note", "book keeper", f"note-{LINE_END}book")
    assert compared(page, Reading(tuple(map(Passage, printed))), ReadFrom.PDF) == []
    for place, other in ((1, "note book"), (1, f"note{LINE_END}look"), (3, f"book{LINE_END}peeker"), (0, "notebook")):
        changed = [*printed[:place], other, *printed[place + 1 :]]
        assert compared(page, Reading(tuple(map(Passage, changed))), ReadFrom.PDF)
