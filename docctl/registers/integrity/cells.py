"""Looks whether the tables can be read at all: pages of the database, and cells that hold what their column cannot."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from docctl.domain.mapping import Record
from docctl.registers.integrity.finding import RESTORE, Finding, broken

RULE = "database"


def damaged_pages(session: Session) -> Iterator[Finding]:
    """Find what SQLite itself finds wrong with its file; other databases look after their own."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(5)"):
        if said != "ok":
            yield broken(RULE, "database", f"The file of the database is damaged: {said}.", RESTORE)


def unreadable_cells(session: Session) -> Iterator[Finding]:
    """Find each cell that is empty where none may be, or cannot be read as what its column holds."""
    connection = session.connection()
    for table in Record.metadata.sorted_tables:
        empty = [column for column in table.c if not column.nullable]
        counts = connection.execute(select(*(func.count().filter(column.is_(None)) for column in empty)))
        for column, count in zip(empty, counts.one(), strict=True):
            if count:
                yield broken(RULE, table.name, f"{count} rows of {table.name} have no {column.name}, which each must.")
        if not _can_be_read(connection, table, list(table.c)):
            yield from _cells(connection, table)


def _cells(connection: Connection, table: Table) -> Iterator[Finding]:
    for column in table.c:
        if _can_be_read(connection, table, [column]):
            continue
        for keys in _readable_keys(connection, table):
            row = [key == value for key, value in keys.items()]
            if not _can_be_read(connection, table, [column], *row):
                which = ", ".join(f"{key.name} {value}" for key, value in keys.items())
                sentence = f"{column.name} of the row of {table.name} with {which} cannot be read."
                yield broken(RULE, f"{table.name}.{column.name}", sentence)
                break
        else:
            yield broken(RULE, f"{table.name}.{column.name}", f"{column.name} of {table.name} cannot be read.")


def _readable_keys(connection: Connection, table: Table) -> Iterator[dict[Column[Any], Any]]:
    keys = list(table.primary_key)
    if _can_be_read(connection, table, keys):
        for row in connection.execute(select(*keys)).all():
            yield dict(zip(keys, row, strict=True))


def _can_be_read(connection: Connection, table: Table, columns: list[Column[Any]], *where: ColumnElement[bool]) -> bool:
    try:
        for _ in connection.execute(select(*columns).select_from(table).where(*where)):
            continue
    except (DBAPIError, ValueError, TypeError, AttributeError):
        return False
    return True
