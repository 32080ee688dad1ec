"""The order in which the pieces of text of a PDF's page are read."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from docctl.adapters.reading_back.pdf_pieces import Piece
from docctl.domain.issued_files.reading_forms import is_right_to_left
from docctl.domain.issued_files.readings import LINE_END

_GAP = 0.15
_NEAR = 0.25
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
        height = piece.box[1] if piece.height is None else piece.height
        if at is None or abs(height - at) > _LINE_APART * piece.size:
            lines.append([])
        at = height
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
    joined: list[Piece] = []
    for piece in (piece for group in reversed(groups) for piece in group):
        if joined and _is_told_twice(joined[-1], piece):
            continue
        if joined and _is_one_word(joined[-1], piece):
            said = joined.pop().text.rstrip(LINE_END)
            joined.append(replace(piece, text=said + piece.text))
        else:
            joined.append(piece)
    return joined


def _is_told_twice(before: Piece, after: Piece) -> bool:
    """Say whether two signs drawn in one place, a letter and its mark, each tell of both."""
    said = after.text.strip(LINE_END)
    is_same = len(said) > 1 and len(set(said)) > 1 and before.text.strip(LINE_END).endswith(said)
    return is_same and abs(before.start - after.start) < _NEAR * after.size


def _is_one_word(before: Piece, after: Piece) -> bool:
    """Say whether the letters of two pieces, from right to left, stand as close as those of one word."""
    texts = before.text.rstrip(LINE_END), after.text
    if not all(is_right_to_left(text) for text in texts) or texts[0][-1:].isspace() or texts[1][:1].isspace():
        return False
    return before.box[0] - after.box[2] < _GAP * after.size


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
