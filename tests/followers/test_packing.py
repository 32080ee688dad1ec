"""The library is packed by rule beside all other work; what keeps it from being packed is told, and tried again."""

import os
import resource
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from docctl import tools
from docctl.adapters.git_library.on_disk import loose_path
from docctl.domain.errors import DiskFullError, LibraryBusyError, LibraryDistrustedError
from docctl.domain.operations.health import OK, WARNING
from docctl.domain.operations.packing_note import PACKING_NOTE, PackingNote
from docctl.followers import packing
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity import verifying
from docctl.registers.operations.packed import check_packing
from tests.checks.faults import crew
from tests.factories.library import Clock, Office

YEAR = 365 * 86_400


def _loose(office: Office) -> set[str]:
    return set(tools.git_library.loose_objects(office.control.library.folder))


@pytest.fixture
def at_work(office: Office) -> Office:
    """A library with a document in force, one in review, and a draft."""
    office.publish("POL-001")
    office.submit(office.write("POL-002", "Second"))
    office.write("POL-003", "Third")
    catch_up(office.control, issuing=False)
    return office


def test_it_is_packed_once_enough_is_loose(at_work: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    control, loose = at_work.control, len(_loose(at_work))
    monkeypatch.setattr(packing, "LOOSE_AT_MOST", loose)
    assert packing.follow(control) == 0
    monkeypatch.setattr(packing, "LOOSE_AT_MOST", loose - 1)
    assert packing.follow(control) == loose
    assert _loose(at_work) == set()
    assert packing.follow(control) == 0
    assert packing.read_note(control).packed_at.startswith("2026-03-02T09:0")
    assert verifying.verify(control).findings == ()


def test_it_is_packed_once_there_are_many_packs(at_work: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    control = at_work.control
    packing.pack(control, sweeping=False)
    assert packing.follow(control) == 0
    monkeypatch.setattr(packing, "PACKS_AT_MOST", 0)
    at_work.write("POL-004", "Fourth")
    assert packing.follow(control) > 0


def test_what_is_committed_and_not_yet_referenced_in_git_is_packed(at_work: Office) -> None:
    control = at_work.control
    at_work.save(at_work.write("POL-004", "Fourth"))
    assert control.library.resolve(["refs/heads/documents/POL-004"]) == {}
    packing.pack(control, sweeping=True)
    assert _loose(at_work) == set()
    catch_up(control, issuing=False)
    assert verifying.verify(control).findings == ()


def test_what_was_left_over_is_swept_a_week_later_when_it_is_a_month_old(at_work: Office, clock: Clock) -> None:
    control, git = at_work.control, tools.git_library
    old, young = git.blob(b"left by what was killed"), git.blob(b"about to be saved")
    control.library.write([old, young])
    path = loose_path(control.library.folder, old.id)
    os.utime(path, (path.stat().st_mtime - YEAR, path.stat().st_mtime - YEAR))
    assert packing.follow(control) == 0
    clock.forward(days=6)
    assert packing.follow(control) == 0
    clock.forward(days=1, minutes=1)
    assert packing.follow(control) > 0
    assert packing.read_note(control).swept == (old.id,)
    assert _loose(at_work) == {young.id}
    assert verifying.verify(control).findings == ()


def test_what_only_an_event_names_is_not_swept(at_work: Office) -> None:
    """A draft whose rows and branch somebody took away shows by its event, and its bytes are still there."""
    control = at_work.control
    draft = at_work.revision(3).current
    packing.pack(control, sweeping=False)
    left_over = frozenset({draft.commit, *(file.blob for file in draft.files), control.library.tree_of(draft.commit)})
    for each in control.library.folder.glob("objects/pack/*.pack"):
        os.utime(each, (0, 0))
    assert packing.sweep(control, left_over, packing.needed(control) - {draft.commit}) == []
    assert control.library.read(draft.commit)


@pytest.mark.parametrize("trouble", ["no room", "an object is missing"])
def test_what_keeps_it_from_being_packed_is_told_and_tried_again(
    at_work: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    control, before = at_work.control, _loose(at_work)
    monkeypatch.setattr(packing, "LOOSE_AT_MOST", 0)
    path = loose_path(control.library.folder, sorted(before)[0])
    if trouble == "no room":
        monkeypatch.setattr(control.disk, "floor_mb", (control.disk.free >> 20) - 1)
        monkeypatch.setattr(tools.git_library, "loose_room", lambda _: (len(before), 8 << 20))
    else:
        path.rename(path.with_name("aside"))
    assert packing.follow(control) == 0
    check = check_packing(control)
    assert (check.state, "could not be packed" in check.sentence, "docctl storage pack" in check.remedy) == (
        WARNING, True, True,
    )  # fmt: skip
    monkeypatch.setattr(control.disk, "floor_mb", 0)
    if trouble != "no room":
        path.with_name("aside").rename(path)
    assert _loose(at_work) == before
    assert packing.follow(control) == 0
    clock.forward(minutes=11)
    assert packing.follow(control) == len(before)
    assert check_packing(control).state == OK


def _pack_with_room_for(data: Path, octets: int) -> None:
    """Pack while no file may grow beyond a size, as on a disk that fills up, and again with room."""
    office = crew.office_at(data)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, resource.RLIM_INFINITY))
    with pytest.raises(LibraryBusyError):
        packing.pack(office.control, sweeping=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert packing.read_note(office.control).trouble
    assert crew.faults(office.control) == []
    packing.pack(office.control, sweeping=True)
    assert crew.faults(office.control) == []
    os._exit(10)


@pytest.mark.parametrize("octets", [2000, 8000])
def test_where_no_file_may_grow_nothing_is_packed_and_nothing_lost(at_work: Office, octets: int) -> None:
    loose = _loose(at_work)
    at_work.control.engine.dispose()
    assert crew.run(_pack_with_room_for, at_work.control.data, octets) == 10
    assert _loose(at_work) == set()
    assert tools.git_library.missing(at_work.control.library, loose) == set()


def test_nothing_is_packed_in_a_library_that_is_not_trusted(at_work: Office) -> None:
    at_work.control.trust.remember("It was changed.", "docctl verify", at_work.control.now().isoformat())
    with pytest.raises(LibraryDistrustedError):
        packing.pack(at_work.control, sweeping=True)


def test_too_little_room_is_refused_before_anything_is_written(
    at_work: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_work.control.disk, "floor_mb", 1 << 30)
    with pytest.raises(DiskFullError):
        packing.pack(at_work.control, sweeping=True)
    assert not (at_work.control.data / "packing").exists()


def test_long_overdue_and_unreadable_notes_are_told(at_work: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    control = at_work.control
    (control.data / PACKING_NOTE).write_text("{")
    assert packing.read_note(control) == PackingNote()
    assert check_packing(control).state == OK
    monkeypatch.setattr("docctl.registers.operations.packed.LOOSE_AT_MOST", 1)
    check = check_packing(control)
    assert (check.state, "docctl serve" in check.remedy) == (WARNING, True)


def test_a_packing_that_takes_too_long_is_ended_and_everything_stays(
    at_work: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, slow = _loose(at_work), tmp_path / "slow" / "git"
    slow.parent.mkdir()
    slow.write_text(f'#!/bin/sh\ncase "$*" in *pack-objects*) sleep 60;; esac\nexec {shutil.which("git")} "$@"\n')
    slow.chmod(0o700)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    with pytest.raises(LibraryBusyError, match="stays as it was"):
        packing.pack(at_work.control, sweeping=True, within=0.2)
    assert _loose(at_work) == before


def test_the_oldest_work_is_forgotten_by_no_rule() -> None:
    assert timedelta(seconds=tools.git_library.sweeping.KEPT_SECONDS) > packing.SWEPT_EVERY
