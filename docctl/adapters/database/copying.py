"""A copy of a SQLite database as it is at one instant: the original is only read, and writers wait for that alone.

Damage is copied as it is, so that whoever reads the copy finds it.
"""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from docctl.domain.errors import DatabaseDamagedError, DatabaseUnreachableError, LibraryBusyError

WAIT_SECONDS = 30
_BESIDE = ("", "-journal", "-wal")
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
# A change that was cut off is rolled back before reading, for which the folder has to be written: the copy's may be.
_CUT_OFF = ("SQLITE_READONLY", "SQLITE_CANTOPEN")


def copy_instant(source: Path, target: Path) -> None:
    """Copy the database in a file to another file.

    Raises DatabaseDamagedError where it is gone or none, DatabaseUnreachableError where it cannot be read,
    LibraryBusyError where somebody keeps it locked.
    """
    if not source.is_file() or not source.stat().st_size:
        raise DatabaseDamagedError(
            "The library has lost its database (%(name)s is missing or empty).", name=source.name
        )
    try:
        try:
            _copy(source, target)
        except sqlite3.Error as error:
            if not _name(error).startswith(_CUT_OFF):
                raise
            for ending in _BESIDE:
                if (path := source.with_name(source.name + ending)).exists():
                    shutil.copyfile(path, target.with_name(target.name + ending))
            _read(target)
    except (sqlite3.Error, PermissionError) as error:
        kind = DatabaseDamagedError if _name(error).startswith(_DAMAGED) else DatabaseUnreachableError
        raise kind("The database %(name)s cannot be read.", str(error), name=source.name) from error


def _copy(source: Path, target: Path) -> None:
    until = time.monotonic() + WAIT_SECONDS

    def give_up(_: int, __: int, ___: int) -> None:
        if time.monotonic() > until:
            raise LibraryBusyError("Another program keeps the database locked, so it was not read; end that first.")

    address = f"file:{quote(str(source))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy, progress=give_up)


def _read(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _name(error: Exception) -> str:
    return getattr(error, "sqlite_errorname", "") or ""
