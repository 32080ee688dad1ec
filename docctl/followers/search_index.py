"""Keeps the search index at what the tables say; its watermark is read only after its writer lock is held."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.document_control.index_place import is_of_this_trail
from docctl.document_control.lost_objects import lost_objects
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.reading_text import ReadingView
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.rights.permission import Library
from docctl.domain.search.entry import entry_of
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.events.settings import TypeRenamed
from docctl.followers.watermark import PAGE, events_after, head_seq
from docctl.machine.crash_point import crash_point

BATCH = 500
_NAME_TYPES = {Act.TYPE_ADDED, Act.TYPE_RENAMED, Act.TYPE_RETIRED, Act.TYPE_REINSTATED}
_TELLS_SEARCH_NOTHING = {
    Act.REVISION_ISSUED,
    Act.REVISION_REISSUED,
    Act.ISSUE_FAILED,
    Act.ISSUE_CLEARED,
    Act.DIFFERENCE_LET_STAND,
}


def follow(control: DocumentControl) -> int:
    """Put every revision that events speak of into the index as it is now; return how many events were dealt with."""
    with control.reading() as session:
        if not is_behind(control, session):
            return 0
    dealt_with = 0
    with control.index.updating() as update:
        while True:
            # The tables are let go before anything is rendered: an open reader would keep everybody from deciding.
            with control.reading() as session:
                events = events_after(session, update.watermark, PAGE)
                telling = (event for event in events if event.act not in _TELLS_SEARCH_NOTHING)
                revisions = _revisions(
                    session, {event.revision_id for event in telling} - {None} | _renamed(session, events)
                )
                disposed = [event.document_id for event in events if event.act == Act.DOCUMENT_DISPOSED]
                gone = session.scalars(select(Revision.id).where(Revision.document_id.in_(disposed))).all()
            if not events:
                return dealt_with
            for revision in revisions:
                if revision.state == State.DISCARDED or revision.current is None or revision.document.disposed_at:
                    update.remove(revision.id)
                else:
                    update.put(entry_of(revision, _text_of(control, revision)))
            for revision_id in gone:
                update.remove(revision_id)
            update.commit(events[-1].seq, events[-1].chain, wiping=bool(gone))
            crash_point("search followed")
            dealt_with += len(events)


def _text_of(control: DocumentControl, revision: Revision) -> ReadingView:
    """Return what is searched of a revision; no text where it is lost and that was accepted."""
    try:
        return control.read_text(Library.ITSELF, revision.current, revision)
    except LibraryMismatchError:
        content = revision.current.file(CONTENT)
        with control.reading() as session:
            if content is None or content.blob not in lost_objects(session.connection()).objects:
                raise
        return tools.reading_view.render("")


def is_behind(control: DocumentControl, session: Session) -> bool:
    """Say whether the index lacks anything: it is damaged, missing, of another library, half-built, or was put back."""
    return not is_of_this_trail(control.index, session) or control.index.watermark() < head_seq(session)


def _renamed(session: Session, events: Iterable[Event]) -> set[int | None]:
    """Return the revisions of types that were renamed, or answer otherwise because another took or left a name."""
    telling = [event for event in events if event.act in _NAME_TYPES]
    if not telling:
        return set()
    told = [read_event(event) for event in telling]
    renamed = {each.details.type for each in told if isinstance(each.details, TypeRenamed)}
    names = {each.subject.removeprefix("document_type:") for each in told}
    names |= {each.details.old for each in told if isinstance(each.details, TypeRenamed) and each.details.old}
    kinds = session.scalars(select(DocumentType))
    concerned = [kind.id for kind in kinds if kind.id in renamed or names.intersection(kind.former_names)]
    return set(session.scalars(select(Revision.id).join(Document).where(Document.type_id.in_(concerned))))


def _revisions(session: Session, ids: set[int | None]) -> list[Revision]:
    found: list[Revision] = []
    wanted = sorted(each for each in ids if each is not None)
    for at in range(0, len(wanted), BATCH):
        chosen = select(Revision).where(Revision.id.in_(wanted[at : at + BATCH]))
        found.extend(session.scalars(chosen.options(selectinload(Revision.current))))
    return found
