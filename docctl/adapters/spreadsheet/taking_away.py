"""Tables to take away: CSV that Excel opens as it is, and XLSX; no cell of either can start a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | date | datetime | None

BYTE_ORDER_MARK = "\ufeff"
NARROWEST, WIDEST = 8, 60
LONGEST_CELL = 32_767
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_FOR_XLSX = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_A_NAME = re.compile(r"[\\/*?:\[\]\x00-\x1f']")


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV in UTF-8 with its mark, so that Excel reads every letter as it is."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_as_text(heading) for heading in headings])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + out.getvalue()).encode(errors="replace")


def to_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Cell]], title: str = "Register") -> bytes:
    """Return a table as an XLSX workbook with a heading that stays in sight, a filter and fitting columns."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = _NOT_IN_A_NAME.sub(" ", title).strip()[:31] or "Register"
    book.properties.title = title
    book.properties.creator = "docctl"
    widths = [len(heading) + 4 for heading in headings]
    _put(sheet, 1, headings, widths)
    for number, row in enumerate(rows, start=2):
        _put(sheet, number, row, widths)
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F3A5F")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(width, NARROWEST), WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(sheet: Worksheet, number: int, row: Sequence[Cell], widths: list[int]) -> None:
    for place, value in enumerate(row):
        if value is None or value == "":
            continue
        cell = sheet.cell(row=number, column=place + 1)
        if isinstance(value, datetime):
            cell.value, cell.number_format = value.astimezone(UTC).replace(tzinfo=None), "yyyy-mm-dd hh:mm:ss"
        elif isinstance(value, date):
            cell.value, cell.number_format = value, "yyyy-mm-dd"
        elif isinstance(value, str):
            cell.value = _NOT_FOR_XLSX.sub("\ufffd", _defused(value))[:LONGEST_CELL]
            cell.data_type = "s"
        else:
            cell.value = value
        if place < len(widths):
            widths[place] = max(widths[place], min(len(_as_text(value)) + 2, WIDEST))


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return _defused(cell).replace("\0", "\ufffd") if isinstance(cell, str) else str(cell)


def _defused(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
