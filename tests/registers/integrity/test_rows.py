"""Every column of every table is what the events make of it, or stands among those that may differ, with a reason."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Integer, Table, create_engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docctl.document_control.touched_rows import BY_NUMBER, BY_OWNER
from docctl.domain.mapping import Record, UtcDateTime
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.reading import read_event
from docctl.registers.integrity.columns import BY_THE_CHAIN, FREE_COLUMNS, FREE_TABLES, IDENTITY, NUMBERED, is_compared
from docctl.registers.integrity.rows import ReplayedRows
from docctl.registers.integrity.verifying import TAMPERED, verify
from docctl.registers.operations.watching import Watch
from docctl.replay import rows_in_memory
from tests.checks.drawn_cases import Draw
from tests.factories.library import Office
from tests.registers.operations.touching import refusals

COMPARED = [table for table in Record.metadata.sorted_tables if table.name not in FREE_TABLES | BY_THE_CHAIN]
DAY = timedelta(days=1)
# What a text mentions, and who has to do what, decide nothing at use.
NOT_AT_USE = {"mentions", "duties"}


@pytest.fixture
def replayed(lived: Office) -> ReplayedRows:
    """The rows as the events of a whole life make them."""
    return replay(lived)


def replay(office: Office) -> ReplayedRows:
    """Return the rows as the events make them."""
    rows = ReplayedRows(office.control)
    with office.control.reading() as session:
        rows.take([read_event(event) for event in session.scalars(select(Event).order_by(Event.seq))])
    return rows


@pytest.fixture
def connection(lived: Office) -> Iterator[Connection]:
    """A connection of somebody with full rights on the database, whom no constraint between tables holds up."""
    engine = create_engine(f"sqlite:///{lived.control.data}/docctl.db")
    with engine.connect() as opened:
        opened.execute(text("PRAGMA foreign_keys = OFF"))
        opened.rollback()
        yield opened
    engine.dispose()


def found(replayed: ReplayedRows, connection: Connection) -> list[str]:
    """What is found of the rows as they are in this connection's transaction."""
    with Session(bind=connection) as session:
        return [finding.sentence for finding in replayed.compare(session)]


def other(column: "Column[Any]", value: Any) -> Any:
    """Another value that a column could have."""
    kind = column.type
    if isinstance(kind, JSON):
        return (
            {"changed": 1} if value is None else [*value, "changed"] if isinstance(value, list) else {**value, "x": 1}
        )
    if isinstance(kind, Boolean):
        return not value
    if isinstance(kind, Integer):
        return (value or 0) + 1001
    if isinstance(kind, UtcDateTime | DateTime):
        return (value or datetime.fromisoformat("2020-02-02T02:02:02+00:00")) + DAY
    if isinstance(kind, Date):
        return (value or date(2020, 2, 2)) + DAY
    return f"{value or ''}x"


def at(table: Table, row: Any) -> Any:
    """The condition that finds one row again."""
    keys = [column == row[column.name] for column in table.primary_key]
    condition = keys[0]
    for key in keys[1:]:
        condition &= key
    return condition


def first_row(connection: Connection, table: Table) -> Any:
    """A row of a table; a life in which nothing was written into it tests nothing."""
    return connection.execute(select(*table.c)).mappings().first()


def test_a_whole_life_is_what_its_events_make_of_it(replayed: ReplayedRows, connection: Connection) -> None:
    assert found(replayed, connection) == []
    assert replayed.unauthorised == []
    assert [table.name for table in COMPARED if first_row(connection, table) is None] == []


def test_documents_that_were_packed_meanwhile_are_as_they_were(
    lived: Office, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_in_memory, "AWAKE", 1)
    assert found(replay(lived), connection) == []


def test_the_watch_replays_every_act_that_makes_what_it_watches(lived: Office) -> None:
    assert Watch(lived.control).look() == ""


