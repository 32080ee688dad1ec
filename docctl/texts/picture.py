"""Pictures in documents: which kind a file is by its first bytes, how large it is, and which kinds a page can show."""

import posixpath
import struct
import zlib

SHOWN = frozenset({"png", "jpeg", "gif", "webp"})
"""The kinds that every browser and the PDF can show as they are."""

LARGEST_PICTURE = 10 * 1024 * 1024
"""How many bytes a picture may have that comes beside a text or is added to it."""
TOO_LARGE = "The picture is larger than 10 MB; make it smaller and add it again."

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\xd7\xcd\xc6\x9a", "wmf"),
    (b"\x01\x00\x09\x00", "wmf"),
    (b"\x02\x00\x09\x00", "wmf"),
)


def picture_kind(content: bytes) -> str:
    """Return png, jpeg, gif, webp, bmp, tiff, emf, wmf or svg by the content, whatever the name says; or nothing."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[:4] == b"\x01\x00\x00\x00" and content[40:44] == b" EMF":
        return "emf"
    return "svg" if b"<svg" in content[:4096] else ""


def pixels(content: bytes) -> int:
    """Return width times height as the picture declares them; 0 where it is no picture or does not say."""
    width, height = picture_size(content)
    return width * height


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels; zeros where they cannot be read."""
    kind = picture_kind(content)
    try:
        if kind == "png":
            return struct.unpack(">II", content[16:24])
        if kind == "gif":
            return struct.unpack("<HH", content[6:10])
        if kind == "bmp":
            width, height = struct.unpack("<ii", content[18:26])
            return abs(width), abs(height)
        if kind == "jpeg":
            return _jpeg_size(content)
        if kind == "tiff":
            return _tiff_size(content)
        if kind == "webp":
            return _webp_size(content)
    except (struct.error, IndexError):
        return 0, 0
    return 0, 0


def is_damaged(content: bytes) -> bool:
    """Say whether a picture cannot be shown: a PNG with a broken piece, or any picture that ends too early."""
    kind = picture_kind(content)
    if kind == "png":
        return not _png_is_whole(content)
    if kind == "jpeg":
        return picture_size(content) == (0, 0)
    return kind in SHOWN and 0 in picture_size(content)


def asset_name(number: int, content: bytes, name: str = "") -> str:
    """Return the name a picture goes by in a document: ``assets/image3.png``, after its content."""
    kind = picture_kind(content) or posixpath.splitext(name)[1].lstrip(".").lower() or "bin"
    return f"assets/image{number}.{'jpg' if kind == 'jpeg' else kind}"


def _png_is_whole(content: bytes) -> bool:
    place = 8
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        piece = content[place + 4 : place + 8 + length]
        check = content[place + 8 + length : place + 12 + length]
        if len(check) < 4 or zlib.crc32(piece) != int.from_bytes(check, "big"):
            return False
        if piece[:4] == b"IEND":
            return 0 not in picture_size(content)
        place += 12 + length
    return False


def _jpeg_size(content: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 < len(content):
        if content[place] != 0xFF:
            return 0, 0
        marker = content[place + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        if marker == 0xFF or marker in range(0xD0, 0xD9):
            place += 1 if marker == 0xFF else 2
        else:
            place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return 0, 0


def _tiff_size(content: bytes) -> tuple[int, int]:
    order = "<" if content[:2] == b"II" else ">"
    (start,) = struct.unpack(order + "I", content[4:8])
    (count,) = struct.unpack(order + "H", content[start : start + 2])
    found = {}
    for entry in range(min(count, 200)):
        place = start + 2 + entry * 12
        tag, kind = struct.unpack(order + "HH", content[place : place + 4])
        if tag in (256, 257):
            (found[tag],) = struct.unpack(
                order + ("H" if kind == 3 else "I"), content[place + 8 : place + (10 if kind == 3 else 12)]
            )
    return found.get(256, 0), found.get(257, 0)


def _webp_size(content: bytes) -> tuple[int, int]:
    form = content[12:16]
    if form == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if form == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF
