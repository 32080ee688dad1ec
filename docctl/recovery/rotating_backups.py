"""Backups in turn: each beside those before it, sharing with them what has not changed, and the oldest go."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.machine.crash_point import crash_point
from docctl.machine.file_lock import take_lock
from docctl.recovery.backing_up import GONE, PART, Backup, back_up, backups_in, silent
from docctl.recovery.manifest import MANIFEST
from docctl.recovery.taking_over import Earlier
from docctl.registers.integrity.finding import Progress

WITHIN_SECONDS = 5


def back_up_in_turn(
    control: DocumentControl, folder: Path, keep: int, *, keys_folder: Path | None = None, progress: Progress = silent
) -> Backup:  # fmt: skip
    """Write a backup into a folder of backups, named by its time, and let only so many of this library stay there.

    The oldest go once the new one is whole; what is no backup of this library is left alone.
    """
    if (folder / MANIFEST).is_file():
        raise InvalidInputError(
            "%(folder)s is a backup itself; name the folder that backups are kept in, or leave --keep out.",
            folder=folder,
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        for path in folder.iterdir():
            if path.suffix in (PART, GONE) and path.is_dir():
                shutil.rmtree(path)
        before = [each for each in (Earlier.read(control, path) for path in backups_in(folder)) if each is not None]
        name = f"{control.now():%Y-%m-%dT%H%M%S.%fZ}"
        made = back_up(
            control,
            folder / name,
            keys_folder=keys_folder,
            earlier=before[-1] if before else None,
            progress=progress,
        )
        crash_point("new backup beside the old")
        for each in before[: max(0, len(before) + 1 - keep)]:
            gone = each.folder.with_name(each.folder.name + GONE)
            each.folder.rename(gone)
            crash_point("old backup going")
            shutil.rmtree(gone)
    return made


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a folder of backups to this process meanwhile; raise LibraryBusyError where another one backs up there."""
    descriptor = os.open(folder / "backup.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        take_lock(descriptor, "the folder of backups", WITHIN_SECONDS)
        yield
    finally:
        os.close(descriptor)
