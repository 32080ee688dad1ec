"""Reading a register that comes in: CSV in the encodings and with the separators of the field, and XLSX."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import PurePath

from openpyxl import load_workbook

from docctl.domain.errors import RefusedUploadError, UploadTooLargeError

MOST_ROWS, MOST_COLUMNS = 20_000, 200
LARGEST_REGISTER, LARGEST_UNPACKED = 25 * 1024 * 1024, 60 * 1024 * 1024
MOST_PARTS = 2_000
_SEPARATORS = ";,\t|"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DAMAGED = "The register is no XLSX workbook that can be read; open it in Excel, save it anew and try again."

Cell = str | int | float | date | datetime | None


def rows_of(name: str, data: bytes) -> list[list[list[Cell]]]:
    """Return the tables of a register, each as its rows; raise RefusedUploadError for what is none."""
    if len(data) > LARGEST_REGISTER:
        raise UploadTooLargeError(
            "The register is larger than 25 MB; leave out the columns and sheets it does not need."
        )
    if data.startswith(b"PK"):
        return _workbook(data)
    if PurePath(name).suffix.lower() in (".xls", ".ods", ".xlsb") or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RefusedUploadError("The register is neither CSV nor XLSX, or has a password; save it as one of the two.")
    return [_limited(_comma_separated(data))]


def _comma_separated(data: bytes) -> Iterator[list[Cell]]:
    text = _decoded(data)
    if "\0" in text:
        raise RefusedUploadError("The register is neither CSV nor XLSX; save it as one of the two.")
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)):
            yield [*row]
    except csv.Error as damage:
        raise RefusedUploadError(
            "The register cannot be read as CSV (%(damage)s); save it anew as CSV.", damage=damage
        ) from damage


def _decoded(data: bytes) -> str:
    """Return the text in the encoding that its mark or its bytes tell."""
    try:
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                return data.decode(encoding)
        if data[1:2] == b"\0" or data[:1] == b"\0":
            return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _separator(text: str) -> str:
    """Return what separates the columns: what stands most often outside quotes in the first lines that have any."""
    outside = "".join(text[:20_000].split('"')[::2])
    lines = [line for line in outside.splitlines() if any(mark in line for mark in _SEPARATORS)][:5]
    return max(_SEPARATORS, key=lambda mark: sum(line.count(mark) for line in lines)) if lines else ","


def _workbook(data: bytes) -> list[list[list[Cell]]]:
    _require_harmless(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        tables = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            tables.append(_limited([*row] for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)))
        return tables
    except RefusedUploadError:
        raise
    except Exception as damage:
        raise RefusedUploadError(_DAMAGED) from damage


def _require_harmless(data: bytes) -> None:
    """Raise RefusedUploadError for a workbook that unpacks without end, or whose parts define entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise UploadTooLargeError("The register unpacks to more than 60 MB; leave out what it does not need.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as opened:
                        start = opened.read(4096)
                    if b"<!DOCTYPE" in start or "<!DOCTYPE".encode("utf-16-le") in start or b"<!ENTITY" in start:
                        raise RefusedUploadError(_DAMAGED)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as damage:
        raise RefusedUploadError(_DAMAGED) from damage


def _limited(rows: Iterable[list[Cell]]) -> list[list[Cell]]:
    """Return rows without empty ones at the end; raise UploadTooLargeError where there are too many."""
    kept: list[list[Cell]] = []
    for place, row in enumerate(rows):
        if any(cell not in (None, "") for cell in row):
            if place >= MOST_ROWS:
                raise UploadTooLargeError(
                    "The register has more than %(most_rows)s rows; split it.", most_rows=f"{MOST_ROWS:,}"
                )
            kept.extend([] for _ in range(place - len(kept)))
            last = max(at for at, cell in enumerate(row) if cell not in (None, ""))
            kept.append(row[: last + 1])
    return kept
