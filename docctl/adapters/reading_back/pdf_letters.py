"""What the pieces of text of a PDF's page say, letter by letter."""

import ctypes
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

import pypdfium2.raw as pdfium

from docctl.adapters.reading_back.pdf_pieces import Piece
from docctl.adapters.reading_back.pdf_signs import find_signs, origin_of, whole
from docctl.domain.issued_files.reading_forms import has_marks, is_right_to_left
from docctl.domain.issued_files.readings import LINE_END

UNKNOWN = "\ufffd"
"""A sign of which the file does not say what letter it is."""
_PRIVATE = "\ue000"
_SECOND_HALF = "\udc00"
"""PDFium tells a letter beyond the first 65,536 in two halves; here begin those that come second."""


def _quick(function: object, gives: type) -> Callable[[object, int], int]:
    """A function of PDFium that is called for every letter, without what costs time around it."""
    place = ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]
    return ctypes.PYFUNCTYPE(gives, ctypes.c_void_p, ctypes.c_int)(place)  # type: ignore[arg-type]


_GET_UNICODE = _quick(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
_GET_OBJECT = _quick(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)


def letters_of(page: object, pieces: Sequence[Piece]) -> bool:
    """Let each piece say what PDFium reads in it; return whether they tell their signs, as letters with marks need."""
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
            if _SECOND_HALF <= letter < _PRIVATE and said.get(of):
                said[of][-1] = whole(said[of][-1] + letter)
                continue
            of = _GET_OBJECT(text, place) or 0
            said.setdefault(of, []).append(letter)
            places.setdefault(of, []).append(place)
        _without_covered_spaces(text, pieces, said, places)
        for address, letters in said.items():
            if address in by_address:
                by_address[address].text = whole("".join(letters))
        _take_what_is_stated(pieces, places)
        for count, piece in _sharing_a_line(text, pieces, places):
            piece.line, piece.clusters = (
                count,
                tuple(_clusters(text, piece, said[piece.address], places[piece.address])),
            )
        has_signs = any(has_marks(piece.text) or is_right_to_left(piece.text) for piece in pieces)
        if has_signs:
            find_signs(text, pieces, said, places)
        return has_signs
    finally:
        pdfium.FPDFText_ClosePage(text)


def _take_what_is_stated(pieces: Sequence[Piece], places: Mapping[int, Sequence[int]]) -> None:
    """Read what is stated in place of letters where PDFium does not, because the same was stated before it."""
    told = set[int]()
    for piece in pieces:
        if piece.stated is not None and piece.stated.stretch not in told:
            told.add(piece.stated.stretch)
            if piece.address not in places and not piece.is_artifact:
                piece.text = piece.stated.text + LINE_END


def _unusual(text: object, place: int, letter: str) -> str:
    if letter != " " and pdfium.FPDFText_HasUnicodeMapError(text, place) == 1:
        return UNKNOWN
    return {"\x02": "-", "\0": UNKNOWN}.get(letter, letter)


def _without_covered_spaces(
    text: object, pieces: Sequence[Piece], said: dict[int, list[str]], places: dict[int, list[int]]
) -> None:  # fmt: skip
    """Take out spaces that are drawn at the same place as letters: LibreOffice puts them where the font changes."""
    drawn = [piece for piece in pieces if piece.address in places]
    for place, space in enumerate(drawn):
        if "".join(said[space.address]).strip(LINE_END) != " ":
            continue
        left, right = _sides(text, places[space.address][0])
        _, height = origin_of(text, places[space.address][0])
        beside = (
            of for piece in drawn[max(0, place - 1) : place + 2] if piece is not space for of in places[piece.address]
        )
        origins = (origin_of(text, of) for of in beside if unicodedata.category(chr(_GET_UNICODE(text, of)))[0] != "M")
        if any(left - 1 < start < left + (right - left) / 4 and abs(up - height) < 1 for start, up in origins):
            said[space.address] = [LINE_END]
    for space in drawn:
        if said[space.address] == [LINE_END]:
            del places[space.address]


def _sides(text: object, place: int) -> tuple[float, float]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(text, place, left, right, bottom, top)
    return left.value, right.value


def _sharing_a_line(text: object, pieces: Sequence[Piece], places: dict[int, list[int]]) -> Iterator[tuple[int, Piece]]:
    """Yield pieces that are drawn between the letters of others on a line, as signs of another font are."""
    drawn = [piece for piece in pieces if piece.number >= 0 and piece.address in places]
    ends = [[piece.along_line(origin_of(text, places[piece.address][at])) for at in (0, -1)] for piece in drawn]
    lines = groupby(zip(drawn, ends, strict=True), key=lambda each: (each[0].number, round(each[1][0][1], 1)))
    for count, (_, told) in enumerate(lines, 1):
        line = list(told)
        is_in_order = all(one[1][1][0] <= other[1][0][0] for one, other in pairwise(line))
        if not is_in_order and not any(is_right_to_left(piece.text) for piece, _ in line):
            yield from ((count, piece) for piece, _ in line)


def _clusters(
    text: object, piece: Piece, letters: Sequence[str], places: Sequence[int]
) -> Iterator[tuple[float, str]]:  # fmt: skip
    """Yield each letter with its marks, and what may be a space behind it, and where it starts."""
    waiting, start, said = iter(places), 0.0, ""
    for letter in letters:
        place = next(waiting) if letter != LINE_END else -1
        if said and (place < 0 or unicodedata.category(letter)[0] == "M"):
            said += letter
            continue
        if said:
            yield start, whole(said)
        start, said = piece.along_line(origin_of(text, place))[0] if place >= 0 else start, letter
    yield start, whole(said)
