"""The approval routes as they are laid, and which of them the people there are now cannot fulfil."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.approval.approval_route import ApprovalRoute, RouteStep
from docctl.domain.errors import IncompleteRouteError
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import possible_signers
from docctl.domain.rights.route_trial import fault_of

_OFFERED = select(ApprovalRoute).where(ApprovalRoute.retired_at.is_(None)).order_by(ApprovalRoute.name)


def signers_for(session: Session, steps: Iterable[RouteStep]) -> Sequence[User]:
    """Return everybody whom these steps could ask, and whom they name, without reading all who only read."""
    named = {number for step in steps for number in step.people}
    return session.scalars(possible_signers(named)).all()


def faults_of_routes(session: Session) -> dict[int, IncompleteRouteError]:
    """Return by its number each route that is not retired and cannot be fulfilled as it is, with the reason."""
    routes = session.scalars(_OFFERED).all()
    users = signers_for(session, (step for route in routes for step in route.steps))
    faults = ((route.id, fault_of(route.name, route.steps, users)) for route in routes)
    return {number: fault for number, fault in faults if fault is not None}


def routes_relying_on(session: Session, user: User) -> Iterator[ApprovalRoute]:
    """Give the routes that name somebody, or that nobody could fulfil without them, by name."""
    routes = session.scalars(_OFFERED).all()
    users = signers_for(session, (step for route in routes for step in route.steps))
    others = [each for each in users if each.id != user.id]
    for route in routes:
        is_named = any(user.id in step.people for step in route.steps)
        if is_named or (fault_of(route.name, route.steps, others) and not fault_of(route.name, route.steps, users)):
            yield route


def broken_since(session: Session, before: Iterable[int]) -> tuple[IncompleteRouteError, ...]:
    """Return why routes cannot be fulfilled any more that could be before; those that could not be are left out."""
    session.flush()
    known = set(before)
    return tuple(fault for number, fault in faults_of_routes(session).items() if number not in known)
