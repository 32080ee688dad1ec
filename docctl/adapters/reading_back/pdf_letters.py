"""What the pieces of text of a PDF's page say, letter by letter."""

import ctypes
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

import pypdfium2.raw as pdfium

from docctl.adapters.reading_back.pdf_pieces import Piece
from docctl.domain.issued_files.reading_forms import is_right_to_left
from docctl.domain.issued_files.readings import LINE_END

UNKNOWN = "\ufffd"
"""A sign of which the file does not say what letter it is."""
_PRIVATE = "\ue000"
_GAP = 0.15
"""In sizes of letters: right-to-left letters that stand further apart may belong to two words."""


def _quick(function: object, gives: type) -> Callable[[object, int], int]:
    """A function of PDFium that is called for every letter, without what costs time around it."""
    place = ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]
    return ctypes.PYFUNCTYPE(gives, ctypes.c_void_p, ctypes.c_int)(place)  # type: ignore[arg-type]


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
        _without_covered_spaces(text, pieces, said, places)
        is_any_right_to_left = any(is_right_to_left("".join(letters)) for letters in said.values())
        for address, letters in said.items():
            piece = by_address.get(address)
            if piece is None:
                continue
            piece.text = _whole("".join(letters))
            if is_any_right_to_left and address in places:
                _order(text, piece, letters, places[address])
        for count, piece in _sharing_a_line(text, pieces, places):
            piece.line, piece.clusters = count, tuple(_clusters(text, said[piece.address], places[piece.address]))
    finally:
        pdfium.FPDFText_ClosePage(text)


def _unusual(text: object, place: int, letter: str) -> str:
    if letter != " " and pdfium.FPDFText_HasUnicodeMapError(text, place) == 1:
        return UNKNOWN
    return {"\x02": "-", "\0": UNKNOWN}.get(letter, letter)


def _order(text: object, piece: Piece, letters: list[str], places: list[int]) -> None:
    """Where right-to-left text stands on the page, put the letters of each piece in their order."""
    starts = [_origin(text, place)[0] for place in places]
    piece.start, piece.height = max(starts), _origin(text, places[0])[1]
    if is_right_to_left(piece.text):
        piece.text = _whole("".join(_from_the_right(text, letters, places, piece.size * _GAP))) + LINE_END
    elif starts != sorted(starts):
        drawn = [letter for letter in letters if letter != LINE_END]
        ordered = sorted(zip(starts, drawn, strict=True), key=lambda pair: pair[0])
        piece.text = _whole("".join(letter for _, letter in ordered)) + LINE_END


def _from_the_right(text: object, letters: list[str], places: list[int], gap: float) -> Iterator[str]:
    """Yield right-to-left letters: PDFium turns those of a ligature round, and misses spaces behind wide letters."""
    drawn = list(zip((letter for letter in letters if letter != LINE_END), places, strict=True))
    signs = [list(sign) for _, sign in groupby(drawn, key=lambda pair: (pair[0] == " ", _origin(text, pair[1])))]
    starts = [_origin(text, sign[0][1])[0] for sign in signs]
    if starts[0] < starts[-1] and all(_runs_from_the_right(letter) for letter, _ in drawn):
        signs.reverse()
    else:
        signs = [sign[::-1] for sign in signs]
    edge = None
    for sign in signs:
        left, right = _sides(text, sign[0][1])
        is_space = sign[0][0] == " "
        if edge is not None and edge - right > gap and not is_space:
            yield LINE_END
        edge = left if not is_space else None
        yield from (letter for letter, _ in sign)


def _runs_from_the_right(letter: str) -> bool:
    return unicodedata.bidirectional(letter) not in ("L", "EN", "AN")


def _without_covered_spaces(
    text: object, pieces: Sequence[Piece], said: dict[int, list[str]], places: dict[int, list[int]]
) -> None:  # fmt: skip
    """Take out spaces that are drawn at the same place as letters: LibreOffice puts them where the font changes."""
    drawn = [piece for piece in pieces if piece.address in places]
    for place, space in enumerate(drawn):
        if "".join(said[space.address]).strip(LINE_END) != " ":
            continue
        left, right = _sides(text, places[space.address][0])
        _, height = _origin(text, places[space.address][0])
        beside = (
            of for piece in drawn[max(0, place - 1) : place + 2] if piece is not space for of in places[piece.address]
        )
        origins = (_origin(text, of) for of in beside if unicodedata.category(chr(_GET_UNICODE(text, of)))[0] != "M")
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
    ends = [[_origin(text, places[piece.address][at]) for at in (0, -1)] for piece in drawn]
    lines = groupby(zip(drawn, ends, strict=True), key=lambda each: (each[0].number, round(each[1][0][1], 1)))
    for count, (_, told) in enumerate(lines, 1):
        line = list(told)
        is_in_order = all(one[1][1][0] <= other[1][0][0] for one, other in pairwise(line))
        if not is_in_order and not any(is_right_to_left(piece.text) for piece, _ in line):
            yield from ((count, piece) for piece, _ in line)


def _clusters(text: object, letters: Sequence[str], places: Sequence[int]) -> Iterator[tuple[float, str]]:
    """Yield each letter with its marks, and what may be a space behind it, and where it starts."""
    waiting, start, said = iter(places), 0.0, ""
    for letter in letters:
        place = next(waiting) if letter != LINE_END else -1
        if said and (place < 0 or unicodedata.category(letter)[0] == "M"):
            said += letter
            continue
        if said:
            yield start, _whole(said)
        start, said = _origin(text, place)[0] if place >= 0 else start, letter
    yield start, _whole(said)


def _origin(text: object, place: int) -> tuple[float, float]:
    across, up = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, place, across, up)
    return across.value, up.value


def _whole(text: str) -> str:
    """Put letters together that PDFium gives in two halves."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
