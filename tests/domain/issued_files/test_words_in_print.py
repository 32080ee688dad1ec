"""What print draws in another order or with other signs is no difference, and every other word in it is."""

from dataclasses import replace

import pytest

from docctl.domain.issued_files.read_back import ReadFrom
from docctl.domain.issued_files.reading_forms import tell_title
from docctl.domain.issued_files.readings import DRAWN, LINE_END, SIGN, Cell, Kind, Passage, Reading
from docctl.domain.issued_files.words_compared import compared
from docctl.domain.issued_files.words_in_print import as_the_page_tells, as_word_draws, with_formulas_told

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


def test_a_large_first_letter_may_come_behind_its_text_and_no_other_letter() -> None:
    word = Reading((), drop_caps=(("T", "The docu\u00adment is kept."),))
    drawn = Reading((Passage(f"he docu\u00ad{LINE_END}ment is kept. {LINE_END}T{LINE_END}"),))
    page = Reading((Passage("The document is kept."),))
    assert compared(page, as_word_draws(drawn, word), ReadFrom.PDF) == []
    for text in ("he document is lost. T", "he document is kept. S", "he document is kept."):
        assert compared(page, as_word_draws(Reading((Passage(text),)), word), ReadFrom.PDF)


def test_a_picture_may_be_a_bullet_and_only_where_the_word_file_has_one() -> None:
    page, drawn = Reading((Passage("Lock it.", mark="•"),)), Reading((Passage("Lock it."),))
    assert compared(page, as_word_draws(drawn, Reading((), pictured=frozenset({"Lock it."}))), ReadFrom.PDF) == []
    assert compared(page, as_word_draws(drawn, Reading(())), ReadFrom.PDF)


def test_a_letter_of_a_font_that_is_a_bullet_is_the_sign_that_the_word_file_has() -> None:
    page, other = Reading((Passage("Lock it.", mark="•"),)), Reading((Passage("☐ Lock it."),))
    drawn = Reading((Passage("Lock it.", mark="\uf0a8"),))
    for said, meant in ((page, "♦"), (other, "◻")):
        word = Reading((Passage("Lock it.", mark=meant),))
        assert compared(said, as_word_draws(drawn, word), ReadFrom.PDF) == []
    numbered = Reading((Passage("Lock it.", mark="1."),))
    assert compared(numbered, as_word_draws(drawn, numbered), ReadFrom.PDF)


def test_lines_of_contents_are_no_words_of_the_text_and_others_are() -> None:
    word, page = Reading((), contents=frozenset({"Duties 2"})), Reading((BEFORE, BESIDE))
    entry, other = (Reading((BEFORE, Passage(text), BESIDE)) for text in (f"Duties{LINE_END}2", "Duties 3"))
    assert compared(page, as_word_draws(entry, word), ReadFrom.PDF) == []
    assert compared(page, as_word_draws(other, word), ReadFrom.PDF)


def test_the_lines_of_a_title_in_a_text_box_may_be_missing_on_the_page_as_often_as_they_stand_there() -> None:
    title = Passage("Care of", Kind.BOX, is_optional=True, may_be_elsewhere=True)
    word, page = Reading((title, BEFORE)), Reading((BEFORE,))
    once, twice = (Reading((BEFORE, *(Passage("Care of"),) * times)) for times in (1, 2))
    assert compared(page, as_word_draws(once, word), ReadFrom.PDF) == []
    assert compared(page, as_word_draws(twice, word), ReadFrom.PDF)


def test_a_formula_told_as_it_is_drawn_is_the_same_by_its_letters_and_another_is_found() -> None:
    page = Reading((Passage(f"at most {SIGN}x+an{SIGN} euros"), Passage(f"{SIGN}b2{SIGN}")))
    drawn = Reading((Passage(f"at most{LINE_END}{DRAWN}n+xa{DRAWN}{LINE_END} euros"), Passage(f"{DRAWN}2b{DRAWN}")))
    assert compared(page, with_formulas_told(drawn, page), ReadFrom.PDF) == []
    for said, planted in (("n+xa", "n+xx"), ("n+xa", ""), ("2b", "3b"), (" euros", " cents")):
        other = Reading(tuple(replace(each, text=each.text.replace(said, planted)) for each in drawn.passages))
        assert compared(page, with_formulas_told(other, page), ReadFrom.PDF)


@pytest.mark.parametrize(
    ("shown", "written"), [("f(x) = 2.5 - a", "f(x)=2.5−a"), ("Δ T < 5", "𝛥𝑇<5"), ("sin x", "sinx")]
)
def test_a_formula_in_a_line_has_gaps_on_the_page_and_another_is_found(shown: str, written: str) -> None:
    page = Reading((Passage(f"so {shown} holds"), Passage("as F = m says")))
    word = Reading((Passage(f"so {DRAWN}{written}{DRAWN} holds"), Passage(f"as {DRAWN}F=m{DRAWN} says")))
    assert compared(page, with_formulas_told(word, page, is_in_order=True), ReadFrom.WORD) == []
    for said, planted in ((written, "F=m"), ("F=m", "m=F"), ("F=m", "F=n"), ("F=m", ""), (" holds", "")):
        other = Reading(tuple(replace(each, text=each.text.replace(said, planted)) for each in word.passages))
        assert compared(page, with_formulas_told(other, page, is_in_order=True), ReadFrom.WORD)


def test_a_formula_of_another_program_is_a_picture_on_the_page_and_hides_no_other() -> None:
    page = Reading((Passage(f"at most {SIGN}x2{SIGN}"),))
    drawn = Reading((Passage(f"{DRAWN}dV{DRAWN}"), Passage(f"at most {DRAWN}2x{DRAWN}")))
    assert compared(page, with_formulas_told(drawn, page, objects=1), ReadFrom.PDF) == []
    assert compared(page, with_formulas_told(drawn, page), ReadFrom.PDF)
    other = Reading((Passage(f"at most {DRAWN}3x{DRAWN}"),))
    assert compared(page, with_formulas_told(other, page, objects=1), ReadFrom.PDF)
