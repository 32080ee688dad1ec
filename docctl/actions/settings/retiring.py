"""Renaming and retiring document types and approval routes, which stay what they are under every name."""

from typing import TypeVar

from sqlalchemy import select

from docctl.actions.rights.laying_routes import checked_name
from docctl.actions.rights.laying_routes import require_free as require_free_route
from docctl.actions.settings.setting_types import TypeSettings, checked_type_name, require_free
from docctl.document_control import Decision, DocumentControl
from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.document_type import DocumentType, settle_names
from docctl.domain.errors import NotFoundError, WrongStateError
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.settings import (
    RouteReinstated,
    RouteRenamed,
    RouteRetired,
    TypeReinstated,
    TypeRenamed,
    TypeRetired,
)

R = TypeVar("R", ApprovalRoute, DocumentType)


def rename_route(control: DocumentControl, person_id: int, route_id: int, name: str) -> None:
    """Give an approval route another name; what was signed under the old one goes on saying it."""
    name = checked_name(name)
    with control.deciding(person_id) as decision:
        route = _to_set(decision, ApprovalRoute, route_id)
        if name == route.name:
            return
        require_free_route(decision.session, name)
        old = route.name
        route.rename(name)
        decision.record(RouteRenamed(steps=route.rows, route=route.id, old=old), route.subject)


def retire_route(control: DocumentControl, person_id: int, route_id: int) -> None:
    """Offer an approval route no more; raise WrongStateError while a document type uses it."""
    with control.deciding(person_id) as decision:
        route = _to_set(decision, ApprovalRoute, route_id)
        used = select(DocumentType.name).where(DocumentType.approval_route_id == route_id).order_by(DocumentType.name)
        if names := decision.session.scalars(used).all():
            raise WrongStateError(
                "The route “%(route)s” is used for %(types)s, so it was not retired; choose another route for these "
                "document types first.",
                route=route.name,
                types=", ".join(names),
            )
        if route.retired_at is None:
            route.retired_at = decision.now
            decision.record(RouteRetired(route=route.id), route.subject)


def reinstate_route(control: DocumentControl, person_id: int, route_id: int) -> None:
    """Offer a retired approval route again."""
    with control.deciding(person_id) as decision:
        route = _to_set(decision, ApprovalRoute, route_id)
        if route.retired_at is not None:
            route.retired_at = None
            decision.record(RouteReinstated(route=route.id), route.subject)


def rename_type(control: DocumentControl, person_id: int, type_id: int, name: str) -> None:
    """Give a document type another name; it answers to the old one until another type bears it."""
    name = checked_type_name(name)
    with control.deciding(person_id) as decision:
        kind = _to_set(decision, DocumentType, type_id)
        if name == kind.name:
            return
        require_free(decision.session, name)
        old = kind.name
        kind.rename(name)
        _settle(decision)
        decision.record(TypeRenamed(old=old, **TypeSettings.of(kind).as_recorded(kind)), kind.subject)


def retire_type(control: DocumentControl, person_id: int, type_id: int) -> None:
    """Let no new documents be of a type; those there are stay readable and can be revised."""
    with control.deciding(person_id) as decision:
        kind = _to_set(decision, DocumentType, type_id)
        if kind.is_default:
            raise WrongStateError(
                "Documents whose number no type claims are of the type “%(name)s”, so it was not retired; let them "
                "be of another type first.",
                name=kind.name,
            )
        if kind.retired_at is None:
            kind.retired_at = decision.now
            _settle(decision)
            decision.record(TypeRetired(type=kind.id), kind.subject)


def reinstate_type(control: DocumentControl, person_id: int, type_id: int) -> None:
    """Offer a retired document type again."""
    with control.deciding(person_id) as decision:
        kind = _to_set(decision, DocumentType, type_id)
        if kind.retired_at is not None:
            kind.retired_at = None
            _settle(decision)
            decision.record(TypeReinstated(type=kind.id), kind.subject)


def _to_set(decision: Decision, kind: type[R], number: int) -> R:
    require(decision.person, Right.CONTROL)
    found = decision.session.get(kind, number)
    if found is None:
        raise NotFoundError("There is no such document type or approval route; choose one from the list.")
    return found


def _settle(decision: Decision) -> None:
    settle_names(decision.session.scalars(select(DocumentType)))
