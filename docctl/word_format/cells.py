"""Cells of tables that a tracked change took out, set beside others or joined, and the columns that go with them."""

from collections.abc import Iterator

from docctl.word_format.markup import WORD, Element

_Cell = tuple[Element, range]
_BEFORE_JOINED = tuple(f"{WORD}{name}" for name in ("cnfStyle", "tcW", "gridSpan", "hMerge"))


def marked_cells(root: Element, mark: str) -> list[Element]:
    """Return the cells that carry a mark of a tracked change."""
    return [found.getparent().getparent() for found in root.iterfind(f".//{WORD}tc/{WORD}tcPr/{WORD}{mark}")]


def deleted_cells(root: Element) -> list[Element]:
    """Return the cells that a tracked change took out."""
    return marked_cells(root, "cellDel")


def covered_cells(root: Element) -> Iterator[Element]:
    """Yield the cells that Word hides, because the cell above reaches over them."""
    for joined in root.iter(f"{WORD}vMerge", f"{WORD}cellMerge"):
        cell, row = joined.getparent().getparent(), next(joined.iterancestors(f"{WORD}tr"), None)
        is_first = row is None or next(row.itersiblings(f"{WORD}tr", preceding=True), None) is None
        if not is_first and _is_continued(cell):
            yield cell


def _is_continued(cell: Element) -> bool:
    """Say whether a cell goes on the one above, as it stands once tracked changes are accepted."""
    change, joined = (cell.find(f"{WORD}tcPr/{WORD}{name}") for name in ("cellMerge", "vMerge"))
    if change is not None:
        return bool(change.get(f"{WORD}vMerge") == "cont")
    return joined is not None and joined.get(f"{WORD}val") != "restart"


def take_out_cells(cells: list[Element]) -> None:
    """Take cells out of their tables; a column in which nothing is left goes too."""
    gone = set(cells)
    for table in dict.fromkeys(next(cell.iterancestors(f"{WORD}tbl")) for cell in cells):
        rows = [list(_cells_of(row)) for row in table.iter(f"{WORD}tr") if _table_of(row) is table]
        columns = _columns_left_empty(rows, gone)
        for cell, taken in (each for row in rows for each in row):
            if cell in gone:
                cell.getparent().remove(cell)
            elif len(taken) > 1:
                _span(cell, len(set(taken) - columns))
        for place, column in enumerate(table.findall(f"{WORD}tblGrid/{WORD}gridCol")):
            if place in columns:
                column.getparent().remove(column)
        for row in [row for row in table.iter(f"{WORD}tr") if _table_of(row) is table]:
            if next(row.iter(f"{WORD}tc"), None) is None:
                row.getparent().remove(row)


def join_cells(root: Element, *, accept: bool = True) -> None:
    """Let cells that a tracked change joined or parted stand as they do once it is accepted, or rejected."""
    for change in list(root.iter(f"{WORD}cellMerge")):
        properties = change.getparent()
        for old in properties.findall(f"{WORD}vMerge"):
            properties.remove(old)
        state = change.get(f"{WORD}vMerge" if accept else f"{WORD}vMergeOrig")
        if state is None:
            properties.remove(change)
            continue
        change.tag = f"{WORD}vMerge"
        change.attrib.clear()
        change.set(f"{WORD}val", "restart" if state == "rest" else "continue")
        properties.remove(change)
        properties.insert(sum(1 for each in properties if each.tag in _BEFORE_JOINED), change)


def _table_of(row: Element) -> Element:
    return next(row.iterancestors(f"{WORD}tbl"))


def _cells_of(row: Element) -> Iterator[_Cell]:
    """Yield the cells of a row with the columns of the grid that each takes."""
    place = _number(row.find(f"{WORD}trPr/{WORD}gridBefore"), 0)
    for cell in row.iter(f"{WORD}tc"):
        if next(cell.iterancestors(f"{WORD}tr")) is row:
            width = max(1, min(_number(cell.find(f"{WORD}tcPr/{WORD}gridSpan"), 1), 63))
            yield cell, range(place, place + width)
            place += width


def _columns_left_empty(rows: list[list[_Cell]], gone: set[Element]) -> set[int]:
    """Return the columns of cells that go where no cell that stays stands alone; of a joined cell one column stays."""
    kept = [columns for row in rows for cell, columns in row if cell not in gone]
    empty = {column for row in rows for cell, columns in row if cell in gone for column in columns}
    empty -= {column for columns in kept if len(columns) == 1 for column in columns}
    for columns in kept:
        if empty.issuperset(columns):
            empty.discard(columns[0])
    return empty


def _span(cell: Element, width: int) -> None:
    mark = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
    if width > 1:
        mark.set(f"{WORD}val", str(width))
    else:
        mark.getparent().remove(mark)


def _number(found: Element | None, otherwise: int) -> int:
    said = found.get(f"{WORD}val", "") if found is not None else ""
    return int(said) if said.isdigit() else otherwise
