"""The tables of the database: whether they are there and at which schema; laid out, wiped and taken away as a whole."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, inspect, text
from sqlalchemy.exc import DatabaseError

from docctl.adapters.database.connections import FILE, POSTGRESQL, TROUBLE, as_refusal, writing_engine
from docctl.domain.errors import DatabaseDamagedError, DatabaseUnreachableError, LibraryNewerError, SettingError
from docctl.domain.mapping import Record

_UNICODE = "UTF8"
_UNLOGGED = (
    "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' "
    "AND relpersistence <> 'p' ORDER BY relname"
)
_CHANGING_TABLES = 0x646F6363
_REVISION = re.compile(r"""^revision\b.*= *["'](\w+)""", re.MULTILINE)
_DOWN_REVISION = re.compile(r"""^down_revision\b.*= *["'](\w+)""", re.MULTILINE)


def durability_faults(engine: Engine) -> list[str]:
    """Return why what the database acknowledges could be lost or torn by a loss of power; nothing is how it must be."""
    if engine.dialect.name != POSTGRESQL:
        return []
    with engine.connect() as connection:
        return [
            f"The PostgreSQL server runs with {name} = off, so what was acknowledged can be lost; set {name} = on."
            for name in ("fsync", "full_page_writes", "synchronous_commit")
            if connection.scalar(text("SELECT current_setting(:name)"), {"name": name}) == "off"
        ]


def unlogged_tables(engine: Engine) -> list[str]:
    """Return the tables of a library that PostgreSQL empties when it was not ended as it should be."""
    if engine.dialect.name != POSTGRESQL:
        return []
    with engine.connect() as connection:
        found = connection.scalars(text(_UNLOGGED))
        return [name for name in found if name in Record.metadata.tables]


def number_on(connection: Connection) -> None:
    """Let PostgreSQL number new rows after those that were put in with their numbers."""
    if connection.dialect.name != POSTGRESQL:
        return
    for table in inspect(connection).get_table_names():
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:name, 'id') FROM information_schema.columns"
                 " WHERE table_schema = current_schema() AND table_name = :name AND column_name = 'id'"),
            {"name": table},
        )  # fmt: skip
        if sequence:
            connection.execute(
                text(f'SELECT setval(:sequence, (SELECT coalesce(max(id), 0) + 1 FROM "{table}"), false)'),  # noqa: S608
                {"sequence": sequence},
            )


def require_fit(engine: Engine) -> None:
    """Raise where the database cannot keep a library.

    DatabaseUnreachableError tells that it acknowledges what it may lose, DatabaseDamagedError that somebody let it
    lose a table, SettingError that it lacks letters.
    """
    try:
        faults, encoding, unlogged = durability_faults(engine), _encoding(engine), unlogged_tables(engine)
    except TROUBLE as error:
        raise as_refusal(error) from error
    if encoding != _UNICODE:
        raise SettingError(
            "The database keeps its texts in %(encoding)s, which lacks letters that documents have, so it was not "
            "used; make one in UTF-8 (createdb -E UTF8 -T template0 …), and name it in DOCCTL_DATABASE_URL.",
            encoding=encoding,
        )
    if faults:
        raise DatabaseUnreachableError(faults[0])
    if unlogged:
        raise DatabaseDamagedError(
            "PostgreSQL keeps the table %(table)s unlogged, so it empties it after the next crash, and nothing was "
            "opened; find out who did it, then: ALTER TABLE %(table)s SET LOGGED;",
            table=unlogged[0],
        )


def _encoding(engine: Engine) -> str:
    if engine.dialect.name != POSTGRESQL:
        return _UNICODE
    with engine.connect() as connection:
        return str(connection.scalar(text("SHOW server_encoding")))


@contextmanager
def changing_tables(engine: Engine) -> Iterator[Connection]:
    """Change the tables themselves, in one transaction."""
    try:
        with writing_engine(engine).begin() as connection:
            if engine.dialect.name == POSTGRESQL:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHANGING_TABLES})
            yield connection
    except DatabaseError as error:
        raise as_refusal(error) from error


