"""Upgrading a library: its backup is restored beside it, brought forward and verified; only then are its own tables."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.trail.events.operations import LibraryUpgraded
from docctl.founding import utc_now
from docctl.machine.crash_point import crash_point
from docctl.recovery.backing_up import BACKUPS, Backup, copy_library, silent
from docctl.recovery.rehearsing import restored_beside
from docctl.recovery.room import require_room, room_for_backup, room_for_rehearsal
from docctl.registers.integrity.finding import Progress
from docctl.replay.derived_duties import derive_after
from docctl.shipped import shipped
from docctl.version import version


@dataclass(frozen=True)
class Upgraded:
    """From which schema to which a library was upgraded, and the backup from before."""

    from_schema: str
    to_schema: str
    backup: Backup


def upgrade(
    data: Path,
    database_url: str,
    backup: Path | None = None,
    *,
    clock: Callable[[], datetime] = utc_now,
    progress: Progress = silent,
) -> Upgraded | None:
    """Bring the tables of a library to the newest schema; return nothing where they are there already.

    The library changes in one transaction of its database, so that a death at any moment leaves it old or new.
    Raises LibraryMismatchError, and changes nothing, where the upgraded copy is not sound.
    """
    control = DocumentControl.open(data, database_url, clock=clock, to_upgrade=True)
    migrations = shipped("migrations")
    before, newest = tools.database.schema_of(control.engine), tools.database.newest_schema(migrations)
    try:
        if before == newest:
            return None
        whole = room_for_backup(control)
        require_room(
            data, room_for_rehearsal(control, whole) + (0 if backup else whole), "an upgrade, tried with a copy,"
        )
        named = f"before-{newest}-{control.now():%Y-%m-%dT%H%M%SZ}"
        (data / BACKUPS).mkdir(mode=0o700, exist_ok=True)
        made = copy_library(control, backup or _free_place(data / BACKUPS, named), progress=progress)
        _require_sound(control, made, clock, progress, is_named=backup is not None)
        crash_point("upgrade rehearsed")
        with control.upgrading(_bring_forward) as decision:
            derive_after(before, control, decision.session)
            decision.record(made.event, made.folder.name)
            decision.record(LibraryUpgraded(from_schema=before, to_schema=newest, program=version()), "the library")
        crash_point("upgraded")
    finally:
        control.engine.dispose()
        control.library.let_go()
    return Upgraded(before, newest, made)


def is_earlier_demonstration(data: Path, database_url: str) -> bool:
    """Say whether a data folder holds the demonstration as an earlier version built it."""
    if not (data / "library.git").is_dir() or tools.data_folder.is_unfinished(data):
        return False
    control = DocumentControl.open(data, database_url, to_upgrade=True)
    try:
        if tools.database.schema_of(control.engine) == tools.database.newest_schema(shipped("migrations")):
            return False
        with control.engine.connect() as connection:
            return bool(connection.scalar(text("SELECT demonstration FROM organisation")))
    finally:
        control.engine.dispose()


def require_library(data: Path, database_url: str) -> None:
    """Raise what opening raises where there is no library in a data folder, or none that could be upgraded."""
    DocumentControl.open(data, database_url, to_upgrade=True).engine.dispose()


def _require_sound(
    control: DocumentControl, made: Backup, clock: Callable[[], datetime], progress: Progress, *, is_named: bool
) -> None:  # fmt: skip
    """Raise LibraryMismatchError unless a copy of the library is upgraded and sound.

    The backup for an upgrade that is not to be goes again, unless an operator has named the place where it is.
    """
    try:
        with restored_beside(control, made.folder, clock=clock, progress=progress):
            crash_point("upgraded copy verified")
    except LibraryMismatchError as refusal:
        _take_away(made, is_named)
        raise LibraryMismatchError(
            "The library was not upgraded, because its upgraded copy is not sound; clear that up with the version of "
            "docctl that served it last. %(refusal)s %(backup)s",
            refusal=refusal,
            backup=f"Its backup is in {made.folder}." if is_named else "Its backup was taken away again.",
        ) from refusal
    except BaseException:
        _take_away(made, is_named)
        raise


def _take_away(made: Backup, is_named: bool) -> None:
    if not is_named:
        shutil.rmtree(made.folder, ignore_errors=True)


def _free_place(folder: Path, name: str) -> Path:
    """Return a place of that name, or of one with a number where an upgrade of the same second left its backup."""
    names = (name, *(f"{name}-{turn}" for turn in range(2, 1000)))
    return next(folder / each for each in names if not (folder / each).exists())


def _bring_forward(connection: Connection) -> None:
    tools.table_layout.lay_out(connection, shipped("migrations"))
