"""Files made for a language that is written from right to left: Word and print."""

from pathlib import Path

import docx
from docx.oxml.ns import qn

from docctl.adapters import word_document
from docctl.adapters.conversion import markdown_to_typst, markdown_to_word, word_to_markdown
from docctl.adapters.word_document.package import open_word
from tests.adapters.conversion.word.test_word_of_other_programs import _sheet

TEMPLATE = (Path(__file__).parents[4] / "templates" / "policy.docx").read_bytes()
TEXT = "# الغرض\n\nتحفظ المفاتيح في خزانة رقم 12.\n\n| الدور | المهمة |\n|--------|--------|\n| الكاتب | العد |\n"
ANNEX = "\n# An annex in English\n\nIt runs from left to right.\n"


def _made(language: str) -> docx.document.Document:
    sheet = _sheet()
    sheet = type(sheet)(**{**vars(sheet), "language": language})
    body = markdown_to_word(TEXT, {}, TEMPLATE, language)
    return open_word(word_document.fill_word(TEMPLATE, body, sheet))


def test_a_word_file_made_for_arabic_runs_from_right_to_left() -> None:
    document = _made("ar")
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert defaults.find(f"{qn('w:pPrDefault')}/{qn('w:pPr')}/{qn('w:bidi')}") is not None
    assert all(page.find(qn("w:bidi")) is not None for page in document.element.body.iter(qn("w:sectPr")))
    tables = list(document.element.body.iter(qn("w:tblPr")))
    assert tables
    assert all(table.find(qn("w:bidiVisual")) is not None for table in tables)
    line = next(line for line in document.element.body.iter(qn("w:p")) if "خزانة" in "".join(line.itertext()))
    assert line.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
    assert {mark.get(qn("w:bidi")) for mark in defaults.iter(qn("w:lang"))} == {"ar"}


def test_a_word_file_made_for_english_has_no_mark_of_direction() -> None:
    document = _made("en")
    found = [*document.element.iter(qn("w:bidi"), qn("w:rtl"), qn("w:bidiVisual"))]
    assert found == []
    assert document.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:bidi')}") is None


def test_a_text_from_right_to_left_comes_back_from_its_word_file_as_it_was() -> None:
    word = markdown_to_word(TEXT, {}, TEMPLATE, "ar")
    assert " ".join(word_to_markdown(word, is_text_only=True).markdown.split()) == " ".join(TEXT.split())


def test_print_turns_round_where_the_text_does_and_only_there() -> None:
    assert "#set text(dir" not in markdown_to_typst("# Purpose\n\nWhy.\n", {})
    written = markdown_to_typst(TEXT + ANNEX, {})
    directions = [line for line in written.splitlines() if line.startswith("#set text(dir")]
    assert directions == ["#set text(dir: rtl)", "#set text(dir: ltr)", "#set text(dir: auto)"]
    assert written.index("dir: ltr") < written.index("= An annex in English")
