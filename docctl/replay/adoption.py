"""Replays the adoption of earlier revisions, which ended before this library knew them."""

from docctl.domain.documents.adopted_revision import AdoptedRevision
from docctl.domain.documents.lifecycle import State, Step
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.intake import EarlierAdopted
from docctl.domain.trail.events.recorded import Recorded
from docctl.replay.replaying import Rebuild, Replayed, on
from docctl.replay.retention import start_retention


def _adopt_earlier(state: Replayed, event: Recorded[EarlierAdopted]) -> None:
    revision, told = state.revision(event), event.details
    revision.adopted_evidence = event.reason
    revision.claimed = AdoptedRevision.from_row(told.claimed)
    step = Step.ADOPT_WITHDRAWN if told.new == State.OBSOLETE else Step.ADOPT_SUPERSEDED
    revision.adopt_ended(step, told.effective_date, told.ended_because, told.ended_at)
    start_retention(state, revision, told.retention)


REBUILDS: dict[Act, Rebuild] = dict((on(EarlierAdopted, _adopt_earlier),))
