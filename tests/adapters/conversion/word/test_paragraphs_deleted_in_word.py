"""Paragraphs deleted or moved away in tracked changes: nothing of them is counted, and no empty item is left."""

import io

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from docctl.adapters.conversion import word_to_markdown

BY = 'w:id="9" w:author="A" w:date="2026-01-01T00:00:00Z"'
NUMBERED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr>'


def _paragraph(style: str, body: str, mark: str = "") -> str:
    ends = f"<w:rPr><w:{mark} {BY}/></w:rPr>" if mark else ""
    number = NUMBERED if style == "ListNumber" else ""
    return f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/>{number}{ends}</w:pPr>{body}</w:p>'


def _text(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def _gone(text: str) -> str:
    return f"<w:del {BY}><w:r><w:delText>{text}</w:delText></w:r></w:del>"


def _read(*paragraphs: str) -> list[str]:
    document = docx.Document()
    for paragraph in paragraphs:
        document.element.body.insert(-1, parse_xml(paragraph))
    written = io.BytesIO()
    document.save(written)
    return [line for line in word_to_markdown(written.getvalue()).markdown.splitlines() if line]


def test_an_item_moved_or_deleted_leaves_no_number_behind() -> None:
    found = _read(
        _paragraph("ListNumber", _text("first")),
        _paragraph("ListNumber", f"<w:moveFrom {BY}>{_text('moved')}</w:moveFrom>", "moveFrom"),
        _paragraph("ListNumber", _gone("deleted"), "del"),
        _paragraph("ListNumber", _text("second")),
        _paragraph("ListNumber", f"<w:moveTo {BY}>{_text('moved')}</w:moveTo>", "moveTo"),
    )
    assert [line.split() for line in found] == [["1.", "first"], ["2.", "second"], ["3.", "moved"]]


def test_a_paragraph_without_its_end_goes_on_in_the_next() -> None:
    joined = _read(
        _paragraph("Normal", _text("one "), "del"),
        _paragraph("Normal", _text("two "), "del"),
        _paragraph("ListNumber", _text("three")),
        _paragraph("Heading1", _text("Scope"), "del"),
        _paragraph("Normal", _gone("all of it")),
    )
    assert [" ".join(line.split()) for line in joined] == ["1. one two three", "# Scope"]
