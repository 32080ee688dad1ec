"""Replays what happened to the organisation, its people, document types and approval routes."""

from dataclasses import asdict
from typing import TypeVar

from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.document_type import DocumentType, settle_names
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.notices import RemindersRuled
from docctl.domain.trail.events.people import UserAdded, UserChanged, UserDisabled, UserEnabled
from docctl.domain.trail.events.recorded import Recorded
from docctl.domain.trail.events.settings import (
    LibraryChanged,
    LibraryFounded,
    RouteAdded,
    RouteAsLaid,
    RouteChanged,
    RouteReinstated,
    RouteRenamed,
    RouteRetired,
    TypeAdded,
    TypeAsSet,
    TypeChanged,
    TypeReinstated,
    TypeRenamed,
    TypeRetired,
)
from docctl.replay import people, units
from docctl.replay.replaying import Rebuild, Replayed, on

R = TypeVar("R", ApprovalRoute, DocumentType)


def _found(state: Replayed, event: Recorded[LibraryFounded]) -> None:
    told = event.details
    organisation = Organisation(id=1, name=event.subject, time_zone=told.time_zone, language=told.language)
    state.rows.add(organisation)
    units.list_departments(state, told.departments, organisation.day_of(event.time))


def _change_organisation(state: Replayed, event: Recorded[LibraryChanged]) -> None:
    organisation, told = state.row(Organisation, 1), event.details
    organisation.name = event.subject
    if told.time_zone is not None:
        organisation.time_zone = told.time_zone
    if told.standards is not None:
        organisation.standards = told.standards
    if told.demonstration is not None:
        organisation.demonstration = told.demonstration
    if told.people_records_months is not None:
        organisation.people_records_months = told.people_records_months
    if told.second_factor_roles is not None:
        organisation.second_factor_roles = told.second_factor_roles
    if told.departments is not None:
        units.list_departments(state, told.departments, organisation.day_of(event.time))


def _rule_reminders(state: Replayed, event: Recorded[RemindersRuled]) -> None:
    state.row(Organisation, 1).reminder_row = asdict(event.details)


def _add_user(state: Replayed, event: Recorded[UserAdded]) -> None:
    """An account comes back without its password; whoever rebuilds a library gives out one-time links.

    The first versions recorded neither its number, which is the next one, nor its mail address.
    """
    told = event.details
    user = User(
        id=_next_number(state) if told.id is None else told.id,
        login=told.login or f"account-{told.id}",
        name=told.name,
        email=told.email or "",
        person=told.person,
        department=told.department,
        roles=told.roles,
        created_at=event.time,
    )
    state.rows.add(user)
    state.rows.leave_open(user, "email", is_open=told.email is None)
    people.meet(state, user, is_mail_told=told.email is not None)


def _next_number(state: Replayed) -> int:
    return max((user.id for user in state.rows.all(User)), default=0) + 1


def _change_user(state: Replayed, event: Recorded[UserChanged]) -> None:
    user, new = state.user(event), event.details.new
    user.name, user.person, user.department, user.roles = new.name, new.person, new.department, new.roles
    if new.email is not None:
        user.email = new.email
        state.rows.leave_open(user, "email", is_open=False)
    people.follow(state, user, is_mail_told=new.email is not None)


def _disable(state: Replayed, event: Recorded[UserDisabled]) -> None:
    state.user(event).disabled = True


def _enable(state: Replayed, event: Recorded[UserEnabled]) -> None:
    state.user(event).disabled = False


def _numbered(state: Replayed, kind: type[R], number: int | None, name: str) -> R | None:
    """Return a route or a type by its number; events of earlier versions tell its name alone."""
    return state.rows.named(kind, name) if number is None else state.rows.find(kind, number)


def _next(state: Replayed, kind: type[ApprovalRoute] | type[DocumentType]) -> int:
    """Return the number of what the first versions added without telling it, which is the next one."""
    return max((row.id for row in state.rows.all(kind)), default=0) + 1


def _lay_route(state: Replayed, event: Recorded[RouteAsLaid]) -> None:
    name, told = event.subject.removeprefix("approval_route:"), event.details
    route = _numbered(state, ApprovalRoute, told.route, name)
    if route is None:
        route = ApprovalRoute(id=told.route or _next(state, ApprovalRoute), name=name)
        state.rows.add(route)
    elif isinstance(told, RouteRenamed):
        state.rows.rename(route, name)
    route.rows = told.steps


def _retire_route(state: Replayed, event: Recorded[RouteRetired]) -> None:
    state.row(ApprovalRoute, event.details.route).retired_at = event.time


def _reinstate_route(state: Replayed, event: Recorded[RouteReinstated]) -> None:
    state.row(ApprovalRoute, event.details.route).retired_at = None


def _retire_type(state: Replayed, event: Recorded[TypeRetired]) -> None:
    state.row(DocumentType, event.details.type).retired_at = event.time
    settle_names(state.rows.all(DocumentType))


def _reinstate_type(state: Replayed, event: Recorded[TypeReinstated]) -> None:
    state.row(DocumentType, event.details.type).retired_at = None
    settle_names(state.rows.all(DocumentType))


def _lay_type(state: Replayed, event: Recorded[TypeAsSet]) -> None:
    name, told = event.subject.removeprefix("document_type:"), event.details
    known = _numbered(state, DocumentType, told.type, name)
    kind = known or DocumentType(id=told.type or _next(state, DocumentType), name=name)
    if isinstance(told, TypeRenamed):
        state.rows.rename(kind, name)
    kind.number_pattern, kind.template = told.number_pattern, told.template
    kind.review_cycle_months = max(1, told.review_cycle_months)
    kind.approval_route = state.named(ApprovalRoute, told.route)
    kind.is_external = told.is_external
    if told.is_default:
        for other in state.rows.all(DocumentType):
            other.is_default = False
    kind.is_default = told.is_default
    if known is None:
        state.rows.add(kind)
    settle_names(state.rows.all(DocumentType))


REBUILDS: dict[Act, Rebuild] = dict(
    (
        on(LibraryFounded, _found),
        on(LibraryChanged, _change_organisation),
        on(RemindersRuled, _rule_reminders),
        on(UserAdded, _add_user),
        on(UserChanged, _change_user),
        on(UserDisabled, _disable),
        on(UserEnabled, _enable),
        on(RouteAdded, _lay_route),
        on(RouteChanged, _lay_route),
        on(RouteRenamed, _lay_route),
        on(RouteRetired, _retire_route),
        on(RouteReinstated, _reinstate_route),
        on(TypeAdded, _lay_type),
        on(TypeChanged, _lay_type),
        on(TypeRenamed, _lay_type),
        on(TypeRetired, _retire_type),
        on(TypeReinstated, _reinstate_type),
    )
)
