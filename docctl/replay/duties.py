"""Replays of which duties people were reminded; which duties there are follows from the events of each revision."""

from docctl.domain.duties.duties_of_revision import note_reminder
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.notices import DutiesReminded
from docctl.domain.trail.events.recorded import Recorded
from docctl.replay.replaying import Rebuild, Replayed, on


def _remind(state: Replayed, event: Recorded[DutiesReminded]) -> None:
    for row in event.details.reminded:
        document = state.rows.document(row["document"])
        if document is None:
            raise LookupError(f"there is no {row['document']}")
        note_reminder(document.revision(row["revision"]), row["accounts"], event.time)


REBUILDS: dict[Act, Rebuild] = dict((on(DutiesReminded, _remind),))
