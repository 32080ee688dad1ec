"""What the pieces of text of a PDF's page say, in the order in which they are read."""

import ctypes
from collections.abc import Callable, Sequence

import pypdfium2.raw as pdfium

from docctl.adapters.reading_back.pdf_pieces import Piece
from docctl.domain.reading_forms import LINE_END, is_right_to_left

UNKNOWN = "\ufffd"
"""A sign of which the file does not say what letter it is."""
_PRIVATE = "\ue000"
_LINE_APART = 0.5
"""In lines: pieces that stand further apart in height are not on the same line."""


def _quick(function: object, gives: type) -> Callable[[object, int], int]:
    """A function of PDFium that is called for every letter, without what costs time around it."""
    place = ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]
    return ctypes.PYFUNCTYPE(gives, ctypes.c_void_p, ctypes.c_int)(place)  # type: ignore[arg-type,return-value]


_GET_UNICODE = _quick(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
_GET_OBJECT = _quick(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)


def letters_of(page: object, pieces: Sequence[Piece]) -> None:
    """Let each piece say what PDFium reads in it, and how far to the right it starts."""
    by_address = {piece.address: piece for piece in pieces}
    said: dict[int, list[str]] = {}
    places: dict[int, list[int]] = {}
    text = pdfium.FPDFText_LoadPage(page)
    try:
        of = 0
        for place in range(pdfium.FPDFText_CountChars(text)):
            letter = chr(_GET_UNICODE(text, place))
            if letter <= " " or letter >= _PRIVATE:
                if pdfium.FPDFText_IsGenerated(text, place) == 1:
                    said.setdefault(of, []).append(LINE_END)
                    continue
                letter = _unusual(text, place, letter)
            of = _GET_OBJECT(text, place) or 0
            said.setdefault(of, []).append(letter)
            places.setdefault(of, []).append(place)
        is_any_right_to_left = any(is_right_to_left("".join(letters)) for letters in said.values())
        for address, letters in said.items():
            piece = by_address.get(address)
            if piece is None:
                continue
            piece.text = _whole("".join(letters))
            if is_any_right_to_left and address in places:
                _order(text, piece, letters, places[address])
    finally:
        pdfium.FPDFText_ClosePage(text)


def _unusual(text: object, place: int, letter: str) -> str:
    if letter != " " and pdfium.FPDFText_HasUnicodeMapError(text, place) == 1:
        return UNKNOWN
    return {"\x02": "-", "\0": UNKNOWN}.get(letter, letter)


def _order(text: object, piece: Piece, letters: list[str], places: list[int]) -> None:
    """Where right-to-left text stands on the page, put letters of a piece without any from left to right."""
    starts = [_start(text, place) for place in places]
    piece.start = max(starts)
    if not is_right_to_left(piece.text) and starts != sorted(starts):
        drawn = [letter for letter in letters if letter != LINE_END]
        ordered = sorted(zip(starts, drawn, strict=True), key=lambda pair: pair[0])
        piece.text = _whole("".join(letter for _, letter in ordered)) + LINE_END


def _start(text: object, place: int) -> float:
    across, up = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, place, across, up)
    return across.value


def _whole(text: str) -> str:
    """Put letters together that PDFium gives in two halves."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def in_logical_order(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces of one tag as they are read: on a line with right-to-left text, from the right."""
    if len(pieces) < 2 or not any(is_right_to_left(piece.text) for piece in pieces):
        return list(pieces)
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
