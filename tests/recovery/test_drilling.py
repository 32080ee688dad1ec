"""Recovery is rehearsed with the newest backup: it comes back whole, and nothing of the rehearsal is left behind."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, select, text

from docctl.actions.trail.rotating_keys import rotate_key
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError, LibraryBusyError, LibraryMismatchError
from docctl.domain.operations.health import OK, WARNING, Check
from docctl.domain.trail.audit_trail import Act, Event
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from docctl.recovery import rehearsing
from docctl.recovery.backing_up import back_up, copy_keys
from docctl.recovery.drilling import drill, newest_backup
from docctl.registers.operations.operations import check_library
from tests.checks.faults import crew
from tests.conftest import ROOM
from tests.factories.databases import POSTGRESQL, drop_database, new_database
from tests.factories.earlier_library import lay_down_earlier, unpack
from tests.factories.library import Clock, Office, found_library, open_library


def _leavings(office: Office) -> list[str]:
    schemas = inspect(office.control.engine).get_schema_names()
    return [name for name in schemas if "rehearsal" in name] + [
        path.name for path in office.control.data.glob("rehearsal*") if path.is_dir()
    ]


def _rehearsed(office: Office) -> list[Event]:
    with office.control.reading() as session:
        return list(session.scalars(select(Event).where(Event.act == Act.LIBRARY_REHEARSED)))


def _check(office: Office) -> Check:
    return next(each for each in check_library(office.control) if each.name == "rehearsal of recovery")


@pytest.mark.both_databases
def test_the_newest_backup_comes_back_and_is_compared_with_the_library(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    assert (_check(office).state, _check(office).sentence) == (WARNING, "There is no rehearsal of recovery yet.")
    office.write("POL-001")
    back_up(office.control, tmp_path / "backups" / "b-first")
    office.write("POL-002")
    newest = back_up(office.control, tmp_path / "backups" / "a-second")
    shutil.copytree(newest.folder, tmp_path / "backups" / "c-half.part")
    office.write("POL-003")
    done = drill(office.control, tmp_path / "backups", clock=clock)
    assert (done.backup, done.said.seq) == (newest.folder, newest.seq)
    assert (done.documents, done.documents_now) == (2, 3)
    assert {"Checking the backup", "Restoring tables", "Checking events"} <= done.seconds.keys()
    (event,) = _rehearsed(office)
    assert (event.subject, event.plain_values["up_to"], event.plain_values["documents"]) == ("a-second", newest.seq, 2)
    assert _leavings(office) == []
    assert _check(office).state == OK
    clock.forward(days=100)
    assert _check(office).state == WARNING


@pytest.mark.only_sqlite
def test_the_report_is_read_by_people_and_by_programs(office: Office, tmp_path: Path) -> None:
    made, keys = back_up(office.control, tmp_path / "backup"), tmp_path / "keys"
    rotate_key(office.control, "The backup is from before")
    copy_keys(office.control, keys)
    data = ("--data", str(office.control.data), "drill", str(made.folder), "--keys", str(keys))
    told = CliRunner().invoke(main, data)
    assert told.exit_code == 0, told.output
    assert "came back whole: 0 documents" in told.output
    assert "nothing of it was left behind" in told.output
    row = json.loads(CliRunner().invoke(main, [*data, "--json"]).stdout)
    assert row["head"] == {"seq": made.seq, "chain": made.chain}
    assert row["events_since"] == 3
    assert row["total_seconds"] == pytest.approx(sum(row["seconds"].values()), abs=0.1)


def test_a_backup_of_an_earlier_version_is_brought_forward(tmp_path: Path) -> None:
    unpacked, data = unpack(tmp_path / "unpacked"), tmp_path / "data"
    lay_down_earlier(data, unpacked)
    told = CliRunner().invoke(main, ["--data", str(data), "upgrade"])
    assert told.exit_code == 0, told.output
    control = open_library(data, Clock())
    done = drill(control, data / "backups", clock=Clock())
    assert (done.said.schema, done.documents) == ("0006", done.documents_now)
    control.engine.dispose()


def test_what_cannot_be_restored_is_told_and_not_recorded(office: Office, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no whole backup in"):
        newest_backup(tmp_path)
    made = back_up(office.control, tmp_path / "backup")
    bundle = made.folder / "library.bundle"
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[:-9])
    with pytest.raises(LibraryMismatchError, match="is damaged"):
        drill(office.control, made.folder, clock=Clock())
    other = found_library(tmp_path / "other")
    foreign = back_up(other, tmp_path / "foreign")
    with pytest.raises(LibraryMismatchError, match="not signed with"):
        drill(office.control, foreign.folder, clock=Clock())
    with pytest.raises(LibraryMismatchError, match="is not one of this library"):
        drill(office.control, foreign.folder, other.data / "keys", clock=Clock())
    other.engine.dispose()
    assert _rehearsed(office) == []
    assert _leavings(office) == []


def _drill_until(data: Path, backup: Path, point: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CRASH_AT, point)
        drill(open_library(data, Clock()), backup, clock=Clock())


@pytest.mark.both_databases
def test_what_a_killed_rehearsal_left_is_taken_away_by_the_next(office: Office, tmp_path: Path) -> None:
    made = back_up(office.control, tmp_path / "backup")
    assert crew.run(_drill_until, office.control.data, made.folder, "restored tables") == EXIT_CODE
    assert _leavings(office) != []
    drill(office.control, made.folder, clock=Clock())
    assert _leavings(office) == []


def test_two_rehearsals_do_not_get_in_each_others_way(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "WITHIN_SECONDS", 0)
    made = back_up(office.control, tmp_path / "backup")
    with rehearsing.restored_beside(office.control, made.folder, clock=Clock()):
        with pytest.raises(LibraryBusyError, match="the rehearsal of recovery"):
            drill(office.control, made.folder, clock=Clock())
        assert "rehearsal" in _leavings(office)


def test_where_the_account_may_make_no_place_for_tables_it_is_told_what_it_lacks(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    data = tmp_path / "data"
    new_database(data, POSTGRESQL, pytestconfig.stash[ROOM])
    control = found_library(data)
    control.finish()
    made, name = back_up(control, tmp_path / "backup"), control.engine.url.database
    clerk = f"clerk_{name}"
    with control.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {clerk} LOGIN"))
        connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {clerk}"))
    address = control.engine.url.set(username=clerk).render_as_string(hide_password=False)
    of_clerk = DocumentControl.open(data, address, clock=Clock())
    with pytest.raises(InvalidInputError, match="may not make a schema in its database"):
        drill(of_clerk, made.folder, clock=Clock())
    of_clerk.engine.dispose()
    with control.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {clerk}"))
        connection.execute(text(f"DROP ROLE {clerk}"))
    control.engine.dispose()
    drop_database(data)
