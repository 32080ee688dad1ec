"""What people take away: files named as their documents, and registers as CSV or XLSX; never shown as pages."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from flask import Response

from docctl import tools

Cell = str | int | date | datetime | None

CSV, XLSX = "csv", "xlsx"
FILE_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
CLOSED_POLICY = "default-src 'none'; sandbox"


def as_attachment(content: bytes, name: str, kind: str) -> Response:
    """Return a file to be kept under its name (RFC 6266); a browser never opens it as a page of this site."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-._ ") else "_" for letter in name)
    answer = Response(content, content_type=FILE_TYPES.get(kind, "application/octet-stream"))
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Content-Security-Policy"] = CLOSED_POLICY
    return answer


def as_table_file(
    kind: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str
) -> Response:  # fmt: skip
    """Return a register as a CSV file or an XLSX workbook."""
    spreadsheet = tools.spreadsheet
    is_workbook = kind == XLSX
    content = spreadsheet.to_xlsx(headings, rows, title=title) if is_workbook else spreadsheet.to_csv(headings, rows)
    return as_attachment(content, f"{name}.{kind}", kind)
