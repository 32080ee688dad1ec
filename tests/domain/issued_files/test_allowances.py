"""Each row of the table of allowances makes two ways of writing the same, and a word that is another is still found."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from docctl.domain.issued_files.allowances import ALLOWANCES, Allowance
from docctl.domain.issued_files.formula_forms import formula_in_form
from docctl.domain.issued_files.lines_from_right import told_by
from docctl.domain.issued_files.read_back import Difference, ReadFrom
from docctl.domain.issued_files.reading_forms import (
    is_empty_note,
    tell_figures,
    tell_title,
    words_of_figures,
)
from docctl.domain.issued_files.readings import DRAWN, LINE_END, SIGN, Cell, Kind, Passage, Reading
from docctl.domain.issued_files.running_lines import running_differences
from docctl.domain.issued_files.words_compared import compared, with_around, without_around
from docctl.domain.issued_files.words_in_print import as_the_page_tells, as_word_draws, with_formulas_told

Found = list[Difference]
Row = tuple[Callable[[str, str], Found], str, str, str]
NOTHING = Reading(())


def reading(*texts: str, **more: object) -> Reading:
    """Passages of plain text."""
    return replace(NOTHING, passages=tuple(map(Passage, texts)), **more)  # type: ignore[arg-type]


def plain(page: str, shown: str) -> Found:
    """What differs between a page and a PDF of one paragraph."""
    return compared(reading(page), reading(shown), ReadFrom.PDF)


def from_right(page: str, seen: str) -> Found:
    """What differs between a page and a line of a PDF, given as it is seen from the left."""
    shown = Reading((Passage(told_by([seen]), seen=(seen,)),))
    return compared(reading(page), shown, ReadFrom.PDF)


def marked(page: str, shown: str) -> Found:
    """What differs between two items of a list, of which the first word is the mark."""
    of_page, of_file = (Reading((Passage("Lock it", mark=text),)) for text in (page, shown))
    return compared(of_page, of_file, ReadFrom.WORD)


def headed(page: str, shown: str) -> Found:
    """What differs between two headings in print."""
    of_page, of_file = (Reading((Passage(text, Kind.HEADING), Passage("All."))) for text in (page, shown))
    return compared(of_page, of_file, ReadFrom.PDF)


def in_print(**of_word: object) -> Callable[[str, str], Found]:
    """What differs between a page and the print of a Word file that says something of how it is drawn."""
    word = replace(NOTHING, **of_word)  # type: ignore[arg-type]

    def found(page: str, shown: str) -> Found:
        of_page = as_the_page_tells(reading(*page.split("|")), word)
        printed = as_the_page_tells(with_formulas_told(reading(*shown.split("|")), of_page), word)
        return compared(of_page, as_word_draws(printed, word), ReadFrom.PDF, word)

    return found


def in_cells(page: str, shown: str) -> Found:
    """What differs between the words of two rows, of which cells reach over several columns."""
    rows = (
        Reading(tuple(Passage(word, cell=Cell(0, 0, int(at))) for word, at in map(str.split, text.split("|"))))
        for text in (page, shown)
    )
    of_page, of_file = rows
    return compared(replace(of_page, merged=frozenset({0})), of_file, ReadFrom.WORD)


def pieced(page: str, shown: str) -> Found:
    """What differs between passages and those of a PDF."""
    return compared(reading(*page.split("|")), reading(*shown.split("|")), ReadFrom.PDF)


def left_out(page: str, shown: str) -> Found:
    """What differs where the page may leave out every line but the last."""
    *lines, last = map(Passage, shown.split("|"))
    of_file = Reading((*(each.as_optional() for each in lines), last))
    return compared(reading(*page.split("|")), of_file, ReadFrom.WORD)


def boxed(page: str, shown: str) -> Found:
    """What differs where the second passage of the file is a text box."""
    first, second = shown.split("|")
    of_file = Reading((Passage(first, Kind.BOX, may_be_elsewhere=True), Passage(second)))
    return compared(reading(*page.split("|")), of_file, ReadFrom.WORD)


def floating(page: str, shown: str) -> Found:
    """What differs where the first of two passages floats beside the text."""
    word = reading(*page.split("|"), floats=((0, 1),))
    return compared(word, reading(*shown.split("|")), ReadFrom.PDF, word)


def titled(page: str, shown: str) -> Found:
    """What differs where a file may say the title."""
    told = Reading(tell_title(reading(*shown.split("|")).passages, frozenset({"careofthegate"})))
    return compared(reading(page), told, ReadFrom.WORD)


def charted(page: str, shown: str) -> Found:
    """What differs where a chart says “Fees 5”."""
    told = tell_figures(reading(*page.split("|")).passages, words_of_figures(["Fees 5"]))
    return compared(Reading(told), reading(shown), ReadFrom.WORD)


def filled_in(page: str, shown: str) -> Found:
    """What differs where docctl fills in the first line of a file."""
    first, rest = shown.split("|")
    word = Reading((Passage(first, Kind.AROUND), Passage(rest)))
    in_word = compared(reading(page), without_around(word), ReadFrom.WORD)
    return in_word or compared(with_around(reading(page), word), word, ReadFrom.PDF, word)


def noted(page: str, shown: str) -> Found:
    """What differs between the notes of a page and of a print."""
    note = Passage(shown, Kind.NOTE, is_optional=is_empty_note(shown))
    return compared(reading(page), Reading((Passage(page), note)), ReadFrom.PDF)


def formulas(page: str, shown: str) -> Found:
    """What differs between a formula in TeX and as it shows."""
    of_page, of_file = (f"{SIGN}{formula_in_form(text)}{SIGN}" for text in (page, shown))
    return plain(of_page, of_file)


def running(page: str, shown: str) -> Found:
    """What differs between the header of a Word file and that of a page."""
    word = replace(NOTHING, running=tuple(page.split("|")), running_fields=frozenset({"PAGE"}))
    return running_differences(word, replace(NOTHING, beside=(((shown, True),),)))


DROPPED = {"drop_caps": (("T", "The gate"),)}
EXAMPLES: dict[str, Row] = {
    "ligatures": (plain, "office", "of\ufb01ce", "of\ufb02ce"),
    "line-end hyphens": (plain, "document", f"docu\u00ad{LINE_END}ment", f"docu\u00ad{LINE_END}mend"),
    "soft hyphens": (plain, "document", "docu\u00adment", "docu\u00admend"),
    "no-break hyphens": (plain, "SOP-07", "SOP\u201107", "SOP\u201170"),
    "invisible characters": (plain, "gate", "ga\u200bte", "ga\u200bts"),
    "kinds of spaces": (plain, "10 km", "10\u00a0km", "10\u00a0m"),
    "signs of fonts": (plain, "a □ b", "a \ue123 b", "a \ue123 c"),
    "Unicode normal form": (plain, "é", "e\u0301", "e\u0300"),
    "brackets and quotation marks in right-to-left text": (plain, "שלום (א)", "שלום )א(", "שלום [א]"),
    "order of combining marks, and of letters in scripts that turn them": (plain, "นี้", "น้ี", "นี่"),
    "bullets": (marked, "•", "»", "1."),
    "forms of boxes": (plain, "☑ Ask", "☒ Ask", "☐ Ask"),
    "signs on words": (plain, f"gate{SIGN}1{SIGN}.", f"gate {SIGN}1{SIGN}.", f"gate{SIGN}2{SIGN}."),
    "typed numbers": (plain, "1.1Drains", "1.1 Drains", "1.2 Drains"),
    "dots of numbers": (marked, "1.", "1", "2"),
    "numbers of headings": (headed, "Scope", "1 Scope", "1 Stope"),
    "capitals throughout": (plain, "Scope of this", "SCOPE OF THIS", "SCOPE OF THAT"),
    "line ends in words": (plain, "a notable clerk", f"a not-{LINE_END}able clerk", f"a not-{LINE_END}able clock"),
    "right-to-left lines": (from_right, "שלום עולם 12", "12 םלוע םולש", "12 םולש םלוע"),
    "gaps from the right": (from_right, "שלום, עולם", "םלוע , םולש", "םלוע, ם ולש"),
    "signs taken apart": (from_right, "שלום ½ עולם", "םלוע 1/2 םולש", "םלוע 1/3 םולש"),
    "pieces that are words": (
        pieced,
        "note book|notebook",
        f"note book|note{LINE_END}book",
        f"note book|note{LINE_END}look",
    ),
    "lines left out": (left_out, "Test|All.", "Test|test|All.", "Test|tests|all"),
    "merged cells": (in_cells, "Role 0|Yes 1", "Role 0|Yes 2", "Role 0|No 2"),
    "text boxes and notes": (boxed, "Lock it.|Log it.", "Log it.|Lock it.", "Log in.|Lock it."),
    "floating tables": (floating, "North 17|Beside it.", "Beside it.|North 17", "Beside it.|North 71"),
    "titles": (titled, "Lock it.", "Care of|the gate|Lock it.", "Care of|the goat|Lock it."),
    "charts and diagrams": (charted, "Lock it.|Chart: Fees 5", "Lock it.", "Log it."),
    "what docctl fills in": (filled_in, "Lock it.", "Approved by Ann|Lock it.", "Approved by Ann|Log it."),
    "empty notes": (noted, "Lock it.", "3", "3 Ask."),
    "form of formulas": (formulas, r"\frac{a^{2}}{b-1}", "a2b−1", "a3b−1"),
    "gaps in formulas": (in_print(), "at F = m a", f"at {DRAWN}F=ma{DRAWN}", f"at {DRAWN}F=mb{DRAWN}"),
    "drawn formulas": (in_print(), f"at {SIGN}x2a{SIGN}", f"at {DRAWN}2xa{DRAWN}", f"at {DRAWN}3xa{DRAWN}"),
    "leaders": (in_print(leaders=frozenset(".")), "Fees 5", "Fees ........ 5", "Fees ........ 6"),
    "readings": (in_print(read_above=(("今日", "きょう"),)), f"今日{SIGN}(きょう)", "きょう今日", "きよう今日"),
    "drop caps": (in_print(**DROPPED), "The gate", f"he gate{LINE_END}T", f"he gate{LINE_END}S"),
    "counted pages": (running, "Riverton|Page", "Riverton Page 3", "Riverdale Page 3"),
    "contents": (in_print(contents=frozenset({"Fees 2"})), "Lock it.", "Fees 2|Lock it.", "Fees 3|Lock it."),
}


def bulleted(page: str, shown: str) -> Found:
    """What differs between an item and one in print, of which the Word file says how its bullet is drawn."""
    word = Reading((Passage("Lock it.", mark="♦"),), pictured=frozenset({"Lock it."}))
    printed = as_word_draws(Reading((Passage("Lock it.", mark=shown),)), word)
    return compared(Reading((Passage("Lock it.", mark=page),)), printed, ReadFrom.PDF)


EXAMPLES["pictures as bullets"] = (bulleted, "•", "", "1.")
EXAMPLES["bullets of fonts"] = (bulleted, "•", "\ue0a8", "☒")


def test_every_row_has_a_reason_and_an_example_and_nothing_else_has() -> None:
    assert [each.name for each in ALLOWANCES if not each.reason] == []
    assert sorted(each.name for each in ALLOWANCES) == sorted(EXAMPLES)


@pytest.mark.parametrize("row", ALLOWANCES, ids=lambda row: row.name)
def test_a_row_lets_pass_what_is_written_otherwise_and_not_another_word(row: Allowance) -> None:
    differences, page, shown, other = EXAMPLES[row.name]
    assert differences(page, shown) == []
    assert differences(page, other)
