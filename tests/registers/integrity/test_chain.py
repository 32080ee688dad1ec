"""No column of the audit trail's own tables changes unseen."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from docctl.domain.mapping import Record
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.quick_check import quick_check
from docctl.registers.integrity.verifying import verify
from tests.factories.library import Clock, Founded, Office, lived_on

OF_A_REVISION = "SELECT max(rowid) FROM events WHERE revision_id IS NOT NULL"
TABLES = {"events": OF_A_REVISION, "chain_head": "SELECT max(rowid) FROM chain_head"}


@pytest.fixture(scope="module")
def founded_library(founded_library: Founded, once: Path) -> Founded:
    """A library with two documents in force, whose references are up to date."""
    return lived_on(founded_library, once, _live)


def _live(office: Office, _: Clock) -> None:
    office.publish("POL-001", "In force")
    office.publish("POL-002", "In force too")
    catch_up(office.control)


def otherwise(value: object) -> object:
    """Return another value that could stand in the same column."""
    if isinstance(value, int):
        return value + 1001
    is_time = isinstance(value, str) and value[10:11] == " "
    return "2020-02-02 02:02:02.000000" if is_time else f"{value or ''}x"


def changed(office: Office, table: str, column: str) -> None:
    """Change one column of one row with full rights on the database."""
    with closing(sqlite3.connect(office.control.data / "docctl.db")) as database:
        row = database.execute(TABLES[table]).fetchone()[0]
        was = database.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", (row,)).fetchone()[0]
        database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (otherwise(was), row))
        database.commit()


@pytest.mark.parametrize(
    ("table", "column"), [(table, column.name) for table in TABLES for column in Record.metadata.tables[table].c]
)
def test_no_column_of_the_audit_trail_changes_unseen(office: Office, table: str, column: str) -> None:
    changed(office, table, column)
    report = verify(office.control)
    assert report.exit_code == 2
    assert all(finding.sentence for finding in report.findings)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET document_id = NULL, revision_id = NULL WHERE act = 'revision:approved'",
        "UPDATE events SET revision_id = NULL WHERE act = 'revision:approved'",
        "UPDATE events SET document_id = 1, revision_id = 1 WHERE document_id = 2",
        "UPDATE events SET document_id = 1, revision_id = 1 WHERE act = 'organisation:changed' OR seq = 3",
    ],
)
def test_an_event_listed_under_what_it_is_not_about_is_seen_by_verify_and_watch(office: Office, statement: str) -> None:
    assert quick_check(office.control) == ""
    with closing(sqlite3.connect(office.control.data / "docctl.db")) as database:
        assert database.execute(statement).rowcount > 0
        database.commit()
    assert "is listed under another document" in quick_check(office.control)
    assert any("is listed under another document" in each.sentence for each in verify(office.control).findings)
