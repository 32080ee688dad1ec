"""The pieces of text that a PDF's page draws, one after the other, also within drawings that it uses as a whole."""

import codecs
import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2.raw as pdfium

_DEEPEST = 30
_OPAQUE, _MOST_SEGMENTS = 255, 8
_MOST_OF_A_LINE = 0.6
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Colour = tuple[int, int, int, int]
_SAME: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class Stated:
    """What a file states is to be read in place of what it draws, and the stretch of drawing that states it."""

    text: str
    stretch: int


@dataclass(frozen=True)
class Sign:
    """What stands at one place of a line: a letter with its marks, letters drawn as one, or a space.

    ``is_whole`` where its sides are those between which the next signs are set, not only those of what is inked.
    """

    text: str
    left: float
    right: float
    height: float
    size: float
    is_whole: bool = True


@dataclass
class Piece:
    """A piece of text: its number among the tagged content, how it is drawn and what it says.

    Where it shares its part of a line with others, ``line`` counts that line of the page, and ``clusters`` are its
    letters with their marks, and where each starts. On pages with letters that run from the right or carry marks,
    ``signs`` are what it draws, from the left.
    """

    drawn: object
    number: int
    is_artifact: bool
    stated: Stated | None
    matrix: Matrix
    order: int
    text: str = ""
    line: int = 0
    clusters: tuple[tuple[float, str], ...] = ()
    signs: list[Sign] = field(default_factory=list)

    @property
    def says_other(self) -> bool:
        """Whether the file states another text for it than its letters."""
        return self.stated is not None

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
    def width(self) -> float:
        """How wide the letters are, as a share of the width that they have by their size."""
        place = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(self.drawn, place)
        high = math.hypot(place.c, place.d) * math.hypot(self.matrix[2], self.matrix[3])
        return math.hypot(place.a, place.b) * math.hypot(self.matrix[0], self.matrix[1]) / high if high else 1.0

    @property
    def across(self) -> float:
        """How far to the right on the page it begins."""
        return self._origin()[0]

    @property
    def height(self) -> float:
        """How high on the page its line stands."""
        return self._origin()[1]

    def _origin(self) -> tuple[float, float]:
        place = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(self.drawn, place)
        a, b, c, d, e, f = self.matrix
        return a * place.e + c * place.f + e, b * place.e + d * place.f + f

    def along_line(self, place: tuple[float, float]) -> tuple[float, float]:
        """Return how far along its line a place of the piece is and how high that stands, also in turned text."""
        turned = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(self.drawn, turned)
        across, up = place
        if abs(turned.b) <= abs(turned.a):
            return across, up
        return (up, -across) if turned.b > 0 else (-up, across)

    @property
    def box(self) -> Box:
        """Left, bottom, right and top on the page."""
        return box_of(self.drawn, self.matrix)


@dataclass(frozen=True)
class Cover:
    """Something drawn that may cover what was drawn before it, or be of the colour of what is drawn upon it."""

    order: int
    box: Box
    colour: Colour | None = None
    is_sheet: bool = False
    """Whether it is a filled rectangle that nothing behind it is seen through."""

    def hides_part_of(self, box: Box, size: float) -> bool:
        """Say whether a letter or more of a line of letters of a size is behind it, over most of its height."""
        across, up = (min(self.box[side + 2], box[side + 2]) - max(self.box[side], box[side]) for side in (0, 1))
        return self.is_sheet and across > size and up > _MOST_OF_A_LINE * (box[3] - box[1])

    def reaches_around(self, box: Box) -> bool:
        """Say whether it has a box within its own, but for a point."""
        left, bottom, right, top = box
        mine = self.box
        return mine[0] <= left + 1 and mine[1] <= bottom + 1 and mine[2] >= right - 1 and mine[3] >= top - 1


def pieces_of(page: object) -> list[Piece]:
    """Return the pieces of text of a page in the order in which they are drawn."""
    found: list[Piece] = []
    for place in range(pdfium.FPDFPage_CountObjects(page)):
        found.extend(_within(pdfium.FPDFPage_GetObject(page, place), -1, _Marks(), _SAME, place, 0))
    return found


