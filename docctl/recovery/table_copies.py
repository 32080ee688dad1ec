"""Copies of all tables in one plain form, the same for SQLite and PostgreSQL: a file of JSON lines for each table."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    MetaData,
    Table,
    create_engine,
    insert,
    select,
)
from sqlalchemy.schema import sort_tables_and_constraints

from docctl.document_control import DocumentControl
from docctl.domain.errors import LibraryMismatchError
from docctl.registers.integrity.finding import Progress

ENDING = ".jsonl.gz"
SCHEMA = "alembic_version"
TOGETHER = 500


@contextmanager
def one_instant(control: DocumentControl, beside: Path) -> Iterator[Connection]:
    """Open the tables as they are at one instant, while people go on working in them."""
    if control.engine.dialect.name != "sqlite":
        isolated = control.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with isolated.connect() as connection, connection.begin():
            yield connection
        return
    copy = beside / ".tables.db"
    try:
        with control.engine.connect() as connection, sqlite3.connect(copy) as target:
            connection.connection.dbapi_connection.backup(target)  # type: ignore[union-attr]
        target.close()
        engine = create_engine(f"sqlite:///{copy}")
        with engine.connect() as connection:
            yield connection
        engine.dispose()
    finally:
        copy.unlink(missing_ok=True)


def write_tables(connection: Connection, folder: Path, progress: Progress) -> None:
    """Write every table into a folder."""
    tables = _tables(connection)
    for done, table in enumerate(tables, start=1):
        with gzip.GzipFile(folder / f"{table.name}{ENDING}", "wb", compresslevel=3, mtime=0) as file:
            for row in connection.execution_options(stream_results=True).execute(select(table)).mappings():
                plain = {name: _plain(value) for name, value in row.items()}
                file.write(json.dumps(plain, ensure_ascii=False).encode() + b"\n")
        progress("Copying tables", done, len(tables))


def read_tables(connection: Connection, folder: Path, progress: Progress) -> None:
    """Put every table of a copy into a database whose tables are laid out and empty."""
    tables = _tables(connection)
    known = {f"{table.name}{ENDING}" for table in tables}
    if {path.name for path in folder.iterdir()} != known:
        raise LibraryMismatchError(
            "The backup was made by another version of docctl, whose tables are others; restore it with that version."
        )
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    later: list[tuple[Table, list[str]]] = []
    for done, table in enumerate(tables, start=1):
        circular = _circular(table)
        if table.name != SCHEMA:
            connection.execute(table.delete())
            for rows in _stretches(folder, table):
                connection.execute(insert(table), [row | dict.fromkeys(circular) for row in rows])
        if circular:
            later.append((table, circular))
        progress("Restoring tables", done, len(tables))
    for table, circular in later:
        for rows in _stretches(folder, table):
            for row in rows:
                if any(row[name] is not None for name in circular):
                    change = table.update().where(table.c.id == row["id"])
                    connection.execute(change.values({name: row[name] for name in circular}))


def _tables(connection: Connection) -> list[Table]:
    """Return the tables so that each comes after those it refers to, but for what goes round in a circle."""
    found = MetaData()
    found.reflect(connection)
    sorted_tables = sort_tables_and_constraints(found.tables.values(), filter_fn=_breaks_the_circle)
    return [table for table, _ in sorted_tables if table is not None]


def _breaks_the_circle(constraint: Any) -> bool | None:
    return True if [column.name for column in constraint.columns] == ["current_id"] else None


def _circular(table: Table) -> list[str]:
    """Return the columns that refer to rows which may come later: those of a circle, and those of the table itself."""
    return [
        column.name
        for column in table.c
        if column.foreign_keys
        and (column.name == "current_id" or any(key.column.table is table for key in column.foreign_keys))
    ]


def _stretches(folder: Path, table: Table) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    with gzip.open(folder / f"{table.name}{ENDING}", "rt", encoding="utf-8") as file:
        for line in file:
            kept = json.loads(line)
            rows.append({column.name: _value(column, kept[column.name]) for column in table.c})
            if len(rows) == TOGETHER:
                yield rows
                rows = []
    if rows:
        yield rows


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return bool(value) if isinstance(column.type, Boolean) else value
