"""Connections to the database: what they acknowledge is durable, and writers queue up before they read."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    TimeoutError,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from docctl.domain.errors import (
    DatabaseDamagedError,
    DatabaseUnreachableError,
    DocctlError,
    InvalidInputError,
    LibraryBusyError,
    SettingError,
    StorageFailedError,
)
from docctl.machine.storage_trouble import disk_full, failed_sync

BUSY_TIMEOUT_MS = 5000
WRITING = "docctl_writing"
_JOURNAL = bytes.fromhex("d9d505f920a163d7")
FILE = "docctl_database_file"
TROUBLE = (OperationalError, InterfaceError, InternalError, DataError, TimeoutError)
POSTGRESQL = "postgresql"
_DRIVER = "postgresql+psycopg"
_ENGINE = {
    "pool_size": 8,
    "max_overflow": 24,
    "pool_timeout": BUSY_TIMEOUT_MS / 1000,
    "pool_pre_ping": True,
    "isolation_level": "READ COMMITTED",
    "hide_parameters": True,
}
# A machine that vanishes must not keep the lock of all writers: its connection ends after a minute.
_SESSION = {
    "lock_timeout": f"{BUSY_TIMEOUT_MS}ms",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_FAILED_SYNCS = {"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC"}
_DISK_FULL = {"SQLITE_FULL", "53100"}
_IN_WORDS = {
    "SQLITE_READONLY": "it cannot be written",
    "SQLITE_CANTOPEN": "it cannot be opened",
    "SQLITE_NOTADB": "its file is not a database",
    "SQLITE_CORRUPT": "it is damaged",
    "SQLITE_IOERR": "its disk fails",
}
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT", "XX001", "XX002")  # the last two: data_corrupted, index_corrupted
# lock_not_available, serialization_failure, deadlock_detected
_TRY_AGAIN = {"55P03", "40001", "40P01"}


class DatabaseFile:
    """The file of one opened database; once it was there, no empty one is made in its place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._was_there = False

    def place(self) -> tuple[int, int] | None:
        """Return what tells the file at the path from every other; None where there is none."""
        try:
            found = self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        self._was_there = True
        return found.st_dev, found.st_ino

    def require(self) -> None:
        """Raise DatabaseUnreachableError where the file was there and is not any more."""
        if self.place() is None and self._was_there:
            raise DatabaseUnreachableError(
                "The database of the library cannot be used, because it is not at its place; nothing was recorded. "
                "The administrator has to bring it back."
            )

    def forget(self) -> None:
        """Let the file be made anew, after it was taken away on purpose."""
        self._was_there = False


def open_database(url: str) -> Engine:
    """Open the database of a library; every statement is durable once it is acknowledged.

    Raises SettingError where the address is no address of a database that can be used here.
    """
    try:
        address = make_url(re.sub(r"^postgres(ql)?:", f"{_DRIVER}:", url))
        if address.get_backend_name() == POSTGRESQL:
            return _open_postgresql(address)
        if address.get_backend_name() != "sqlite":
            raise ArgumentError(f"no library is kept in {address.get_backend_name()}")
        waiting = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
        engine = create_engine(address, connect_args=waiting, hide_parameters=True)
    except (ArgumentError, ImportError) as error:
        raise SettingError(
            "The address of the database cannot be used here; write DOCCTL_DATABASE_URL like "
            "postgresql://docctl@db.example/docctl or sqlite:////srv/docctl/docctl.db, or leave it out."
        ) from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    if address.database and address.database != ":memory:":
        _watch_file(engine, DatabaseFile(Path(address.database)))
    return engine


def place_of(engine: Engine, data: Path) -> str:
    """Return where a database is, without a password; of a file in the data folder its name alone."""
    address = engine.url
    if address.get_backend_name() == POSTGRESQL:
        # A password may stand in the query as well, so nothing of it is kept but the place.
        query = {name: value for name, value in address.query.items() if name in ("host", "port")}
        there = URL.create(POSTGRESQL, address.username, None, address.host, address.port, address.database, query)
        return there.render_as_string()
    file = Path(address.database or "").resolve()
    return file.name if file.parent == data.resolve() else f"sqlite:///{file}"


def file_of(engine: Engine) -> Path | None:
    """Return the file of a database; nothing where a server keeps it, or memory does."""
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name and name != ":memory:" else None


def foreign_beside(file: Path) -> list[str]:
    """Return the names of files beside a database that SQLite takes for its own, and docctl never lets it write.

    A journal that was cut off begins as SQLite begins it, or with nothing yet; a log of writes ahead is never kept.
    Its index is not named beside it, because whoever reads the database then makes one.
    """
    log, index, journal = (file.with_name(file.name + ending) for ending in ("-wal", "-shm", "-journal"))
    try:
        begins = journal.read_bytes()[: len(_JOURNAL)]
    except OSError:
        begins = b""
    is_foreign = begins.strip(b"\0") and begins != _JOURNAL
    found = [path.name for path in (log, index) if os.path.lexists(path)][:1]
    return [*found, journal.name] if is_foreign else found


