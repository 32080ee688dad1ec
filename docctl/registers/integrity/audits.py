"""Compares the audit engagements with what the audit trail says of them, because they decide what an auditor sees."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.people.user import User
from docctl.domain.rights.audit_engagement import AuditEngagement
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.rights import Engagement, EngagementChanged, EngagementEnded, EngagementOpened
from docctl.registers.integrity.finding import Finding, broken


class AuditReplay:
    """Takes events in order, then compares the rows of engagements with what came of them."""

    def __init__(self) -> None:
        self.engagements: dict[int, dict[str, Any]] = {}

    def take(self, event: Recorded[Details]) -> None:
        """Take one event as it was recorded."""
        match event.details:
            case EngagementOpened() as told:
                self.engagements[told.engagement] = {**_kept(told), "auditor": event.subject, "ended": None}
            case EngagementChanged(new=told):
                self.engagements[told.engagement] |= _kept(told)
            case EngagementEnded(engagement=number):
                self.engagements[number]["ended"] = event.time

    def compare(self, session: Session) -> Iterator[Finding]:
        """Find engagements that say something else than their events."""
        expected = dict(self.engagements)
        rows = session.execute(select(AuditEngagement, User.login).join(User, User.id == AuditEngagement.user_id))
        for row, login in rows:
            name = f"audit engagement {row.id}"
            is_now = {
                "purpose": row.purpose,
                "scope": row.scope,
                "begins_on": row.begins_on,
                "ends_on": row.ends_on,
                "auditor": f"user:{login}",
                "ended": row.ended_at,
            }
            if expected.pop(row.id, None) != is_now:
                yield broken("I4", name, f"The {name} of {login} says something else than its events.")
        for lost in expected:
            yield broken("I4", f"audit engagement {lost}", f"The audit engagement {lost} was opened, but is missing.")


def _kept(told: Engagement) -> dict[str, Any]:
    return {
        "purpose": told.purpose, "scope": told.scope, "begins_on": told.begins_on, "ends_on": told.ends_on
    }  # fmt: skip
