"""Reading a QR code as a telephone does, without mending damage: from the dots of a picture to the text."""

import io
from collections.abc import Iterator

import pikepdf
from PIL import Image

Modules = list[list[bool]]
_BLOCKS = {1: (16, 1), 2: (28, 1), 3: (44, 1), 4: (64, 2), 5: (86, 2), 6: (108, 4)}
_MASKS = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: row % 2 == 0,
    lambda row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
_FORMAT_MASK, _MEDIUM = 0b101, 0b00
_BYTES = "0100"


def scanned_pages(pdf: pikepdf.Pdf) -> list[str]:
    """What the QR code of each page says."""
    return [next(_codes_on(page)) for page in pdf.pages]


def _codes_on(page: pikepdf.Page) -> Iterator[str]:
    for item in page.resources.get("/XObject", {}).values():
        if item.get("/Subtype") == "/Image" and item.Width == item.Height:
            yield scanned(pikepdf.PdfImage(item).as_pil_image())


def scanned_file(png: bytes) -> str:
    """What the QR code in a picture file says."""
    return scanned(Image.open(io.BytesIO(png)))


def scanned(picture: Image.Image) -> str:
    """What a QR code of medium correction says, up to version 6."""
    modules = _modules(picture.convert("L"))
    side = len(modules)
    level = modules[8][0] << 1 | modules[8][1]
    mask = (modules[8][2] << 2 | modules[8][3] << 1 | modules[8][4]) ^ _FORMAT_MASK
    assert level ^ 0b10 == _MEDIUM, "a code of another correction"
    dark = _MASKS[mask]
    bits = [modules[row][column] ^ dark(row, column) for row, column in _way(side)]
    words = [int("".join("01"[bit] for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)]
    total, blocks = _BLOCKS[(side - 17) // 4]
    data = [word for block in range(blocks) for word in words[block:total:blocks]]
    stream = "".join(f"{word:08b}" for word in data)
    assert stream[:4] == _BYTES, "a code of another mode"
    length = int(stream[4:12], 2)
    return bytes(int(stream[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode()


def _modules(picture: Image.Image) -> Modules:
    """The dots, found by the size of the mark in the corner, which is seven of them wide."""
    left, top, right, _ = picture.point(lambda shade: 255 * (shade < 128)).getbbox()
    corner = next(at for at in range(5, right - left) if picture.getpixel((left + at, top + 2)) >= 128)
    side = round((right - left) * 7 / corner)
    side = 17 + 4 * round((side - 17) / 4)
    step = (right - left) / side
    middle = [round((place + 0.5) * step) for place in range(side)]
    return [[picture.getpixel((left + x, top + y)) < 128 for x in middle] for y in middle]


def _way(side: int) -> Iterator[tuple[int, int]]:
    """The way through the dots that hold data, two columns at a time, up and down in turn."""
    upwards = True
    for right in [*range(side - 1, 6, -2), 5, 3, 1]:
        for row in reversed(range(side)) if upwards else range(side):
            yield from ((row, column) for column in (right, right - 1) if not _is_fixed(row, column, side))
        upwards = not upwards


def _is_fixed(row: int, column: int, side: int) -> bool:
    """Whether a dot belongs to a mark, a timing line or the format, and holds no data."""
    corners = (row < 9 and (column < 9 or column >= side - 8)) or (row >= side - 8 and column < 9)
    lone = side - 7
    aligned = side > 21 and abs(row - lone) <= 2 and abs(column - lone) <= 2
    return corners or aligned or row == 6 or column == 6
