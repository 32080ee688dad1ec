"""What of the text of a PDF's page nobody can see, and which of its signs have no shape."""

import ctypes
import io
import unicodedata
from collections.abc import Iterator, Sequence

import pypdfium2.raw as pdfium
from PIL import ImageFont

from docctl.adapters.reading_back.pdf_pieces import Box, Colour, Cover, Piece, colour_of, covers_of
from docctl.domain.issued_files.read_back import Fault

_BARELY = 16
"""Steps of 256 between the lightest and the darkest spot that can just be told apart."""
_LIGHT = 232
_TINY = 1.5
"""Points; nobody reads letters of one point."""
_NARROW = 0.1
_DOTS = 2
_EDGE = 2
_NEAR = 2
_SAME_SIZE = 0.002
_FINELY = 2
_LAST_KNOWN = 0xFFFF
_NO_LETTER = "\U0010fffe"
_BOX_SIGNS = frozenset("□▢▯☐⬜⬚◻◽")
Outline = tuple[int, Box]


class Sight:
    """Looks at the pages of one PDF; what it learns of a font holds for all of them."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[int, str], Outline | None] = {}
        self._missing: dict[int, Outline | None] = {}

    def flaws(self, page: object, pieces: Sequence[Piece]) -> Iterator[tuple[Piece, Fault, str]]:
        """Yield the pieces with a flaw, which flaw it is, and the words or signs."""
        tagged = [piece for piece in pieces if piece.number >= 0 and piece.text.strip()]
        covers = covers_of(page)
        sheets = [cover for cover in covers if cover.is_sheet]
        doubtful = {id(piece) for piece in self._doubtful(page, tagged, covers)}
        picture = _Picture(page) if doubtful else None
        for piece in tagged:
            shapeless = self._shapeless(piece)
            if shapeless:
                yield piece, Fault.NO_SHAPE, shapeless
            elif any(each.order > piece.order and each.hides_part_of(piece.box, piece.size) for each in sheets) or (
                picture is not None and id(piece) in doubtful and (_is_tiny(piece) or not picture.shows(piece.box))
            ):
                yield piece, Fault.UNSEEN, " ".join(piece.text.split())

    def _doubtful(self, page: object, pieces: Sequence[Piece], covers: Sequence[Cover]) -> list[Piece]:
        """Text that is drawn invisibly, in the colour behind it, tiny, outside the page or before what may cover it."""
        wide, high = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        found = []
        for piece in pieces:
            left, bottom, right, top = piece.box
            ink = colour_of(piece.drawn)
            is_lost = any(
                (cover.order > piece.order or _are_of_one_colour(ink, cover.colour)) and cover.reaches_around(piece.box)
                for cover in covers
            )
            is_outside = right < 0 or top < 0 or left > wide or bottom > high
            if is_lost or is_outside or _is_tiny(piece) or not _is_inked(piece, ink):
                found.append(piece)
        return found

    def _shapeless(self, piece: Piece) -> str:
        """The signs of a piece that are drawn as the box which stands for a missing sign, or not at all."""
        font = pdfium.FPDFTextObj_GetFont(piece.drawn)
        if not font:
            return ""
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        missing = self._missing_shape(font, address)
        found = []
        # Of letters that are drawn as one sign, a font may have none a shape of its own.
        alone = [sign.text for sign in piece.signs if len(sign.text) == 1] if piece.signs else piece.text
        for letter in dict.fromkeys(alone):
            # PDFium knows no shape of a letter beyond the first 65,536, and gives that of a missing one.
            is_beyond = ord(letter) > _LAST_KNOWN
            if letter.isascii() or is_beyond or letter in _BOX_SIGNS or not _is_drawn(letter):
                continue
            shape = self._shape(font, address, letter) if not piece.says_other else None
            if missing is not None and shape is not None and _are_alike(shape, missing):
                found.append(letter)
        if piece.says_other and missing is not None and self._is_drawn_as(piece, missing):
            found.append(piece.text.strip())
        joining = {letter for letter in piece.text if _may_join(letter)}
        if joining - set(found):
            # A letter that is only drawn within another's sign, as in lam-alef, has none of its own in the font.
            found = [letter for letter in found if letter not in joining]
        return "".join(found)

    def _shape(self, font: object, address: int, letter: str) -> Outline | None:
        if (address, letter) not in self._shapes:
            self._shapes[address, letter] = _outline(font, letter)
        return self._shapes[address, letter]

    def _missing_shape(self, font: object, address: int) -> Outline | None:
        if address not in self._missing:
            self._missing[address] = _missing_outline(font)
        return self._missing[address]

    def _is_drawn_as(self, piece: Piece, shape: Outline) -> bool:
        """Say whether a piece that says another text than its letters is one sign of the size of a shape."""
        size = ctypes.c_float()
        pdfium.FPDFTextObj_GetFontSize(piece.drawn, size)
        text = piece.text.strip()
        if len(text) != 1 or text.isascii() or text in _BOX_SIGNS:
            return False
        left, bottom, right, top = piece.box
        return _are_near((right - left, top - bottom), shape[1], size.value)


def _is_drawn(letter: str) -> bool:
    """Say whether a letter has a shape of its own; those of the private range have that of a sign in their font."""
    kind = unicodedata.category(letter)
    return kind == "Co" or kind[0] not in "CZM"


def _may_join(letter: str) -> bool:
    """Say whether a letter is of a script in which fonts draw several letters as one sign."""
    return unicodedata.bidirectional(letter) == "AL" or 0x0900 <= ord(letter) < 0x1100


def _are_near(drawn: tuple[float, float], shape: Box, size: float) -> bool:
    wide, high = (shape[2] - shape[0]) / 1000 * size, (shape[3] - shape[1]) / 1000 * size
    return abs(drawn[1] - high) < _SAME_SIZE * size and abs(drawn[0] - wide) < _SAME_SIZE * size


def _are_alike(one: Outline, other: Outline) -> bool:
    return all(abs(mine - theirs) <= _NEAR for mine, theirs in zip(one[1], other[1], strict=True))


def _is_tiny(piece: Piece) -> bool:
    return piece.size < _TINY or piece.width < _NARROW


def _are_of_one_colour(ink: Colour | None, fill: Colour | None) -> bool:
    if ink is None or fill is None or fill[3] <= _BARELY:
        return False
    return all(abs(one - other) <= _BARELY for one, other in zip(ink[:3], fill[:3], strict=True))


def _is_inked(piece: Piece, ink: Colour | None) -> bool:
    """Say whether a piece is drawn in a colour that shows on white."""
    if pdfium.FPDFTextObj_GetTextRenderMode(piece.drawn) in (
        pdfium.FPDF_TEXTRENDERMODE_INVISIBLE,
        pdfium.FPDF_TEXTRENDERMODE_CLIP,
    ):
        return False
    return ink is None or (min(ink[:3]) < _LIGHT and ink[3] > _BARELY)


def _outline(font: object, letter: str) -> Outline | None:
    """How many strokes a sign has, and how far it reaches in thousandths of the size; None where there is none."""
    path = pdfium.FPDFFont_GetGlyphPath(font, ord(letter), 1000.0)
    count = pdfium.FPDFGlyphPath_CountGlyphSegments(path) if path else 0
    if count <= 0:
        return None
    across, up = [], []
    for place in range(count):
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFGlyphPath_GetGlyphPathSegment(path, place), x, y)
        across.append(x.value * 1000)
        up.append(y.value * 1000)
    return count, (min(across), min(up), max(across), max(up))


def _missing_outline(font: object) -> Outline | None:
    """How far the sign reaches that a font draws in place of what it has not; None where that cannot be told."""
    length = ctypes.c_size_t()
    if not pdfium.FPDFFont_GetFontData(font, None, 0, length) or not length.value:
        return None
    room = (ctypes.c_uint8 * length.value)()
    pdfium.FPDFFont_GetFontData(font, room, length.value, length)
    try:
        face = ImageFont.truetype(io.BytesIO(bytes(room)), 1000 * _FINELY, layout_engine=ImageFont.Layout.BASIC)
        drawn, (across, down) = face.getmask2(_NO_LETTER, mode="1", anchor="ls")
    except OSError:
        return None
    inked = drawn.getbbox()
    if inked is None:
        return None
    left, top, right, bottom = inked
    sides = (across + left, -(down + bottom), across + right, -(down + top))
    return 1, tuple(side / _FINELY for side in sides)


class _Picture:
    """A page as it is seen, in shades of grey."""

    def __init__(self, page: object) -> None:
        wide, high = (ask(page) for ask in (pdfium.FPDF_GetPageWidthF, pdfium.FPDF_GetPageHeightF))
        self._wide, self._high, self._top = int(wide * _DOTS) + 1, int(high * _DOTS) + 1, high
        bitmap = pdfium.FPDFBitmap_CreateEx(self._wide, self._high, pdfium.FPDFBitmap_Gray, None, 0)
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, self._wide, self._high, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, self._wide, self._high, 0, 0)
        self._line = pdfium.FPDFBitmap_GetStride(bitmap)
        self._dots = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), self._line * self._high)
        pdfium.FPDFBitmap_Destroy(bitmap)

    def shows(self, box: Box) -> bool:
        """Say whether anything can be told apart within a box."""
        left, right = max(0, int(box[0] * _DOTS)), min(self._wide, int(box[2] * _DOTS) + 1)
        top, bottom = max(0, int((self._top - box[3]) * _DOTS)), min(self._high, int((self._top - box[1]) * _DOTS) + 1)
        if left >= right or top >= bottom:
            return False
        # Where a bar of the colour of its words ends with them, their edge is that of the bar.
        edge = _EDGE if right - left > 4 * _EDGE else 0
        left, right = left + edge, right - edge
        dots = b"".join(self._dots[row * self._line + left : row * self._line + right] for row in range(top, bottom))
        return max(dots) - min(dots) > _BARELY
