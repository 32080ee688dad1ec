"""Keeps the search index at what the tables say; its watermark is read only after its writer lock is held."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from docctl.document_control import DocumentControl
from docctl.domain.lifecycle import State
from docctl.domain.revision import Revision
from docctl.domain.search_entry import SearchEntry
from docctl.followers.watermark import events_after

BATCH = 500


def follow(control: DocumentControl) -> int:
    """Put every revision that events speak of into the index as it is now; return how many events were dealt with."""
    with control.reading() as session:
        if not events_after(session, control.index.watermark(), 1):
            return 0
    dealt_with = 0
    with control.index.updating() as update, control.reading() as session:
        while True:
            events = events_after(session, update.watermark)
            if not events:
                return dealt_with
            touched = sorted({event.revision_id for event in events if event.revision_id is not None})
            for revision in _revisions(session, touched):
                if revision.state == State.DISCARDED or revision.current is None:
                    update.remove(revision.id)
                else:
                    update.put(search_entry(control, revision))
            update.commit(events[-1].seq)
            dealt_with += len(events)
            session.expunge_all()


def _revisions(session: Session, ids: list[int]) -> Iterable[Revision]:
    for at in range(0, len(ids), BATCH):
        chosen = select(Revision).where(Revision.id.in_(ids[at : at + BATCH]))
        yield from session.scalars(chosen.options(selectinload(Revision.current), selectinload(Revision.citations)))


def search_entry(control: DocumentControl, revision: Revision) -> SearchEntry:
    """Return a revision as search knows it."""
    metadata = revision.document_metadata
    view = control.read_text(revision.current)
    return SearchEntry(
        revision_id=revision.id,
        number=revision.document.number,
        revision=revision.number,
        title=revision.title,
        document_type=revision.document.type.name,
        state=revision.state,
        audience=metadata.audience,
        sections=tuple((section.anchor, section.number, section.title, section.text) for section in view.sections),
        department=metadata.department,
        owner=metadata.owner,
        language=metadata.language,
        keywords=metadata.keywords,
        clauses=tuple(f"{row.standard}:{row.clause}" for row in metadata.clauses),
        effective_date=revision.effective_date,
    )
