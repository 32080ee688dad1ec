"""The disk: a floor that is looked at anew each time, and what happens once the disk fails to confirm a write."""

import errno
import os
from pathlib import Path

import pytest

from docctl.adapters.disk_space import DiskSpace
from docctl.domain.errors import DiskFullError, LibraryBusyError, StorageFailedError
from docctl.machine.storage_trouble import failed_sync, refusal_in

TERABYTES = 1 << 22


def _record(disk: DiskSpace, trouble: Exception | None = None, *, needs_room: bool = True) -> str:
    with disk.recording(needs_room):
        if trouble is not None:
            raise trouble
    return "recorded"


def test_nothing_is_recorded_below_the_floor_and_again_as_soon_as_there_is_room(tmp_path: Path) -> None:
    disk = DiskSpace(tmp_path, floor_mb=TERABYTES)
    with pytest.raises(DiskFullError, match="MB free"):
        _record(disk)
    assert _record(disk, needs_room=False) == "recorded"
    disk.floor_mb = 0
    assert _record(disk) == "recorded"


def test_the_floor_is_the_larger_of_both_settings(tmp_path: Path) -> None:
    assert DiskSpace(tmp_path, floor_percent=100).floor > DiskSpace(tmp_path, floor_mb=1, floor_percent=0).floor
    assert DiskSpace(tmp_path, floor_percent=100).is_low()
    assert not DiskSpace(tmp_path).is_low()


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, DiskFullError), (errno.EDQUOT, DiskFullError), (errno.EIO, LibraryBusyError)],
)
def test_a_disk_in_trouble_is_refused_cleanly(tmp_path: Path, number: int, kind: type[Exception]) -> None:
    disk = DiskSpace(tmp_path)
    with pytest.raises(kind):
        _record(disk, OSError(number, os.strerror(number)))
    assert _record(disk) == "recorded"
    with pytest.raises(FileNotFoundError):
        _record(disk, FileNotFoundError(errno.ENOENT, "no such template"))


def test_after_a_failed_sync_this_process_records_nothing_any_more(tmp_path: Path) -> None:
    disk = DiskSpace(tmp_path)
    with pytest.raises(StorageFailedError):
        _record(disk, failed_sync("Input/output error"))
    assert disk.has_failed
    for _ in range(2):
        with pytest.raises(StorageFailedError, match="docctl verify"):
            _record(disk, needs_room=False)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("error: unable to write file objects/ab: No space left on device", DiskFullError),
        ("fatal: fsync error on 'objects/ab/tmp': Input/output error", StorageFailedError),
        ("fatal: fsync error on 'objects/ab/tmp': No space left on device", StorageFailedError),
        ("", LibraryBusyError),
    ],
)
def test_what_git_says_of_the_disk_becomes_a_refusal(said: str, kind: type[Exception]) -> None:
    assert type(refusal_in(said)) is kind