def wipe_deleted(engine: Engine, tables: Iterable[str]) -> None:
    """Write the tables anew without what was deleted or replaced in them, which databases leave behind in their files.

    Raises LibraryBusyError where somebody is at work in them.
    """
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if connection.dialect.name != "sqlite":
                for table in tables:
                    connection.exec_driver_sql(f'VACUUM FULL "{table}"')
            else:
                connection.connection.dbapi_connection.execute("VACUUM")  # type: ignore[union-attr]
    except (DatabaseError, sqlite3.OperationalError) as error:
        raise as_refusal(error) from error


def holds_a_library(engine: Engine) -> bool:
    """Say whether anything was ever recorded in the database."""
    try:
        with engine.connect() as connection:
            if not engine.dialect.has_table(connection, "events"):
                return False
            return connection.scalar(text("SELECT seq FROM events LIMIT 1")) is not None
    except DatabaseError as error:
        raise as_refusal(error) from error


def is_gone(engine: Engine) -> bool:
    """Say whether the database of a library is gone: its file missing or empty, or without any tables of ours."""
    name = engine.url.database or ""
    if engine.dialect.name == "sqlite" and not (Path(name).is_file() and Path(name).stat().st_size):
        return True
    try:
        with engine.connect() as connection:
            return not any(engine.dialect.has_table(connection, name) for name in ("alembic_version", "events"))
    except DatabaseError as error:
        raise as_refusal(error) from error


def drop_tables(engine: Engine) -> None:
    """Take every table of a library away, where its making was cut off."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        engine.dispose()
        for name in (engine.url.database, f"{engine.url.database}-journal"):
            Path(name).unlink(missing_ok=True)
        engine.get_execution_options()[FILE].forget()
        return
    ours, found = {*Record.metadata.tables, "alembic_version"}, MetaData()
    with changing_tables(engine) as connection:
        found.reflect(connection, only=lambda name, _: name in ours)
        found.drop_all(connection)


def schema_of(engine: Engine) -> str:
    """Return the schema that the tables are at."""
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def schema_is_current(engine: Engine, migrations: Path) -> bool:
    """Say whether the tables are at the newest schema.

    Raises DatabaseUnreachableError where they cannot be read, DatabaseDamagedError where they do not say it,
    LibraryNewerError where a later version laid them out.
    """
    try:
        with engine.connect() as connection:
            if engine.dialect.has_table(connection, "alembic_version"):
                present = list(connection.scalars(text("SELECT version_num FROM alembic_version")))
            elif engine.dialect.has_table(connection, "events"):
                present = []
            else:
                return False
    except DatabaseError as error:
        raise as_refusal(error) from error
    if len(present) != 1:
        raise DatabaseDamagedError(
            "The database does not say which version laid its tables out (its table alembic_version has %(count)s rows "
            "and must have one), so nothing was opened; bring the database back from a backup.",
            count=len(present),
        )
    for schema in present:
        if not knows_schema(schema, migrations):
            raise LibraryNewerError(schema)
    return present == [newest_schema(migrations)]


def knows_schema(schema: str, migrations: Path) -> bool:
    """Say whether there is a migration to a schema, so that its tables can be laid out and brought forward."""
    return schema in {name for text in _migrations(migrations) for name in _REVISION.findall(text)}


def newest_schema(migrations: Path) -> str:
    """Return the schema that no migration goes beyond."""
    texts = _migrations(migrations)
    named = {str(name) for text in texts for name in _REVISION.findall(text)}
    (newest,) = named - {name for text in texts for name in _DOWN_REVISION.findall(text)}
    return newest


def _migrations(migrations: Path) -> list[str]:
    """Read the migrations from their files: loading Alembic takes longer than a search."""
    return [path.read_text() for path in (migrations / "versions").glob("*.py")]
