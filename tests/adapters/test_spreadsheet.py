"""Tables to take away open as they are, and never as formulas."""

import csv
import io
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from openpyxl import load_workbook

from docctl.adapters.spreadsheet import to_csv, to_xlsx

HEADINGS = ("Number", "Title", "Due")
FORMULAS = ("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1")


def test_csv_carries_the_mark_by_which_excel_knows_utf_8() -> None:
    data = to_csv(HEADINGS, [("POL-001", "Grundsätze — 方針", None)])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == "Number,Title,Due\r\nPOL-001,Grundsätze — 方針,\r\n"


@pytest.mark.parametrize("text", FORMULAS)
def test_cell_that_could_be_a_formula_is_defused(text: str) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(HEADINGS, [(text, "", 1)]).decode("utf-8-sig"), newline="")))
    assert rows[1][0] == f"'{text}"
    cell = load_workbook(io.BytesIO(to_xlsx(HEADINGS, [(text, "", 1)]))).active["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_ordinary_text_with_such_characters_inside_stays_as_it_is() -> None:
    assert b"a=b,1-2" in to_csv(HEADINGS, [("a=b", "1-2", None)])


def test_csv_keeps_commas_quotes_and_lines_in_their_cell() -> None:
    cells = ('say "yes", please', "two\nlines", "plain")
    rows = list(csv.reader(io.StringIO(to_csv(HEADINGS, [cells]).decode("utf-8-sig"), newline="")))
    assert rows[1] == list(cells)


def test_workbook_has_a_fixed_heading_a_filter_and_real_dates() -> None:
    later = datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    data = to_xlsx(HEADINGS, [("POL-001", "Quality", date(2026, 3, 1)), ("POL-002", "x" * 500, later)], "Master list")
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet.title == "Master list"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C3"
    assert sheet["A1"].font.bold
    assert (sheet["C2"].value, sheet["C2"].number_format) == (datetime(2026, 3, 1), "yyyy-mm-dd")
    assert sheet["C3"].value == later.astimezone(UTC).replace(tzinfo=None)
    assert 8 <= sheet.column_dimensions["A"].width < sheet.column_dimensions["B"].width <= 60


def test_characters_that_xlsx_cannot_hold_do_not_spoil_the_workbook() -> None:
    data = to_xlsx(HEADINGS, [("a\x00b", "bell\x07", "half \ud800")], "a/b:[c]")
    sheet = load_workbook(io.BytesIO(data)).active
    assert [cell.value for cell in sheet[2]] == ["a\ufffdb", "bell\ufffd", "half \ufffd"]
    assert to_csv(HEADINGS, [("half \ud800", "a\x00b", None)]).endswith(b"half ?,a\xef\xbf\xbdb,\r\n")


def test_empty_table_still_has_its_heading() -> None:
    assert to_csv(HEADINGS, []) == b"\xef\xbb\xbfNumber,Title,Due\r\n"
    assert load_workbook(io.BytesIO(to_xlsx(HEADINGS, []))).active["A1"].value == "Number"
