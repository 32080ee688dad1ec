"""What Git lost, or holds with other bytes, comes back from elsewhere: exactly what the database names, checked."""

import os
import subprocess
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from docctl.adapters.git_library import RefMove
from docctl.cli import main
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.errors import InvalidInputError, LibraryDistrustedError, LibraryMismatchError
from docctl.domain.trail.audit_trail import Act, Event
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from docctl.recovery.backing_up import back_up
from docctl.recovery.repairing import repair_by_fetching
from docctl.registers.integrity import verifying
from docctl.registers.integrity.finding import BROKEN, FETCH
from docctl.registers.integrity.library_digest import library_digest
from tests.checks.faults import crew
from tests.factories.databases import address_of
from tests.factories.library import Office
from tests.factories.mixed_copies import Ages
from tests.factories.once.packed import unpack
from tests.factories.tampering import LEDGER, events_of, sql

POINTS = ("objects fetched", "fetched back", "references moved", "fetching recorded", "committed")
APART = "object set apart"


def _git(*arguments: object) -> None:
    subprocess.run(["git", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture
def mirrored(office: Office, tmp_path: Path) -> Office:
    """A library with documents in force, and a mirror of it."""
    unpack(office.control.library.folder)
    office.publish("POL-001")
    office.revise("POL-001", "# Purpose\n\nAnew.\n")
    crew.recover(office.control.data).control.engine.dispose()
    _git("clone", "--quiet", "--mirror", "--no-local", office.control.library.folder, tmp_path / "mirror.git")
    return office


def _texts(office: Office) -> list[str]:
    return [event.text for event in events_of(office.control)]


def _swap(office: Office) -> None:
    """Put other bytes into the object file of an approved text."""
    file = office.revision(1).current.file(CONTENT)
    assert file is not None
    path, data = _object(office, file.blob), b"# Swapped\n"
    path.chmod(0o600)
    path.write_bytes(zlib.compress(f"blob {len(data)}\0".encode() + data))


def _garble(office: Office) -> None:
    """Let the disk garble the folder of a saved draft."""
    path = _object(office, office.control.library.tree_of(office.revision(1).current.commit))
    path.chmod(0o600)
    path.write_bytes(b"garbled")


def _lose(office: Office) -> None:
    """Lose the commit of a saved draft."""
    _object(office, office.revision(1).current.commit).unlink()


def _lose_ledger_commit(office: Office) -> None:
    """Lose the signed commit of an event."""
    with office.control.reading() as session:
        _object(office, session.get_one(Event, 20).ledger_commit).unlink()


def _garble_ledger_folder(office: Office) -> None:
    """Let the disk garble the folder of an event's signed commit, which is read for nothing else."""
    with office.control.reading() as session:
        path = _object(office, office.control.library.tree_of(session.get_one(Event, 20).ledger_commit))
    path.chmod(0o600)
    path.write_bytes(b"garbled")


def _damage_a_pack(office: Office) -> None:
    """Pack everything, then let the disk garble the middle of the pack."""
    folder = office.control.library.folder
    _git("-C", folder, "repack", "-q", "-a", "-d")
    pack = next((folder / "objects" / "pack").glob("*.pack"))
    data = bytearray(pack.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40] = b"\xff" * 40
    pack.chmod(0o600)
    pack.write_bytes(bytes(data))


def _object(office: Office, object_id: str) -> Path:
    return office.control.library.folder / "objects" / object_id[:2] / object_id[2:]


@pytest.mark.both_databases
def test_an_older_git_is_brought_forward_from_a_mirror(older_git: Office, whole: Office, ages: Ages) -> None:
    before = _texts(older_git)
    report = verifying.verify(older_git.control)
    assert report.exit_code == verifying.TAMPERED
    assert {finding.remedy for finding in report.findings if finding.severity == BROKEN} == {FETCH}
    done, after = repair_by_fetching(older_git.control, ages.mirror)
    assert (after.exit_code, after.findings, done.nowhere) == (verifying.SOUND, (), 0)
    assert done.fetched > 0
    assert _texts(older_git)[: len(before)] == before == _texts(whole)
    assert crew.faults(older_git.control) == []
    older_git.write("POL-009")


@pytest.mark.parametrize("damage", [_swap, _garble, _lose, _lose_ledger_commit, _garble_ledger_folder, _damage_a_pack])
def test_damaged_and_lost_objects_come_back_and_wrong_ones_are_set_apart(
    mirrored: Office, tmp_path: Path, damage: Callable[[Office], None]
) -> None:
    control, told = mirrored.control, library_digest(mirrored.control)
    damage(mirrored)
    control.library.let_go()
    assert verifying.verify(control, every_object=True).exit_code == verifying.TAMPERED
    done, after = repair_by_fetching(control, tmp_path / "mirror.git")
    assert (after.exit_code, after.findings) == (verifying.SOUND, ())
    assert crew.faults(control) == []
    _git("-C", control.library.folder, "fsck", "--full", "--no-dangling")
    apart = [path for path in (control.data / "quarantine").glob("*.git/objects/**/*") if path.is_file()]
    assert bool(apart) is bool(done.set_apart) is (damage not in (_lose, _lose_ledger_commit))
    with control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.BYTES_FETCHED)).one()
    assert event.plain_values["set_apart"] == done.set_apart
    after_digest = library_digest(control)
    assert {k: v for k, v in after_digest.items() if k not in ("events", "chain_head")} == {
        k: v for k, v in told.items() if k not in ("events", "chain_head")
    }


