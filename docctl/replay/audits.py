"""Replays which auditors were engaged for what, and until when."""

from datetime import date, datetime

from docctl.domain.rights.audit_engagement import AuditEngagement
from docctl.domain.trail.audit_trail import Act
from docctl.replay.replaying import Rebuild, Replayed, Said


def _engage(state: Replayed, said: Said) -> None:
    engagement = AuditEngagement(
        id=said["engagement"], user_id=state.user(said).id, opened_at=datetime.fromisoformat(said["time"])
    )
    _describe(engagement, said)
    state.session.add(engagement)


def _change(state: Replayed, said: Said) -> None:
    _describe(state.session.get_one(AuditEngagement, said["new"]["engagement"]), said["new"])


def _end(state: Replayed, said: Said) -> None:
    state.session.get_one(AuditEngagement, said["engagement"]).ended_at = datetime.fromisoformat(said["time"])


def _describe(engagement: AuditEngagement, said: Said) -> None:
    engagement.purpose, engagement.scope = said["purpose"], said["scope"]
    engagement.begins_on = date.fromisoformat(said["begins_on"])
    engagement.ends_on = date.fromisoformat(said["ends_on"])


REBUILDS: dict[Act, Rebuild] = {
    Act.ENGAGEMENT_OPENED: _engage,
    Act.ENGAGEMENT_CHANGED: _change,
    Act.ENGAGEMENT_ENDED: _end,
}
