"""The database: writers queue up, a reading is of one instant, what it says is refused in words, no COMMIT is lost."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, OperationalError

from docctl.adapters import database
from docctl.adapters.database import connections
from docctl.document_control import DocumentControl
from docctl.domain.errors import DatabaseUnreachableError, DocctlError, InvalidInputError, LibraryBusyError
from docctl.domain.people.user import User

pytestmark = pytest.mark.both_databases
POSTGRESQL = "postgresql+psycopg"


def test_a_reading_is_of_one_instant_and_changes_nothing(control: DocumentControl, people: dict[str, int]) -> None:
    with control.reading() as session:
        assert session.get_one(User, people["eve"]).name == "Eve Employee"
        session.expunge_all()
        if control.engine.dialect.name == "postgresql":
            with control.remembering() as other:
                other.get_one(User, people["eve"]).name = "Eve Elsewhere"
            assert session.get_one(User, people["eve"]).name == "Eve Employee"
            with pytest.raises(Exception, match="read-only transaction"):
                session.execute(text("DELETE FROM watermarks"))


def test_a_second_writer_waits_and_is_told_that_the_library_is_busy(
    control: DocumentControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setitem(connections._SESSION, "lock_timeout", "50ms")
    second = database.open_database(control.engine.url.render_as_string(hide_password=False))
    with control.remembering():
        with (
            pytest.raises(LibraryBusyError) as refused,
            database.answering(second),
            database.writing_engine(second).begin() as connection,
        ):
            database.lock_head(connection)
        assert not isinstance(refused.value, DatabaseUnreachableError)
    second.dispose()


def test_every_commit_is_on_disk_before_it_is_acknowledged(control: DocumentControl) -> None:
    is_postgresql = control.engine.dialect.name == "postgresql"
    if is_postgresql:
        with control.engine.begin() as connection:
            connection.execute(text(f"ALTER DATABASE {control.engine.url.database} SET synchronous_commit = off"))
        control.engine.dispose()
    with control.engine.connect() as connection:
        asked = "SHOW synchronous_commit" if is_postgresql else "PRAGMA synchronous"
        assert connection.scalar(text(asked)) == ("on" if is_postgresql else 3)
    assert database.durability_faults(control.engine) == []


def test_a_text_that_cannot_be_kept_is_refused(control: DocumentControl, people: dict[str, int]) -> None:
    if control.engine.dialect.name == "postgresql":
        with pytest.raises(InvalidInputError, match="cannot be kept"), control.remembering() as session:
            session.get_one(User, people["eve"]).name = "E\0ve"


@pytest.mark.parametrize("written", ["postgres://a@b/c", "postgresql://a@b/c", f"{POSTGRESQL}://a@b/c"])
def test_every_spelling_of_postgresql_is_understood(written: str) -> None:
    assert database.open_database(written).url.drivername == POSTGRESQL


def test_a_server_that_is_away_is_refused_in_one_sentence() -> None:
    away = database.open_database("postgresql://docctl@127.0.0.1:1/docctl")
    with pytest.raises(DatabaseUnreachableError, match="cannot be used"), database.answering(away):
        away.connect()


def test_what_a_database_says_itself_is_told_to_operators_only() -> None:
    told = 'connection to server at "10.1.2.3", port 5432 failed: FATAL: no password for user "docctl"'
    for error in (OperationalError("SELECT 1", None, Exception(told)), DataError("INSERT", None, Exception(told))):
        refusal = database.as_refusal(error)
        assert not {"10.1.2.3", "FATAL", "docctl"} & set(re.findall(r"[\w.]+", str(refusal)))
    unreachable = database.as_refusal(OperationalError("SELECT 1", None, Exception(told)), committing=True)
    assert isinstance(unreachable, DatabaseUnreachableError)
    assert (told in unreachable.said, "10.1.2.3" in str(unreachable)) == (True, False)


def test_nobody_claims_that_nothing_was_recorded_where_the_database_went_away_meanwhile() -> None:
    gone = OperationalError("COMMIT", None, Exception("server closed the connection unexpectedly"))
    assert isinstance(database.as_refusal(gone, committing=True), DocctlError)
    assert "look whether it was" in str(database.as_refusal(gone, committing=True))
    assert "nothing was recorded" in str(database.as_refusal(gone))
