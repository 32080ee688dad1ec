"""Replays which auditors were engaged for what, and until when, and which witnesses were asked to co-sign."""

from docctl.domain.rights.audit_engagement import AuditEngagement
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.recorded import Recorded
from docctl.domain.trail.events.rights import Engagement, EngagementChanged, EngagementEnded, EngagementOpened
from docctl.domain.trail.events.trail import WitnessDismissed, WitnessRefused, WitnessRegistered
from docctl.domain.trail.witness import Witness
from docctl.replay.replaying import Rebuild, Replayed, on


def _engage(state: Replayed, event: Recorded[EngagementOpened]) -> None:
    engagement = AuditEngagement(
        id=event.details.engagement, user_id=state.user(event).id, opened_at=event.time
    )  # fmt: skip
    _describe(engagement, event.details)
    state.rows.add(engagement)


def _change(state: Replayed, event: Recorded[EngagementChanged]) -> None:
    new = event.details.new
    _describe(state.row(AuditEngagement, new.engagement), new)


def _end(state: Replayed, event: Recorded[EngagementEnded]) -> None:
    state.row(AuditEngagement, event.details.engagement).ended_at = event.time


def _describe(engagement: AuditEngagement, told: Engagement) -> None:
    engagement.purpose, engagement.scope = told.purpose, told.scope
    engagement.begins_on, engagement.ends_on = told.begins_on, told.ends_on


def _register(state: Replayed, event: Recorded[WitnessRegistered]) -> None:
    told = event.details
    state.rows.add(
        Witness(id=told.witness, name=event.subject, key=told.key, address=told.address, registered_at=event.time)
    )


def _dismiss(state: Replayed, event: Recorded[WitnessDismissed]) -> None:
    state.row(Witness, event.details.witness).dismissed_at = event.time


def _refuse(state: Replayed, event: Recorded[WitnessRefused]) -> None:
    witness = state.row(Witness, event.details.witness)
    witness.refused_at, witness.refusal = event.time, event.reason


REBUILDS: dict[Act, Rebuild] = dict(
    (
        on(EngagementOpened, _engage),
        on(EngagementChanged, _change),
        on(EngagementEnded, _end),
        on(WitnessRegistered, _register),
        on(WitnessDismissed, _dismiss),
        on(WitnessRefused, _refuse),
    )
)
