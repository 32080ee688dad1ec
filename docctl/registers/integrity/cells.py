"""Looks at the database itself: whether all of it can be read, and whether anything in it is not docctl's."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Executable, Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from docctl import tools
from docctl.domain.mapping import Record
from docctl.registers.integrity.finding import REBUILD, RESTORE, Finding, broken, noted
from docctl.shipped import shipped

RULE = "database"
TABLE = "table"
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
    laid_out = laid_out_anew()
    for each in tools.database.missing_parts(connection, laid_out):
        yield _lacking(each.part, each.instead)
    for part in tools.database.foreign_parts(connection, laid_out):
        yield _foreign(part)


@cache
def laid_out_anew() -> "tuple[tools.database.Part, ...]":
    """Return every part that the migrations make of the tables in an empty SQLite database."""
    engine = tools.database.open_database("sqlite://")
    with tools.database.changing_tables(engine) as connection:
        tools.table_layout.lay_out(connection, shipped("migrations"))
        parts = tuple(tools.database.parts_of(connection))
    engine.dispose()
    return parts


def _lacking(part: "tools.database.Part", instead: "tools.database.Part | None") -> Finding:
    """Say what the tables lack: what keeps a rule is a change, what only finds rows faster is named."""
    what = f"{part.kind} {part.name}".rstrip()
    if part.kind == TABLE:
        sentence = f"The table {part.table} is not in the database, or something else is in its place."
    elif instead is None:
        sentence = f"The table {part.table} lacks its {what}."
    else:
        sentence = f"The {what} of the table {part.table} is “{instead.said}”, and docctl lays down “{part.said}”."
    remedy = f"{MADE_ANEW} {part.statement}" if part.statement else REBUILD
    if part.kind == "index":
        return noted(RULE, part.name or part.table, sentence, remedy)
    return broken(RULE, part.name or part.table, sentence, remedy)


def _foreign(part: "tools.database.Part") -> Finding:
    """Name what docctl did not lay out: what may refuse, change or hide rows by itself is a change."""
    subject, remedy = part.name or part.table, f"{DROP_IT}: {part.statement}" if part.statement else DROP_IT
    if part.kind == "number":
        sentence = f"The number {part.name} stands in the database, and docctl did not make it."
    elif not part.name and part.table not in Record.metadata.tables:
        sentence = f"{part.table} stands in the database, and docctl neither made nor reads it."
    elif part.kind == "column":
        subject, sentence = (
            f"{part.table}.{part.name}",
            (f"The table {part.table} has a column {part.name} that docctl neither made nor reads."),
        )
    else:
        said = f" “{part.said}”" if part.said else ""
        where = f" of the table {part.table}" if part.table else ""
        what = f"{part.kind} {part.name}".rstrip()
        sentence = f"The {what}{where}{said} stands in the database, and docctl did not make it."
    is_change = part.keeps_a_rule and part.kind not in (TABLE, "unique index")
    return broken(RULE, subject, sentence, remedy) if is_change else noted(RULE, subject, sentence, remedy)


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
