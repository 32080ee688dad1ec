"""Auditing: engage an auditor for some documents and some time, change that, end it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from docctl.document_control import Decision, DocumentControl
from docctl.domain.audit_engagement import (
    DOCUMENT,
    EVERYTHING,
    USUAL_DAYS,
    AuditEngagement,
    checked_days,
    checked_scope,
    entries_of,
)
from docctl.domain.audit_trail import Act
from docctl.domain.document_metadata import checked_line, checked_reason
from docctl.domain.errors import InvalidInputError, NotFoundError, WrongStateError
from docctl.domain.permission import Right, require
from docctl.domain.user import Role, User

PURPOSE_LONGEST = 200


def engage(
    control: DocumentControl,
    person_id: int,
    auditor_id: int,
    *,
    purpose: str,
    scope: Iterable[str],
    begins_on: date,
    ends_on: date,
    request_id: str = "",
) -> int:
    """Engage an auditor for what the scope names, from the first to the last day."""
    checked_days(begins_on, ends_on)
    scope = sorted(scope)
    with control.deciding(
        person_id, request_id, ("engage", auditor_id, purpose, scope, begins_on, ends_on)
    ) as decision:
        require(decision.person, Right.ENGAGE_AUDITORS)
        auditor = decision.session.get(User, auditor_id)
        if auditor is None or not auditor.holds(Role.AUDITOR):
            raise InvalidInputError("Only people with the role of an auditor are engaged; give them the role first.")
        return open_engagement(decision, auditor, purpose, scope, begins_on, ends_on)


def engage_as_usual(decision: Decision, auditor: User, ends_on: date | None = None) -> None:
    """Engage somebody who just became an auditor for everything and the usual time, which can be changed at once."""
    today = decision.control.today(decision.session)
    ends_on = ends_on or today + timedelta(days=USUAL_DAYS)
    checked_days(today, ends_on)
    open_engagement(decision, auditor, "", [EVERYTHING], today, ends_on)


def open_engagement(
    decision: Decision, auditor: User, purpose: str, scope: Iterable[str], begins_on: date, ends_on: date
) -> int:
    """Open an engagement as part of a decision."""
    engagement = AuditEngagement(
        user_id=auditor.id,
        purpose=_checked_purpose(purpose),
        scope=_with_known_documents(checked_scope(scope)),
        begins_on=begins_on,
        ends_on=ends_on,
        opened_at=decision.now,
        ended_at=None,
    )
    decision.session.add(engagement)
    decision.session.flush()
    decision.record(Act.ENGAGEMENT_OPENED, f"user:{auditor.login}", **as_recorded(engagement))
    return engagement.id


def change_engagement(
    control: DocumentControl,
    person_id: int,
    engagement_id: int,
    *,
    purpose: str,
    scope: Iterable[str],
    begins_on: date,
    ends_on: date,
) -> None:
    """Change what an auditor may look at, or from when until when."""
    checked_days(begins_on, ends_on)
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ENGAGE_AUDITORS)
        engagement, auditor = _open_one(decision.session, engagement_id)
        old = as_recorded(engagement)
        engagement.purpose = _checked_purpose(purpose)
        engagement.scope = _with_known_documents(checked_scope(scope))
        engagement.begins_on, engagement.ends_on = begins_on, ends_on
        new = as_recorded(engagement)
        if old != new:
            decision.record(Act.ENGAGEMENT_CHANGED, f"user:{auditor.login}", old=old, new=new)


def end_engagement(control: DocumentControl, person_id: int, engagement_id: int, reason: str) -> None:
    """End an engagement at once; the auditor's next request is already refused."""
    reason = checked_reason(reason, "why the engagement ends")
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ENGAGE_AUDITORS)
        engagement, auditor = _open_one(decision.session, engagement_id)
        engagement.ended_at = decision.now
        decision.record(Act.ENGAGEMENT_ENDED, f"user:{auditor.login}", reason=reason, engagement=engagement.id)


def as_recorded(engagement: AuditEngagement) -> dict[str, Any]:
    """Return an engagement as its events keep it."""
    return {
        "engagement": engagement.id,
        "purpose": engagement.purpose,
        "scope": list(engagement.scope),
        "begins_on": engagement.begins_on.isoformat(),
        "ends_on": engagement.ends_on.isoformat(),
    }


def _open_one(session: Session, engagement_id: int) -> tuple[AuditEngagement, User]:
    engagement = session.get(AuditEngagement, engagement_id)
    auditor = session.get(User, engagement.user_id) if engagement is not None else None
    if engagement is None or auditor is None:
        raise NotFoundError("There is no such audit engagement.")
    if engagement.ended_at is not None:
        raise WrongStateError("This engagement was ended already; open another for the auditor.")
    return engagement, auditor


def _checked_purpose(purpose: str) -> str:
    said = checked_line(" ".join(purpose.split()))
    if len(said) > PURPOSE_LONGEST:
        raise InvalidInputError(f"The purpose has more than {PURPOSE_LONGEST} characters; shorten it.")
    return said


def _with_known_documents(scope: list[str]) -> list[str]:
    """Return a scope whose documents are written as they are compared; a number nobody has yet may be named too."""
    numbers = {DOCUMENT + number.strip().upper() for number in entries_of(frozenset(scope), DOCUMENT)}
    return sorted({entry for entry in scope if not entry.startswith(DOCUMENT)} | numbers)
