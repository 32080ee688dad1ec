"""Registers that come in: CSV in the encodings of the field, XLSX with cells of every kind, and hostile ones."""

import io
import zipfile
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from docctl.adapters.spreadsheet import rows_of
from docctl.domain.errors import RefusedUploadError, UploadTooLargeError

TEXT = 'Dok.-Nr.;Titel\r\nPOL-1;"Über; Gläser"\r\n'


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)  # fmt: skip
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_csv_is_read_whatever_its_encoding_and_separator(encoding: str, separator: str) -> None:
    text = TEXT.replace("Nr.;", f"Nr.{separator}").replace("1;", f"1{separator}")
    assert rows_of("r.csv", text.encode(encoding)) == [[["Dok.-Nr.", "Titel"], ["POL-1", "Über; Gläser"]]]


def _workbook(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_gives_each_sheet_with_its_cells_as_they_are() -> None:
    day = datetime(2021, 5, 3)
    first, second = rows_of("r.xlsx", _workbook([["number", "date"], [], ["POL-1", day, 1.5]], [["x"]]))
    assert first[0][:2] == ["number", "date"]
    assert first[1] == []
    assert first[2] == ["POL-1", day, 1.5]
    assert second == [["x"]]


def _with_part(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_workbook([["number"]]))) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
SHEET = "xl/worksheets/sheet1.xml"
HOSTILE = {
    "empty.xlsx": b"PK",
    "cut.xlsx": _workbook([["number"]])[:200],
    "laughs.xlsx": _with_part(SHEET, LAUGHS),
    "laughs16.xlsx": _with_part(SHEET, LAUGHS.decode().encode("utf-16")),
    "no sheet.xlsx": _with_part(SHEET, b"<not"),
    "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a program.csv": b"MZ\x90\x00\x03\x00\x00\x00",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_register_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(RefusedUploadError, match=r"register .*\.$"):
        rows_of(name, HOSTILE[name])


def test_a_register_has_its_limits() -> None:
    with pytest.raises(UploadTooLargeError, match="20,000 rows"):
        rows_of("r.csv", b"a\n" * 20_001)
    bomb = _with_part("xl/media/x.bin", b"")
    with zipfile.ZipFile(buffer := io.BytesIO(bomb), "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/y.bin", b"\0" * (61 * 1024 * 1024))
    with pytest.raises(UploadTooLargeError, match="60 MB"):
        rows_of("r.xlsx", buffer.getvalue())
    far = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="30000">'
    far += b'<c r="A30000"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(UploadTooLargeError, match="20,000 rows"):
        rows_of("r.xlsx", _with_part(SHEET, far))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    try:
        tables = rows_of("r.csv", data)
    except RefusedUploadError:
        tables = []
    assert all(isinstance(row, list) for table in tables for row in table)
