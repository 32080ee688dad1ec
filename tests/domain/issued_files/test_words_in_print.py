"""What print draws in another order or with other signs is no difference, and every other word in it is."""

from dataclasses import replace

import pytest

from docctl.domain.issued_files.read_back import ReadFrom
from docctl.domain.issued_files.reading_forms import LINE_END, SIGN, Cell, Passage, Reading, tell_title
from docctl.domain.issued_files.words_compared import compared
from docctl.domain.issued_files.words_in_print import as_the_page_tells

BEFORE, BESIDE = Passage("The gate is shut."), Passage("The porter has the key.")
ROWS = (("Door", "Key"), ("North", "17"), ("South", "18"))
FLOATING = tuple(
    Passage(text, cell=Cell(0, row, column)) for row, texts in enumerate(ROWS) for column, text in enumerate(texts)
)
WORD = Reading((BEFORE, *FLOATING, BESIDE), floats=((1, 7),))


def test_what_floats_beside_the_text_may_come_behind_it() -> None:
    printed = Reading((BEFORE, BESIDE, *FLOATING))
    assert compared(WORD, printed, ReadFrom.PDF, WORD) == []
    assert compared(WORD, printed, ReadFrom.PDF)


@pytest.mark.parametrize("place", range(len(FLOATING)))
def test_another_word_in_what_floats_is_found(place: int) -> None:
    cells = [replace(each, text="other") if at == place else each for at, each in enumerate(FLOATING)]
    assert compared(WORD, Reading((BEFORE, BESIDE, *cells)), ReadFrom.PDF, WORD)


def test_cells_that_change_places_in_what_floats_are_found() -> None:
    cells = list(FLOATING)
    cells[3], cells[5] = replace(cells[3], text="18"), replace(cells[5], text="17")
    assert compared(WORD, Reading((BEFORE, BESIDE, *cells)), ReadFrom.PDF, WORD)
    cells = [replace(each, cell=Cell(0, 1, 1)) if each.text == "North" else each for each in FLOATING]
    assert compared(WORD, Reading((BEFORE, BESIDE, *cells)), ReadFrom.PDF, WORD)


def test_the_same_words_that_do_not_float_stay_in_their_place() -> None:
    note = Passage("Note")
    word = Reading((note, BEFORE, note, BESIDE), floats=((2, 3),))
    assert compared(word, Reading((note, BEFORE, BESIDE, note)), ReadFrom.PDF, word) == []
    assert compared(word, Reading((BEFORE, note, BESIDE, note)), ReadFrom.PDF, word)


def told(text: str, word: Reading) -> str:
    """What a passage of the print says in the page's form."""
    return "".join(as_the_page_tells(Reading((Passage(text),)), word).passages[0].text.split(LINE_END))


def test_lines_that_fill_a_tab_are_no_words_where_the_file_has_such_tabs() -> None:
    line, dots = Reading((), leaders=frozenset("_")), Reading((), leaders=frozenset("."))
    text = f"Name{LINE_END}____ Town{LINE_END}_ {LINE_END}.....7 a_b ___x ...{LINE_END}."
    assert told(text, line) == "Name Town .....7 a_b ___x ...."
    assert told(text, dots) == "Name____ Town_ .....7 a_b ___x ."
    assert told(text, Reading(())) == text.replace(LINE_END, "")


def test_how_words_are_read_stands_behind_them_in_brackets() -> None:
    word = Reading((), read_above=(("今日", "きょう"), ("\\1", "x")))
    assert told(f"き{LINE_END}ょう{LINE_END}今{LINE_END}日は", word) == f"今日{SIGN}(きょう)は"
    assert told("今日は", word) == "今日は"


def test_a_title_on_several_lines_may_be_missing_on_the_page_and_no_other_line() -> None:
    lines = tuple(map(Passage, ("Care of", "the gate", "of Riverton", "The gate is shut.")))
    assert [each.is_optional for each in tell_title(lines, frozenset({"careofthegateofriverton"}))] == [True] * 3 + [
        False
    ]
    assert [each.is_optional for each in tell_title(lines, frozenset({"thegate"}))] == [False, True, False, False]
    assert not any(each.is_optional for each in tell_title(lines, frozenset({"careoftheyard"})))
