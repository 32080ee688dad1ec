"""Rehearsing recovery: a backup is restored beside the library, brought forward and verified, and goes again."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.founding import utc_now
from docctl.machine.file_lock import take_lock
from docctl.recovery.backing_up import silent
from docctl.recovery.manifest import Manifest
from docctl.recovery.restoring import restore
from docctl.registers.integrity.finding import Progress

PLACE = "rehearsal"
WITHIN_SECONDS = 5


@contextmanager
def restored_beside(
    control: DocumentControl,
    backup: Path,
    keys: Path | None = None,
    *,
    clock: Callable[[], datetime] = utc_now,
    progress: Progress = silent,
) -> Iterator[tuple[DocumentControl, Manifest]]:  # fmt: skip
    """Restore a backup beside a library, in a database of the same kind; nothing of it is left afterwards.

    The keys are the library's own, unless a folder where they are kept apart is named.
    What an earlier rehearsal left that was killed is taken away first. Raises LibraryMismatchError where the backup
    cannot be restored, or is not sound.
    """
    place = control.data / PLACE
    with _alone(control.data):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
        try:
            with tools.database.scratch(control.engine, place) as address:
                copy, said = restore(
                    place, address, backup, keys or control.data / "keys", clock=clock, progress=progress
                )
                try:
                    yield copy, said
                finally:
                    copy.engine.dispose()
                    copy.library.let_go()
        finally:
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Keep the place to this process meanwhile; raise LibraryBusyError where another one rehearses."""
    descriptor = os.open(data / f"{PLACE}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        take_lock(descriptor, "the rehearsal of recovery", WITHIN_SECONDS)
        yield
    finally:
        os.close(descriptor)
