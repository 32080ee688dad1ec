"""A library of an earlier version is brought to this one by one command, whole, or it stays as it was."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, inspect, select, text

from docctl import tools
from docctl.actions.settings import administering
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.errors import LibraryMismatchError, LibraryOlderError
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from docctl.recovery.backing_up import back_up
from docctl.recovery.rehearsing import PLACE
from docctl.recovery.restoring import restore
from docctl.recovery.upgrading import BACKUPS, Upgraded, upgrade
from docctl.server.serving import alone
from docctl.shipped import shipped
from tests.checks.faults import crew
from tests.conftest import ROOM
from tests.factories.databases import address_of, copy_library, drop_database, new_database
from tests.factories.earlier_library import lay_down_earlier, unpack
from tests.factories.library import Clock, Office, open_library
from tests.factories.once.made_once import made_once

OLD, NEW = "0006", tools.database.newest_schema(shipped("migrations"))
AFTER = "upgraded"
POINTS = ("backup copied", "upgraded copy verified", "upgrade rehearsed", "ledger written", AFTER)
POINTS_OF_TABLES = ("restored tables", "tables brought forward")
COMMANDS = (
    ["doctor"], ["serve"], ["follow", "--once"], ["search", "policy"], ["demo"], ["repair"],
    ["backup", "somewhere"], ["publish-due"], ["link", "carla"], ["confirm-clock", "It is right"],
)  # fmt: skip


@pytest.fixture(scope="module")
def unpacked(once: Path) -> Path:
    """What was kept of an earlier version."""
    return made_once(once / "earlier", unpack)


@pytest.fixture(scope="module")
def laid_down(unpacked: Path, database: str, once: Path, pytestconfig: pytest.Config) -> Path:
    """The library of an earlier version, which no test changes."""

    def lay_down(folder: Path) -> Path:
        new_database(folder / "data", database, pytestconfig.stash[ROOM])
        lay_down_earlier(folder / "data", unpacked)
        return folder / "data"

    return made_once(once / f"earlier-{database}", lay_down)


@pytest.fixture
def earlier(laid_down: Path, tmp_path: Path) -> Iterator[Path]:
    """The library of an earlier version, for a test to do with as it likes."""
    data = tmp_path / "data"
    copy_library(laid_down, data)
    yield data
    drop_database(data)


def _schema(data: Path) -> str:
    engine = tools.database.open_database(address_of(data))
    found = tools.database.schema_of(engine)
    engine.dispose()
    return found


def _upgraded(data: Path) -> Upgraded | None:
    return upgrade(data, address_of(data), clock=Clock())


def _faults(data: Path) -> list[str]:
    """What a full check finds once the followers have caught up."""
    control = open_library(data, Clock())
    catch_up(control, issuing=False)
    found = crew.faults(control)
    control.engine.dispose()
    control.library.let_go()
    return found


def _leavings(data: Path) -> list[str]:
    """What a rehearsal left in the data folder and in the database."""
    engine = tools.database.open_database(address_of(data))
    schemas = inspect(engine).get_schema_names()
    engine.dispose()
    return [name for name in schemas if "rehearsal" in name] + [path.name for path in data.glob(PLACE)]


@pytest.mark.both_databases
def test_a_library_of_an_earlier_version_is_upgraded_and_sound(earlier: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryOlderError, match=r"schema 0006.*run “docctl --data .* upgrade”"):
        open_library(earlier, Clock())
    done = _upgraded(earlier)
    assert done is not None
    assert (done.from_schema, done.to_schema, _leavings(earlier)) == (OLD, NEW, [])
    control = open_library(earlier, Clock())
    with control.reading() as session:
        made, upgraded = session.scalars(select(Event).order_by(Event.seq.desc()).limit(2)).all()[::-1]
    assert (made.act, upgraded.act) == (Act.LIBRARY_BACKED_UP, Act.LIBRARY_UPGRADED)
    assert made.plain_values["manifest"] == done.backup.manifest
    assert (upgraded.plain_values["from_schema"], upgraded.plain_values["to_schema"]) == (OLD, NEW)
    control.engine.dispose()
    assert _faults(earlier) == []
    assert _upgraded(earlier) is None
    data = tmp_path / "restored"
    restored, said = restore(data, f"sqlite:///{data}/docctl.db", done.backup.folder, earlier / "keys", clock=Clock())
    assert (said.schema, _schema(data), _faults(data)) == (OLD, NEW, [])
    restored.engine.dispose()


def test_an_upgrade_hides_no_jump_of_the_clock(earlier: Path) -> None:
    clock = Clock(datetime(2035, 1, 1, tzinfo=UTC))
    assert upgrade(earlier, address_of(earlier), clock=clock) is not None
    control = DocumentControl.open(earlier, address_of(earlier), clock=clock)
    with control.reading() as session:
        newest = session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
    assert (newest.act, newest.happened_at.year) == (Act.LIBRARY_UPGRADED, 2029)
    back_up(control, earlier / "backups" / "later")
    with control.reading() as session:
        assert session.get_one(Event, newest.seq + 1).act == Act.CLOCK_LEAPT
    control.engine.dispose()


def _killed_and_upgraded_again(data: Path, point: str) -> None:
    """Kill an upgrade: the library is the old one or the new one; the next upgrade makes it whole either way."""
    assert crew.run(_upgrade_until, data, point) == EXIT_CODE
    is_done = point == AFTER
    assert _schema(data) == (NEW if is_done else OLD)
    again = upgrade(data, address_of(data), clock=Clock(datetime(2026, 3, 3, tzinfo=UTC)))
    assert (again is None) is is_done
    assert (_schema(data), _leavings(data), _faults(data)) == (NEW, [], [])


@pytest.mark.parametrize("point", POINTS)
def test_an_upgrade_that_is_killed_leaves_the_old_library_or_the_new(earlier: Path, point: str) -> None:
    _killed_and_upgraded_again(earlier, point)


@pytest.mark.both_databases
@pytest.mark.parametrize("point", POINTS_OF_TABLES)
def test_killed_amid_its_tables_an_upgrade_leaves_the_old_library_in_either_database(earlier: Path, point: str) -> None:
    _killed_and_upgraded_again(earlier, point)


def _upgrade_until(data: Path, point: str) -> None:
    os.environ[CRASH_AT] = point
    _upgraded(data)


@pytest.mark.only_sqlite
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_other_command_leaves_an_earlier_library_as_it_is_and_names_the_one(
    laid_down: Path, command: list[str]
) -> None:
    before = sorted(path.name for path in laid_down.iterdir())
    told = CliRunner().invoke(main, ["--data", str(laid_down), *command], input="")
    assert told.exit_code != 0
    assert "run “docctl --data" in told.output
    assert _schema(laid_down) == OLD
    assert sorted(path.name for path in laid_down.iterdir()) == before


@pytest.mark.only_sqlite
def test_an_earlier_library_is_verified_as_it_is(laid_down: Path) -> None:
    told = CliRunner().invoke(main, ["--data", str(laid_down), "verify"])
    assert (told.exit_code, _schema(laid_down)) == (0, OLD), told.output


def test_what_was_changed_in_an_earlier_library_is_not_carried_into_the_new_one(earlier: Path) -> None:
    engine = tools.database.open_database(address_of(earlier))
    with engine.begin() as connection:
        connection.execute(text("UPDATE revisions SET change_summary = 'Mine' WHERE id = 1"))
    engine.dispose()
    with pytest.raises(LibraryMismatchError, match=r"was not upgraded.*(change summary|revision).* was taken away"):
        _upgraded(earlier)
    assert (_schema(earlier), _leavings(earlier), list((earlier / BACKUPS).iterdir())) == (OLD, [], [])


def test_the_backup_for_a_refused_upgrade_stays_where_an_operator_wanted_it(earlier: Path, tmp_path: Path) -> None:
    engine = tools.database.open_database(address_of(earlier))
    with engine.begin() as connection:
        connection.execute(text("UPDATE revisions SET change_summary = 'Mine' WHERE id = 1"))
    engine.dispose()
    with pytest.raises(LibraryMismatchError, match=f"Its backup is in {tmp_path / 'kept'}"):
        upgrade(earlier, address_of(earlier), tmp_path / "kept", clock=Clock())
    assert (tmp_path / "kept" / "manifest.json").is_file()


@pytest.mark.only_sqlite
def test_the_demonstration_of_an_earlier_version_is_upgraded_when_it_is_opened(office: Office) -> None:
    control, data = office.control, office.control.data
    logins = [{"login": "carla", "password": "demonstration only", "about": "controls"}]
    administering.mark_demonstration(control, office.people["carla"], logins, [])
    catch_up(control, issuing=False)
    control.engine.dispose()
    with closing(sqlite3.connect(data / "docctl.db")) as connection:
        for statement in (
            "DROP TABLE duties",
            "DROP TABLE units",
            "DROP TABLE people",
            "ALTER TABLE organisation ADD COLUMN departments JSON NOT NULL DEFAULT '[]'",
            "ALTER TABLE document_types DROP COLUMN former_names",
            "ALTER TABLE document_types DROP COLUMN answers_to",
            "ALTER TABLE document_types DROP COLUMN retired_at",
            "ALTER TABLE approval_routes DROP COLUMN former_names",
            "ALTER TABLE approval_routes DROP COLUMN retired_at",
            "ALTER TABLE notices DROP COLUMN duty_ids",
            "DROP INDEX ix_saved_drafts_author_id",
            "DROP INDEX ix_revisions_opened_by_id",
            "ALTER TABLE organisation DROP COLUMN people_records_months",
            "ALTER TABLE organisation DROP COLUMN reminder_row",
            "ALTER TABLE sessions DROP COLUMN signed_in_by",
            "DROP INDEX ix_events_subject_act",
            "CREATE INDEX ix_events_subject ON events (subject)",
            "UPDATE alembic_version SET version_num = '0015'",
        ):
            connection.execute(statement)
        connection.commit()
    told = CliRunner().invoke(main, ["--data", str(data), "demo", "--build-only"])
    assert told.exit_code == 0, told.output
    assert "of an earlier version of docctl; it is upgraded first" in told.output
    assert "carla  demonstration only" in told.output
    assert _schema(data) == NEW


@pytest.mark.only_sqlite
def test_nobody_upgrades_a_library_that_is_being_served(earlier: Path) -> None:
    with alone(earlier):
        told = CliRunner().invoke(main, ["--data", str(earlier), "upgrade"])
    assert "being served already" in told.output
    assert _schema(earlier) == OLD


def test_a_folder_without_a_library_is_left_without_a_trace(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["--data", str(tmp_path), "upgrade"])
    assert "There is no library" in told.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.only_sqlite
def test_a_library_of_this_version_is_left_as_it_is(office: Office) -> None:
    data = office.control.data
    told = CliRunner().invoke(main, ["--data", str(data), "upgrade"])
    assert (told.exit_code, told.output) == (0, "The library is of this version already; nothing was done.\n")
    assert not (data / BACKUPS).exists()


@pytest.mark.only_sqlite
def test_a_backup_from_before_goes_where_it_is_wanted(earlier: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["--data", str(earlier), "upgrade", "--backup", str(tmp_path / "kept")])
    assert told.exit_code == 0, told.output
    assert f"schema {OLD} to {NEW}" in told.output
    assert str(tmp_path / "kept") in told.output
    assert (tmp_path / "kept" / "manifest.json").is_file()


def test_gaps_in_the_numbers_are_closed_with_all_that_refers_to_them() -> None:
    spec = spec_from_file_location("m0019", shipped("migrations") / "versions" / "0019_names_of_types_and_routes.py")
    assert spec is not None
    assert spec.loader is not None
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    with create_engine("sqlite://").begin() as connection:
        for statement in (
            "CREATE TABLE approval_routes (id INTEGER PRIMARY KEY, name VARCHAR(80) UNIQUE)",
            "CREATE TABLE document_types (id INTEGER PRIMARY KEY, route_id INTEGER REFERENCES approval_routes (id))",
            "INSERT INTO approval_routes VALUES (1, 'A'), (3, 'B'), (7, 'C')",
            "INSERT INTO document_types VALUES (1, 3), (2, 7), (3, 1)",
        ):
            connection.execute(text(statement))
        migration.number_in_order(connection, "approval_routes")
        routes = connection.execute(text("SELECT id, name FROM approval_routes ORDER BY id")).all()
        types = connection.execute(text("SELECT id, route_id FROM document_types ORDER BY id")).all()
    assert [tuple(row) for row in routes] == [(1, "A"), (2, "B"), (3, "C")]
    assert [tuple(row) for row in types] == [(1, 2), (2, 3), (3, 1)]
