"""Audit engagements: who audits what from when until when, and what each auditor looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.document_control.departments import departments
from docctl.domain.errors import NotFoundError
from docctl.domain.people.reader import Reader
from docctl.domain.people.unit import Departments
from docctl.domain.people.user import Role, User
from docctl.domain.rights.audit_engagement import (
    DEPARTMENT,
    DOCUMENT,
    EVERYTHING,
    STANDARD,
    TYPE,
    AuditEngagement,
    AuditorView,
    entries_of,
    scope_under_present_names,
)
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import details_of
from docctl.domain.trail.events.rights import AuditorLooked, View

MOST_EVENTS = 2000
_KINDS = {"standards": STANDARD, "types": TYPE, "departments": DEPARTMENT, "documents": DOCUMENT}


@dataclass(frozen=True)
class EngagementLine:
    """One engagement as it is shown."""

    id: int
    auditor: str
    login: str
    purpose: str
    scope: frozenset[str]
    begins_on: date
    ends_on: date
    ended_at: datetime | None
    is_running: bool
    is_ahead: bool

    @property
    def is_for_everything(self) -> bool:
        """Whether nothing is left out."""
        return EVERYTHING in self.scope

    @property
    def stage(self) -> str:
        """Whether it runs, is ahead, or is over."""
        return "running" if self.is_running else "ahead" if self.is_ahead else "over"

    def as_row(self) -> dict[str, Any]:
        """Return the engagement for those who read it by a program."""
        return {
            "id": self.id,
            "auditor": self.login,
            "purpose": self.purpose,
            "scope": sorted(self.scope),
            "begins_on": self.begins_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "stage": self.stage,
        }

    def of(self, kind: str) -> list[str]:
        """Return what the scope names of one kind: standards, types, departments or documents."""
        return entries_of(self.scope, _KINDS[kind])


@dataclass(frozen=True)
class Look:
    """Something that an auditor looked at."""

    seen_at: datetime
    auditor: str
    what: str
    document: str
    revision: int | None
    asked: str
    is_in_trail: bool


def engagements(control: DocumentControl, session: Session, person: Reader) -> list[EngagementLine]:
    """Return every engagement, those that run first, then the newest."""
    require(person, Right.ENGAGE_AUDITORS)
    today = control.today(session)
    rows = session.execute(select(AuditEngagement, User).join(User, User.id == AuditEngagement.user_id)).all()
    known = departments(session)
    lines = [_line(engagement, auditor, today, known) for engagement, auditor in rows]
    return sorted(lines, key=lambda line: (not line.is_running, not line.is_ahead, -line.id))


def engagement(control: DocumentControl, session: Session, person: Reader, engagement_id: int) -> EngagementLine:
    """Return one engagement; raise NotFoundError where there is none."""
    found = next((each for each in engagements(control, session, person) if each.id == engagement_id), None)
    if found is None:
        raise NotFoundError("There is no such audit engagement.")
    return found


def auditors(session: Session) -> list[User]:
    """Return who may be engaged: people with the role of an auditor whose account is open."""
    users = session.scalars(select(User).where(User.disabled.is_(False)).order_by(User.name))
    return [user for user in users if user.holds(Role.AUDITOR)]


def looks(session: Session, person: Reader, login: str = "") -> list[Look]:
    """Return what auditors looked at, newest first: what stands in the trail, and what is still on its way there."""
    require(person, Right.ENGAGE_AUDITORS)
    found = [*_waiting(session, login), *_recorded(session, login)]
    return sorted(found, key=lambda look: look.seen_at, reverse=True)


def _waiting(session: Session, login: str) -> Iterator[Look]:
    query = select(AuditorView, User).join(User, User.id == AuditorView.user_id)
    for view, user in session.execute(query.where(User.login == login) if login else query):
        yield Look(view.seen_at, user.name, view.what, view.document, view.revision, view.asked, False)


def _recorded(session: Session, login: str) -> Iterator[Look]:
    query = select(Event).where(Event.act == Act.AUDITOR_LOOKED).order_by(Event.seq.desc()).limit(MOST_EVENTS)
    users = session.scalars(select(User).where(User.login == login) if login else select(User))
    names: dict[str, str] = {subject: user.name for user in users for subject in user.subjects}
    for event in session.scalars(query.where(Event.subject.in_(names)) if login else query):
        for view in details_of(event, AuditorLooked).views:
            yield _look(names.get(event.subject, event.subject), view)


def _look(auditor: str, view: View) -> Look:
    return Look(view.time, auditor, view.what, view.document, view.revision, view.asked, True)


def _line(row: AuditEngagement, auditor: User, today: date, known: Departments) -> EngagementLine:
    return EngagementLine(
        id=row.id,
        auditor=auditor.name,
        login=auditor.login,
        purpose=row.purpose,
        scope=scope_under_present_names(row.scope, known),
        begins_on=row.begins_on,
        ends_on=row.ends_on,
        ended_at=row.ended_at,
        is_running=row.is_running(today),
        is_ahead=row.ended_at is None and row.begins_on > today,
    )