def covers_of(page: object) -> list[Cover]:
    """Return the pictures and filled shapes of a page."""
    found = []
    for place in range(pdfium.FPDFPage_CountObjects(page)):
        each = pdfium.FPDFPage_GetObject(page, place)
        if pdfium.FPDFPageObj_GetType(each) in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH):
            found.append(Cover(place, box_of(each, _SAME), colour_of(each), _is_sheet(each)))
    return found


def _is_sheet(each: object) -> bool:
    if pdfium.FPDFPageObj_GetType(each) != pdfium.FPDF_PAGEOBJ_PATH:
        return False
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(each, filled, stroked)
    colour, count = colour_of(each), pdfium.FPDFPath_CountSegments(each)
    if not filled.value or colour is None or colour[3] < _OPAQUE or not 4 <= count <= _MOST_SEGMENTS:
        return False
    points, x, y = set[tuple[int, int]](), ctypes.c_float(), ctypes.c_float()
    for place in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(each, place)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_BEZIERTO:
            return False
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.add((round(x.value), round(y.value)))
    sides, ends = ({min(way), max(way)} for way in zip(*points, strict=True))
    is_around = all(across in sides or up in ends for across, up in points)
    return is_around and len({(across, up) for across, up in points if across in sides and up in ends}) == 4


def colour_of(drawn: object) -> Colour | None:
    """Return red, green, blue and opacity of the colour that something is filled with, of 255 each."""
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(drawn, red, green, blue, opacity):
        return None
    return red.value, green.value, blue.value, opacity.value


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


@dataclass(frozen=True)
class _Marks:
    """The marks that something is drawn under: whether it is no part of the text, and what is stated in its place."""

    is_artifact: bool = False
    stated: Stated | None = None


def _within(each: object, number: int, marks: _Marks, matrix: Matrix, order: int, depth: int) -> Iterator[Piece]:
    own = pdfium.FPDFPageObj_GetMarkedContentID(each)
    number = own if own >= 0 else number
    kind = pdfium.FPDFPageObj_GetType(each)
    if kind == pdfium.FPDF_PAGEOBJ_TEXT:
        is_marked = number < 0 or pdfium.FPDFPageObj_CountMarks(each) > 1
        marks = _marks(each, marks) if is_marked else marks
        yield Piece(each, number, number < 0 and marks.is_artifact, marks.stated, matrix, order)
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
        marks = _marks(each, marks)
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


def _marks(each: object, around: _Marks) -> _Marks:
    is_artifact, stated = around.is_artifact, around.stated
    for place in range(pdfium.FPDFPageObj_CountMarks(each)):
        mark = pdfium.FPDFPageObj_GetMark(each, place)
        is_artifact = is_artifact or _name_of(mark) == "Artifact"
        if pdfium.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") != pdfium.FPDF_OBJECT_UNKNOWN:
            stretch = ctypes.cast(mark, ctypes.c_void_p).value or 0
            stated = Stated(_stated(mark), stretch)
    return _Marks(is_artifact, stated)


def _name_of(mark: object) -> str:
    length = ctypes.c_ulong()
    pdfium.FPDFPageObjMark_GetName(mark, None, 0, length)
    room = (pdfium.FPDF_WCHAR * (length.value // 2 + 1))()
    pdfium.FPDFPageObjMark_GetName(mark, room, length.value, length)
    return bytes(room)[: length.value].decode("utf-16-le", "replace").rstrip("\0")


def _stated(mark: object) -> str:
    """Read a text as the file holds it: PDFium itself takes it for UTF-8, and passes over what is stated twice."""
    length = ctypes.c_ulong()
    pdfium.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", None, 0, length)
    room = (ctypes.c_uint8 * length.value)()
    pdfium.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", room, length.value, length)
    said = bytes(room)
    if said.startswith(codecs.BOM_UTF16_BE):
        return said[2:].decode("utf-16-be", "replace")
    if said.startswith(codecs.BOM_UTF8):
        return said[3:].decode("utf-8", "replace")
    return said.decode("latin-1")
