"""A revision at work: who may know of it, who is asked to sign it, who has signed, and why it was sent back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from docctl.document_control.laid_routes import signers_for
from docctl.document_control.pending_tasks import places_asking
from docctl.domain.approval.approval_route import AskedStep
from docctl.domain.documents.lifecycle import WAITING_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.errors import DocctlError, NotFoundError, RevisionReturnedError
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import has_signed, signer_at
from docctl.domain.rights.permission import ABSENT, Right, may, may_write
from docctl.domain.rights.route_trial import asked_steps
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.approval import RevisionSubmitted
from docctl.domain.trail.events.people import RevisionReassigned
from docctl.domain.trail.events.reading import details_of, read_event
from docctl.registers.lookup import document_numbered

_RETURNED_AS = {
    Act.CHANGES_REQUESTED: "sent back for changes",
    Act.REVISION_RECALLED: "recalled",
    Act.REVISION_DISCARDED: "discarded",
    Act.REVISION_REASSIGNED: "given to somebody else to sign",
}
RETURNS = (Act.CHANGES_REQUESTED, Act.REVISION_RECALLED, Act.REVISION_DISCARDED)


@dataclass(frozen=True)
class AskedPerson:
    """Somebody whom a step asks, and when they signed."""

    name: str
    role: str = ""
    signed_at: datetime | None = None
    comment: str = ""


@dataclass(frozen=True)
class StepProgress:
    """One step of the route: what a signature at it means, how many are needed, who gave one and who may."""

    kind: str
    meaning: str
    rule: str
    needed: int
    signed: tuple[AskedPerson, ...]
    asked: tuple[AskedPerson, ...]
    is_waiting: bool
    is_complete: bool


@dataclass(frozen=True)
class ApprovalProgress:
    """How far a revision is on its route, and what this person can do about it."""

    steps: tuple[StepProgress, ...]
    kind: str
    meaning: str
    has_signed: bool
    may_send_back: bool
    may_comment: bool
    may_recall: bool
    in_place_of: str = ""


@dataclass(frozen=True)
class SentBack:
    """Why a draft came back from its route."""

    name: str
    at: datetime
    reason: str
    act: Act
    had_signed: bool = False

    @property
    def recalled(self) -> bool:
        """Whether its authors took it back themselves."""
        return self.act == Act.REVISION_RECALLED

    def sentence(self, name: str) -> str:
        """Say what happened to somebody who comes to sign."""
        again = "" if self.act == Act.REVISION_DISCARDED else "; you are asked again if it is submitted again"
        signed = "nothing was signed"
        if self.had_signed:
            signed = "your signature from before stays on record and counts no more"
        return (
            f"{name} was {_RETURNED_AS[self.act]} by {self.name} on {self.at.day} {self.at:%B %Y at %H:%M}: "
            f"“{self.reason}”. Nothing of it waits for you now, and {signed}{again}."
        )


def revision_at_work(session: Session, person: Reader, number: str, revision: int) -> Revision:
    """Return a revision to those at work on it, or who see all; raise NotFoundError to others as for an absent one.

    Who was asked to sign it before it went back learns that by RevisionReturnedError. Who only reads sees what was
    issued, never the drafts and remarks behind it. The revision knows its document and
    its current text also when the session is closed.
    """
    document = document_numbered(session, number)
    found = next((each for each in document.revisions if each.number == revision), None)
    if found is not None and not may(person, Right.FOLLOW, found) and (last := returned_from(session, person, found)):
        raise RevisionReturnedError(last.sentence(found.name))
    if found is None or not may(person, Right.FOLLOW, found):
        raise NotFoundError(ABSENT)
    set_committed_value(found, "document", document)
    set_committed_value(found, "current", session.get(SavedDraft, found.current_id))
    return found


def approval_progress(session: Session, person: Reader, revision: Revision) -> ApprovalProgress:
    """Return who signed and who is asked, and what the person may do with the revision now."""
    waiting = revision.unfinished_steps()
    names = _people(session, (user for step in revision.asked for user in step.people))
    steps = tuple(_step(revision, place, step, names, place in waiting) for place, step in enumerate(revision.asked))
    signed = has_signed(person, revision)
    asks = ((revision.asked[place], signer_at(person, revision, place)) for place in waiting)
    own, asked = next(((step, asked) for step, asked in asks if asked is not None), (None, None))
    in_route = revision.state in WAITING_STATES
    asked_now = any(person.signs_for & set(revision.asked[place].people) for place in waiting)
    return ApprovalProgress(
        steps=steps,
        kind=own.kind if own is not None else "",
        meaning=own.meaning if own is not None else "",
        in_place_of="" if asked is None or asked is person.account else asked.name,
        has_signed=signed,
        may_send_back=in_route and (asked_now or may(person, Right.CONTROL)),
        may_comment=in_route and may(person, Right.REVIEW),
        may_recall=(in_route or revision.state == State.APPROVED)
        and may(person, Right.WRITE)
        and may_write(person, revision),
    )


def asked_if_submitted(session: Session, revision: Revision) -> tuple[tuple[StepProgress, ...], str]:
    """Return whom the route would ask if the draft were submitted now, or the reason why it cannot be."""
    route = revision.document.type.approval_route
    users = signers_for(session, route.steps)
    try:
        asked = asked_steps(route, users, revision.author_persons)
    except DocctlError as refusal:
        return (), str(refusal)
    names = {user.id: user for user in users}
    return tuple(
        StepProgress(
            step.kind,
            step.meaning,
            step.rule,
            step.needed,
            (),
            tuple(AskedPerson(names[user].name) for user in step.people),
            False,
            False,
        )
        for step in asked
    ), ""


def sent_back(session: Session, revision: Revision) -> SentBack | None:
    """Return why a draft was last sent back or recalled, unless it never was."""
    return _last_return(session, revision) if revision.state == State.DRAFT and revision.round else None


def returned_from(session: Session, person: Reader, revision: Revision) -> SentBack | None:
    """Return why a revision went back after it had asked the person to sign it; nothing where it never asked them.

    It says when in the time of the organisation, and whether the person had signed.
    """
    last = _returned_from(session, person, revision)
    if last is None:
        return None
    zone = ZoneInfo(session.scalars(select(Organisation.time_zone)).one())
    had_signed = any(signature.user_id == person.id for signature in revision.signatures)
    return replace(last, at=last.at.astimezone(zone), had_signed=had_signed)


def _returned_from(session: Session, person: Reader, revision: Revision) -> SentBack | None:
    if not revision.round:
        return None
    if revision.state in WAITING_STATES:
        return _last_replaced(session, person, revision)
    last = _last_return(session, revision) if revision.state in (State.DRAFT, State.DISCARDED) else None
    return last if last is not None and _was_asked(session, person, revision) else None


def _last_return(session: Session, revision: Revision) -> SentBack | None:
    event = session.scalars(
        select(Event).where(Event.revision_id == revision.id, Event.act.in_(RETURNS)).order_by(Event.seq.desc())
    ).first()
    if event is None:
        return None
    return SentBack(event.actor_name, event.happened_at, event.reason, Act(event.act))


def _last_replaced(session: Session, person: Reader, revision: Revision) -> SentBack | None:
    """Return when another person was asked in somebody's place, while the revision still waits for signatures."""
    query = select(Event).where(Event.revision_id == revision.id, Event.act == Act.REVISION_REASSIGNED)
    for event in session.scalars(query.order_by(Event.seq.desc())):
        told = details_of(event, RevisionReassigned)
        if told.round == revision.round and told.old == person.name:
            return SentBack(event.actor_name, event.happened_at, event.reason, Act.REVISION_REASSIGNED)
    return None


