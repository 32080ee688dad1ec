"""Finds one thing by the name people use for it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType, answering_to
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import NotFoundError, WrongStateError
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.user import Role, User
from docctl.domain.rights.permission import ABSENT

CALLED = {Role.CONTROLLER: "document controller"}


def document_numbered(session: Session, number: str) -> Document:
    """Return a document by its number, whatever its case; raise NotFoundError where there is none."""
    canonical = number.strip().upper()[:60].replace("\0", "\N{REPLACEMENT CHARACTER}")
    found = session.scalars(select(Document).where(Document.canonical == canonical)).first()
    if found is None:
        raise NotFoundError(ABSENT)
    return found


def revision_of(session: Session, number: str, revision: int | None = None) -> Revision:
    """Return one revision; without a number the one in force, else the newest."""
    document = document_of(session, number)
    if revision is not None:
        return document.revision(revision)
    return document.in_force or document.latest_published or document.revisions[-1]


def revision_to_issue(session: Session, number: str, revision: int | None = None) -> Revision:
    """Return one revision; without a number the one whose files are held up, else the open one, else the newest."""
    document = document_of(session, number)
    if revision is not None:
        return document.revision(revision)
    held_up = [each for each in document.revisions if each.issue_trouble]
    return next(iter(held_up), None) or document.open_revision or revision_of(session, number)


def open_revision_of(session: Session, number: str) -> Revision:
    """Return the revision of a document that is under way; raise WrongStateError where none is."""
    document = document_of(session, number)
    if document.open_revision is None:
        raise WrongStateError("%(document)s has no revision under way.", document=document.number)
    return document.open_revision


def document_of(session: Session, number: str) -> Document:
    """Return a document for an operator, who may know that there is none."""
    try:
        return document_numbered(session, number)
    except NotFoundError:
        raise NotFoundError(
            "There is no document “%(number)s”; find its number with “docctl search”.", number=number[:60]
        ) from None


def type_named(session: Session, name: str) -> DocumentType:
    """Return a document type by its name, or one it once had; raise NotFoundError that lists those there are."""
    found = type_answering_to(session, name)
    if found is None:
        names = ", ".join(session.scalars(select(DocumentType.name).order_by(DocumentType.name)))
        raise NotFoundError("There is no document type “%(name)s”; there are: %(names)s.", name=name, names=names)
    return found


def type_answering_to(session: Session, name: str) -> DocumentType | None:
    """Return the document type that bears a name, else one that bore it and answers to it still, else nothing."""
    name = " ".join(name.split()).lower()
    found = session.scalars(select(DocumentType).where(answering_to([name])).order_by(DocumentType.id)).all()
    return next((kind for kind in found if kind.name == name), next(iter(found), None))


def route_named(session: Session, name: str) -> ApprovalRoute:
    """Return an approval route by its name; raise NotFoundError that lists those there are."""
    found = session.scalars(select(ApprovalRoute).where(ApprovalRoute.name == " ".join(name.split()))).first()
    if found is None:
        names = ", ".join(session.scalars(select(ApprovalRoute.name).order_by(ApprovalRoute.name)))
        raise NotFoundError("There is no approval route “%(name)s”; there are: %(names)s.", name=name, names=names)
    return found


def user_named(session: Session, login: str) -> User:
    """Return a person by their login."""
    found = session.scalars(select(User).where(User.login == login.strip().lower())).first()
    if found is None:
        raise NotFoundError("Nobody has the login “%(login)s”.", login=login)
    return found


def demonstration_logins(session: Session) -> list[dict[str, Any]]:
    """Return the logins that the demonstration shows; none where the library is not the demonstration."""
    found = session.scalars(select(Organisation).where(Organisation.demonstration)).first()
    return list(found.demonstration_logins) if found is not None else []


def acting_controller(session: Session, login: str = "") -> User:
    """Return the person a command acts as: the one named, else the first document controller."""
    return acting(session, Role.CONTROLLER, login)


def acting(session: Session, role: Role, login: str = "") -> User:
    """Return the person a command acts as: the one named, else the first who holds the role."""
    return user_named(session, login) if login else _first_with(session, role)


def first_administrator(session: Session) -> User:
    """Return the first administrator."""
    return _first_with(session, Role.ADMINISTRATOR)


def _first_with(session: Session, role: Role) -> User:
    for user in session.scalars(select(User).order_by(User.id)):
        if user.holds(role):
            return user
    raise NotFoundError(
        "The library has no %(called)s yet; add one with “docctl add-user”.", called=CALLED.get(role, role)
    )
