"""Word templates: those under control and those that came with docctl, with the document types issued in them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.document_control.word_templates import names_on_file, template_document
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType, answering_to
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import WORD_SOURCE
from docctl.domain.documents.word_template import TEMPLATE_TYPE, WordTemplate, is_file_name
from docctl.domain.errors import NotFoundError
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, require


@dataclass(frozen=True)
class TemplateEntry:
    """A template: under control with its revisions, or as it came with docctl and then without any."""

    name: str
    title: str
    used_for: tuple[str, ...]
    in_force: Revision | None = None
    under_way: Revision | None = None

    @property
    def is_controlled(self) -> bool:
        """Whether it is a document under control."""
        return not is_file_name(self.name)


def templates(control: DocumentControl, session: Session, person: Reader) -> list[TemplateEntry]:
    """Return every template, those under control first."""
    require(person, Right.CONTROL)
    used: dict[str, list[str]] = {}
    for kind in session.scalars(select(DocumentType).order_by(DocumentType.name)):
        if not kind.is_template:
            used.setdefault(kind.template, []).append(kind.name)
    found = [_entry(document, used) for document in _documents(session)]
    return [*found, *(TemplateEntry(name, "", tuple(used.get(name, ()))) for name in names_on_file(control))]


def usable_templates(control: DocumentControl, session: Session) -> list[tuple[str, str]]:
    """Return the templates that a document type may use, with what people call them."""
    controlled = ((each.number, each.in_force) for each in _documents(session))
    named = [(number, f"{number} · {revision.title}") for number, revision in controlled if revision is not None]
    return named + [(name, name) for name in names_on_file(control)]


def template_to_show(
    control: DocumentControl, session: Session, person: Reader, name: str, revision: int
) -> WordTemplate:  # fmt: skip
    """Return a template to be looked at: a revision of one under control, or as it came with docctl."""
    require(person, Right.CONTROL)
    if is_file_name(name):
        if name in names_on_file(control):
            return WordTemplate(name, (control.templates / name).read_bytes())
        raise NotFoundError("There is no Word template %(name)s.", name=name)
    document = template_document(session, name)
    found = document.revision(revision) if document is not None else None
    file = found.current.file(WORD_SOURCE) if found is not None else None
    if found is None or file is None:
        raise NotFoundError("There is no Word template %(name)s.", name=name)
    return WordTemplate(found.name, control.read_document(person, found, file))


def _documents(session: Session) -> list[Document]:
    of_type = select(DocumentType.id).where(answering_to([TEMPLATE_TYPE]))
    kept = select(Document).where(Document.type_id.in_(of_type), Document.disposed_at.is_(None))
    return list(session.scalars(kept.order_by(Document.canonical)))


def _entry(document: Document, used: dict[str, list[str]]) -> TemplateEntry:
    newest = document.revisions[-1]
    shown = document.in_force or newest
    return TemplateEntry(
        document.number, shown.title, tuple(used.get(document.number, ())), document.in_force, document.open_revision
    )
