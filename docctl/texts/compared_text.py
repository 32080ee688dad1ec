"""A comparison as it is read: pieces of page text, inline or side by side, and the sections that were touched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from docctl.texts.differences import (
    ADDED,
    CHANGED,
    MOVED_AWAY,
    MOVED_HERE,
    REMOVED,
    ROW,
    SAME,
    BlockChange,
    Run,
)
from docctl.texts.text_blocks import CODE, FOOTNOTE, HEADING, ITEM, PICTURE, QUOTE

TABLE = "table"
OLD, NEW, INLINE = "old", "new", "inline"
_MARKS = {
    ADDED: ("ins", "diff-added"),
    MOVED_HERE: ("ins", "diff-added diff-moved"),
    REMOVED: ("del", "diff-removed"),
    MOVED_AWAY: ("del", "diff-removed diff-moved"),
}
_LEFT_OUT = {OLD: (ADDED, MOVED_HERE), NEW: (REMOVED, MOVED_AWAY), INLINE: ()}
_TAGS = {CODE: ("pre", ""), QUOTE: ("blockquote", ""), FOOTNOTE: ("p", "diff-footnote"), PICTURE: ("p", "diff-picture")}


@dataclass(frozen=True)
class Piece:
    """A block or a whole table of a comparison, as safe page text for each view."""

    change: str
    kind: str
    section: str
    anchor: str
    inline: str
    old_side: str
    new_side: str


@dataclass(frozen=True)
class SectionTouched:
    """A section in which something changed, and by how many words; moved counts blocks."""

    title: str
    anchor: str
    added: int
    removed: int
    moved: int


def pieces_of(changes: Iterable[BlockChange]) -> tuple[Piece, ...]:
    """Return the pieces of a comparison in reading order; the rows of a table are one piece."""
    pieces: list[Piece] = []
    for is_row, group in groupby(changes, key=lambda change: change.block.kind == ROW):
        if is_row:
            pieces.extend(_table(rows) for rows in _tables(list(group)))
        else:
            pieces.extend(_block(change) for change in group)
    return tuple(pieces)


def sections_touched(changes: Iterable[BlockChange]) -> tuple[SectionTouched, ...]:
    """Return the sections in which something changed, in reading order."""
    touched: dict[tuple[str, str], list[int]] = {}
    for change in changes:
        if change.change == SAME:
            continue
        counts = touched.setdefault((change.block.section, change.block.anchor), [0, 0, 0])
        counts[0] += change.words(ADDED)
        counts[1] += change.words(REMOVED)
        counts[2] += change.change == MOVED_HERE
    return tuple(SectionTouched(title, anchor, *counts) for (title, anchor), counts in touched.items())


def without_far_context(pieces: Sequence[Piece], around: int = 2) -> tuple[Piece | None, ...]:
    """Return the pieces that changed and those near them; None stands for what is left out."""
    near = {
        place + step
        for place, piece in enumerate(pieces)
        if piece.change != SAME
        for step in range(-around, around + 1)
    }
    shown: list[Piece | None] = []
    for place, piece in enumerate(pieces):
        if place in near:
            shown.append(piece)
        elif not shown or shown[-1] is not None:
            shown.append(None)
    return tuple(shown)


def _block(change: BlockChange) -> Piece:
    block = change.block
    tag, css = _TAGS.get(block.kind, ("p", ""))
    if block.kind == HEADING:
        tag = f"h{min(max(block.level, 2), 6)}"
    elif block.kind == ITEM:
        css = f"diff-item diff-level-{min(block.level, 6)}"
    opening = f'<{tag} class="{css}">' if css else f"<{tag}>"

    def side(which: str) -> str:
        text = _cell(change, change.cells[0], which)
        return f"{opening}{text}</{tag}>" if text else ""

    return Piece(change.change, block.kind, block.section, block.anchor, side(INLINE), side(OLD), side(NEW))


def _tables(rows: list[BlockChange]) -> Iterable[list[BlockChange]]:
    """Part rows that follow one another into the tables they belong to."""
    part: list[BlockChange] = []
    old_table = new_table = None
    for row in rows:
        old = row.old.table if row.old is not None else None
        new = row.new.table if row.new is not None else None
        if part and not (_may_be(old, old_table) and _may_be(new, new_table)):
            yield part
            part, old_table, new_table = [], None, None
        part.append(row)
        old_table = old_table if old is None else old
        new_table = new_table if new is None else new
    if part:
        yield part


def _may_be(table: int | None, before: int | None) -> bool:
    """Say whether a row belongs to the table before it, as far as one side knows."""
    return table is None or before is None or table == before


def _table(rows: list[BlockChange]) -> Piece:
    kinds = {row.change for row in rows}
    change = kinds.pop() if len(kinds) == 1 else CHANGED
    return Piece(
        change,
        TABLE,
        rows[0].block.section,
        rows[0].block.anchor,
        _table_side(rows, INLINE),
        _table_side(rows, OLD),
        _table_side(rows, NEW),
    )


def _table_side(rows: list[BlockChange], which: str) -> str:
    lines = []
    for row in rows:
        if row.change in _LEFT_OUT[which]:
            continue
        cells = [cell for cell in row.cells if which == INLINE or _is_on(cell, which)]
        lines.append("<tr>" + "".join(f"<td>{_cell(row, cell, which)}</td>" for cell in cells) + "</tr>")
    return f'<table class="diff-table"><tbody>{"".join(lines)}</tbody></table>' if lines else ""


def _is_on(cell: tuple[Run, ...], which: str) -> bool:
    """Say whether a cell was there on a side; an empty cell was there on both."""
    return not cell or any(run.change not in _LEFT_OUT[which] for run in cell)


def _cell(change: BlockChange, runs: Iterable[Run], which: str) -> str:
    parts = []
    for run in runs:
        kind = change.change if change.change in (MOVED_AWAY, MOVED_HERE) else run.change
        if kind in _LEFT_OUT[which] or not run.text:
            continue
        text = escape(run.text)
        if kind in _MARKS:
            tag, css = _MARKS[kind]
            kept = text.rstrip()
            text = f'<{tag} class="{css}">{kept}</{tag}>{text[len(kept) :]}'
        parts.append(text)
    return "".join(parts)
