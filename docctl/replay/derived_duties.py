"""Makes the duties of a library that kept none, by replaying its events; every row that was kept is left alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.people.duty import Duty
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.reading import read_event
from docctl.replay.acts import REBUILDS
from docctl.replay.replaying import Replayed, replay_event
from docctl.replay.revisions import texts_of
from docctl.replay.rows_in_memory import RowsInMemory, fill_in

TOGETHER = 1000
SINCE_SCHEMA = "0018"


def derive_after(schema: str, control: DocumentControl, session: Session) -> None:
    """Insert the rows that the tables of a schema did not have yet."""
    if schema < SINCE_SCHEMA:
        derive_duties(control, session)


def derive_duties(control: DocumentControl, session: Session) -> int:
    """Insert the duties that the events of a library gave rise to; return how many there are."""
    rows = RowsInMemory()
    state = Replayed(control, rows)
    events = select(Event).order_by(Event.seq).execution_options(yield_per=TOGETHER)
    for stretch in session.scalars(events).partitions():
        told = [read_event(event) for event in stretch]
        with control.library.reading_ahead(texts_of(told)):
            for event in told:
                replay_event(state, event, REBUILDS)
                rows.rest()
    joined = select(Document.number, Revision.number, Revision.id).join(Document, Document.id == Revision.document_id)
    ids = {(number, revision): row_id for number, revision, row_id in session.execute(joined)}
    count = 0
    for document in rows.documents():
        found = [*_values(document, ids)]
        if found:
            session.execute(insert(Duty), found)
        count += len(found)
    return count


def _values(document: Document, ids: Mapping[tuple[str, int], int]) -> Iterable[dict[str, Any]]:
    for revision in document.revisions:
        for duty in revision.duties:
            fill_in(duty)
            told = {each.key: vars(duty).get(each.key) for each in inspect(Duty).column_attrs if each.key != "id"}
            yield told | {"revision_id": ids[document.number, revision.number]}
