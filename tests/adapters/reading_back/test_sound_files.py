"""Reading back: what sound files do differently from the page is no difference, and a changed word there is one."""

import io
from dataclasses import replace

import docx
import pytest

from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.reading_back import differences
from tests.adapters.reading_back.test_reading_back import SHEET, page_of, word_file


def titled(style: str, line: str, core: str = "") -> bytes:
    """A Word file that begins with a title line."""
    made, document = io.BytesIO(), docx.Document()
    document.core_properties.title = core
    document.add_paragraph(line, style=style)
    document.add_paragraph("The porter keeps the gate.")
    document.save(made)
    return made.getvalue()


@pytest.mark.parametrize("core", ["", "Care of the gate"])
@pytest.mark.parametrize(
    "line", ["SOP-07 Care of the gate", "SOP-07: Care of the gate", "Care of the gate (SOP-07)", "Care of the gate"]
)
@pytest.mark.parametrize("style", ["Title", "Heading 1"])
def test_a_title_line_with_the_number_is_no_part_of_the_text(style: str, line: str, core: str) -> None:
    word = titled(style, line, core)
    page = page_of(word_to_markdown(word).markdown)
    assert differences(page, SHEET, word=word) == ()


def test_a_title_line_that_the_text_says_once_more_must_be_on_the_page_once() -> None:
    word = word_file("SOP-07 Care of the gate", "Care of the gates", "The porter keeps the gate.")
    assert differences(page_of("Care of the gates\n\nThe porter keeps the gate."), SHEET, word=word) == ()
    assert differences(page_of("The porter keeps the gate."), SHEET, word=word) != ()


def test_a_title_line_with_another_number_or_title_is_named() -> None:
    page = page_of("The porter keeps the gate.")
    for line in ("SOP-08 Care of the gate", "SOP-07 Care of the gates"):
        assert differences(page, SHEET, word=titled("Title", line)) != ()
    assert differences(page, replace(SHEET, number="SOP-08"), word=titled("Title", "SOP-08 Care of the gate")) == ()


def test_words_in_a_cell_that_only_continues_the_one_above_are_not_shown() -> None:
    cells = [
        f"<w:tr><w:tc><w:tcPr><w:vMerge{start}/></w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"
        f"<w:tc><w:p><w:r><w:t>{beside}</w:t></w:r></w:p></w:tc></w:tr>"
        for start, text, beside in ((' w:val="restart"', "Shut", "north"), ("", "not seen", "south"))
    ]
    word = word_file(body=f"<w:tbl>{''.join(cells)}</w:tbl>")
    page = '<table><tr><td rowspan="2">{}</td><td>north</td></tr><tr><td>south</td></tr></table>'
    assert differences(page.format("Shut"), SHEET, word=word) == ()
    assert differences(page.format("Open"), SHEET, word=word) != ()