def _was_asked(session: Session, person: Reader, revision: Revision) -> bool:
    """Say whether the person signed a revision, or was asked to when it was submitted or in somebody's place."""
    if person.signs_for & {signature.user_id for signature in revision.signatures}:
        return True
    asking = (Act.REVISION_SUBMITTED, Act.REVISION_REASSIGNED)
    events = session.scalars(select(Event).where(Event.revision_id == revision.id, Event.act.in_(asking)))
    told = (read_event(event).details for event in events)
    rows = (row for each in told if isinstance(each, RevisionSubmitted | RevisionReassigned) for row in each.asked)
    return any(person.signs_for & set(AskedStep.from_row(row).people) for row in rows)


def _step(
    revision: Revision, place: int, step: AskedStep, names: dict[int, User], is_waiting: bool
) -> StepProgress:  # fmt: skip
    signatures = [signature for signature in revision.valid_signatures if signature.step == place]
    signers = {person for each in signatures for person in (each.person, each.in_place_of_person)}
    writers = revision.author_persons
    return StepProgress(
        kind=step.kind,
        meaning=step.meaning,
        rule=step.rule,
        needed=step.needed,
        signed=tuple(AskedPerson(s.printed_name, s.role, s.signed_at, s.comment) for s in signatures),
        asked=tuple(
            AskedPerson(names[user].name)
            for user in step.people
            if user in names and names[user].person not in signers | writers
        ),
        is_waiting=is_waiting,
        is_complete=len(signatures) >= step.needed,
    )


def _people(session: Session, ids: Iterable[int]) -> dict[int, User]:
    return {user.id: user for user in session.scalars(select(User).where(User.id.in_(set(ids))))}


def asked_to_sign(session: Session, revision: Revision) -> list[User]:
    """Return who is asked to sign a revision and has not signed, by name."""
    people = {number for step in revision.asked for number in step.people}
    users = session.scalars(select(User).where(User.id.in_(people)).order_by(User.name, User.id))
    return [user for user in users if places_asking(revision, user)]
