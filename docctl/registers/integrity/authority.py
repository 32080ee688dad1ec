"""Checks each act against the rows of its moment, and what is in force against its signatures.

What was given behind the trail, used, and taken back shows here.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.domain.approval.approval_route import ALL, ANY, ApprovalRoute, AskedStep, RouteStep
from docctl.domain.approval.delegation import Delegation
from docctl.domain.documents.document_type import review_due
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.operations.stops import of_document
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.user import Role, User
from docctl.domain.retention.retention import DISPOSE, LegalHold, Retention
from docctl.domain.trail.events.approval import DAY_NOT_HERE, RevisionSubmitted, Signed
from docctl.domain.trail.events.issued_files import RevisionInForce
from docctl.domain.trail.events.people import UserAdded
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.retention import DisposalProposed, DocumentDisposed
from docctl.domain.trail.events.sign_in import UserLinkIssued, UserLinkMailed, UserPasswordChosen
from docctl.registers.integrity import finding
from docctl.replay.replaying import Replayed

RULE = "I12"
Standing = tuple[str, str, list[str], bool]


class Authority:
    """Takes each event before it changes the rows, and afterwards says whom or what it had no authority from."""

    def __init__(self, state: Replayed) -> None:
        self._state = state
        self._links: dict[int, datetime] = {}

    def faults(self, event: Recorded[Details]) -> list[str]:
        """Return what the rows of the moment did not give to an act, which is about to change them."""
        match event.details:
            case RevisionSubmitted() as told:
                return [*self._route(event, told)]
            case Signed() as told:
                return [*self._signer(event, told)]
            case RevisionInForce() as told:
                return [*self._day(event, told)]
            case DisposalProposed() | DocumentDisposed():
                return [*self._disposal(event)]
            case UserLinkIssued(valid_hours=hours):
                self._links[self._state.user(event).id] = event.time + timedelta(hours=hours)
            case UserLinkMailed(valid_minutes=minutes):
                until = event.time + timedelta(minutes=minutes)
                account = self._state.user(event).id
                self._links[account] = max(until, self._links.get(account, until))
            case UserPasswordChosen():
                if self._links.pop(self._state.user(event).id, datetime.min.replace(tzinfo=UTC)) < event.time:
                    return ["no link was given out by which a password could be chosen then"]
        return []

    def standing(self, event: Recorded[Details]) -> Standing | None:
        """Return login, name, roles and end of the account that acts, as the rows are now."""
        user = self._state.rows.find(User, event.actor) if event.actor is not None else None
        return None if user is None else (user.login, user.name, sorted(user.roles), user.disabled)

    def _route(self, event: Recorded[Details], told: RevisionSubmitted) -> Iterator[str]:
        route: ApprovalRoute = self._state.document(event).type.approval_route
        asked = [AskedStep.from_row(row) for row in told.asked]
        as_laid = [(step.kind, step.meaning, tuple(step.roles)) for step in route.steps]
        if told.route != route.name or [(step.kind, step.meaning, tuple(step.roles)) for step in asked] != as_laid:
            yield f"it was not submitted to the route “{route.name}” as that was laid down"
            return
        for step, laid in zip(asked, route.steps, strict=True):
            if step.needed < self._needed(laid, step):
                yield f"fewer were asked at “{step.meaning}” than the route “{route.name}” needs"
            if not all(self._may_be_asked(laid, number) for number in step.people):
                yield f"somebody was asked at “{step.meaning}” whom the route “{route.name}” does not ask"

    def _needed(self, laid: RouteStep, asked: AskedStep) -> int:
        persons = {self._state.row(User, number).person for number in asked.people}
        return {ALL: len(persons) if laid.roles else len(laid.people), ANY: 1}.get(laid.needed) or int(laid.needed)

    def _may_be_asked(self, step: RouteStep, number: int) -> bool:
        user = self._state.rows.find(User, number)
        by_role = user is not None and any(user.holds(Role(role)) for role in step.roles)
        return number in step.people or by_role

    def _signer(self, event: Recorded[Details], told: Signed) -> Iterator[str]:
        revision, user = self._state.revision(event), self._state.actor(event)
        step = revision.asked[told.step] if told.step < len(revision.asked) else None
        asked = event.account if told.in_place_of_id is None else told.in_place_of_id
        if step is None or asked not in step.people:
            yield f"{revision.name} did not ask for that signature"
        elif told.in_place_of_id is not None and not self._stands_in(event, told.in_place_of_id):
            yield "nobody had made the signer a delegate for that day"
        if told.person != user.person or user.person in revision.author_persons:
            yield "the signer is not who the account belongs to, or wrote on the revision"

    def _stands_in(self, event: Recorded[Details], absent: int) -> bool:
        day = self._day_of(event.time)
        return any(
            each.absent.id == absent
            and each.delegate.id == event.actor
            and each.revoked_at is None
            and (each.from_day <= day <= each.until_day or each.from_day == DAY_NOT_HERE)
            for each in self._state.rows.all(Delegation)
        )

    def _day(self, event: Recorded[Details], told: RevisionInForce) -> Iterator[str]:
        revision = self._state.revision(event)
        wanted = revision.wanted_effective_date
        user = self._state.actor(event) if event.actor is not None else None
        was_asked_for_now = user is not None and user.holds(Role.CONTROLLER) and told.wanted_effective_date == ""
        if told.wanted_effective_date not in (None, str(wanted or "")) and not was_asked_for_now:
            yield f"{revision.name} was to come into force on {wanted or 'the day of its last signature'}"
        if told.review_due != review_due(told.effective_date, revision.document.type.review_cycle_months):
            yield f"{revision.name} is to be reviewed on another day than its document type says"

    def _disposal(self, event: Recorded[Details]) -> Iterator[str]:
        document, day = self._state.document(event), self._day_of(event.time)
        for hold in self._state.rows.all(LegalHold):
            if hold.document_id == document.id and hold.lifted_at is None:
                yield f"{document.number} was under the legal hold {hold.id}"
        if not all(self._is_due(revision, day) for revision in document.revisions):
            yield f"the time for which {document.number} is kept was not over"

    def _is_due(self, revision: Revision, day: date) -> bool:
        kept = self._state.rows.find(Retention, revision.id)
        return kept is not None and kept.then == DISPOSE and kept.until is not None and kept.until <= day

    def _day_of(self, time: datetime) -> date:
        return self._state.row(Organisation, 1).day_of(time)


def told_otherwise(event: Recorded[Details], before: Standing | None, after: Standing | None) -> Iterator[str]:
    """Find an actor who was not as the rows said before the act, nor as they say after it."""
    if event.actor is None or isinstance(event.details, UserAdded):
        return
    told: tuple[Any, ...] = (event.actor_name, sorted(event.actor_roles))
    stood = [each for each in (before, after) if each is not None]
    if not any(each[1:3] == told and event.actor_login in (None, each[0]) for each in stood):
        held = f"{before[1]}, {', '.join(before[2]) or 'no role'}" if before is not None else "no account"
        acted = ", ".join(event.actor_roles) or "nobody with a role"
        yield f"{event.actor_name} acted as {acted}, but events had made that account: {held}"
    elif before is not None and before[3]:
        yield f"the account {before[0]} was disabled"


def unauthorised(event: Recorded[Details], fault: str) -> finding.Finding:
    """Return the finding of an act for which the rows of its moment gave no authority."""
    sentence = f"Event {event.seq} ({event.action}) had no authority: {fault}."
    return finding.unauthorised(RULE, f"event {event.seq}", sentence)


def check_in_force(revision: Revision) -> Iterator[finding.Finding]:
    """Find a revision in force without all signatures for exactly its files, unless it was adopted."""
    if revision.state != State.IN_FORCE or revision.adopted_evidence or revision.current is None:
        return
    signatures = revision.valid_signatures
    counted = [signature.step for signature in signatures]
    counted_persons = [person for each in signatures for person in (each.person, each.in_place_of_person) if person]
    persons = set(counted_persons)
    complete = bool(revision.asked) and all(
        counted.count(place) >= step.needed for place, step in enumerate(revision.asked)
    )
    if not complete or len(persons) != len(counted_persons):
        sentence = f"{revision.name} is in force without all signatures of its route for exactly its files."
        yield finding.broken("I4", revision.name, sentence, stops=of_document(revision.name))
    if persons & revision.author_persons:
        sentence = f"{revision.name} is in force signed by somebody who wrote it."
        yield finding.broken("I4", revision.name, sentence, stops=of_document(revision.name))


def check_one_in_force(session: Session) -> Iterator[finding.Finding]:
    """Find documents with more than one revision in force."""
    query = (
        select(Revision.document_id)
        .where(Revision.state == State.IN_FORCE)
        .group_by(Revision.document_id)
        .having(func.count(Revision.id) > 1)
    )
    for document_id in session.scalars(query):
        yield finding.broken(
            "I5", f"document {document_id}", f"Document {document_id} has more than one revision in force."
        )
