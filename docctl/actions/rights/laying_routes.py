"""Laying down approval routes, so that the people there are can fulfil them; and putting a successor into them."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import Decision, DocumentControl
from docctl.document_control.laid_routes import signers_for
from docctl.domain.approval.approval_route import ALL, ANY, APPROVE, MEANINGS, REVIEW, ApprovalRoute, RouteStep
from docctl.domain.documents.document_metadata import checked_line
from docctl.domain.errors import InvalidInputError, WrongStateError
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import RIGHT_AT, may_sign
from docctl.domain.rights.permission import Right, require
from docctl.domain.rights.route_trial import fault_of
from docctl.domain.trail.events.settings import RouteAdded, RouteChanged
from docctl.texts.invisible_characters import says_nothing

STANDARD_ROUTES: dict[str, tuple[RouteStep, ...]] = {
    "Review and approval": (
        RouteStep(REVIEW, MEANINGS[REVIEW], ANY, roles=("reviewer",)),
        RouteStep(APPROVE, MEANINGS[APPROVE], ANY, roles=("approver",)),
    ),
    "Approval only": (RouteStep(APPROVE, MEANINGS[APPROVE], ANY, roles=("approver",)),),
}


def set_route(
    control: DocumentControl, person_id: int, name: str, steps: Iterable[RouteStep], *, is_new: bool = False
) -> None:  # fmt: skip
    """Add an approval route, or change the one of that name, unless it is to be new; revisions under way keep theirs.

    Raises IncompleteRouteError where the people there are could not fulfil it, whoever writes the document.
    """
    with control.deciding(person_id) as decision:
        require(decision.person, Right.CONTROL)
        steps = tuple(steps)
        for step in steps:
            step.require_true()
        if is_new:
            require_free(decision.session, checked_name(name))
        route = lay_route(decision, name, steps)
        fault = fault_of(route.name, route.steps, signers_for(decision.session, steps))
        if fault is not None:
            raise fault


def lay_route(decision: Decision, name: str, steps: tuple[RouteStep, ...]) -> ApprovalRoute:
    """Add an approval route, or change the one of that name, within a decision."""
    name = checked_name(name)
    found = decision.session.scalars(select(ApprovalRoute).where(ApprovalRoute.name == name)).first()
    route = found or ApprovalRoute(name=name)
    route.lay_down(steps)
    decision.session.add(route)
    decision.session.flush()
    kind = RouteChanged if found else RouteAdded
    decision.record(kind(steps=route.rows, route=route.id), route.subject)
    return route


def checked_name(name: str) -> str:
    """Return the name of a route in one line; raise InvalidInputError where it says nothing."""
    name = checked_line(" ".join(name.split()))
    if says_nothing(name):
        raise InvalidInputError("Give the approval route a name.")
    return name


def require_free(session: Session, name: str) -> None:
    """Raise WrongStateError where an approval route bears the name now."""
    if session.scalars(select(ApprovalRoute.id).where(ApprovalRoute.name == name)).first() is not None:
        raise WrongStateError("There is an approval route “%(name)s” already; choose another name.", name=name)


def put_successor(
    decision: Decision, routes: Iterable[ApprovalRoute], leaver: User, successor: User, reason: str
) -> None:  # fmt: skip
    """Let routes name a successor wherever they name somebody who leaves; revisions under way keep theirs."""
    for route in routes:
        if not any(leaver.id in step.people for step in route.steps):
            continue
        steps = tuple(_with_successor(route, step, leaver, successor) for step in route.steps)
        route.lay_down(steps)
        decision.record(RouteChanged(steps=route.rows, route=route.id), route.subject, reason=reason)


def _with_successor(route: ApprovalRoute, step: RouteStep, leaver: User, successor: User) -> RouteStep:
    if leaver.id not in step.people:
        return step
    if not may_sign(successor, step.kind):
        raise InvalidInputError(
            "%(successor)s may not %(right)s, as the route “%(route)s” asks of %(leaver)s; choose somebody else, or "
            "give the role first.",
            successor=successor.name,
            right=RIGHT_AT[step.kind].value,
            route=route.name,
            leaver=leaver.name,
        )
    if successor.id in step.people and step.needed == ALL:
        raise InvalidInputError(
            "The route “%(route)s” asks %(successor)s as well as %(leaver)s to sign “%(meaning)s”, so one signature "
            "would be missing; choose somebody else, or change the route first.",
            route=route.name,
            successor=successor.name,
            leaver=leaver.name,
            meaning=step.meaning,
        )
    return replace(step, people=replaced(step.people, leaver, successor))


def replaced(people: Iterable[int], leaver: User, successor: User) -> tuple[int, ...]:
    """Return accounts with the successor in the leaver's place, each once."""
    return tuple(dict.fromkeys(successor.id if number == leaver.id else number for number in people))
