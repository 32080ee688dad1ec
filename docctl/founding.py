"""How a library comes to be and is opened: its data folder, its keys, its tables, its Git repository."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from sqlalchemy import Engine

from docctl import tools
from docctl.adapters import data_folder, database
from docctl.adapters.git_library import GitLibrary, LibraryAsItWas
from docctl.adapters.search_index import SearchIndex
from docctl.adapters.signing_key import SigningKey
from docctl.domain.errors import (
    DatabaseDamagedError,
    GitLibraryLostError,
    LibraryExistsError,
    LibraryMissingError,
    LibraryOlderError,
    OtherDatabaseError,
)
from docctl.machine.crash_point import crash_point
from docctl.machine.durable_files import write_durably
from docctl.shipped import shipped

NEWEST = "head"


def utc_now() -> datetime:
    """The present instant by the clock of the machine."""
    return datetime.now(UTC)


class Founded(ABC):
    """A library that can be laid down in an empty data folder, and opened where it is whole."""

    data: Path
    engine: Engine
    database_file: Path | None
    library: GitLibrary
    index: SearchIndex

    @property
    @abstractmethod
    def secret_key(self) -> str:
        """The secret that seals what nobody else may write."""

    @abstractmethod
    def __init__(self, data: Path, database_url: str, *, clock: Callable[[], datetime] = utc_now) -> None:
        """Take the parts of the library in a data folder at hand."""

    @abstractmethod
    def require_own_database(self) -> None:
        """Raise LibraryMismatchError where the database belongs to another library than the data folder."""

    @classmethod
    def found(
        cls, data: Path, database_url: str, *, clock: Callable[[], datetime] = utc_now,
        is_whole: bool = True,
    ) -> Self:  # fmt: skip
        """Lay down an empty library in a data folder; raise LibraryExistsError where there is one.

        What an earlier making left that was cut off is thrown away. Where more follows before the library is whole,
        it cannot be opened until it is finished.
        """
        clear_unfinished(data, database_url)
        if any((data / name).exists() for name in ("keys", "library.git", "docctl.db")):
            raise LibraryExistsError(
                "There already is a library in %(data)s; it was left as it is. Choose another folder.", data=data
            )
        control = cls.lay_down(data, database_url, clock=clock)
        if is_whole:
            control.finish()
        return control

    @classmethod
    def lay_down(
        cls, data: Path, database_url: str, *, keys: Path | None = None,
        clock: Callable[[], datetime] = utc_now, schema: str = NEWEST,
    ) -> Self:  # fmt: skip
        """Lay down every part of a library that a data folder lacks; it is opened once it is marked as finished.

        The tables are those of the newest schema, or of an earlier one whose rows are to be put in.
        Raises LibraryExistsError where the database holds a library already.
        """
        engine = database.open_database(database_url)
        _require_noted(data, engine)
        if (data.exists() or not database_url.startswith("sqlite")) and database.holds_a_library(engine):
            raise LibraryExistsError("There already is a library in the database; it was left as it is.")
        if not database_url.startswith("sqlite"):
            database.require_fit(engine)
        engine.dispose()
        data_folder.begin(data)
        crash_point("founding begun")
        lay_out(engine, schema)
        engine.dispose()
        crash_point("tables laid out")
        if keys is not None:
            data_folder.take_keys(data, keys)
        (data / "keys").mkdir(mode=0o700, exist_ok=True)
        if not (data / "keys" / "ledger_key").exists():
            SigningKey.create(data / "keys" / "ledger_key")
        key, signers = SigningKey.read(data / "keys" / "ledger_key"), data / "keys" / "allowed_signers"
        write_durably(signers, key.allowed_signers.encode())
        data_folder.lay_secret_key(data)
        crash_point("keys made")
        if not (data / "library.git").exists():
            GitLibrary.create(data / "library.git", data / "git.lock", signers)
        data_folder.lay_templates(data, shipped("templates"))
        (data / "cache").mkdir(mode=0o700, exist_ok=True)
        crash_point("data folder laid down")
        return cls(data, database_url, clock=clock)

    def finish(self) -> None:
        """Say that the library is whole, so that it may be opened."""
        data_folder.note_database(self.data, database.place_of(self.engine, self.data))
        data_folder.finish(self.data)

    def give_up(self) -> None:
        """Throw away what was laid down, because it could not be finished."""
        address = self.engine.url.render_as_string(hide_password=False)
        self.engine.dispose()
        self.library.let_go()
        clear_unfinished(self.data, address)

    @classmethod
    def open(
        cls, data: Path, database_url: str, *, clock: Callable[[], datetime] = utc_now, to_upgrade: bool = False
    ) -> Self:  # fmt: skip
        """Open the library in a data folder; raise LibraryMissingError where there is none.

        One with the tables of an earlier version raises LibraryOlderError, unless it is opened to be upgraded.
        """
        _require_whole(data)
        control = cls(data, database_url, clock=clock)
        if database.is_gone(control.engine):
            _require_noted(data, control.engine)
            raise DatabaseDamagedError(
                "The library has lost its database (%(name)s is missing or empty); nothing was put in its place. "
                "Bring it back with “docctl restore”, or with “docctl rebuild --from-git”.",
                name=Path(control.engine.url.database or "").name,
            )
        database.require_fit(control.engine)
        is_current = database.schema_is_current(control.engine, shipped("migrations"))
        control.require_own_database()
        with suppress(OSError):  # a library on a disk that cannot be written is read all the same
            data_folder.note_database(data, database.place_of(control.engine, data))
        if not is_current and not to_upgrade:
            raise LibraryOlderError(data, database.schema_of(control.engine))
        return control

    @classmethod
    @contextmanager
    def as_of_now(
        cls,
        data: Path,
        database_url: str,
        bring_forward: "Callable[[str, Self], None] | None" = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> Iterator[Self]:
        """Open a library as it is at this instant, for somebody who looks at it and writes nothing.

        Of SQLite it is a copy, brought to the newest schema, with the references of the same instant: no writer waits
        longer than the copying takes. PostgreSQL lets everybody look without that. The rows that the tables of an
        earlier schema did not have are left to the caller.
        Raises LibraryMissingError where there is none, LibraryOlderError where the library has to be upgraded first.
        """
        _require_whole(data, every_object=True)
        engine = database.open_database(database_url)
        if engine.dialect.name != "sqlite":
            yield cls.open(data, database_url, clock=clock)
            return
        if not (original := Path(engine.url.database or "")).is_file():
            _require_noted(data, engine)
        with TemporaryDirectory(prefix="docctl-copy-") as folder:
            library = LibraryAsItWas(data / "library.git", data / "git.lock")
            with library.held_still():
                database.copy_instant(original, copy := Path(folder) / "docctl.db")
            control = cls(data, f"sqlite:///{copy}", clock=clock)
            control.database_file = original
            control.library, control.index = library, SearchIndex(data / "index", control.secret_key, reads_only=True)
            try:
                if not database.schema_is_current(control.engine, shipped("migrations")):
                    before = database.schema_of(control.engine)
                    lay_out(control.engine)
                    if bring_forward is not None:
                        bring_forward(before, control)
                yield control
            finally:
                control.engine.dispose()
                library.let_go()


def _require_whole(data: Path, *, every_object: bool = False) -> None:
    """Raise LibraryMissingError where the parts of a library are not in a data folder, or its making was cut off."""
    data_folder.require_readable(data, every_object=every_object)
    if data_folder.is_unfinished(data):
        raise LibraryMissingError(
            "The making of the library in %(data)s was cut off; run the command that made it once more.", data=data
        )
    if (data / "keys" / "ledger_key").exists() and not (data / "library.git").exists():
        raise GitLibraryLostError(
            "The Git library is missing from %(data)s; nothing was put in its place. Bring it back from a backup.",
            data=data,
        )
    if not (data / "keys" / "ledger_key").exists() and not (data / "library.git").exists():
        raise LibraryMissingError(
            "There is no library in %(data)s; make one with “docctl init --data %(data)s”.", data=data
        )


def lay_out(engine: Engine, schema: str = NEWEST) -> None:
    """Bring the tables to a schema; Alembic is loaded only here, because loading it takes a while."""
    with database.changing_tables(engine) as connection:
        tools.table_layout.lay_out(connection, shipped("migrations"), schema)


def _require_noted(data: Path, engine: Engine) -> None:
    """Raise OtherDatabaseError where the data folder says that its tables are in another database."""
    noted, note = data_folder.noted_database(data), data / data_folder.DATABASE
    if noted in ("", database.place_of(engine, data)):
        return
    if "://" not in noted:
        raise OtherDatabaseError(
            "The library in %(data)s has its tables in its own file %(noted)s, and DOCCTL_DATABASE_URL names another "
            "database that has none of them; leave that setting out. If the file is lost for good, take %(note)s away "
            "first.",
            data=data,
            noted=noted,
            note=note,
        )
    raise OtherDatabaseError(
        "The library in %(data)s has its tables in %(noted)s, which DOCCTL_DATABASE_URL does not name; set it to that. "
        "If that database is lost for good, take %(note)s away first.",
        data=data,
        noted=noted,
        note=note,
    )


def clear_unfinished(data: Path, database_url: str) -> None:
    """Throw away what a making that was cut off left behind, in the data folder and in the database."""
    if data_folder.is_unfinished(data):
        engine = database.open_database(database_url)
        database.drop_tables(engine)
        engine.dispose()
        data_folder.clear(data)
