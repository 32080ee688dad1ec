"""Tables of a Word file: how many columns each has, and which of them nobody gave widths."""

from lxml import etree

from docctl.word_format.markup import WORD, Element

UNMEASURED = "\U0010fd04"
"""Sign for the filter word_reading.lua, in the first cell of a table of which nobody chose the widths."""


def mark_unmeasured(root: Element) -> None:
    """Mark the tables whose widths were left to the program, so that they are not taken for wishes."""
    for table in root.iter(f"{WORD}tbl"):
        layout = table.find(f"{WORD}tblPr/{WORD}tblLayout")
        if layout is not None and layout.get(f"{WORD}type") == "fixed":
            continue
        cells = [cell for row in table.iterchildren(f"{WORD}tr") for cell in row.iterchildren(f"{WORD}tc")]
        first = next(table.iter(f"{WORD}p"), None)
        if first is None or any(cell.find(f"{WORD}tcPr/{WORD}tcW") is not None for cell in cells):
            continue
        run = etree.Element(f"{WORD}r")
        etree.SubElement(run, f"{WORD}t").text = UNMEASURED
        first.insert(0 if first.find(f"{WORD}pPr") is None else 1, run)


def square_tables(root: Element) -> None:
    """Say how many columns each table has, because cells beyond the stated grid would be lost."""
    for table in root.iter(f"{WORD}tbl"):
        _mend_spans(table)
        _keep_rows_in_order(table)
        for row in table.iterchildren(f"{WORD}tr"):
            _fill_gaps(row)
        wanted = max((_width(row) for row in table.iter(f"{WORD}tr") if _table_of(row) is table), default=0)
        grid = table.find(f"{WORD}tblGrid")
        stated = [] if grid is None else [column.get(f"{WORD}w", "") for column in grid.iter(f"{WORD}gridCol")]
        if len(stated) >= wanted and all(width.isdigit() and int(width) for width in stated):
            continue
        if grid is None:
            grid = etree.Element(f"{WORD}tblGrid")
            first = table.find(f"{WORD}tr")
            table.insert(0 if first is None else table.index(first), grid)
        for column in list(grid):
            grid.remove(column)
        for _ in range(max(wanted, len(stated))):
            etree.SubElement(grid, f"{WORD}gridCol").set(f"{WORD}w", "1000")


def _mend_spans(table: Element) -> None:
    """Read impossible spans as Word does: over one column, and from the first row on where none is above."""
    rows = list(table.iterchildren(f"{WORD}tr"))
    for cell in (cell for row in rows for cell in row.iterchildren(f"{WORD}tc")):
        span = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
        if span is not None and not _number(span, 0):
            span.getparent().remove(span)
    for joined in rows[0].iterfind(f"{WORD}tc/{WORD}tcPr/{WORD}vMerge") if rows else ():
        joined.set(f"{WORD}val", "restart")


def _keep_rows_in_order(table: Element) -> None:
    """Take rows for headings at the top only, as Word does; the reader would put every such row first."""
    at_top = True
    for row in table.iterchildren(f"{WORD}tr"):
        mark = row.find(f"{WORD}trPr/{WORD}tblHeader")
        if mark is not None and not at_top:
            mark.getparent().remove(mark)
        at_top = at_top and mark is not None


def _fill_gaps(row: Element) -> None:
    """Put an empty cell where a row begins later or ends earlier than the table, because a text knows no such rows."""
    for name in ("gridBefore", "gridAfter"):
        gap = row.find(f"{WORD}trPr/{WORD}{name}")
        if gap is None:
            continue
        gap.getparent().remove(gap)
        if not _number(gap, 0):
            continue
        cell = etree.Element(f"{WORD}tc")
        span = etree.SubElement(etree.SubElement(cell, f"{WORD}tcPr"), f"{WORD}gridSpan")
        span.set(f"{WORD}val", str(_number(gap, 0)))
        etree.SubElement(cell, f"{WORD}p")
        first = row.find(f"{WORD}tc")
        if name == "gridBefore" and first is not None:
            first.addprevious(cell)
        else:
            row.append(cell)


def _table_of(row: Element) -> Element:
    return next(row.iterancestors(f"{WORD}tbl"))


def _width(row: Element) -> int:
    """The number of columns a row takes."""
    return sum(_number(cell.find(f"{WORD}tcPr/{WORD}gridSpan"), 1) for cell in row.iterchildren(f"{WORD}tc"))


def _number(element: Element | None, otherwise: int) -> int:
    said = element.get(f"{WORD}val", "") if element is not None else ""
    return min(int(said), 63) if said.isdigit() and int(said) else otherwise
