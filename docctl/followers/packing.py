"""Packs the Git library by rule, while people work, and sweeps once a week what nothing leads to."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.document_control.lost_objects import lost_objects
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.errors import DiskFullError, DocctlError
from docctl.domain.operations.packing_note import (
    LOOSE_AT_MOST,
    PACKING_NOTE,
    PACKS_AT_MOST,
    PackingNote,
    was_before,
)
from docctl.domain.trail.audit_trail import ChainHead, Event
from docctl.machine.durable_files import write_durably

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
SWEPT_EVERY = timedelta(days=7)
TRIED_AGAIN_AFTER = timedelta(minutes=10)
WITHIN_SECONDS = 3600
CHUNK = 1000
_NAME = re.compile(r"\b[0-9a-f]{40}\b")


def silent(step: str, done: int, of: int) -> None:
    """Show no progress."""


def follow(control: DocumentControl) -> int:
    """Pack the library where it is time, and note what kept it from being packed; return how many objects went in."""
    note = read_note(control)
    if not note.swept_at:
        # What nothing leads to stays for a month anyhow, so a new library is looked through in a week.
        note = replace(note, swept_at=control.now().isoformat())
        _write(control, note)
    if note.trouble and not was_before(note.tried_at, control.now() - TRIED_AGAIN_AFTER):
        return 0
    sweeping = was_before(note.swept_at, control.now() - SWEPT_EVERY)
    if not sweeping and not _is_due(control):
        return 0
    try:
        return pack(control, sweeping=sweeping, within=WITHIN_SECONDS).objects
    except (DocctlError, OSError) as trouble:
        log.warning("The Git library could not be packed, and stays as it was; it is tried again: %s", trouble)
        return 0


def _is_due(control: DocumentControl) -> bool:
    """Say whether so much is loose, or in so many packs, that the library is packed."""
    folder = control.library.folder
    if len(tools.git_library.packs_in(folder)) > PACKS_AT_MOST:
        return True
    return sum(1 for _ in tools.git_library.loose_objects(folder)) > LOOSE_AT_MOST


def pack(
    control: DocumentControl, *, sweeping: bool, progress: Progress = silent, within: float | None = None
) -> tools.git_library.Packed:
    """Pack what is needed as database and references say together; where it fails the note says why.

    Raises LibraryDistrustedError where the library may only be read, DiskFullError where there is too little room.
    """
    control.trust.require()
    note = replace(read_note(control), tried_at=control.now().isoformat())
    try:
        with control.disk.recording():
            _require_room(control)
            before = needed(control)
            with control.reading() as session:
                lost = lost_objects(session.connection())
            packed = tools.git_library.pack(
                control.library, before, progress, whole=sweeping, within=within, lost=lost
            )  # fmt: skip
        note = replace(note, packed_at=control.now().isoformat(), trouble="")
        if sweeping:
            swept = sweep(control, packed.left_over, before)
            note = replace(note, swept_at=control.now().isoformat(), swept=tuple(each.id for each in swept))
    except (DocctlError, OSError) as trouble:
        _write(control, replace(note, trouble=str(trouble)))
        raise
    _write(control, note)
    return packed


def needed(control: DocumentControl) -> set[str]:
    """Return the commits that database or references name; what they lead to is kept."""
    with control.reading() as session:
        return _needed(control, session)


def _needed(control: DocumentControl, session: Session) -> set[str]:
    kept = Document.disposed_at.is_(None)
    found = set(control.library.refs().values())
    found.update(session.scalars(select(ChainHead.ledger_commit)))
    for tips in session.execute(select(Document.tip_commit, Document.branch_commit).where(kept)):
        found.update(tips)
    drafts = select(SavedDraft.commit).join(Revision, SavedDraft.revision_id == Revision.id).join(Revision.document)
    found.update(session.scalars(drafts.where(kept).execution_options(yield_per=CHUNK)))
    issued = select(Revision.issued_commit, Revision.earlier_issues).join(Revision.document).where(kept)
    for newest, earlier in session.execute(issued.execution_options(yield_per=CHUNK)):
        found.update((newest, *(each["commit"] for each in earlier)))
    return found - {""}


def sweep(
    control: DocumentControl, left_over: frozenset[str], before: set[str]
) -> list[tools.git_library.Swept]:  # fmt: skip
    """Sweep what nothing leads to, while nobody decides; each object is named in the log."""
    if not left_over:
        return []
    with control.remembering() as session:
        now, named = _needed(control, session), _named_by_events(session, left_over)
        lost = lost_objects(session.connection())
        swept = tools.git_library.sweep(control.library, left_over, before, now, named, lost)
    for each in swept:
        log.warning(
            "Swept from the Git library, because nothing led to it: %s %s, %s bytes", each.kind, each.id, each.size
        )
    return swept


def _named_by_events(session: Session, objects: frozenset[str]) -> set[str]:
    named = set[str]()
    for text, commit in session.execute(select(Event.text, Event.ledger_commit).execution_options(yield_per=CHUNK)):
        named.update(objects.intersection((commit, *_NAME.findall(text))))
    return named


def _require_room(control: DocumentControl) -> None:
    """Raise DiskFullError where a pack of what is to be packed, beside what is there, would fill the disk."""
    git, folder = tools.git_library, control.library.folder
    taken = git.loose_room(folder)[1] + sum(each.size for each in git.packs_to_fold(git.packs_in(folder)))
    if control.disk.free - taken < control.disk.floor:
        raise DiskFullError(
            "The Git library was not packed, because that takes up to %(megabytes)s MB of room for a while; make room.",
            megabytes=(taken >> 20) + 1,
        )


def read_note(control: DocumentControl) -> PackingNote:
    """Return the note of the last packing."""
    path = control.data / PACKING_NOTE
    return PackingNote.from_text(path.read_text()) if path.is_file() else PackingNote()


def _write(control: DocumentControl, note: PackingNote) -> None:
    write_durably(control.data / PACKING_NOTE, note.as_text().encode())
