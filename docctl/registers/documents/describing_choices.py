"""What can be chosen when a document is described: types, departments, people, languages, standards."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.errors import NotFoundError
from docctl.domain.people.user import User
from docctl.registers.lookup import type_answering_to
from docctl.texts.text_language import LANGUAGES


@dataclass(frozen=True)
class DescribingChoices:
    """The departments and languages that metadata may name, each as value and label."""

    departments: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]


def describing_choices(control: DocumentControl, session: Session) -> DescribingChoices:
    """Return what the metadata of a document may name."""
    borne = session.scalars(select(User.department).where(User.disabled.is_(False)).distinct())
    departments = sorted({*control.organisation(session).departments, *borne} - {""})
    return DescribingChoices(
        departments=tuple((name, name) for name in departments),
        languages=tuple(LANGUAGES.items()),
    )


def document_types(session: Session) -> tuple[DocumentType, ...]:
    """Return the document types that a new document can be of, in the order in which they were laid down."""
    offered = select(DocumentType).where(DocumentType.retired_at.is_(None))
    return tuple(session.scalars(offered.order_by(DocumentType.id)))


def document_type(session: Session, name: str) -> DocumentType:
    """Return a document type by its name, or one it once had; raise NotFoundError where there is none."""
    found = type_answering_to(session, name[:60])
    if found is None:
        raise NotFoundError("There is no such document type; choose one from the list.")
    return found
