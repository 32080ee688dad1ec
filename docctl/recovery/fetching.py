"""Fetching back what the Git library lost or holds with other bytes, from a mirror, a clone, a bundle or a backup.

Exactly what the database names is taken, each object checked by its name, its SHA-256 and the library's signature.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import sha256
from docctl.domain.errors import AlreadyDoneError
from docctl.domain.trail.audit_trail import ChainHead, Event
from docctl.domain.trail.events.operations import BytesFetched
from docctl.domain.trail.ledger_keys import LedgerKeys
from docctl.followers import git_refs, library_snapshot
from docctl.followers.watermark import forget_watermark
from docctl.machine.crash_point import crash_point
from docctl.machine.durable_files import write_durably
from docctl.recovery.manifest import MANIFEST
from docctl.recovery.restoring import read_manifest
from docctl.registers.integrity.finding import Progress

QUARANTINE, NOTE = "quarantine", "fetching"
LIBRARY = "refs/heads/library"
TOGETHER, TOLD_EVERY = 150, 5000


@dataclass
class Fetched:
    """What came back, what was set apart, and what is nowhere."""

    fetched: int = 0
    set_apart: list[str] = field(default_factory=list)
    nowhere: int = 0


class _Named:
    """What the database names in Git: where to begin, and what is known of some objects beyond their names."""

    def __init__(self, control: DocumentControl, session: Session) -> None:
        self.keys: LedgerKeys = control.ledger_keys(session)
        self.events = {row.ledger_commit: row.seq for row in session.execute(select(Event.ledger_commit, Event.seq))}
        self.prints: dict[str, str] = {}
        self.roots = list(session.scalars(select(ChainHead.ledger_commit)))
        kept = select(Document.id).where(*_kept())
        drafts = select(SavedDraft).join(Revision, SavedDraft.revision_id == Revision.id)
        for draft in session.scalars(drafts.where(Revision.document_id.in_(kept))):
            self.roots.append(draft.commit)
            self.prints |= {file.blob: file.sha256 for file in draft.files}
        for revision in session.scalars(select(Revision).where(Revision.document_id.in_(kept))):
            self.roots += [revision.issued_commit] if revision.issued_commit else []
            self.prints |= {row["blob"]: row["sha256"] for row in revision.issued_files}
        self.roots += session.scalars(select(Document.tip_commit).where(*_kept()))

    def accepts(self, control: DocumentControl, made: Any) -> bool:
        """Say whether an object that has the right name has the right SHA-256 or signature too."""
        if made.kind == "blob":
            return sha256(made.data) == self.prints.get(made.id, sha256(made.data))
        if made.id not in self.events:
            return True
        plain, signature = tools.git_library.without_signature(made.data)
        return tools.signing_key.is_signed_by(self.keys.at(self.events[made.id]), plain, signature)


def _kept() -> tuple[ColumnElement[bool], ...]:
    return Document.disposed_at.is_(None), Document.tip_commit != ""


def fetch_back(control: DocumentControl, source: Path | str, progress: Progress | None = None) -> Fetched:
    """Bring back from a source every object that the database names and Git lacks or holds with other bytes.

    Files with wrong bytes are set apart first; what the source does not have either is counted, and never made up.
    """
    bundle = bundles_in(source)
    with tools.git_library.opened(bundle, control.data, as_it_is=True) as opened:
        _note(control)
        done = Fetched()
        with control.reading() as session:
            named = _Named(control, session)
        nowhere, found = _walk(control, named, opened, progress)
        lacking = [*nowhere, *(made.id for made in found)]
        wrong = set(lacking) - tools.git_library.missing(control.library, lacking)
        wrong |= _wrong_in_snapshot(control)
        if wrong:
            folder = control.data / QUARANTINE / f"{control.now():%Y%m%dT%H%M%SZ}.git"
            done.set_apart = tools.git_library.set_apart(control.library, wrong, folder)
            nowhere, found = _walk(control, named, opened, progress)
        for at in range(0, len(found), TOGETHER):
            control.library.write(found[at : at + TOGETHER])
            crash_point("objects fetched")
    tools.git_library.clear_rests(control.library)
    done.fetched, done.nowhere = len(found), len(nowhere)
    control.library.let_go()
    if tools.git_library.sound(control.library, control.library.refs(LIBRARY).get(LIBRARY, "")) is None:
        _let_snapshot_go(control)
    forget_watermark(control, git_refs.NAME)
    forget_watermark(control, library_snapshot.NAME)
    crash_point("fetched back")
    return done


def _walk(
    control: DocumentControl, named: _Named, opened: Any, progress: Progress | None
) -> tuple[list[str], list[Any]]:  # fmt: skip
    """Go from what is named to all that it consists of; return what is nowhere, and what is good elsewhere alone."""
    elsewhere = [*tools.git_library.kept_apart(control.data / QUARANTINE), opened]
    stack, nowhere, found = list(dict.fromkeys(named.roots)), list[str](), list[Any]()
    seen = set(stack)
    while stack:
        object_id = stack.pop()
        made = _good(control, named, control.library, object_id)
        if made is None:
            made = next(filter(None, (_good(control, named, each, object_id) for each in elsewhere)), None)
            if made is None:
                nowhere.append(object_id)
                continue
            found.append(made)
        for each in tools.git_library.parts_of(made):
            if each not in seen:
                seen.add(each)
                stack.append(each)
        if progress is not None and len(seen) % TOLD_EVERY == 0:
            progress("Looking for objects", len(seen) - len(stack), len(seen))
    return nowhere, found


def _good(control: DocumentControl, named: _Named, library: Any, object_id: str) -> Any:
    made = tools.git_library.sound(library, object_id)
    return made if made is not None and named.accepts(control, made) else None


def _wrong_in_snapshot(control: DocumentControl) -> set[str]:
    """Return what of the readable snapshot holds other bytes than its name says; the snapshot is built anew."""
    tip = control.library.refs(LIBRARY).get(LIBRARY, "")
    top = [tip] if tip else []
    for _ in range(2):
        for each in list(top):
            made = tools.git_library.sound(control.library, each)
            if made is not None:
                parts = tools.git_library.parts_of(made)
                top += [part for part in (parts[:1] if made.kind == "commit" else parts) if part not in top]
    wrong = {each for each in top if tools.git_library.sound(control.library, each) is None}
    return wrong - tools.git_library.missing(control.library, wrong) if wrong else wrong


def _let_snapshot_go(control: DocumentControl) -> None:
    """Take the snapshot's reference away where its commit is gone, so that it is built anew."""
    tip = control.library.refs(LIBRARY).get(LIBRARY)
    if tip is not None:
        control.library.move_refs([tools.git_library.RefMove(LIBRARY, "", tip)])


def record_fetched(control: DocumentControl, done: Fetched) -> None:
    """Record what was fetched back and set apart, once, however often it was interrupted; then forget the note."""
    note = control.data / NOTE
    if not note.exists():
        return
    names = [str(path.relative_to(control.data)) for path in sorted((control.data / QUARANTINE).glob("*.git"))]
    request_id = json.loads(note.read_text())["request_id"]
    with suppress(AlreadyDoneError), control.deciding(None, request_id) as decision:
        decision.record(BytesFetched(fetched=done.fetched, set_apart=done.set_apart, quarantine=names), "the library")
    crash_point("fetching recorded")
    note.unlink()


def bundles_in(source: Path | str) -> Path | str | list[Path]:
    """Return the bundles in a folder that is a backup, whose list must be whole; any other source as it is."""
    folder = Path(source)
    if "://" in str(source) or not (folder / MANIFEST).is_file():
        return source
    return [folder / name for name in read_manifest(folder).bundles]


def _note(control: DocumentControl) -> None:
    """Write down that something is being fetched, so that it is recorded even where this is interrupted."""
    if not (control.data / NOTE).exists():
        write_durably(control.data / NOTE, json.dumps({"request_id": f"fetch-{uuid4().hex}"}).encode())
