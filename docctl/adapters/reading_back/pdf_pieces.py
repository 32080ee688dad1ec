"""The pieces of text that a PDF's page draws, one after the other, also within drawings that it uses as a whole."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2.raw as pdfium

_DEEPEST = 30
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
_SAME: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass
class Piece:
    """A piece of text: its number among the tagged content, how it is drawn and what it says.

    Where it shares its part of a line with others, ``line`` counts that line of the page, and ``clusters`` are its
    letters with their marks, and where each starts.
    """

    drawn: object
    number: int
    is_artifact: bool
    says_other: bool
    matrix: Matrix
    order: int
    text: str = ""
    start: float = 0
    height: float | None = None
    line: int = 0
    clusters: tuple[tuple[float, str], ...] = ()

    @property
    def address(self) -> int:
        """The place of the piece in memory, by which PDFium's letters name it."""
        return ctypes.cast(self.drawn, ctypes.c_void_p).value or 0  # type: ignore[arg-type]

    @property
    def size(self) -> float:
        """How large the letters are, in points."""
        size, place = ctypes.c_float(), pdfium.FS_MATRIX()
        pdfium.FPDFTextObj_GetFontSize(self.drawn, size)
        pdfium.FPDFPageObj_GetMatrix(self.drawn, place)
        return size.value * math.hypot(place.c, place.d) * math.hypot(self.matrix[2], self.matrix[3])

    @property
    def box(self) -> Box:
        """Left, bottom, right and top on the page."""
        return box_of(self.drawn, self.matrix)


@dataclass(frozen=True)
class Cover:
    """Something drawn that may cover what was drawn before it."""

    order: int
    box: Box


def pieces_of(page: object) -> list[Piece]:
    """Return the pieces of text of a page in the order in which they are drawn."""
    found: list[Piece] = []
    for place in range(pdfium.FPDFPage_CountObjects(page)):
        found.extend(_within(pdfium.FPDFPage_GetObject(page, place), -1, [], _SAME, place, 0))
    return found


def covers_of(page: object) -> list[Cover]:
    """Return the pictures and filled shapes of a page."""
    found = []
    for place in range(pdfium.FPDFPage_CountObjects(page)):
        each = pdfium.FPDFPage_GetObject(page, place)
        if pdfium.FPDFPageObj_GetType(each) in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH):
            found.append(Cover(place, box_of(each, _SAME)))
    return found


def box_of(drawn: object, matrix: Matrix) -> Box:
    """Return left, bottom, right and top of something drawn."""
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(drawn, *sides)
    left, bottom, right, top = (side.value for side in sides)
    if matrix == _SAME:
        return left, bottom, right, top
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    across, up = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(up), max(across), max(up)


def _within(
    each: object, number: int, marks: list[str], matrix: Matrix, order: int, depth: int
) -> Iterator[Piece]:  # fmt: skip
    own = pdfium.FPDFPageObj_GetMarkedContentID(each)
    number = own if own >= 0 else number
    kind = pdfium.FPDFPageObj_GetType(each)
    if kind == pdfium.FPDF_PAGEOBJ_TEXT:
        is_marked = number < 0 or pdfium.FPDFPageObj_CountMarks(each) > 1
        marks = [*marks, *_marks(each)] if is_marked else marks
        yield Piece(each, number, number < 0 and "Artifact" in marks, "ActualText" in marks, matrix, order)
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
        marks = [*marks, *_marks(each)]
        inner = _times(_matrix(each), matrix)
        for place in range(pdfium.FPDFFormObj_CountObjects(each)):
            yield from _within(pdfium.FPDFFormObj_GetObject(each, place), number, marks, inner, order, depth + 1)


def _matrix(each: object) -> Matrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(each, found)
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    k, m, n, o, p, q = outer
    return a * k + b * n, a * m + b * o, c * k + d * n, c * m + d * o, e * k + f * n + p, e * m + f * o + q


def _marks(each: object) -> list[str]:
    """The names of the marks of something drawn, and ActualText where one says what is to be read in its place."""
    found = []
    for place in range(pdfium.FPDFPageObj_CountMarks(each)):
        mark = pdfium.FPDFPageObj_GetMark(each, place)
        length = ctypes.c_ulong()
        pdfium.FPDFPageObjMark_GetName(mark, None, 0, length)
        room = (pdfium.FPDF_WCHAR * (length.value // 2 + 1))()
        pdfium.FPDFPageObjMark_GetName(mark, room, length.value, length)
        found.append(bytes(room)[: length.value].decode("utf-16-le", "replace").rstrip("\0"))
        if pdfium.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") != pdfium.FPDF_OBJECT_UNKNOWN:
            found.append("ActualText")
    return found
