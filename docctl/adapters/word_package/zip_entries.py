"""The zip around a Word file: its entries checked against each other and unpacked no further than the limits."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from docctl.domain.errors import RefusedUploadError, UploadTooLargeError

MEGABYTE = 1024 * 1024
CHUNK = 64 * 1024
SMALL_PART = 5 * MEGABYTE
DAMAGED = (
    "The file is not a Word document that can be read: it is damaged or incomplete; "
    "open it in Word, save it again, and upload that."
)
TAMPERED = "The file was refused, because {why}; open it in Word, save it under a new name, and upload that."
TOO_LARGE = "The file was refused, because {why}; take out large pictures or split the document."


@dataclass(frozen=True)
class PackageLimits:
    """How large a Word file may be, packed and unpacked; the defaults suit documents of several hundred pages."""

    unzipped_megabytes: int = 100
    xml_part_megabytes: int = 40
    entries: int = 2000
    ratio: int = 100
    depth: int = 200
    tables_within: int = 6
    elements: int = 1_000_000
    megapixels: int = 100


def checked_entries(data: bytes, limits: PackageLimits) -> list[zipfile.ZipInfo]:
    """Return the entries of the zip if they are what they seem; raise RefusedUploadError otherwise."""
    _count_claimed(data, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries, directory = package.infolist(), package.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as fault:
        raise RefusedUploadError(DAMAGED) from fault
    if len(entries) > limits.entries:
        raise RefusedUploadError(TAMPERED.format(why=f"it holds more than {limits.entries} parts"))
    seen: set[str] = set()
    for entry in entries:
        _check_name(entry)
        folded = entry.filename.rstrip("/").casefold()
        if folded in seen:
            raise RefusedUploadError(TAMPERED.format(why=f"it holds the part “{_shown(entry.filename)}” twice"))
        seen.add(folded)
    _check_places(data, entries, directory)
    _check_sizes(entries, limits)
    return entries


def unpacked(data: bytes, entries: list[zipfile.ZipInfo], limits: PackageLimits) -> Iterator[tuple[str, bytes]]:
    """Unpack part after part, whatever sizes the zip claims, and stop at the limits with UploadTooLargeError."""
    left = limits.unzipped_megabytes * MEGABYTE
    for entry in entries:
        if entry.is_dir():
            continue
        content = _inflated(data, entry, left, limits)
        left -= len(content)
        if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
            raise RefusedUploadError(DAMAGED)
        yield entry.filename, content


def _count_claimed(data: bytes, limits: PackageLimits) -> None:
    """Read the number of entries from the end record, before anything builds a list of them."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22:
        raise RefusedUploadError(DAMAGED)
    if int.from_bytes(data[end + 10 : end + 12], "little") > limits.entries:
        raise RefusedUploadError(TAMPERED.format(why=f"it holds more than {limits.entries} parts"))


def _check_name(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    steps = name.split("/")
    odd = any(ord(character) < 32 or character in '\\:*?"<>|' for character in name)
    if odd or name.startswith("/") or ".." in steps or "." in steps or not name.strip("/"):
        raise RefusedUploadError(TAMPERED.format(why=f"a part in it has the unsafe name “{_shown(name)}”"))
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise RefusedUploadError(TAMPERED.format(why=f"the part “{_shown(name)}” is a link, not a file"))
    if entry.flag_bits & 0x1:
        raise RefusedUploadError(
            "The file was refused, because it is protected by a password; save it without a password and upload that."
        )
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedUploadError(TAMPERED.format(why=f"the part “{_shown(name)}” is packed in an unusual way"))


def _check_places(data: bytes, entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Every part lies by itself between the others; overlapping parts unpack to more than there is."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        start = entry.header_offset
        if start < end:
            raise RefusedUploadError(TAMPERED.format(why="parts of it lie over one another"))
        end = _content_start(data, entry) + entry.compress_size
        if end > directory:
            raise RefusedUploadError(DAMAGED)


def _content_start(data: bytes, entry: zipfile.ZipInfo) -> int:
    start = entry.header_offset
    head = data[start : start + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise RefusedUploadError(DAMAGED)
    name_length = int.from_bytes(head[26:28], "little")
    encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
    if data[start + 30 : start + 30 + name_length] != entry.orig_filename.encode(encoding):
        raise RefusedUploadError(TAMPERED.format(why="a part of it goes by two names"))
    return start + 30 + name_length + int.from_bytes(head[28:30], "little")


def _check_sizes(entries: list[zipfile.ZipInfo], limits: PackageLimits) -> None:
    """Refuse by the sizes the zip admits to; what it lies about is found while unpacking."""
    total = sum(entry.file_size for entry in entries)
    if total > limits.unzipped_megabytes * MEGABYTE:
        raise UploadTooLargeError(
            TOO_LARGE.format(why=f"it unpacks to more than {limits.unzipped_megabytes} megabytes")
        )
    packed = sum(entry.compress_size for entry in entries)
    crammed = [entry for entry in entries if entry.file_size > max(SMALL_PART, entry.compress_size * limits.ratio)]
    if crammed or total > max(SMALL_PART, packed * limits.ratio):
        raise UploadTooLargeError(
            TOO_LARGE.format(why=f"it unpacks to more than {limits.ratio} times its size, which no written text does")
        )


def _inflated(data: bytes, entry: zipfile.ZipInfo, left: int, limits: PackageLimits) -> bytes:
    start = _content_start(data, entry)
    packed = memoryview(data)[start : start + entry.compress_size]
    allowed = min(left, limits.xml_part_megabytes * MEGABYTE if is_markup(entry.filename) else left)
    allowed = min(allowed, max(SMALL_PART, entry.compress_size * limits.ratio))
    if entry.compress_type == zipfile.ZIP_STORED:
        content = bytes(packed[: allowed + 1])
    else:
        try:
            content = zlib.decompressobj(-15).decompress(packed, allowed + 1)
        except zlib.error as fault:
            raise RefusedUploadError(DAMAGED) from fault
    if len(content) > allowed:
        raise UploadTooLargeError(TOO_LARGE.format(why=f"its part “{_shown(entry.filename)}” unpacks to too much"))
    return content


def is_markup(name: str) -> bool:
    """Say by its name whether a part is XML."""
    return name.lower().endswith((".xml", ".rels", ".svg"))


def _shown(name: str) -> str:
    """A part's name as it may stand in a sentence."""
    plain = "".join(character if character.isprintable() else "·" for character in name)
    return plain if len(plain) <= 80 else plain[:80] + "…"
