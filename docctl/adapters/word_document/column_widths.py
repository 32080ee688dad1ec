"""Widths of table columns: each holds its longest word, and what is left goes where the text is long."""

import re

from docx.document import Document
from lxml import etree

from docctl.adapters.word_document.xml import element, text_of, w

TEXT_WIDTH = 9072
"""What a line of the templates holds, in twentieths of a point."""
DENSE_STYLE = "DocctlDense"
_PADDING = 230
_DENSE = 6800
_LONGEST_WORD, _LONGEST_LINE = 2600, 18000
_SHORT_LINE = 2300
_NARROW, _WIDE = frozenset("iljtfrI.,;:'|!()[] "), frozenset("mwMW@%—")


def share_width(table: etree._Element, *, keeps_wishes: bool = False) -> bool:
    """Share the line among the columns; with a table's own wishes kept, only words that would break make room.

    Says whether the table is so dense that its letters must be smaller.
    """
    columns = table.findall(f"{w('tblGrid')}/{w('gridCol')}")
    least, wished = [_PADDING] * len(columns), [_PADDING] * len(columns)
    for row in table.findall(w("tr")):
        for place, cell in _single_cells(row):
            if place < len(columns):
                longest, line = _asked_for(cell)
                least[place] = max(least[place], longest)
                wished[place] = max(wished[place], line)
    is_dense = sum(least) > _DENSE and sum(wished) > TEXT_WIDTH
    if is_dense:
        least = [_PADDING + (width - _PADDING) * 9 // 11 for width in least]
        wished = [_PADDING + (width - _PADDING) * 9 // 11 for width in wished]
    if keeps_wishes:
        given = [int(column.get(w("w"), "0") or 0) for column in columns]
        wished = [width * TEXT_WIDTH // max(1, sum(given)) for width in given]
    for column, width in zip(columns, _shared(least, wished), strict=True):
        column.set(w("w"), str(width))
    return is_dense


def make_letters_smaller(document: Document, table: etree._Element) -> None:
    """Set the text of a table in a style of its own with smaller letters."""
    styles = document.styles.element
    if all(style.get(w("styleId")) != DENSE_STYLE for style in styles.findall(w("style"))):
        name, base = element("name", val=DENSE_STYLE), element("basedOn", val="Compact")
        size = element("rPr", element("sz", val="18"), element("szCs", val="18"))
        styles.append(element("style", name, base, size, type="paragraph", customStyle="1", styleId=DENSE_STYLE))
    for style in table.iter(w("pStyle")):
        if style.get(w("val")) == "Compact":
            style.set(w("val"), DENSE_STYLE)


def _shared(least: list[int], wished: list[int]) -> list[int]:
    """Share the line: everything wished for where there is room, otherwise no less than the least."""
    if not least:
        return []
    wished = [max(pair) for pair in zip(least, wished, strict=True)]
    if sum(wished) <= TEXT_WIDTH:
        return [width * TEXT_WIDTH // sum(wished) for width in wished]
    if sum(least) >= TEXT_WIDTH:
        return [width * TEXT_WIDTH // sum(least) for width in least]
    short = [max(width, min(most, _SHORT_LINE)) for width, most in zip(least, wished, strict=True)]
    if sum(short) * 3 <= TEXT_WIDTH * 2:
        least = short
    beyond = [most - width for most, width in zip(wished, least, strict=True)]
    room = TEXT_WIDTH - sum(least)
    return [width + room * more // sum(beyond) for width, more in zip(least, beyond, strict=True)]


def _single_cells(row: etree._Element) -> list[tuple[int, etree._Element]]:
    """Return the cells of a row that take one column, with the column they stand in."""
    found, place = [], 0
    for cell in row.findall(w("tc")):
        span = cell.find(f"{w('tcPr')}/{w('gridSpan')}")
        width = int(span.get(w("val"), "1")) if span is not None else 1
        if width == 1:
            found.append((place, cell))
        place += width
    return found


def _asked_for(cell: etree._Element) -> tuple[int, int]:
    """Return the widths of the longest word and of the longest line of a cell, within bounds."""
    lines = [text_of(paragraph) for paragraph in cell.iter(w("p"))]
    words = [word for line in lines for word in re.split(r"[\s/–-]+", line)]
    longest = max(map(_length, words), default=0)
    line = max(map(_length, lines), default=0)
    return min(_LONGEST_WORD, longest) + _PADDING, min(_LONGEST_LINE, line) + _PADDING


def _length(text: str) -> int:
    """Estimate how long a text is in the bold type of a table's heading, the widest that a table has."""
    return sum(
        66 if letter in _NARROW else 185 if letter in _WIDE else 140 if letter.isupper() else 118 for letter in text
    )
