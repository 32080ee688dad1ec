"""What can be chosen when a document is described: types, departments, people, languages, standards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control.departments import departments
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.errors import NotFoundError
from docctl.domain.people.user import User
from docctl.registers.lookup import type_answering_to
from docctl.texts.text_language import LANGUAGES


@dataclass(frozen=True)
class DescribingChoices:
    """The departments and languages that metadata may name, each as value and label.

    ``earlier`` are the present names of departments by their earlier ones.
    """

    departments: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    earlier: Mapping[str, str]

    def departments_with(self, named: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return the departments to choose from, with those that are named already though nobody can choose them."""
        offered = {name for name, _ in self.departments}
        return (*self.departments, *((name, name) for name in named if name and name not in offered))

    def brought_up_to_date(self, metadata: DocumentMetadata) -> DocumentMetadata:
        """Return what a draft says with the present names of its departments."""
        return replace(
            metadata,
            department=self.earlier.get(metadata.department, metadata.department),
            departments=tuple(dict.fromkeys(self.earlier.get(name, name) for name in metadata.departments)),
        )


def describing_choices(session: Session) -> DescribingChoices:
    """Return what the metadata of a document may name."""
    borne = session.scalars(select(User.department).where(User.disabled.is_(False)).distinct())
    known = departments(session)
    names = sorted({*known.offered, *borne} - {""}, key=str.casefold)
    return DescribingChoices(
        departments=tuple((name, name) for name in names),
        languages=tuple(LANGUAGES.items()),
        earlier=known.earlier,
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
