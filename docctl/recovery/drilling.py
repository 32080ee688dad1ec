"""The drill: recovery is rehearsed with the newest backup, and what came back is compared with the running library."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.errors import InvalidInputError, LibraryMismatchError
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.operations import LibraryRehearsed
from docctl.followers.watermark import head_seq
from docctl.founding import utc_now
from docctl.machine.crash_point import crash_point
from docctl.recovery.backing_up import backups_in, silent
from docctl.recovery.manifest import Manifest
from docctl.recovery.rehearsing import restored_beside
from docctl.recovery.room import require_room, room_for_rehearsal
from docctl.registers.integrity.finding import Progress


@dataclass(frozen=True)
class Drill:
    """What came of a rehearsal: which backup was restored, how far behind it was, and how long each step took."""

    backup: Path
    said: Manifest
    documents: int
    documents_now: int
    events_now: int
    seconds: dict[str, float]

    @property
    def total_seconds(self) -> float:
        """How long all of it took."""
        return round(sum(self.seconds.values()), 1)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "backup": str(self.backup),
            "made_at": self.said.made_at,
            "program": self.said.program,
            "schema": self.said.schema,
            "head": {"seq": self.said.seq, "chain": self.said.chain},
            "events_since": self.events_now - self.said.seq,
            "documents": self.documents,
            "documents_now": self.documents_now,
            "seconds": self.seconds,
            "total_seconds": self.total_seconds,
        }


class Stopwatch:
    """Notes how long each step takes, and passes on how far it has come."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._step, self._since = "", time.monotonic()
        self.seconds: dict[str, float] = {}

    def __call__(self, step: str, done: int, of: int) -> None:
        if step != self._step:
            self.stop()
            self._step = step
        self._progress(step, done, of)

    def stop(self) -> None:
        """End the step that is being taken."""
        now = time.monotonic()
        if self._step:
            self.seconds[self._step] = round(self.seconds.get(self._step, 0) + now - self._since, 2)
        self._since = now


def drill(
    control: DocumentControl,
    folder: Path,
    keys: Path | None = None,
    *,
    clock: Callable[[], datetime] = utc_now,
    progress: Progress = silent,
) -> Drill:
    """Restore the newest backup of a folder beside the library, verify it, compare, and record that it was done.

    Raises InvalidInputError where there is no backup, LibraryMismatchError where it cannot be restored, or comes from
    another course of events than the library's own.
    """
    backup, watch = newest_backup(folder), Stopwatch(progress)
    size = sum(path.stat().st_size for path in backup.rglob("*") if path.is_file())
    require_room(control.data, room_for_rehearsal(control, size), "a rehearsal")
    with restored_beside(control, backup, keys, clock=clock, progress=watch) as (copy, said):
        watch.stop()
        with copy.reading() as session:
            documents = _documents(session)
        crash_point("drill compared")
    with control.reading() as session:
        there = session.scalar(select(Event.chain).where(Event.seq == said.seq))
        documents_now, events_now = _documents(session), head_seq(session)
    if there != said.chain:
        raise LibraryMismatchError(
            "The backup %(backup)s was restored and is sound, but its newest event (%(seq)s) is not one of this "
            "library; one of the two went another way. Run “docctl verify”.",
            backup=backup,
            seq=said.seq,
        )
    done = Drill(backup, said, documents, documents_now, events_now, watch.seconds)
    with control.deciding(None) as decision:
        decision.record(
            LibraryRehearsed(
                up_to=said.seq,
                up_to_chain=said.chain,
                made_at=said.made_at,
                documents=documents,
                seconds=round(done.total_seconds),
            ),
            backup.name,
        )
    return done


def newest_backup(folder: Path) -> Path:
    """Return the newest whole backup in a folder, or the folder itself where it is one."""
    found = backups_in(folder)
    if not found:
        raise InvalidInputError(
            "There is no whole backup in %(folder)s; name a backup, or the folder that they are kept in.",
            folder=folder,
        )
    return found[-1]


def _documents(session: Session) -> int:
    return session.scalar(select(func.count(Document.id))) or 0
