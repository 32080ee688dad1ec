"""The signs that the pieces of text of a PDF's page draw: each letter with its marks, and the place it takes."""

import ctypes
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import pypdfium2.raw as pdfium

from docctl.adapters.reading_back.pdf_pieces import Piece, Sign
from docctl.domain.issued_files.reading_forms import has_marks, is_right_to_left, marks_apart
from docctl.domain.issued_files.readings import LINE_END

_LIGATURES = frozenset(
    letters
    for code in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD))
    if len(letters := unicodedata.normalize("NFKC", chr(code))) > 1 and letters.replace(" ", "").isalpha()
)
"""What Arabic draws as one sign, from two letters to a whole sentence, letter by letter."""
_NEAR = 0.6
"""In widths of a letter: marks that are drawn apart from it stand no further from its middle."""


def find_signs(
    text: object, pieces: Sequence[Piece], said: Mapping[int, Sequence[str]], places: Mapping[int, Sequence[int]]
) -> None:  # fmt: skip
    """Let each piece of a page tell its signs, from the left, and tell nothing again that another has told.

    Of a piece that is a space and nothing else PDFium says nothing.
    """
    turns = any(is_right_to_left(piece.text) for piece in pieces)
    stretches = set[int]()
    for piece in pieces:
        if piece.stated is not None:
            if piece.stated.stretch not in stretches:
                piece.signs = list(_stated(piece))
            stretches.add(piece.stated.stretch)
        elif not piece.text and not piece.is_artifact:
            piece.signs = [Sign(" ", piece.across, piece.across, piece.height, piece.size)]
        elif piece.address in places:
            letters = [letter for letter in said[piece.address] if letter != LINE_END]
            piece.signs = list(_drawn(text, piece.size, letters, places[piece.address]))
            if turns:
                piece.signs.sort(key=lambda sign: sign.left)
    _tell_once(pieces)
    if turns:
        for piece in pieces:
            if piece.text and piece.signs and not is_right_to_left(piece.text):
                piece.text = "".join(sign.text for sign in piece.signs) + LINE_END


def _stated(piece: Piece) -> Iterator[Sign]:
    if piece.stated is not None and piece.stated.text:
        left, _, right, _ = piece.box
        yield Sign(_as_written(piece.stated.text), left, right, piece.height, piece.size, is_whole=False)


def _drawn(text: object, size: float, letters: Sequence[str], places: Sequence[int]) -> Iterator[Sign]:
    """Yield the letters of a piece, those that are drawn as one together: PDFium tells them from the left.

    A space that it adds where it sees a gap, or reads before a word that is drawn elsewhere, stands where a letter
    stands and is no wider than nothing.
    """
    together: dict[tuple[float, float], list[tuple[str, int]]] = {}
    for letter, place in zip(letters, places, strict=True):
        together.setdefault(origin_of(text, place), []).append((letter, place))
    across = [left for left, _ in together]
    is_turned = across[0] >= across[-1]
    for (left, height), of in together.items():
        told = "".join(letter for letter, _ in of).strip(" ") or " "
        told = _as_written(whole(told[::-1] if is_turned and is_right_to_left(told) else told))
        yield Sign(told, left, max(_right_side(text, at) for _, at in of), height, size)


def _as_written(told: str) -> str:
    """Put the letter of a sign before its marks, and those that Arabic draws as one in the order that they are read in.

    PDFium takes a sign that stands for several letters apart after it has turned the line.
    """
    letters = told.lstrip(marks_apart(told)[1])
    if letters not in _LIGATURES and letters[::-1] in _LIGATURES:
        letters = letters[::-1]
    return unicodedata.normalize("NFC", letters + told[: len(told) - len(letters)])


def _tell_once(pieces: Sequence[Piece]) -> None:
    """Take out what is told again: a letter and its marks, drawn by pieces of their own, each tell of all of them."""
    drawn = [(piece, sign) for piece in pieces for sign in piece.signs]
    for text, together in groupby(drawn, key=lambda each: each[1].text):
        found = list(together)
        if len(found) < 2 or len(text) < 2 or not has_marks(text):
            continue
        for piece, sign in _told_again(found):
            piece.signs = [each for each in piece.signs if each is not sign]
            piece.text = "".join(each.text for each in piece.signs) + LINE_END


def _told_again(found: Sequence[tuple[Piece, Sign]]) -> Iterator[tuple[Piece, Sign]]:
    """Yield the marks among signs that say the same: what stands on a wider one, which is the letter itself."""
    letters: list[Sign] = []
    for piece, sign in sorted(found, key=lambda each: each[1].left - each[1].right):
        middle = (sign.left + sign.right) / 2
        if any(abs(middle - (on.left + on.right) / 2) < _NEAR * (on.right - on.left) for on in letters):
            yield piece, sign
        else:
            letters.append(sign)


def _right_side(text: object, place: int) -> float:
    """Return where a letter ends, so that the next one begins there."""
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, place, box)
    return float(box.right)


def origin_of(text: object, place: int) -> tuple[float, float]:
    """Return where a letter of a page is set, across and up."""
    across, up = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, place, across, up)
    return across.value, up.value


def whole(text: str) -> str:
    """Put letters together that PDFium gives in two halves."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
