"""Charts and diagrams of a Word file written out where they stand: a label, a table of the figures, a list of texts."""

from collections.abc import Iterator

from lxml import etree

from docctl.word_format.figures import Figure, FigureTable
from docctl.word_format.markup import WORD, Element

ITEM = "\U0010fd05"
"""Sign for the filter word_reading.lua: this paragraph is an item of a list, as deep as the number behind it says."""


def written_out(figure: Figure) -> list[Element]:
    """Return the blocks that say in words and figures what a chart or diagram shows."""
    return [_line(f"{figure.kind}: {figure.title}" if figure.title else f"{figure.kind}:"), *_content(figure)]


def _content(figure: Figure) -> Iterator[Element]:
    for table in figure.tables:
        yield _table(table)
        yield etree.Element(f"{WORD}p")
    for depth, text in figure.texts:
        yield _line(f"{ITEM}{depth}{ITEM}{text}")
    if figure.labels:
        yield _line("; ".join(figure.labels))


def _table(table: FigureTable) -> Element:
    block = etree.Element(f"{WORD}tbl")
    properties = etree.SubElement(block, f"{WORD}tblPr")
    etree.SubElement(properties, f"{WORD}tblLook").set(f"{WORD}firstRow", "1")
    names = ("", *(name or str(place) for place, name in enumerate(table.series, 1)))
    for place, cells in enumerate((names, *table.rows)):
        row = etree.SubElement(block, f"{WORD}tr")
        if place == 0:
            etree.SubElement(etree.SubElement(row, f"{WORD}trPr"), f"{WORD}tblHeader")
        for cell in cells:
            etree.SubElement(row, f"{WORD}tc").append(_line(cell))
    return block


def _line(text: str) -> Element:
    line = etree.Element(f"{WORD}p")
    etree.SubElement(etree.SubElement(line, f"{WORD}r"), f"{WORD}t").text = text
    return line
