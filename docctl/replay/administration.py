"""Replays what happened to the organisation, its people, document types and approval routes."""

from datetime import datetime

from sqlalchemy import select

from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act
from docctl.replay.replaying import Rebuild, Replayed, Said


def _found(state: Replayed, said: Said) -> None:
    state.session.add(
        Organisation(
            id=1,
            name=said["subject"],
            time_zone=said["time_zone"],
            language=said["language"],
            departments=said["departments"],
            standards=[],
            second_factor_roles=[],
            demonstration=False,
            demonstration_logins=[],
        )
    )


def _change_organisation(state: Replayed, said: Said) -> None:
    organisation = state.session.get_one(Organisation, 1)
    organisation.name = said["subject"]
    for name in ("time_zone", "departments", "standards", "demonstration", "second_factor_roles"):
        if name in said:
            setattr(organisation, name, said[name])


def _add_user(state: Replayed, said: Said) -> None:
    """An account comes back without its password; whoever rebuilds a library gives out one-time links."""
    state.session.add(
        User(
            id=said["id"],
            login=said["login"],
            name=said["name"],
            email=said["email"],
            person=said["person"],
            department=said["department"],
            roles=said["roles"],
            disabled=False,
            created_at=datetime.fromisoformat(said["time"]),
        )
    )


def _change_user(state: Replayed, said: Said) -> None:
    user, new = state.user(said), said["new"]
    user.name, user.email, user.person = new["name"], new["email"], new["person"]
    user.department, user.roles = new["department"], new["roles"]


def _disable(state: Replayed, said: Said) -> None:
    state.user(said).disabled = said["action"] == Act.USER_DISABLED


def _lay_route(state: Replayed, said: Said) -> None:
    name = said["subject"].removeprefix("approval_route:")
    route = state.session.scalars(select(ApprovalRoute).where(ApprovalRoute.name == name)).first()
    if route is None:
        state.session.add(route := ApprovalRoute(name=name))
    route.rows = said["steps"]


def _lay_type(state: Replayed, said: Said) -> None:
    name = said["subject"].removeprefix("document_type:")
    kind = state.session.scalars(select(DocumentType).where(DocumentType.name == name)).first() or DocumentType()
    kind.name, kind.number_pattern, kind.template = name, said["number_pattern"], said["template"]
    kind.review_cycle_months = max(1, said["review_cycle_months"])
    kind.approval_route = state.session.scalars(select(ApprovalRoute).where(ApprovalRoute.name == said["route"])).one()
    kind.is_external = said["is_external"]
    if said["is_default"]:
        for other in state.session.scalars(select(DocumentType)):
            other.is_default = False
    kind.is_default = said["is_default"]
    state.session.add(kind)


REBUILDS: dict[Act, Rebuild] = {
    Act.LIBRARY_FOUNDED: _found,
    Act.LIBRARY_CHANGED: _change_organisation,
    Act.USER_ADDED: _add_user,
    Act.USER_CHANGED: _change_user,
    Act.USER_DISABLED: _disable,
    Act.USER_ENABLED: _disable,
    Act.ROUTE_ADDED: _lay_route,
    Act.ROUTE_CHANGED: _lay_route,
    Act.TYPE_ADDED: _lay_type,
    Act.TYPE_CHANGED: _lay_type,
}
