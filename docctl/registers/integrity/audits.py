"""Compares the audit engagements with what the audit trail says of them, because they decide what an auditor sees."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.people.user import User
from docctl.domain.rights.audit_engagement import AuditEngagement
from docctl.domain.trail.audit_trail import Act
from docctl.registers.integrity.finding import Finding, broken

_KEPT = ("purpose", "scope", "begins_on", "ends_on")


class AuditReplay:
    """Takes events in order, then compares the rows of engagements with what came of them."""

    def __init__(self) -> None:
        self.engagements: dict[int, dict[str, Any]] = {}

    def take(self, said: dict[str, Any]) -> None:
        """Take one event as it was recorded."""
        act = said.get("action", "")
        if act == Act.ENGAGEMENT_OPENED:
            opened = {name: said[name] for name in _KEPT}
            self.engagements[said["engagement"]] = {**opened, "auditor": said["subject"], "ended": ""}
        elif act == Act.ENGAGEMENT_CHANGED:
            self.engagements[said["new"]["engagement"]] |= {name: said["new"][name] for name in _KEPT}
        elif act == Act.ENGAGEMENT_ENDED:
            self.engagements[said["engagement"]]["ended"] = said["time"]

    def compare(self, session: Session) -> Iterator[Finding]:
        """Find engagements that say something else than their events."""
        expected = dict(self.engagements)
        rows = session.execute(select(AuditEngagement, User.login).join(User, User.id == AuditEngagement.user_id))
        for row, login in rows:
            name = f"audit engagement {row.id}"
            is_now = {
                "purpose": row.purpose,
                "scope": row.scope,
                "begins_on": row.begins_on.isoformat(),
                "ends_on": row.ends_on.isoformat(),
                "auditor": f"user:{login}",
                "ended": row.ended_at.isoformat(timespec="microseconds") if row.ended_at is not None else "",
            }
            if expected.pop(row.id, None) != is_now:
                yield broken("I4", name, f"The {name} of {login} says something else than its events.")
        for lost in expected:
            yield broken("I4", f"audit engagement {lost}", f"The audit engagement {lost} was opened, but is missing.")
