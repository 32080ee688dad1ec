"""Rolls Git's references forward to where the tables say they are: the ledger, documents' branches, tags of issues."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.issued_files.rendition import issue_tag, issue_tags
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, Act, ChainHead, Event
from docctl.domain.trail.events.issued_files import FilesAsIssued
from docctl.domain.trail.events.reading import read_event
from docctl.followers.watermark import advance_watermark, events_after, read_watermark
from docctl.machine.crash_point import crash_point

NAME = "git_refs"
LEDGER = "refs/heads/ledger"
_ISSUES = {Act.REVISION_ISSUED, Act.REVISION_REISSUED}
_WRITES_A_BRANCH = {Act.DRAFT_SAVED, Act.DRAFT_SET_ASIDE, Act.REVISION_ADOPTED}


def follow(control: DocumentControl) -> int:
    """Move every reference that is behind; return how many events were dealt with."""
    with control.library.locked(), control.reading() as session:
        seq = read_watermark(session, NAME)
        events = events_after(session, seq)
        if not events:
            return 0
        head = session.get(ChainHead, CHAIN_HEAD_ID)
        branches = _documents(session, events)
        wanted = {document.branch: document.tip_commit for document in branches}
        wanted |= _tags(session, events)
        if head is not None:
            wanted[LEDGER] = head.ledger_commit
        session.close()
        _roll_forward(control, wanted, branches)
    crash_point("references followed")
    with control.remembering() as session:
        if advance_watermark(session, NAME, events[-1].seq):
            # Only this one column: the rest of the row may have been decided anew since it was read.
            for document in branches:
                moved = update(Document).where(Document.id == document.id)
                session.execute(moved.values(branch_commit=wanted[document.branch]))
    return len(events)


def mend_torn(control: DocumentControl) -> list[str]:
    """Let every torn reference of ours point to where the tables say; return those that are mended."""
    torn = control.library.torn_refs()
    if not torn:
        return []
    with control.reading() as session:
        head = session.get(ChainHead, CHAIN_HEAD_ID)
        kept = session.scalars(select(Document).where(Document.disposed_at.is_(None)))
        wanted = {document.branch: document.tip_commit for document in kept}
        columns = (Document.number, Revision.number, Revision.issued_commit, Revision.earlier_issues)
        issued = select(*columns).join(Revision.document).where(Revision.issued_commit != "")
        for number, revision, commit, earlier in session.execute(issued):
            wanted |= issue_tags(number, revision, commit, earlier)
        if head is not None:
            wanted[LEDGER] = head.ledger_commit
    mended = [ref for ref in torn if wanted.get(ref)]
    for ref in mended:
        control.library.mend_ref(ref, wanted[ref])
    return mended


def _documents(session: Session, events: list[Event]) -> list[Document]:
    touched = {event.document_id for event in events if event.act in _WRITES_A_BRANCH}
    kept = select(Document).where(Document.id.in_(touched), Document.disposed_at.is_(None))
    return list(session.scalars(kept)) if touched else []


def _tags(session: Session, events: list[Event]) -> dict[str, str]:
    """Return the tags of what was issued, and not disposed of since."""
    issued = [event for event in events if event.act in _ISSUES]
    ids = {event.document_id for event in issued}
    gone = Document.id.in_(ids), Document.disposed_at.is_not(None)
    disposed = set(session.scalars(select(Document.id).where(*gone))) if ids else set()
    told = (read_event(event) for event in issued if event.document_id not in disposed)
    return {
        issue_tag(*each.key, each.details.edition): each.details.commit
        for each in told
        if isinstance(each.details, FilesAsIssued)
    }


def _roll_forward(control: DocumentControl, wanted: dict[str, str], branches: list[Document]) -> None:
    present = control.library.resolve(wanted)
    if wanted.keys() - present.keys():
        # Git resolves no reference to a commit that is lost, and lists it all the same.
        present = {**control.library.refs(), **present}
    known = {document.branch: {document.branch_commit, document.tip_commit} for document in branches}
    moves = []
    for ref, commit in wanted.items():
        now = present.get(ref)
        if now == commit:
            continue
        if now is not None and now not in known.get(ref, ()) and not _is_on_record(control, ref, now, commit):
            raise LibraryMismatchError(
                "%(ref)s in the Git library points to something nobody recorded; run docctl verify.", ref=ref
            )
        moves.append(tools.git_library.RefMove(ref, commit, now))
    control.library.move_refs(moves)


def _is_on_record(control: DocumentControl, ref: str, commit: str, wanted: str) -> bool:
    """Say whether a reference points to something recorded: an event, or what the document's newest draft follows."""
    if ref == LEDGER:
        with control.reading() as session:
            return session.scalars(select(Event.seq).where(Event.ledger_commit == commit)).first() is not None
    return commit in control.library.line(wanted)
