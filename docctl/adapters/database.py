"""The database: SQLite by default, PostgreSQL at scale; writers queue up before they read."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from docctl.domain.errors import DatabaseUnreachableError, InvalidInputError, LibraryBusyError, StorageFailedError
from docctl.domain.storage_trouble import disk_full, failed_sync

BUSY_TIMEOUT_MS = 5000
WRITING = "docctl_writing"
_FAILED_SYNCS = {"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC"}
_REVISION = re.compile(r"""^revision\b.*= *["'](\w+)""", re.MULTILINE)
_DOWN_REVISION = re.compile(r"""^down_revision\b.*= *["'](\w+)""", re.MULTILINE)


def open_database(url: str) -> Engine:
    """Open the database of a library; on SQLite every statement is durable once it is acknowledged.

    Raises InvalidInputError where the address is no address of a database that can be used here.
    """
    waiting = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    try:
        if not url.startswith("sqlite"):
            return create_engine(url, pool_pre_ping=True, hide_parameters=True)
        engine = create_engine(url, connect_args=waiting, hide_parameters=True)
    except (ArgumentError, ImportError) as error:
        raise InvalidInputError(
            "The address of the database cannot be used here; write DOCCTL_DATABASE_URL like "
            "sqlite:////srv/docctl/docctl.db, or leave it out."
        ) from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()
    # WAL loses commits under a rare race below SQLite 3.51.3; the rollback journal with EXTRA never did.
    for pragma in ("journal_mode=DELETE", "synchronous=EXTRA", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    for pragma in ("cache_size=-65536", "mmap_size=268435456", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def writing_engine(engine: Engine) -> Engine:
    """Return the engine for deciding: its transactions take the write lock before they read."""
    return engine.execution_options(**{WRITING: True})


def lock_head(connection: Connection) -> None:
    """Make writers queue up on PostgreSQL, as BEGIN IMMEDIATE does on SQLite."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT seq FROM chain_head WHERE id = 1 FOR UPDATE"))


def as_refusal(error: DatabaseError) -> LibraryBusyError:
    """Turn what a database says when it is locked, read-only, damaged or away into a refusal that people understand."""
    if isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig):
        return LibraryBusyError("The library is busy with another action; nothing was recorded, try again in a moment.")
    said = str(error.orig).strip().splitlines() or ["no reason given"]
    if getattr(error.orig, "sqlite_errorname", "") in _FAILED_SYNCS:
        return failed_sync(said[0])
    if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(error.orig, "sqlstate", "") == "53100":
        return disk_full()
    return DatabaseUnreachableError(
        f"The database of the library cannot be used ({said[0][:150]}); nothing was recorded."
    )


@contextmanager
def answering(engine: Engine) -> Iterator[None]:
    """Turn what the database says into a refusal; connections to one in trouble are dropped, never used again."""
    try:
        yield
    except OperationalError as error:
        refusal = as_refusal(error)
        if isinstance(refusal, DatabaseUnreachableError | StorageFailedError):
            engine.dispose()
        raise refusal from error


@contextmanager
def changing_tables(engine: Engine) -> Iterator[Connection]:
    """Change the tables themselves, in one transaction."""
    try:
        with writing_engine(engine).begin() as connection:
            yield connection
    except DatabaseError as error:
        raise as_refusal(error) from error


def schema_is_current(engine: Engine, migrations: Path) -> bool:
    """Say whether the tables are at the newest schema; raise DatabaseUnreachableError where they cannot be read."""
    try:
        with engine.connect() as connection:
            if not engine.dialect.has_table(connection, "alembic_version"):
                return False
            present = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
    except DatabaseError as error:
        raise as_refusal(error) from error
    return present == _newest(migrations)


def _newest(migrations: Path) -> set[str]:
    """Return the migration that no other follows, read from the files: loading Alembic takes longer than a search."""
    texts = [path.read_text() for path in (migrations / "versions").glob("*.py")]
    named = {name for text in texts for name in _REVISION.findall(text)}
    return named - {name for text in texts for name in _DOWN_REVISION.findall(text)}