def _watch_file(engine: Engine, file: DatabaseFile) -> None:
    """Let no connection be used whose file is not at its path any more: what is written there may be lost."""

    def require(*_: object) -> None:
        file.require()

    def note(_: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info[FILE] = file.place()

    def compare(_: DBAPIConnection, record: ConnectionPoolEntry, __: object) -> None:
        if record.info.get(FILE) != file.place():
            file.require()
            raise DisconnectionError("another file is at the place of the database")

    event.listen(engine, "do_connect", require)
    event.listen(engine, "connect", note)
    event.listen(engine, "checkout", compare)
    engine.update_execution_options(**{FILE: file})


def _open_postgresql(address: URL) -> Engine:
    settings = " ".join((*(f"-c {name}={value}" for name, value in _SESSION.items()), *_options_in(address)))
    waiting = {
        "connect_timeout": BUSY_TIMEOUT_MS // 1000,
        "application_name": "docctl",
        "client_encoding": "utf8",
        "options": settings,
    }
    engine = create_engine(address, connect_args=waiting, **_ENGINE)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _options_in(address: URL) -> tuple[str, ...]:
    """Return what the address itself tells the server for each session."""
    given = address.query.get("options", ())
    return (given,) if isinstance(given, str) else given


def _prepare_postgresql(connection: DBAPIConnection, _: object) -> None:
    """Let no COMMIT be acknowledged before it is on disk, whatever the server does by default."""
    cursor = connection.cursor()
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    cursor.close()
    connection.commit()


def _prepare_sqlite(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = None
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


def reading_engine(engine: Engine) -> Engine:
    """Return the engine for looking things up: all that one transaction reads is of one instant."""
    if engine.dialect.name != POSTGRESQL:
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def lock_head(connection: Connection) -> None:
    """Make writers queue up on PostgreSQL, as BEGIN IMMEDIATE does on SQLite; what is read afterwards is the newest.

    Each takes its turn, which those who wait for a locked row do not: some of them waited three times as long.
    """
    if connection.dialect.name == POSTGRESQL:
        connection.execute(text("SELECT pg_advisory_xact_lock('chain_head'::regclass::bigint)"))


def as_refusal(error: Exception, *, committing: bool = False) -> DocctlError:
    """Turn what a database says when it is locked, read-only, damaged or away into a refusal that people understand."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", "")
    is_locked = isinstance(cause, sqlite3.OperationalError) and "locked" in str(cause)
    if is_locked or isinstance(error, TimeoutError) or code in _TRY_AGAIN:
        return LibraryBusyError("The library is busy with another action; nothing was recorded, try again in a moment.")
    in_words = next((words for name, words in _IN_WORDS.items() if str(code).startswith(name)), "")
    why = f" ({in_words})" if in_words else ""
    said = (str(cause or error).strip().splitlines() or [""])[0][:150]
    if code in _FAILED_SYNCS:
        return failed_sync(in_words)
    if code in _DISK_FULL:
        return disk_full()
    if isinstance(error, DataError):
        return InvalidInputError(
            "What was entered cannot be kept as it is, because it is too long or holds signs that no text holds; "
            "nothing was recorded."
        )
    if committing:
        return DatabaseUnreachableError(
            "The database of the library went away while this was being recorded%(why)s; look whether it was "
            "before you do it again.", said, why=why,
        )  # fmt: skip
    kind = DatabaseDamagedError if str(code).startswith(_DAMAGED) else DatabaseUnreachableError
    return kind(
        "The database of the library cannot be used%(why)s, so nothing was recorded; try again in a minute, "
        "or tell the administrator.", said, why=why,
    )  # fmt: skip


@contextmanager
def answering(engine: Engine) -> Iterator[None]:
    """Turn what the database says into a refusal; connections to one in trouble are dropped, never used again."""
    try:
        yield
    except (*TROUBLE, DatabaseError) as error:
        if isinstance(error, IntegrityError | ProgrammingError):
            raise
        refusal = as_refusal(error)
        if isinstance(refusal, DatabaseUnreachableError | StorageFailedError):
            engine.dispose()
        raise refusal from error


def commit(session: Session, engine: Engine) -> None:
    """Let it have happened; where the database goes away meanwhile, nobody claims that it has not."""
    try:
        session.commit()
    except TROUBLE as error:
        engine.dispose()
        raise as_refusal(error, committing=True) from error
