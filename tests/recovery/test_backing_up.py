"""A backup taken while people work restores elsewhere, whole and verified, or not at all."""

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from docctl.document_control import DocumentControl
from docctl.domain.errors import (
    DocctlError,
    InvalidInputError,
    LibraryBusyError,
    LibraryExistsError,
    LibraryMismatchError,
    LibraryMissingError,
)
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.machine.crash_point import EXIT_CODE
from docctl.recovery.backing_up import PART, Backup, back_up
from docctl.recovery.restoring import restore
from docctl.registers.integrity.library_digest import library_digest
from docctl.registers.integrity.verifying import verify
from docctl.version import version
from tests.checks.faults import crew
from tests.checks.faults.command_line import docctl
from tests.conftest import ROOM
from tests.factories.databases import POSTGRESQL, SQLITE, address_of, drop_database, new_database
from tests.factories.library import Clock, Office, open_library

WRITERS, EACH = 5, 6
BACKING_UP = ("backup begun", "backup copied", "backup listed", "backup finished")
RESTORING = ("restored Git", "restored tables", "restored and verified", "keys made")
POINTS = (*BACKING_UP, *RESTORING)


def _backed_up(office: Office, tmp_path: Path) -> tuple[Backup, Path]:
    keys = tmp_path / "keys"
    return back_up(office.control, tmp_path / "backup", keys_folder=keys), keys


def _restored(data: Path, backup: Path, keys: Path) -> DocumentControl:
    return restore(data, address_of(data), backup, keys, clock=Clock())[0]


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, pytestconfig: pytest.Config) -> Any:
    """An empty data folder with an empty database of the kind that the test names."""
    new_database(tmp_path / "elsewhere", getattr(request, "param", SQLITE), pytestconfig.stash[ROOM])
    yield tmp_path / "elsewhere"
    drop_database(tmp_path / "elsewhere")


def _told(digest: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in digest.items() if name not in ("events", "chain_head")}


@pytest.mark.both_databases
@pytest.mark.parametrize("elsewhere", [SQLITE, POSTGRESQL], indirect=True)
def test_a_backup_of_either_database_restores_on_the_other(lived: Office, tmp_path: Path, elsewhere: Path) -> None:
    before = library_digest(lived.control)
    assert verify(lived.control, every_object=True).findings == ()
    made, keys = _backed_up(lived, tmp_path)
    control = _restored(elsewhere, made.folder, keys)
    assert _told(library_digest(control)) == _told(before)
    catch_up(control, issuing=False)
    assert crew.faults(control) == []
    again = Office(open_library(elsewhere, Clock()), lived.people)
    again.write("POL-901")
    with again.control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.LIBRARY_RESTORED)).one()
    assert event.plain_values["up_to"] == made.seq
    control.engine.dispose()
    again.control.engine.dispose()


def test_a_backup_holds_no_key_and_says_in_the_trail_that_it_was_made(lived: Office, tmp_path: Path) -> None:
    made, keys = _backed_up(lived, tmp_path)
    secrets = {(keys / name).read_bytes() for name in ("ledger_key", "secret_key")}
    held = [path.read_bytes() for path in made.folder.rglob("*") if path.is_file()]
    assert not [content for content in held for secret in secrets if secret in content]
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys.iterdir())
    with lived.control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.LIBRARY_BACKED_UP)).one()
    assert (event.plain_values["up_to"], event.plain_values["up_to_chain"]) == (made.seq, made.chain)


def _write_on(data: Path, answers: Path, worker: int, gate: Any) -> None:
    office = crew.office_at(data)
    gate.wait(crew.WITHIN_SECONDS)
    for place in range(EACH):
        request = f"request-{worker}-{place}"
        while True:
            try:
                crew.create(office, f"POL-{worker}{place:02}", request)
                break
            except LibraryBusyError:
                continue
        crew.acknowledge(answers, request)


def test_a_backup_beside_five_writers_loses_nothing_that_was_answered_before(
    office: Office, tmp_path: Path, elsewhere: Path
) -> None:
    answers, gate = tmp_path / "answers", crew.PROCESSES.Barrier(WRITERS + 1)
    given = [(office.control.data, answers, worker, gate) for worker in range(1, WRITERS + 1)]
    writers = [crew.PROCESSES.Process(target=_write_on, args=each) for each in given]
    for writer in writers:
        writer.start()
    gate.wait(crew.WITHIN_SECONDS)
    while len(crew.acknowledged(answers)) < WRITERS:
        threading.Event().wait(0.01)
    before = crew.acknowledged(answers)
    made, keys = _backed_up(office, tmp_path)
    for writer in writers:
        writer.join(crew.WITHIN_SECONDS)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    assert set(before) <= (there := crew.requests_carried_out(_restored(elsewhere, made.folder, keys)))
    assert there <= set(crew.acknowledged(answers))
    assert crew.faults(crew.recover(elsewhere).control) == []
    assert crew.faults(crew.recover(office.control.data).control) == []


