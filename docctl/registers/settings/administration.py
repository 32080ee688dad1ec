"""Administration: the people, document types and approval routes there are."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from docctl.document_control.departments import departments
from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.errors import NotFoundError
from docctl.domain.people.person import Person
from docctl.domain.people.reader import Reader
from docctl.domain.people.unit import Unit
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require
from docctl.registers.people.units import headed_by

R = TypeVar("R", ApprovalRoute, DocumentType)


def everybody(session: Session, person: Reader) -> list[User]:
    """Return every account, enabled ones first, by name."""
    require(person, Right.ADMINISTER)
    return list(session.scalars(select(User).order_by(User.disabled, User.name, User.id)))


def account(session: Session, person: Reader, login: str) -> User:
    """Return one account."""
    require(person, Right.ADMINISTER)
    found = session.scalars(select(User).where(User.login == login)).first()
    if found is None:
        raise NotFoundError("There is no such person.")
    return found


def headed_by_account(session: Session, person: Reader, user: User) -> list[Unit]:
    """Return the units whose head the human of an account is, by name."""
    number = session.scalar(select(Person.id).where(Person.key == user.person))
    return headed_by(session, person, number) if number is not None else []


def offered_departments(session: Session, user: User | None) -> list[str]:
    """Return the departments that an account may be given, with the one that it names already."""
    offered = departments(session).offered
    return offered if user is None or user.department in ("", *offered) else [user.department, *offered]


def document_types(session: Session) -> list[tuple[DocumentType, int]]:
    """Return the document types with how many documents each has, those that are retired last."""
    counted = Counter(dict(session.execute(select(Document.type_id, func.count()).group_by(Document.type_id)).all()))
    return [(kind, counted[kind.id]) for kind in session.scalars(_by_name(DocumentType))]


def approval_routes(session: Session) -> list[tuple[ApprovalRoute, list[str]]]:
    """Return the approval routes, each with the names of the types that use it, those that are retired last."""
    used: dict[int, list[str]] = {}
    for kind in session.scalars(select(DocumentType).order_by(DocumentType.name)):
        used.setdefault(kind.approval_route_id, []).append(kind.name)
    routes = session.scalars(_by_name(ApprovalRoute))
    return [(route, used.get(route.id, [])) for route in routes]


def _by_name(kind: type[R]) -> Select[R]:
    return select(kind).order_by(kind.retired_at.is_not(None), kind.name)


def approval_route(session: Session, route_id: int) -> ApprovalRoute:
    """Return one approval route."""
    found = session.get(ApprovalRoute, route_id)
    if found is None:
        raise NotFoundError("There is no such approval route.")
    return found


def logins(session: Session) -> dict[int, str]:
    """Return everybody's login by the number of the account."""
    return {row.id: row.login for row in session.execute(select(User.id, User.login))}


def names(session: Session, accounts: Iterable[int]) -> dict[int, str]:
    """Return the names of accounts by their numbers."""
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(set(accounts))))}
