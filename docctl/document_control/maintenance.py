"""Maintenance: what the audit trail says of whether people may act now, or only read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.operations import MaintenanceBegun
from docctl.domain.trail.events.reading import details_of

_ACTS = (Act.MAINTENANCE_BEGUN, Act.MAINTENANCE_ENDED)


@dataclass(frozen=True)
class Maintenance:
    """A time in which people only read: why, since when, and until when it is meant to last."""

    reason: str
    since: datetime
    until: datetime | None


def maintenance_now(session: Session) -> Maintenance | None:
    """Return the maintenance that goes on; None where people may act."""
    newest = session.scalars(select(Event).where(Event.act.in_(_ACTS)).order_by(Event.seq.desc()).limit(1)).first()
    if newest is None or newest.act == Act.MAINTENANCE_ENDED:
        return None
    return Maintenance(newest.reason, newest.happened_at, details_of(newest, MaintenanceBegun).until)
