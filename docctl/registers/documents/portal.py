"""The employee's portal: what came into force lately."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.people.reader import Reader
from docctl.registers.readable import in_force_for


@dataclass(frozen=True)
class PortalEntry:
    """A document that came into force lately, and what changed in it."""

    document_id: int
    number: str
    title: str
    document_type: str
    revision: int
    effective_date: date | None
    in_force_at: datetime | None
    change_summary: str
    is_new_document: bool


def recently_in_force(
    control: DocumentControl, session: Session, person: Reader, limit: int = 10
) -> tuple[PortalEntry, ...]:  # fmt: skip
    """Return the documents that came into force last, of those the person may read."""
    rows = session.execute(
        select(
            Document.id, Document.number, Revision.title, DocumentType.name, Revision.number, Revision.effective_date,
            Revision.in_force_at, Revision.change_summary,
        )
        .select_from(Revision)
        .join(Document, Document.id == Revision.document_id)
        .join(DocumentType, DocumentType.id == Document.type_id)
        .where(in_force_for(person))
        .order_by(Revision.in_force_at.desc(), Document.canonical)
        .limit(limit)
    )  # fmt: skip
    return tuple(PortalEntry(*row, is_new_document=row[4] == 1) for row in rows)
