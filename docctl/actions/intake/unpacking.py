"""Unpacking a zip file that somebody sent: within limits, and nothing outside the folder it is meant for."""

import io
import stat
import zipfile
from pathlib import Path

from docctl.actions.documents.recognising import MEGABYTE
from docctl.actions.intake.past_source import beside, shown_path
from docctl.domain.errors import RefusedUploadError, UploadTooLargeError

MOST_FILES = 2000
LARGEST_UNPACKED = 500 * 1024 * 1024
_ENCRYPTED = 0x1
_NO_FILES = ("__MACOSX", ".DS_Store", "Thumbs.db")


def unpack(data: bytes, into: Path, limit_mb: int) -> list[tuple[str, str]]:
    """Unpack a zip file into a folder; return what was left out, and why, as where a file is larger than may be sent.

    Raises RefusedUploadError for what is no zip file, or unpacks to more than is sensible.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir() and not _is_nothing(entry.filename)]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                raise UploadTooLargeError(
                    "The zip file holds more than %(most_files)s files or %(megabytes)s MB; split it, or "
                    "adopt its files on the server with “docctl adopt”.",
                    most_files=MOST_FILES,
                    megabytes=LARGEST_UNPACKED >> 20,
                )
            found = ((entry.filename, _unpack_one(package, entry, into, limit_mb)) for entry in entries)
            return [(shown_path(name), reason) for name, reason in found if reason]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as damage:
        raise RefusedUploadError("The zip file is damaged or of a kind that cannot be read; pack it anew.") from damage


def _is_nothing(name: str) -> bool:
    return any(part in _NO_FILES or part.startswith("~$") for part in name.split("/"))


def _unpack_one(package: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path, limit_mb: int) -> str:
    """Write one file; return why it was left out, or nothing."""
    inside = beside("", entry.filename)
    if not inside or entry.filename.startswith("/") or ":" in inside or "\0" in inside:
        return "Its name leads outside the folder, so it was left out."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "It is a link, and links are not followed."
    if entry.flag_bits & _ENCRYPTED:
        return "It has a password; pack it without one."
    with package.open(entry) as packed:
        content = packed.read(limit_mb * MEGABYTE + 1)
    if len(content) > limit_mb * MEGABYTE:
        return f"It is larger than {limit_mb} MB; split it, or make its pictures smaller."
    path = into / inside
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as trouble:
        return f"It cannot be written ({trouble.strerror or trouble}); shorten its name."
    return ""
