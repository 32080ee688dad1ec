"""Auditing: engage an auditor for some documents and some time, change that, end it."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import Decision, DocumentControl
from docctl.document_control.departments import departments as known_departments
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import checked_line, checked_reason
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import InvalidInputError, NotFoundError, WrongStateError
from docctl.domain.people.user import Role, User
from docctl.domain.rights.audit_engagement import (
    DEPARTMENT,
    DOCUMENT,
    EVERYTHING,
    STANDARD,
    TYPE,
    AuditEngagement,
    checked_days,
    checked_scope,
)
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.rights import Engagement, EngagementChanged, EngagementEnded, EngagementOpened

PURPOSE_LONGEST = 200
E = TypeVar("E", bound=Engagement)


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
        known = _known_scope(decision, scope)
        _make_room_for(decision, auditor, known)
        return _open(decision, auditor, purpose, known, begins_on, ends_on)


def _open(
    decision: Decision, auditor: User, purpose: str, scope: list[str], begins_on: date, ends_on: date
) -> int:  # fmt: skip
    engagement = AuditEngagement(
        user_id=auditor.id,
        purpose=_checked_purpose(purpose),
        scope=scope,
        begins_on=begins_on,
        ends_on=ends_on,
        opened_at=decision.now,
        ended_at=None,
    )
    decision.session.add(engagement)
    decision.session.flush()
    decision.record(as_recorded(EngagementOpened, engagement), auditor.subject)
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
        old = as_recorded(Engagement, engagement)
        engagement.purpose = _checked_purpose(purpose)
        engagement.scope = _known_scope(decision, scope, engagement.scope)
        engagement.begins_on, engagement.ends_on = begins_on, ends_on
        new = as_recorded(Engagement, engagement)
        if old != new:
            decision.record(EngagementChanged(old=old, new=new), auditor.subject)


def end_engagement(control: DocumentControl, person_id: int, engagement_id: int, reason: str) -> None:
    """End an engagement at once; the auditor's next request is already refused."""
    reason = checked_reason(reason, "why the engagement ends")
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ENGAGE_AUDITORS)
        engagement, auditor = _open_one(decision.session, engagement_id)
        _end(decision, engagement, auditor, reason)


def _end(decision: Decision, engagement: AuditEngagement, auditor: User, reason: str) -> None:
    engagement.ended_at = decision.now
    decision.record(EngagementEnded(engagement=engagement.id), auditor.subject, reason=reason)


def as_recorded(kind: type[E], engagement: AuditEngagement) -> E:
    """Return an engagement as its events say it."""
    return kind(
        engagement=engagement.id,
        purpose=engagement.purpose,
        scope=list(engagement.scope),
        begins_on=engagement.begins_on,
        ends_on=engagement.ends_on,
    )


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
        raise InvalidInputError(
            "The purpose has more than %(longest)s characters; shorten it.", longest=PURPOSE_LONGEST
        )
    return said


def _make_room_for(decision: Decision, auditor: User, scope: list[str]) -> None:
    """Let a new engagement limit what it says: no other one for everything may stand beside it.

    Older releases engaged each auditor for everything without a purpose when the account was added; that one ends.
    """
    if scope == [EVERYTHING]:
        return
    of_auditor = (AuditEngagement.user_id == auditor.id) & AuditEngagement.ended_at.is_(None)
    today = decision.control.today(decision.session)
    for other in decision.session.scalars(select(AuditEngagement).where(of_auditor)):
        if other.ends_on < today or EVERYTHING not in other.scope:
            continue
        if other.purpose:
            raise WrongStateError(
                "%(auditor)s is engaged for everything until %(ends_on)s (%(purpose)s), so this engagement "
                "would limit nothing; end engagement %(other)s first.",
                auditor=auditor.name,
                ends_on=other.ends_on,
                purpose=other.purpose,
                other=other.id,
            )
        _end(decision, other, auditor, "Replaced by an engagement that says what may be looked at")


def _known_scope(decision: Decision, scope: Iterable[str], kept: Iterable[str] = ()) -> list[str]:
    """Return a scope as it is compared; raise InvalidInputError where it names what there is not.

    What an engagement names already stays in it, also where it is no longer offered.
    """
    entries = {_as_compared(entry) for entry in checked_scope(scope)}
    if not entries - {EVERYTHING, *kept}:
        return sorted(entries)
    session, control = decision.session, decision.control
    standards = {STANDARD + each.id for each in control.catalogue.standards}
    types = {TYPE + name for name in session.scalars(select(DocumentType.name))}
    used = {DEPARTMENT + name for name in session.scalars(select(Revision.department).distinct()) if name}
    departments = used | {DEPARTMENT + name for name in known_departments(session).names}
    numbers = [entry.removeprefix(DOCUMENT) for entry in entries if entry.startswith(DOCUMENT)]
    documents = {
        DOCUMENT + number
        for number in session.scalars(select(Document.canonical).where(Document.canonical.in_(numbers)))
    }
    unknown = entries - {EVERYTHING, *kept} - standards - types - departments - documents
    if unknown:
        named_so = ", ".join(
            f"{kind} “{name}”" for kind, _, name in (entry.partition(":") for entry in sorted(unknown))
        )
        raise InvalidInputError(
            "There is no %(named_so)s here, so nobody was engaged; choose what there is.", named_so=named_so
        )
    return sorted(entries)


def _as_compared(entry: str) -> str:
    if entry.startswith(DOCUMENT):
        return DOCUMENT + entry.removeprefix(DOCUMENT).strip().upper()
    if entry.startswith((STANDARD, TYPE)):
        return entry.strip().lower()
    return entry
