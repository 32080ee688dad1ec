"""How a Word file cuts, mirrors and turns a picture, and the picture cut, mirrored and turned like that."""

import io
import math
from dataclasses import dataclass

from PIL import Image

from docctl.texts.picture import pixels
from docctl.word_format.markup import DRAWING, Element

MOST_PIXELS = 40_000_000
_WHOLE = 100_000
_DEGREE = 60_000
_VML_UNIT = 65_536
_QUALITY = 95


@dataclass(frozen=True)
class Frame:
    """What is cut off at the left, top, right and bottom, as shares; whether it is mirrored; degrees clockwise."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    is_mirrored: bool = False
    is_upside_down: bool = False
    degrees: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether the picture is shown as it is."""
        return self == Frame()

    def __str__(self) -> str:
        cut = "cut" if self.left or self.top or self.right or self.bottom else ""
        mirrored = "mirrored" if self.is_mirrored or self.is_upside_down else ""
        turned = f"turned by {self.degrees:g} degrees" if self.degrees else ""
        return " and ".join(filter(None, (cut, mirrored, turned)))

    def size_of(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the size of the box around a picture of a size once it is turned."""
        if not self.degrees % 360:
            return size
        angle = math.radians(self.degrees)
        across, along = abs(math.cos(angle)), abs(math.sin(angle))
        width, height = size
        return round(width * across + height * along), round(width * along + height * across)


def frame_of_drawing(blip: Element) -> Frame:
    """Read the frame of a picture of today's form; one that is set in a group turns with it."""
    fill = blip.getparent()
    cut = fill.find(f"{DRAWING}srcRect")
    edges = [_share(cut, side, _WHOLE) for side in ("l", "t", "r", "b")] if cut is not None else [0.0] * 4
    degrees, mirrored, upside_down = 0.0, False, False
    for holder in fill.iterancestors():
        for place in (each for shape in holder if _is_shape(shape) for each in shape.iterchildren(f"{DRAWING}xfrm")):
            degrees += _number(place.get("rot", "")) / _DEGREE
            mirrored ^= _is_on(place.get("flipH", ""))
            upside_down ^= _is_on(place.get("flipV", ""))
    return _frame(edges, mirrored, upside_down, degrees)


def frame_of_shape(shape: Element, data: Element) -> Frame:
    """Read the frame of a picture of the older form (VML)."""
    edges = [_share_of_shape(data.get(f"crop{side}", "")) for side in ("left", "top", "right", "bottom")]
    looks = dict(pair.split(":", 1) for pair in (shape.get("style") or "").split(";") if ":" in pair)
    looks = {name.strip().lower(): value.strip().lower() for name, value in looks.items()}
    turn = looks.get("rotation", "")
    degrees = _number(turn.removesuffix("fd")) / _VML_UNIT if turn.endswith("fd") else _number(turn)
    flip = looks.get("flip", "")
    return _frame(edges, "x" in flip, "y" in flip, degrees)


def framed(content: bytes, frame: Frame) -> bytes:
    """Return a picture as its frame shows it; nothing where it is too large or cannot be read."""
    if not 0 < pixels(content) <= MOST_PIXELS:
        return b""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            form = "JPEG" if opened.format == "JPEG" and not frame.degrees % 90 else "PNG"
            shown = _cut(opened if form == "JPEG" else opened.convert("RGBA"), frame)
            written = io.BytesIO()
            shown.save(written, form, **({"quality": _QUALITY} if form == "JPEG" else {}))
    except (OSError, ValueError, SyntaxError):
        return b""
    return written.getvalue()


def _cut(picture: Image.Image, frame: Frame) -> Image.Image:
    width, height = picture.size
    left, top = round(width * frame.left), round(height * frame.top)
    right, bottom = round(width * (1 - frame.right)), round(height * (1 - frame.bottom))
    shown = picture.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    if frame.is_mirrored:
        shown = shown.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if frame.is_upside_down:
        shown = shown.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    turns = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
    if frame.degrees in turns:
        return shown.transpose(turns[int(frame.degrees)])
    if frame.degrees:
        return shown.rotate(-frame.degrees, resample=Image.Resampling.BICUBIC, expand=True)
    return shown


def _frame(edges: list[float], is_mirrored: bool, is_upside_down: bool, degrees: float) -> Frame:
    """Build a frame that leaves something to see; edges that leave nothing are not meant."""
    left, top, right, bottom = edges
    if left + right >= 1 or top + bottom >= 1:
        left = top = right = bottom = 0.0
    return Frame(left, top, right, bottom, is_mirrored, is_upside_down, round(degrees % 360, 2))


def _is_shape(element: Element) -> bool:
    return isinstance(element.tag, str) and element.tag.rsplit("}", 1)[-1] in ("spPr", "grpSpPr")


def _share(cut: Element, side: str, whole: int) -> float:
    stated = cut.get(side, "0")
    share = _number(stated.removesuffix("%")) / 100 if stated.endswith("%") else _number(stated) / whole
    return min(max(share, 0.0), 1.0)


def _share_of_shape(stated: str) -> float:
    share = _number(stated.removesuffix("f")) / _VML_UNIT if stated.endswith("f") else _number(stated)
    return min(max(share, 0.0), 1.0)


def _number(text: str) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _is_on(switch: str) -> bool:
    return switch in ("1", "true", "on")
