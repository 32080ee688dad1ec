"""Replays of which duties people were reminded; which duties there are follows from the events of each revision."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from docctl.domain.documents.revision import Revision
from docctl.domain.duties.duties_of_revision import note_escalation, note_reminder
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Row
from docctl.domain.trail.events.notices import DutiesEscalated, DutiesReminded
from docctl.domain.trail.events.recorded import Recorded
from docctl.replay.replaying import Rebuild, Replayed, on

Note = Callable[[Revision, Collection[int | None], datetime], None]


def _remind(state: Replayed, event: Recorded[DutiesReminded]) -> None:
    _note(state, event.details.reminded, note_reminder, event.time)


def _escalate(state: Replayed, event: Recorded[DutiesEscalated]) -> None:
    _note(state, event.details.escalated, note_escalation, event.time)


def _note(state: Replayed, rows: Sequence[Row], note: Note, time: datetime) -> None:
    for row in rows:
        document = state.rows.document(row["document"])
        if document is None:
            raise LookupError(f"there is no {row['document']}")
        note(document.revision(row["revision"]), row["accounts"], time)


REBUILDS: dict[Act, Rebuild] = dict((on(DutiesReminded, _remind), on(DutiesEscalated, _escalate)))
