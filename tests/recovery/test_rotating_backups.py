"""Backups in turn share what has not changed, are whole by themselves, and make room: nothing else is touched."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from docctl import tools
from docctl.actions.trail.rotating_keys import rotate_key
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError, LibraryBusyError
from docctl.followers.catching_up import catch_up
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from docctl.recovery import rotating_backups, taking_over
from docctl.recovery.backing_up import Backup, back_up, backups_in
from docctl.recovery.manifest import BUNDLE, MANIFEST
from docctl.recovery.repairing import repair_by_fetching
from docctl.recovery.restoring import read_manifest, restore
from docctl.recovery.rotating_backups import back_up_in_turn
from docctl.recovery.taking_over import Earlier, write_git
from tests.checks.faults import crew
from tests.factories.library import Clock, Office, found_library, open_library

SECOND = "library.0002.bundle"

POINTS = {"backup copied": 1, "new backup beside the old": 2, "old backup going": 1}


def _in_turn(office: Office, folder: Path, number: str, keep: int = 9) -> Backup:
    """A document is written, then everything backed up."""
    office.write(number)
    return back_up_in_turn(office.control, folder, keep)


def _faults_of(data: Path, backup: Path, keys: Path) -> list[str]:
    control, _ = restore(data, f"sqlite:///{data}/docctl.db", backup, keys, clock=Clock())
    catch_up(control, issuing=False)
    found = crew.faults(control)
    control.engine.dispose()
    return found


def test_a_backup_shares_what_has_not_changed_and_is_whole_when_those_before_are_gone(
    office: Office, tmp_path: Path
) -> None:
    folder, keys = tmp_path / "backups", office.control.data / "keys"
    first = _in_turn(office, folder, "POL-001", 2)
    office.publish("POL-002")
    rotate_key(office.control, "Yearly change of the key")
    second = _in_turn(office, folder, "POL-003", 2)
    third = _in_turn(office, folder, "POL-004", 2)
    assert backups_in(folder) == [second.folder, third.folder]
    assert not first.folder.exists()
    assert read_manifest(third.folder).bundles == [BUNDLE, SECOND, "library.0003.bundle"]
    shared = (BUNDLE, SECOND, "templates/policy.docx", "tables/organisation.jsonl.gz")
    assert all((third.folder / name).samefile(second.folder / name) for name in shared)
    assert third.added < third.size / 3
    assert _faults_of(tmp_path / "elsewhere", third.folder, keys) == []


def test_what_is_behind_is_fetched_back_from_all_bundles_of_a_backup(office: Office, tmp_path: Path) -> None:
    first = office.write("POL-001")
    back_up_in_turn(office.control, tmp_path, 9)
    second = office.write("POL-002")
    made = back_up_in_turn(office.control, tmp_path, 9)
    objects = office.control.library.folder / "objects"
    for revision in (first, second):
        commit = office.revision(revision).current.commit
        (objects / commit[:2] / commit[2:]).unlink()
    done, after = repair_by_fetching(office.control, made.folder)
    assert (done.fetched, after.findings) == (2, ())


def test_what_was_disposed_of_does_not_live_on_in_the_bundles_of_before(office: Office, tmp_path: Path) -> None:
    office.write("POL-001")
    office.write("POL-002")
    made = back_up_in_turn(office.control, tmp_path / "backups", 9)
    earlier = Earlier.read(office.control, made.folder)
    refs = tools.git_library.refs_in_bundle(made.folder / BUNDLE)
    without = {ref: commit for ref, commit in refs.items() if not ref.endswith("POL-002")}
    back = refs | {"refs/heads/documents/POL-002": refs["refs/heads/documents/POL-001"]}
    for named, bundles in ((refs, 1), (without, 1), (back, 1)):
        part = tmp_path / str(len(list(tmp_path.iterdir())))
        part.mkdir()
        write_git(office.control, part, named, earlier, tools.git_library.NOTHING_LOST)
        assert len(list(part.glob("*.bundle"))) == bundles
        assert tools.git_library.refs_in_bundle(part / BUNDLE) == named
        assert (part / BUNDLE).samefile(made.folder / BUNDLE) is (named is refs)


def test_a_bundle_that_was_damaged_or_has_had_many_after_it_is_written_anew(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _in_turn(office, tmp_path, "POL-001")
    whole = (first.folder / BUNDLE).read_bytes()
    (first.folder / BUNDLE).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    second = _in_turn(office, tmp_path, "POL-002")
    assert read_manifest(second.folder).bundles == [BUNDLE]
    monkeypatch.setattr(taking_over, "MOST_BUNDLES", 2)
    assert read_manifest(_in_turn(office, tmp_path, "POL-003").folder).bundles == [BUNDLE, SECOND]
    assert read_manifest(_in_turn(office, tmp_path, "POL-004").folder).bundles == [BUNDLE]


def test_where_files_cannot_be_shared_they_are_copied(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    _in_turn(office, tmp_path, "POL-001")
    monkeypatch.setattr("os.link", refuse)
    made = _in_turn(office, tmp_path, "POL-002")
    assert read_manifest(made.folder).bundles == [BUNDLE, SECOND]
    assert made.added == made.size


def test_only_backups_of_this_library_are_taken_over_or_make_room(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    other = found_library(tmp_path / "other")
    foreign = back_up(other, folder / "of-another").folder
    other.engine.dispose()
    (folder / "notes").mkdir()
    forged = back_up(office.control, folder / "forged").folder
    said = json.loads((forged / MANIFEST).read_text())
    (forged / MANIFEST).write_text(json.dumps(said | {"organisation": "Mallory"}))
    for number in ("POL-001", "POL-002"):
        made = _in_turn(office, folder, number, 1)
    assert {path.name for path in folder.iterdir()} == {
        foreign.name, "notes", forged.name, made.folder.name, "backup.lock",
    }  # fmt: skip


def _until(data: Path, folder: Path, point: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CRASH_AT, point)
        back_up_in_turn(open_library(data, Clock()), folder, 1)


@pytest.mark.parametrize(("point", "whole"), POINTS.items())
def test_killed_amid_the_turn_the_newest_whole_backup_stays_and_the_next_clears_up(
    office: Office, tmp_path: Path, point: str, whole: int
) -> None:
    _in_turn(office, tmp_path / "backups", "POL-001", 1)
    assert crew.run(_until, office.control.data, tmp_path / "backups", point) == EXIT_CODE
    assert len(backups_in(tmp_path / "backups")) == whole
    for backup in backups_in(tmp_path / "backups"):
        read_manifest(backup)
    made = _in_turn(office, tmp_path / "backups", "POL-002", 1)
    assert {path.name for path in (tmp_path / "backups").iterdir()} == {made.folder.name, "backup.lock"}


@pytest.mark.only_sqlite
def test_the_command_names_what_is_new_and_refuses_a_folder_that_is_a_backup(office: Office, tmp_path: Path) -> None:
    command = ["--data", str(office.control.data), "backup", str(tmp_path / "backups"), "--keep", "3"]
    assert " of it new" not in CliRunner().invoke(main, command).output
    assert " of it new" in CliRunner().invoke(main, command).output
    (backup, _) = backups_in(tmp_path / "backups")
    with pytest.raises(InvalidInputError, match="is a backup itself"):
        back_up_in_turn(office.control, backup, 3)
    assert "0 is not in the range" in CliRunner().invoke(main, [*command[:-1], "0"]).output


def test_two_do_not_back_up_into_one_folder_at_a_time(
    control: DocumentControl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating_backups, "WITHIN_SECONDS", 0)
    with rotating_backups._alone(tmp_path), pytest.raises(LibraryBusyError, match="the folder of backups"):
        back_up_in_turn(control, tmp_path, 3)
