"""Cells taken out of tables, with the columns of the grid in which nothing is left."""

from collections.abc import Iterator

from lxml import etree

from docctl.adapters.word_document.xml import w

_Cell = tuple[etree._Element, range]


def take_out_cells(root: etree._Element, mark: str) -> None:
    """Take the cells that carry a mark out of all tables of a part; a column that is gone in every row goes too."""
    cells = {next(found.iterancestors(w("tc"))) for found in root.iter(mark)}
    tables = dict.fromkeys(next(cell.iterancestors(w("tbl"))) for cell in root.iter(w("tc")) if cell in cells)
    for table in tables:
        rows = [list(_cells_of(row)) for row in table.iter(w("tr")) if next(row.iterancestors(w("tbl"))) is table]
        gone = _columns_gone(rows, cells)
        for cell, columns in (each for row in rows for each in row):
            if cell in cells:
                cell.getparent().remove(cell)
            elif len(columns) > 1:
                _span(cell, len(set(columns) - gone))
        for place, column in enumerate(table.findall(f"{w('tblGrid')}/{w('gridCol')}")):
            if place in gone:
                column.getparent().remove(column)


def _cells_of(row: etree._Element) -> Iterator[_Cell]:
    """Yield the cells of a row with the columns of the grid that each takes."""
    place = _number(row.find(f"{w('trPr')}/{w('gridBefore')}"), 0)
    for cell in row.iter(w("tc")):
        if next(cell.iterancestors(w("tr"))) is row:
            width = max(1, min(_number(cell.find(f"{w('tcPr')}/{w('gridSpan')}"), 1), 63))
            yield cell, range(place, place + width)
            place += width


def _columns_gone(rows: list[list[_Cell]], cells: set[etree._Element]) -> set[int]:
    kept = [columns for row in rows for cell, columns in row if cell not in cells]
    gone = {column for row in rows for cell, columns in row if cell in cells for column in columns}
    gone -= {column for columns in kept if len(columns) == 1 for column in columns}
    for columns in kept:
        if gone.issuperset(columns):
            gone.discard(columns[0])
    return gone


def _span(cell: etree._Element, width: int) -> None:
    mark = cell.find(f"{w('tcPr')}/{w('gridSpan')}")
    if width > 1:
        mark.set(w("val"), str(width))
    else:
        mark.getparent().remove(mark)


def _number(found: etree._Element | None, otherwise: int) -> int:
    said = found.get(w("val"), "") if found is not None else ""
    return int(said) if said.isdigit() else otherwise
