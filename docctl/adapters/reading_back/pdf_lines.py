"""The order in which the pieces of text of a PDF's page are read, and the lines that its signs stand in."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from docctl.adapters.reading_back.pdf_pieces import Piece, Sign
from docctl.domain.issued_files.lines_from_right import seen_from_left
from docctl.domain.issued_files.readings import LINE_END
from docctl.texts.invisible_characters import without_invisible

_GAP = 0.15
"""In sizes of letters: signs that stand further apart have a space between them."""
_LINE_APART = 0.5
"""In sizes of letters: signs that stand further apart in height are not on the same line."""


class Drawn(NamedTuple):
    """What a piece of tagged content says, on which page, its signs where they are known, and what stands around it."""

    text: str
    page: int
    signs: tuple[Sign, ...] | None
    around: str = ""


def seen_lines(drawn: Iterable[Drawn]) -> tuple[str, ...]:
    """Return what is seen of each line, sign by sign from the left."""
    pages = groupby(drawn, key=lambda each: each.page)
    signs = ([sign for each in of_page for sign in each.signs or ()] for _, of_page in pages)
    return tuple(_seen(line) for of_page in signs for line in _lines(of_page))


def said_with_gaps(drawn: Iterable[Drawn]) -> str:
    """Return what is said where pieces follow each other as they are read, with a space wherever a gap is drawn."""
    said, page = "", -1
    before: Sign | None = None
    for each in drawn:
        said += each.around
        for sign in each.signs or ():
            if before is not None and (each.page != page or not _is_beside(before, sign)):
                said += LINE_END
            else:
                said += _gap(before, sign)
            said += sign.text
            before, page = _last(before, sign), each.page
        said += each.around
    return said


def _lines(signs: Sequence[Sign]) -> list[list[Sign]]:
    lines: list[list[Sign]] = []
    for sign in signs:
        own = next((line for line in reversed(lines) if _is_beside(line[0], sign)), None)
        if own is None:
            lines.append([sign])
        else:
            own.append(sign)
    return sorted(lines, key=lambda line: -line[0].height)


def _is_beside(one: Sign, other: Sign) -> bool:
    return abs(one.height - other.height) < _LINE_APART * max(one.size, other.size)


def _seen(line: Iterable[Sign]) -> str:
    said = ""
    before: Sign | None = None
    for sign in sorted(line, key=lambda sign: sign.left + sign.right):
        if without_invisible(sign.text):
            said += _gap(before, sign) + seen_from_left(sign.text)
            before = _last(before, sign)
    return said


def _gap(before: Sign | None, sign: Sign) -> str:
    """The space between two signs, which is one for sure where it is known where both begin and end."""
    if before is None or _is_mark(sign) or sign.left - before.right <= _GAP * sign.size:
        return ""
    return " " if sign.is_whole and before.is_whole else LINE_END


def _last(before: Sign | None, sign: Sign) -> Sign | None:
    return before if _is_mark(sign) else sign


def _is_mark(sign: Sign) -> bool:
    return unicodedata.category(sign.text[0]) == "Mn"


def in_logical_order(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces of one tag as they are read: signs of another font, drawn behind the rest, between its letters."""
    if len(pieces) < 2:
        return list(pieces)
    ordered: list[Piece] = []
    # A sign that nobody sees, as that which makes a heart an emoji, stands on no line and parts none.
    drawn_text = (piece for piece in pieces if piece.line or without_invisible(piece.text).strip(LINE_END))
    for count, line in groupby(drawn_text, key=lambda piece: piece.line):
        if not count:
            ordered.extend(line)
            continue
        drawn = sorted(((*cluster, piece) for piece in line for cluster in piece.clusters), key=lambda each: each[0])
        for _, told in groupby(drawn, key=lambda each: id(each[2])):
            parts = list(told)
            ordered.append(replace(parts[0][2], text="".join(said for _, said, _ in parts)))
    return ordered
