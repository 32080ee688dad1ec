"""Reading back: the page, the Word file and the PDF say the same, and what is not the same is found."""

import io
from dataclasses import dataclass

import docx
import pytest

from docctl.adapters.conversion import markdown_to_typst, word_to_markdown
from docctl.adapters.pdf_writer import write_pdf
from docctl.adapters.reading_back import differences
from docctl.adapters.reading_view import render
from docctl.domain.issue_sheet import IssueSheet
from docctl.domain.read_back import ReadFrom

SHEET = IssueSheet(
    organisation="Riverton",
    number="SOP-07",
    title="Care of the gate",
    document_type="Procedure",
    revision="2",
    status="In force",
    effective_date="1 March 2026",
    owner="Gate keeper",
    department="Yard",
    classification="Internal",
    language="en",
)
TEXT = """# Purpose

The porter shall not open the gate for more than 500 euros[^1].

# Steps

1. Ask for the pass.
2. Read [the list](https://gate.example/list).

   - with a bullet

| Door | Key |
|---|---|
| North | 17 |
| South | 18 |

The area is $`a^2+b`$ at most.

[^1]: Or what the town says.
"""


@dataclass(frozen=True)
class Issued:
    """A page with its files."""

    page: str
    word: bytes
    pdf: bytes


def word_file() -> bytes:
    """A Word file with headings, lists, a table and a link."""
    made, document = io.BytesIO(), docx.Document()
    document.add_heading("Purpose", 1)
    document.add_paragraph("The porter shall not open the gate for more than 500 euros.")
    for item in ("Ask for the pass.", "Read the list."):
        document.add_paragraph(item, "List Number")
    document.add_paragraph("with a bullet", "List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("Door", "Key", "North", "17"), strict=True
    ):
        cell.text = text
    document.save(made)
    return made.getvalue()


def typst_pdf(text: str) -> bytes:
    """The PDF that docctl sets of a text."""
    return write_pdf(markdown_to_typst(text, {}), {}, SHEET)


def test_a_word_file_says_what_its_page_says() -> None:
    word = word_file()
    assert differences(render(word_to_markdown(word).markdown).html, SHEET, word=word) == ()


def test_a_pdf_says_what_its_page_says() -> None:
    assert differences(render(TEXT).html, SHEET, pdf=typst_pdf(TEXT)) == ()


@pytest.mark.parametrize(("said", "planted"), [("not ", ""), ("500", "50000"), ("Ask", "Beg"), ("17", "71")])
def test_one_other_word_is_found_in_word_file_and_pdf(said: str, planted: str) -> None:
    word = word_file()
    page = render(word_to_markdown(word).markdown.replace(said, planted)).html
    found = differences(page, SHEET, word=word)
    assert [each.file for each in found] == [ReadFrom.WORD]
    found = differences(render(TEXT.replace(said, planted)).html, SHEET, pdf=typst_pdf(TEXT))
    assert [each.file for each in found] == [ReadFrom.PDF]
    assert said.strip() in found[0].shown
