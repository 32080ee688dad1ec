"""Which Word template a document is issued in: what its type names, as a file or as a template under control."""

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_number import canonical_number
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import WORD_SOURCE, sha256
from docctl.domain.documents.word_template import WordTemplate, is_file_name
from docctl.domain.errors import InvalidInputError, TemplateError
from docctl.domain.issued_files.reading_forms import is_number
from docctl.domain.rights.permission import Library

if TYPE_CHECKING:
    from docctl.document_control import DocumentControl

LEVELS = 6
"""How deep headings of a text go."""


def template_of(control: "DocumentControl", session: Session, kind: DocumentType) -> WordTemplate:
    """Return the template of a document type; raise TemplateError where it names one that is not in force."""
    if is_file_name(kind.template):
        return WordTemplate(kind.template, (control.templates / kind.template).read_bytes())
    document = template_document(session, kind.template)
    found = document.in_force if document is not None else None
    if found is None:
        raise TemplateError(
            "The Word template %(template)s of the type %(kind)s is not in force; choose another for the type.",
            template=kind.template,
            kind=kind.name,
        )
    return _as_template(control, found)


def faults_of_template(data: bytes) -> list[str]:
    """What is wrong with a Word template, one sentence for each fault; raises TemplateError when it is no Word file."""
    faults = tools.word_document.check_template(data)
    numbers = tools.conversion.heading_numbers(data, tuple(range(1, LEVELS + 1)))
    odd = [f"“{number}”" for number in numbers if number and not is_number(number)]
    if odd:
        faults.append(
            f"The template numbers headings {', '.join(odd)}, and the page shows numbers of digits and dots alone; "
            "number them so in Word, such as 1 and 1.1."
        )
    return faults


def own_words_of_template(control: "DocumentControl", session: Session, kind: DocumentType) -> tuple[str, ...]:
    """Return what the template of a type says beside the text; nothing where there is none to be had."""
    try:
        return tools.conversion.words_of_template(template_of(control, session, kind).data)
    except (TemplateError, OSError):
        return ()


def on_older_template(control: "DocumentControl", session: Session) -> ColumnElement[bool]:
    """The revision in force was issued in another template than the one its type has now; asked with its document."""
    stands = []
    for kind in session.scalars(select(DocumentType)):
        present = _fingerprint_now(control, session, kind)
        if present:
            stands.append(and_(Document.type_id == kind.id, Revision.issued_template != present))
    return and_(Revision.state == State.IN_FORCE, Revision.issued_template != "", or_(false(), *stands))


def _fingerprint_now(control: "DocumentControl", session: Session, kind: DocumentType) -> str:
    """Return the fingerprint of the template that documents of a type are issued in now; nothing where it has none."""
    if is_file_name(kind.template):
        path = control.templates / kind.template
        return sha256(path.read_bytes()) if path.is_file() else ""
    document = template_document(session, kind.template)
    found = document.in_force if document is not None else None
    file = found.current.file(WORD_SOURCE) if found is not None else None
    return file.sha256 if file is not None else ""


def require_template(control: "DocumentControl", session: Session, name: str) -> None:
    """Raise InvalidInputError unless documents can be issued in a template: one on file, or one that is in force."""
    if is_file_name(name):
        is_there = name in names_on_file(control)
    else:
        document = template_document(session, name)
        is_there = document is not None and document.in_force is not None
    if not is_there:
        raise InvalidInputError("There is no Word template of that name in force; choose one from the list.")


def names_on_file(control: "DocumentControl") -> list[str]:
    """Return the names of the templates that came with docctl."""
    return sorted(path.name for path in control.templates.glob("*.docx"))


def template_document(session: Session, number: str) -> Document | None:
    """Return the template under control that has a number."""
    found = session.scalars(select(Document).where(Document.canonical == canonical_number(number))).first()
    return found if found is not None and found.type.is_template else None


def template_recorded(control: "DocumentControl", session: Session, name: str, fingerprint: str) -> WordTemplate | None:
    """Return the template that a rendition was made with; None where the library no longer has it."""
    if is_file_name(name):
        kept = WordTemplate(name, (control.templates / name).read_bytes()) if name in names_on_file(control) else None
    else:
        number, _, revision = name.rpartition(" revision ")
        document = template_document(session, number)
        found = [each for each in document.revisions if str(each.number) == revision] if document is not None else []
        kept = _as_template(control, found[0]) if found else None
    return kept if kept is not None and kept.sha256 == fingerprint else None


def _as_template(control: "DocumentControl", revision: Revision) -> WordTemplate:
    file = revision.current.file(WORD_SOURCE)
    if file is None:
        raise TemplateError(
            "%(revision)s was not written in Word, so nothing can be issued in it.", revision=revision.name
        )
    return WordTemplate(revision.name, control.read_document(Library.ITSELF, revision, file))