def test_a_backup_serves_as_the_place_to_fetch_from(mirrored: Office, tmp_path: Path) -> None:
    made = back_up(mirrored.control, tmp_path / "backup")
    crew.recover(mirrored.control.data).control.engine.dispose()
    _swap(mirrored)
    mirrored.control.library.let_go()
    assert repair_by_fetching(mirrored.control, made.folder)[1].findings == ()


def test_what_is_nowhere_stays_listed_and_locked_and_is_never_made_up(older_git: Office, ages: Ages) -> None:
    """The mirror is as old as Git itself."""
    before = library_digest(older_git.control)
    done, after = repair_by_fetching(older_git.control, ages.older / "library.git")
    assert done.nowhere > 0
    assert after.exit_code == verifying.TAMPERED
    assert any("POL-001 revision 2" in finding.sentence for finding in after.findings)
    assert library_digest(older_git.control) == before
    with pytest.raises(LibraryDistrustedError):
        older_git.write("POL-009")
    assert repair_by_fetching(older_git.control, ages.mirror)[1].findings == ()


def test_a_mirror_of_somebody_else_brings_nothing(mirrored: Office, tmp_path: Path) -> None:
    _git("init", "--quiet", "--bare", tmp_path / "other.git")
    _swap(mirrored)
    mirrored.control.library.let_go()
    done, after = repair_by_fetching(mirrored.control, tmp_path / "other.git")
    assert (done.fetched, done.nowhere, after.exit_code) == (0, 1, verifying.TAMPERED)
    with pytest.raises(InvalidInputError, match="no clone, mirror or bundle"):
        repair_by_fetching(mirrored.control, tmp_path / "nothing")


def test_where_more_is_wrong_than_fetching_mends_nothing_is_touched(mirrored: Office, tmp_path: Path) -> None:
    _swap(mirrored)
    sql(mirrored, "UPDATE signatures SET printed_name = 'Somebody Else'")
    mirrored.control.library.let_go()
    with pytest.raises(LibraryMismatchError, match="more is wrong"):
        repair_by_fetching(mirrored.control, tmp_path / "mirror.git")
    assert not (mirrored.control.data / "quarantine").exists()


def test_a_foreign_commit_on_the_ledger_is_never_written_over(mirrored: Office, tmp_path: Path) -> None:
    library = mirrored.control.library
    foreign = library.refs()["refs/heads/documents/POL-001"]
    library.move_refs([RefMove(LEDGER, foreign)])
    with pytest.raises(LibraryMismatchError, match="more is wrong"):
        repair_by_fetching(mirrored.control, tmp_path / "mirror.git")
    assert library.refs()[LEDGER] == foreign


def fetch_and_end(data: Path, source: Path, point: str, instant: datetime) -> None:
    """Fetch in a process that ends at a named place."""
    crew.quick_issue()
    office = crew.office_at(data, instant)
    os.environ[CRASH_AT] = point
    repair_by_fetching(office.control, source)


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_and_repeated_it_comes_to_the_same(
    older_git: Office, whole: Office, ages: Ages, point: str
) -> None:
    data = older_git.control.data
    assert crew.run(fetch_and_end, data, ages.mirror, point, whole.control.now()) == EXIT_CODE
    mixed = crew.office_at(data, whole.control.now())
    assert repair_by_fetching(mixed.control, ages.mirror)[1].findings == ()
    _same_once(mixed, whole)
    mixed.control.engine.dispose()


def test_killed_while_objects_are_set_apart_it_goes_on(mirrored: Office, tmp_path: Path) -> None:
    _damage_a_pack(mirrored)
    mirrored.control.library.let_go()
    data, mirror = mirrored.control.data, tmp_path / "mirror.git"
    assert crew.run(fetch_and_end, data, mirror, APART, mirrored.control.now()) == EXIT_CODE
    again = crew.office_at(data, mirrored.control.now())
    assert repair_by_fetching(again.control, mirror)[1].findings == ()
    _same_once(again, mirrored)
    again.control.engine.dispose()


def _same_once(mended: Office, whole: Office) -> None:
    acts = [text for text in _texts(mended) if f'"action":"{Act.BYTES_FETCHED}"' in text]
    assert len(acts) == 1
    assert crew.faults(mended.control) == []
    assert not (mended.control.data / "fetching").exists()


@pytest.mark.both_databases
def test_the_command_says_what_came_back(older_git: Office, ages: Ages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCCTL_DATABASE_URL", address_of(older_git.control.data))
    command = ["--data", str(older_git.control.data), "repair", "--fetch", str(ages.mirror)]
    ran = CliRunner().invoke(main, command)
    assert ran.exit_code == 0, ran.output
    assert "objects were fetched back, 0 files set apart" in ran.output
