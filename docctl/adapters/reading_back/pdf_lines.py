"""The order in which the pieces of text of a PDF's page are read."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from docctl.adapters.reading_back.pdf_pieces import Piece
from docctl.domain.reading_forms import is_right_to_left

_LINE_APART = 0.5
"""In lines: pieces that stand further apart in height are not on the same line."""


def in_logical_order(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces of one tag as they are read: on a line with right-to-left text, from the right."""
    if len(pieces) < 2:
        return list(pieces)
    if not any(is_right_to_left(piece.text) for piece in pieces):
        return _with_signs_in_place(pieces)
    ordered: list[Piece] = []
    for line in _lines(pieces):
        if any(is_right_to_left(piece.text) for piece in line):
            ordered.extend(_from_the_right(line))
        else:
            ordered.extend(line)
    return ordered


def _lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = []
    at = None
    for piece in pieces:
        _, bottom, _, top = piece.box
        if at is None or abs(bottom - at) > _LINE_APART * max(top - bottom, 1):
            lines.append([])
        at = bottom
        lines[-1].append(piece)
    return lines


def _from_the_right(line: Sequence[Piece]) -> list[Piece]:
    """Put the pieces of a line from right to left, but those without right-to-left letters side by side as they are."""
    groups: list[list[Piece]] = []
    for piece in sorted(line, key=lambda piece: piece.start):
        is_other = not is_right_to_left(piece.text) and any(letter.isalnum() for letter in piece.text)
        if is_other and groups and not is_right_to_left(groups[-1][-1].text):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [piece for group in reversed(groups) for piece in group]


def _with_signs_in_place(pieces: Sequence[Piece]) -> list[Piece]:
    """Put the signs of another font, which are drawn behind the rest of their line, between its letters."""
    ordered: list[Piece] = []
    for count, line in groupby(pieces, key=lambda piece: piece.line):
        if not count:
            ordered.extend(line)
            continue
        drawn = sorted(((*cluster, piece) for piece in line for cluster in piece.clusters), key=lambda each: each[0])
        for _, told in groupby(drawn, key=lambda each: id(each[2])):
            parts = list(told)
            ordered.append(replace(parts[0][2], text="".join(said for _, said, _ in parts)))
    return ordered
