"""Drawings that pages cannot show, as PNG: the raster inside an EMF, WMF or BMP, or a mark in its place."""

import array
import functools
import struct
import sys
import zlib
from collections.abc import Iterator

from docctl.texts.picture import is_damaged, picture_kind, picture_size

_EMF_RASTERS = {81: 48, 76: 84}
_WMF_RASTERS = {0x0F43: 28, 0x0B41: 26, 0x0940: 22}
_LARGEST = 40_000_000
_MARK = (240, 96)


def shown_copy(content: bytes) -> bytes:
    """Return the raster that a drawing holds as PNG; an empty answer where it holds none worth showing."""
    kind = picture_kind(content)
    try:
        if kind == "emf":
            return _largest([*_pictures_inside(content), *_emf_rasters(content)])
        if kind == "wmf":
            return _largest(list(_wmf_rasters(content)))
        if kind == "bmp":
            (start,) = struct.unpack("<I", content[10:14])
            return _png_of(content[14:start], content[start:])
    except (struct.error, IndexError, ValueError):
        return b""
    return b""


def mark() -> bytes:
    """Return the framed grey field that stands where a picture cannot be shown; its text says which."""
    width, height = _MARK
    edge = bytes((150, 150, 150))
    field = bytes((243, 243, 243))
    rows = [edge * width if y in (0, height - 1) else edge + field * (width - 2) + edge for y in range(height)]
    return _png(width, height, b"".join(rows))


def _largest(pictures: list[bytes]) -> bytes:
    sized = [(width * height, picture) for picture in pictures for width, height in (picture_size(picture),)]
    area, best = max(sized, key=lambda pair: pair[0], default=(0, b""))
    return best if area >= 32 * 32 else b""


def _pictures_inside(content: bytes) -> Iterator[bytes]:
    """Newer EMF files keep their picture as a whole PNG."""
    start = content.find(b"\x89PNG\r\n\x1a\n")
    while start >= 0:
        end = content.find(b"IEND", start)
        if end < 0:
            return
        picture = content[start : end + 8]
        if not is_damaged(picture):
            yield picture
        start = content.find(b"\x89PNG\r\n\x1a\n", end)


def _emf_rasters(content: bytes) -> Iterator[bytes]:
    place = 0
    while place + 8 <= len(content):
        kind, size = struct.unpack("<II", content[place : place + 8])
        if kind in _EMF_RASTERS and size > 120:
            at = place + _EMF_RASTERS[kind]
            head, head_size, bits, bits_size = struct.unpack("<IIII", content[at : at + 16])
            yield _png_of(
                content[place + head : place + head + head_size], content[place + bits : place + bits + bits_size]
            )
        if size < 8:
            return
        place += size


def _wmf_rasters(content: bytes) -> Iterator[bytes]:
    place = (22 if content.startswith(b"\xd7\xcd\xc6\x9a") else 0) + 18
    while place + 6 <= len(content):
        words, kind = struct.unpack("<IH", content[place : place + 6])
        if kind in _WMF_RASTERS and words > 30:
            raster = content[place + _WMF_RASTERS[kind] : place + words * 2]
            (head,) = struct.unpack("<I", raster[:4])
            colours = _palette_length(raster)
            yield _png_of(raster[: head + colours], raster[head + colours :])
        if words < 3:
            return
        place += words * 2


def _palette_length(head: bytes) -> int:
    (depth,) = struct.unpack("<H", head[14:16])
    used = struct.unpack("<I", head[32:36])[0] if len(head) >= 36 else 0
    return 4 * (used or (1 << depth if depth <= 8 else 0))


def _png_of(head: bytes, bits: bytes) -> bytes:
    """Turn an uncompressed device-independent bitmap into a PNG."""
    size, width, height, _, depth, packing = struct.unpack("<IiiHHI", head[:20])
    upside_down = height > 0
    height = abs(height)
    masks = packing == 3 and depth == 32
    if width <= 0 or not height or width * height > _LARGEST or not (packing == 0 or masks):
        return b""
    stride = (width * depth + 31) // 32 * 4
    if len(bits) < stride * height:
        return b""
    palette = head[size : size + (len(head) - size) // 4 * 4]
    rows = [_row(bits[y * stride : (y + 1) * stride], width, depth, palette) for y in range(height)]
    if upside_down:
        rows.reverse()
    return _png(width, height, b"".join(rows)) if all(rows) else b""


def _row(row: bytes, width: int, depth: int, palette: bytes) -> bytes:
    if depth in (24, 32):
        step = depth // 8
        out = bytearray(width * 3)
        for channel in range(3):
            out[channel::3] = row[2 - channel : width * step : step]
        return bytes(out)
    if depth == 16:
        pixels = array.array("H", row[: width * 2])
        if sys.byteorder == "big":
            pixels.byteswap()
        return b"".join(map(_five_bits().__getitem__, pixels))
    if depth in (1, 4, 8):
        colours = [bytes((red, green, blue)) for blue, green, red, _ in struct.iter_unpack("<BBBB", palette)]
        per_byte, top = 8 // depth, (1 << depth) - 1
        values = [byte >> (8 - depth * (part + 1)) & top for byte in row for part in range(per_byte)][:width]
        return b"".join(colours[value] for value in values)
    return b""


@functools.cache
def _five_bits() -> list[bytes]:
    """Every colour of five bits for each of red, green and blue."""
    steps = [value * 255 // 31 for value in range(32)]
    return [bytes((steps[v >> 10 & 31], steps[v >> 5 & 31], steps[v & 31])) for v in range(65536)]


def _png(width: int, height: int, pixels: bytes) -> bytes:
    lines = b"".join(b"\x00" + pixels[y * width * 3 : (y + 1) * width * 3] for y in range(height))
    pieces = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines, 6)),
        (b"IEND", b""),
    )
    written = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in pieces
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)
