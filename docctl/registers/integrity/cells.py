"""Looks at the database itself: whether all of it can be read, and whether anything in it is not docctl's."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Executable, Table, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from docctl import tools
from docctl.domain.mapping import Record
from docctl.registers.integrity.finding import REBUILD, RESTORE, Finding, broken, noted

RULE = "database"
SCHEMA_TABLE = "alembic_version"
MADE_ANEW = "Find out who did it; with docctl stopped, make it anew in the database:"
DROP_IT = "Find out who made it and what it did, then drop it"
_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT DISTINCT trigger_name, event_object_table FROM information_schema.triggers"
    " WHERE trigger_schema = current_schema()"
    " UNION SELECT rulename, tablename FROM pg_rules WHERE schemaname = current_schema()",
}


def damaged_pages(session: Session) -> Iterator[Finding]:
    """Find what SQLite itself finds wrong with its file; other databases look after their own."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(5)"):
        if said != "ok":
            yield broken(RULE, "database", f"The file of the database is damaged: {said}.", RESTORE)


def triggers(session: Session) -> dict[str, str]:
    """Return a sentence for each trigger by its name: code that acts at the next event, of which docctl has none."""
    found = session.execute(text(_TRIGGERS[session.get_bind().dialect.name]))
    return {
        name: f"The database acts by itself on the table {table}: {name} is a trigger, and docctl makes none."
        for name, table in found
    }


def foreign_objects(session: Session, schema: str) -> Iterator[Finding]:
    """Find what docctl did not lay out: code that acts by itself is a change, anything else is named.

    Tables of another schema than the one given are not compared, because they are laid out otherwise.
    """
    connection = session.connection()
    for name, sentence in triggers(session).items():
        yield broken(RULE, name, sentence, DROP_IT)
    if connection.scalar(text("SELECT version_num FROM alembic_version")) != schema:
        return
    seen, ours = inspect(connection), Record.metadata.tables
    for name in {*seen.get_table_names(), *seen.get_view_names()} - {*ours, SCHEMA_TABLE}:
        yield noted(RULE, name, f"{name} stands in the database, and docctl neither made nor reads it.", DROP_IT)
    for name, table in ours.items():
        for column in {each["name"] for each in seen.get_columns(name)} - set(table.c.keys()):
            sentence = f"The table {name} has a column {column} that docctl neither made nor reads."
            yield noted(RULE, f"{name}.{column}", sentence, DROP_IT)
    for part in tools.database.missing_parts(connection):
        yield _lacking(part)
    for part in tools.database.foreign_parts(connection):
        what = f"The {part.kind} {part.name}" + (f" of the table {part.table}" if part.table else "")
        yield noted(RULE, part.name, f"{what} stands in the database, and docctl did not make it.", DROP_IT)


def _lacking(part: "tools.database.Part") -> Finding:
    """Say what the tables lack: what keeps a rule is a change, what only finds rows faster is named."""
    sentence = f"The table {part.table} lacks its {part.kind} {part.name}".rstrip() + ", or has another in its place."
    remedy = f"{MADE_ANEW} {part.statement}" if part.statement else REBUILD
    if not part.keeps_a_rule:
        return noted(RULE, part.name, sentence, remedy)
    return broken(RULE, part.name or part.table, sentence, remedy)


def unreadable_cells(session: Session) -> Iterator[Finding]:
    """Find each cell that is empty where none may be, or cannot be read as what its column holds."""
    connection = session.connection()
    for table in Record.metadata.sorted_tables:
        needed, counting, reading = _queries(table)
        for column, count in zip(needed, connection.execute(counting).one(), strict=True):
            if count:
                yield broken(RULE, table.name, f"{count} rows of {table.name} have no {column.name}, which each must.")
        if not _can_be_read(connection, reading):
            yield from _cells(connection, table)


@cache
def _queries(table: Table) -> tuple[list[Column[Any]], Executable, Executable]:
    """Return the columns that may not be empty, the query that counts where they are, and the one that reads all."""
    needed = [column for column in table.c if not column.nullable]
    return needed, select(*(func.count().filter(column.is_(None)) for column in needed)), select(table)


def _cells(connection: Connection, table: Table) -> Iterator[Finding]:
    for column in table.c:
        if _can_be_read(connection, select(column)):
            continue
        for keys in _readable_keys(connection, table):
            row = [key == value for key, value in keys.items()]
            if not _can_be_read(connection, select(column).where(*row)):
                which = ", ".join(f"{key.name} {value}" for key, value in keys.items())
                sentence = f"{column.name} of the row of {table.name} with {which} cannot be read."
                yield broken(RULE, f"{table.name}.{column.name}", sentence)
                break
        else:
            yield broken(RULE, f"{table.name}.{column.name}", f"{column.name} of {table.name} cannot be read.")


def _readable_keys(connection: Connection, table: Table) -> Iterator[dict[Column[Any], Any]]:
    keys = list(table.primary_key)
    if _can_be_read(connection, select(*keys)):
        for row in connection.execute(select(*keys)).all():
            yield dict(zip(keys, row, strict=True))


def _can_be_read(connection: Connection, query: Executable) -> bool:
    try:
        for _ in connection.execute(query):
            continue
    except (DBAPIError, ValueError, TypeError, AttributeError):
        return False
    return True
