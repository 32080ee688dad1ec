"""Replays the adoption of earlier revisions, which ended before this library knew them."""

from datetime import date, datetime

from docctl.domain.documents.adopted_revision import AdoptedRevision
from docctl.domain.documents.lifecycle import State, Step
from docctl.domain.trail.audit_trail import Act
from docctl.replay.replaying import Rebuild, Replayed, Said
from docctl.replay.retention import start_retention


def _adopt_earlier(state: Replayed, said: Said) -> None:
    revision = state.revision(said)
    revision.adopted_evidence = said["reason"]
    revision.claimed = AdoptedRevision.from_row(said["claimed"])
    step = Step.ADOPT_WITHDRAWN if said["new"] == State.OBSOLETE else Step.ADOPT_SUPERSEDED
    effective = date.fromisoformat(said["effective_date"]) if said["effective_date"] else None
    revision.adopt_ended(step, effective, said["ended_because"], datetime.fromisoformat(said["ended_at"]))
    start_retention(state, said)


REBUILDS: dict[Act, Rebuild] = {Act.EARLIER_ADOPTED: _adopt_earlier}
