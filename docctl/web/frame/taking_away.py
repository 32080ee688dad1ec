"""What people take away: files named as their documents, and registers as CSV or XLSX; never shown as pages."""

from urllib.parse import quote

from flask import Response
from flask_babel import gettext

from docctl import tools
from docctl.registers.tables.table import Table

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


def as_table_file(kind: str, table: Table) -> Response:
    """Return a register as a CSV file or an XLSX workbook, its headings in the language of the page."""
    headings, spreadsheet = [gettext(heading) for heading in table.headings], tools.spreadsheet
    if kind == XLSX:
        content = spreadsheet.to_xlsx(headings, table.rows, title=gettext(table.title))
    else:
        content = spreadsheet.to_csv(headings, table.rows)
    return as_attachment(content, f"{table.name}.{kind}", kind)
