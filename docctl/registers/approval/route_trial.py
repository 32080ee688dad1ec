"""A trial of an approval route: whom it would ask for a document today, how many of them, and who is left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.document_control.laid_routes import signers_for
from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.approval.delegation import Delegation
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import IncompleteRouteError
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import may_sign
from docctl.domain.rights.permission import Right, require
from docctl.domain.rights.route_trial import LeftOut, TriedStep, too_few, try_route
from docctl.registers.lookup import document_numbered


@dataclass(frozen=True)
class AskedToday:
    """Somebody whom a step would ask; where they are absent, until when and who signs for them, if anybody may."""

    name: str
    absent_until: date | None = None
    delegate: str = ""
    may_delegate_sign: bool = False


@dataclass(frozen=True)
class StepTrial:
    """A step of the trial: what a signature would mean, how many are needed of whom, and who is left out and why."""

    kind: str
    meaning: str
    needed: int
    count: int
    asked: tuple[AskedToday, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class RouteTrial:
    """What a route would ask for a document, whose authors sign nothing, and why it could not be completed."""

    document: str
    revision: str
    authors: tuple[str, ...]
    steps: tuple[StepTrial, ...]
    fault: IncompleteRouteError | None


def try_for(
    control: DocumentControl, session: Session, person: Reader, route: ApprovalRoute, number: str
) -> RouteTrial:  # fmt: skip
    """Say whom a route would ask for a document if its revision under way were submitted today."""
    require(person, Right.CONTROL)
    document = document_numbered(session, number)
    revision = document.open_revision
    writers = revision.author_persons if revision is not None else frozenset()
    tried = try_route(route.steps, signers_for(session, route.steps), writers)
    absences = _absences(session, control.today(session), {user.id for step in tried for user in step.people})
    return RouteTrial(
        document=document.number,
        revision=revision.name if revision is not None else "",
        authors=_names(session, revision),
        steps=tuple(_step(step, absences, writers) for step in tried),
        fault=too_few(route.name, tried),
    )


def _step(tried: TriedStep, absences: dict[int, Delegation], writers: frozenset[str]) -> StepTrial:
    step = tried.step
    asked = tuple(_asked(user, absences.get(user.id), step.kind, writers) for user in tried.people)
    return StepTrial(step.kind, step.meaning, tried.needed, len(tried.persons), asked, tried.left_out)


def _asked(user: User, absence: Delegation | None, kind: str, writers: frozenset[str]) -> AskedToday:
    if absence is None:
        return AskedToday(user.name)
    delegate = absence.delegate
    return AskedToday(user.name, absence.until_day, delegate.name, may_sign(delegate, kind, writers))


def _absences(session: Session, today: date, users: Iterable[int]) -> dict[int, Delegation]:
    running = select(Delegation).where(
        Delegation.revoked_at.is_(None), Delegation.from_day <= today, Delegation.until_day >= today
    )
    asked = set(users)
    return {each.absent_id: each for each in session.scalars(running) if each.absent_id in asked}


def _names(session: Session, revision: Revision | None) -> tuple[str, ...]:
    if revision is None:
        return ()
    return tuple(session.scalars(select(User.name).where(User.person.in_(revision.author_persons)).order_by(User.name)))