def test_no_column_changes_unseen(replayed: ReplayedRows, connection: Connection, drawn: Draw) -> None:
    """Each run changes a column of each table and one of each type; make faults changes every column."""
    unseen = []
    every = [column for table in COMPARED for column in table.c if is_compared(column)]
    for column in drawn(every, lambda each: {each.table.name, type(each.type)}):
        table = column.table
        row = first_row(connection, table)
        connection.execute(table.update().where(at(table, row)).values({column: other(column, row[column.name])}))
        if not found(replayed, connection):
            unseen.append(f"{table.name}.{column.name}")
        connection.rollback()
    assert unseen == []


def test_nothing_that_a_whole_life_made_is_refused(lived: Office) -> None:
    assert refusals(lived.control) == []


def test_no_column_is_other_than_its_events_say_where_it_is_used(
    lived: Office, connection: Connection, drawn: Draw
) -> None:  # fmt: skip
    """Each run changes a column of each table and one of each type; make faults changes every column."""
    unseen = []
    every = [column for table in COMPARED for column in table.c if is_compared(column) and table.name not in NOT_AT_USE]
    for column in drawn(every, lambda each: {each.table.name, type(each.type)}):
        table = column.table
        row = first_row(connection, table)
        connection.execute(table.update().where(at(table, row)).values({column: other(column, row[column.name])}))
        own = {table.name} if table.name in {*BY_NUMBER, *BY_OWNER} else {"documents"}
        with Session(bind=connection) as session:
            if not refusals(lived.control, session, own):
                unseen.append(f"{table.name}.{column.name}")
        connection.rollback()
    assert unseen == []


def test_no_row_is_taken_out_or_put_in_unseen(replayed: ReplayedRows, connection: Connection) -> None:
    for table in COMPARED:
        row = first_row(connection, table)
        connection.execute(table.delete().where(at(table, row)))
        assert found(replayed, connection), f"a row was taken out of {table.name}"
        connection.rollback()
        assert _put_in(connection, table, dict(row)), f"no row could be put into {table.name}"
        assert found(replayed, connection), f"a row was put into {table.name}"
        connection.rollback()


def _put_in(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Put a copy of a row in, changed as little as the constraints of its own table want it."""
    keys = {column.name: other(column, row[column.name]) for column in table.primary_key}
    everything = {column.name: other(column, row[column.name]) for column in table.c}
    for changed in (row | keys, row | {name: everything[name] for name in everything if "id" not in name} | keys):
        try:
            connection.execute(table.insert().values(changed))
        except IntegrityError:
            connection.rollback()
        else:
            return True
    return False


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE users SET email = 'thief@weights.example' WHERE login = 'carla'", "carla"),
        ("UPDATE users SET roles = '[\"administrator\"]' WHERE login = 'eve'", "eve"),
        ("UPDATE review_comments SET text = 'I agree'", "POL-103 revision 1"),
        ("UPDATE approval_routes SET steps = '[]' WHERE name = 'Two pairs of eyes'", "Two pairs of eyes"),
        ("UPDATE revisions SET audience = '[\"public\"]' WHERE title = 'Über Ziele'", "POL-101 revision"),
        ("UPDATE document_types SET template = 'other.docx' WHERE name = 'notice'", "notice"),
    ],
)
def test_a_check_of_the_library_names_what_was_changed(lived: Office, change: str, named: str) -> None:
    with lived.control.engine.begin() as connection:
        assert connection.execute(text(change)).rowcount
    report = verify(lived.control)
    assert report.exit_code == TAMPERED
    assert named in " ".join(report.lines)


def test_what_may_differ_unseen_exists_and_says_why() -> None:
    tables = Record.metadata.tables
    assert {*FREE_TABLES, *BY_THE_CHAIN, *IDENTITY, *NUMBERED} <= set(tables)
    for name, reason in {**FREE_TABLES, **BY_THE_CHAIN, **FREE_COLUMNS}.items():
        assert len(reason.split()) > 3, name
    for name in FREE_COLUMNS:
        table, _, column = name.partition(".")
        assert column in tables[table].c


def test_every_row_that_others_refer_to_has_a_name() -> None:
    referred = {key.column.table.name for table in COMPARED for column in table.c for key in column.foreign_keys}
    assert referred <= IDENTITY.keys()