def _cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _lose(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [_cut, _lose])
@pytest.mark.parametrize(
    "name", ["manifest.json", "manifest.json.sig", "library.bundle", "tables/events.jsonl.gz", "templates/policy.docx"]
)
def test_a_backup_that_is_not_whole_is_refused_and_leaves_nothing(
    office: Office, tmp_path: Path, elsewhere: Path, name: str, harm: Callable[[Path], None]
) -> None:
    made, keys = _backed_up(office, tmp_path)
    harm(made.folder / name)
    with pytest.raises(LibraryMismatchError):
        _restored(elsewhere, made.folder, keys)
    assert not elsewhere.exists() or sorted(elsewhere.iterdir()) == []


def test_a_backup_is_restored_only_with_the_keys_of_its_library(
    office: Office, tmp_path: Path, elsewhere: Path
) -> None:
    made, _ = _backed_up(office, tmp_path)
    other = DocumentControl.found(tmp_path / "other", f"sqlite:///{tmp_path}/other/docctl.db")
    with pytest.raises(LibraryMismatchError, match="not signed with"):
        _restored(elsewhere, made.folder, other.data / "keys")
    with pytest.raises(InvalidInputError, match="ledger_key"):
        _restored(elsewhere, made.folder, tmp_path / "nowhere")


def test_a_restore_that_is_refused_leaves_no_folder(office: Office, tmp_path: Path) -> None:
    made, target = back_up(office.control, tmp_path / "backup"), tmp_path / "target"
    other = DocumentControl.found(tmp_path / "other", f"sqlite:///{tmp_path}/other/docctl.db")
    with pytest.raises(LibraryMismatchError, match="not signed with"):
        restore(target, f"sqlite:///{target}/docctl.db", made.folder, other.data / "keys")
    assert not target.exists()


@pytest.mark.parametrize("place", ["b", "library.git/b", "backups/deeper/b"])
def test_a_backup_into_the_library_itself_is_refused(office: Office, tmp_path: Path, place: str) -> None:
    (tmp_path / "link").symlink_to(office.control.data)
    for data in (office.control.data, tmp_path / "link"):
        with pytest.raises(InvalidInputError, match="would be lost with it, so nothing was backed up"):
            back_up(office.control, data / place)
    assert not (office.control.data / place).exists()


def test_nothing_that_is_there_is_written_over(office: Office, tmp_path: Path) -> None:
    made, keys = _backed_up(office, tmp_path)
    with pytest.raises(InvalidInputError, match="not there yet"):
        back_up(office.control, made.folder)
    before = library_digest(office.control)
    with pytest.raises(LibraryExistsError):
        _restored(office.control.data, made.folder, keys)
    assert library_digest(office.control) == before


@pytest.mark.parametrize("point", BACKING_UP)
def test_a_backup_that_was_cut_off_is_made_good_by_the_next(office: Office, tmp_path: Path, point: str) -> None:
    folder = tmp_path / "backup"
    assert docctl("--data", office.control.data, "backup", folder, crash_at=point).returncode == EXIT_CODE
    assert folder.exists() is (point == "backup finished")
    half = folder.with_name(folder.name + PART)
    if half.exists() and point != "backup listed":
        with pytest.raises(LibraryMismatchError, match="no whole backup"):
            _restored(tmp_path / "elsewhere", half, office.control.data / "keys")
    shutil.rmtree(folder, ignore_errors=True)
    made, keys = _backed_up(office, tmp_path)
    assert not half.exists()
    catch_up(control := _restored(tmp_path / "elsewhere", made.folder, keys), issuing=False)
    assert crew.faults(control) == []


@pytest.mark.parametrize("point", RESTORING)
def test_a_restore_that_was_cut_off_cannot_be_opened_and_is_begun_anew(
    office: Office, tmp_path: Path, point: str
) -> None:
    office.publish("POL-001")
    made, keys = _backed_up(office, tmp_path)
    data = tmp_path / "elsewhere"
    cut_off = docctl("--data", data, "restore", made.folder, "--keys", keys, crash_at=point)
    assert cut_off.returncode == EXIT_CODE
    with pytest.raises(LibraryMissingError, match="cut off"):
        open_library(data, Clock())
    catch_up(control := _restored(data, made.folder, keys), issuing=False)
    assert crew.faults(control) == []


@pytest.mark.parametrize("what", ["commit", "file"])
def test_a_library_whose_git_lost_something_is_not_backed_up(office: Office, tmp_path: Path, what: str) -> None:
    current = office.revision(office.publish("POL-001")).current
    lost = current.commit if what == "commit" else current.files[0].blob
    (office.control.library.folder / "objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(DocctlError, match="run docctl verify"):
        back_up(office.control, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_backup_names_the_version_that_made_it_and_one_of_the_future_says_so(office: Office, tmp_path: Path) -> None:
    made, keys = _backed_up(office, tmp_path)
    said = json.loads((made.folder / "manifest.json").read_text())
    assert said["program"] == version()
    said |= {"program": "7.0.0+abcdef1", "schema": "9999"}
    (made.folder / "manifest.json").write_text(json.dumps(said))
    with pytest.raises(LibraryMismatchError, match=r"docctl 7\.0\.0\+abcdef1 with the tables of schema 9999"):
        _restored(tmp_path / "elsewhere", made.folder, keys)
    assert not (tmp_path / "elsewhere").exists()
