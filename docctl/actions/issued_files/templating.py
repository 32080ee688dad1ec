"""Templating: a Word template is checked, goes its way as a document, and is put to use for document types."""

from dataclasses import dataclass, replace
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.documents import drafting
from docctl.actions.documents.recognising import check_word_file
from docctl.actions.settings.setting_types import TypeSettings, lay_type
from docctl.document_control import DocumentControl
from docctl.document_control.word_templates import faults_of_template, template_document
from docctl.domain.documents.described_fields import Place, plain_fields
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.document_type import DocumentType, answering_to
from docctl.domain.documents.word_template import TEMPLATE_TYPE, WordTemplate
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import ConversionError, NotFoundError, RefusedUploadError, TemplateError
from docctl.domain.issued_files.issue_sheet import ApprovalLine, ClauseLine, HistoryLine, IssueSheet
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require

NUMBERS = "TPL-###"
WORD_ENDINGS = (".docx", ".dotx")
SAMPLE = IssueSheet(
    organisation="Sample organisation",
    number="POL-000",
    title="Sample of the template",
    document_type="Policy",
    revision="3",
    status="In force",
    effective_date="1 March 2026",
    owner="Amelia Hart",
    department="Quality",
    classification="Internal",
    language="en",
    approvals=(
        ApprovalLine("Jonas Weber", "Reviewer", "I have reviewed it", "26 February 2026, 10:02:11 CET (UTC+01:00)"),
        ApprovalLine("Priya Nair", "Approver", "I approve it", "27 February 2026, 09:15:40 CET (UTC+01:00)"),
    ),
    history=(
        HistoryLine("2", "1 June 2025", "Retention added", "Priya Nair"),
        HistoryLine("3", "1 March 2026", "Responsibilities named anew", "Priya Nair"),
    ),
    clauses=(ClauseLine("ISO 9001:2015", "7.5", "Documented information"),),
    chain_head="0123456789abcdef" * 4,
    seq=124,
    issued_at="1 March 2026, 00:00:05 CET (UTC+01:00)",
    mark="SAMPLE",
)
SAMPLE_TEXT = """# Purpose

This text shows how a document looks in the template: headings, paragraphs, lists and tables.

## A heading below

1. A first step.
2. A second one, with a point below:
   - which is indented.

| Role | Responsibility |
|---|---|
| Document controller | Keeps the master list |
| Everybody | Works by what is in force |

# Records

What is kept, where, and for how long.
"""


@dataclass(frozen=True)
class CheckedTemplate:
    """A Word file that was looked at as a template: its faults, what was turned into controls, what was taken out.

    ``own_words`` are lines of its own, which the Word files of all documents on it say, and no page.
    """

    data: bytes
    faults: tuple[str, ...]
    turned: tuple[str, ...] = ()
    taken_out: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()

    def require_whole(self) -> None:
        """Raise TemplateError where it has faults, naming each."""
        if self.faults:
            raise TemplateError(
                "The Word template cannot be used, and was not taken. %(named)s",
                self.faults,
                named=" ".join(self.faults),
            )


def check_template(
    name: str, data: bytes, limit_mb: int = DocumentControl.upload_limit_mb
) -> CheckedTemplate:  # fmt: skip
    """Look a Word file through; typed marks such as {{number}} become content controls, outside references go."""
    if PurePath(name).suffix.lower() not in WORD_ENDINGS:
        raise RefusedUploadError("A template is a Word file; save it in Word as .docx and take that.")
    check_word_file(data, limit_mb)
    cleaned, taken_out = tools.word_package.without_outside_references(data)
    turned, made, left = tools.word_document.adopt_template(cleaned)
    faults = [*faults_of_template(turned), *left]
    own = tools.conversion.words_of_template(turned)
    return CheckedTemplate(turned if made else cleaned, tuple(faults), tuple(made), tuple(taken_out), own)


def take_template(
    control: DocumentControl, person_id: int, title: str, checked: CheckedTemplate, *, request_id: str = ""
) -> int:
    """Make a template a document of its own, as a draft to be submitted; return the revision's id."""
    checked.require_whole()
    type_id = _template_type(control, person_id)
    with control.reading() as session:
        person = session.get_one(User, person_id)
        number = drafting.propose_number(session, session.get_one(DocumentType, type_id))
    metadata = DocumentMetadata(title=title, owner=person.name, department=person.department)
    text = _as_text(checked)
    return drafting.create_document(control, person_id, number, type_id, metadata, text, request_id=request_id)


def revise_template(
    control: DocumentControl, person_id: int, number: str, reason: str, checked: CheckedTemplate
) -> int:  # fmt: skip
    """Save a changed template as the draft of its next revision, opening it where none is open; return its id."""
    checked.require_whole()
    with control.reading() as session:
        require(control.reader(session, person_id), Right.CONTROL)
        document = template_document(session, number)
        if document is None:
            raise NotFoundError("There is no template %(number)s.", number=number)
        document_id, draft = document.id, document.open_revision
        revision_id = draft.id if draft is not None else None
    if revision_id is None:
        revision_id = drafting.open_revision(control, document_id, person_id, reason)
    with control.reading() as session:
        document = template_document(session, number)
        based_on = document.open_revision.fingerprint if document is not None and document.open_revision else ""
    text = _as_text(checked)
    drafting.save_draft(control, revision_id, person_id, reason=reason, based_on=based_on, text=text)
    return revision_id


def use_template(control: DocumentControl, person_id: int, type_name: str, template: str) -> None:
    """Let documents of a type be issued in another template from now on; what was issued stays as it is."""
    with control.deciding(person_id) as decision:
        require(decision.person, Right.CONTROL)
        kind = decision.session.scalars(select(DocumentType).where(answering_to([type_name]))).first()
        if kind is None:
            raise NotFoundError("There is no such document type; choose one from the list.")
        lay_type(decision, replace(TypeSettings.of(kind), template=template))


def sample_file(control: DocumentControl, template: WordTemplate, kind: str) -> bytes:
    """Return how a document looks in a template, as a Word file or, where LibreOffice is at hand, as a PDF."""
    body = tools.conversion.markdown_to_word(SAMPLE_TEXT, {}, template.data)
    sheet = replace(SAMPLE, further=tuple((field.name, field.label) for field in plain_fields(Place.CONTROL)))
    word = tools.word_document.fill_word(template.data, body, sheet)
    if kind != "pdf":
        return word
    if not tools.libreoffice.is_usable():
        raise ConversionError("The pages of a Word template are shown by LibreOffice, which is not installed here.")
    shown = tools.word_document.printable_word(word)
    return tools.libreoffice.pages_of(shown, SAMPLE.issued_instant, (str(control.data),))


def _as_text(checked: CheckedTemplate) -> WrittenText:
    """Return the outline that documents start from as the text people read; it may be empty.

    What stands around it in the file is filled anew for each document, the template's own pages too.
    """
    outline = tools.word_document.template_outline(checked.data)
    converted = tools.conversion.word_to_markdown(outline, is_text_only=True)
    text = WrittenText(converted.markdown, converted.assets, checked.data, checked.taken_out)
    return replace(text, title_line=converted.title_line).under("", "")


def _template_type(control: DocumentControl, person_id: int) -> int:
    """Return the type whose documents are templates; it is added, with the usual route, when it is first needed."""
    with control.reading() as session:
        require(control.reader(session, person_id), Right.CONTROL)
        found = _type_id(session)
    if found is not None:
        return found
    with control.deciding(person_id) as decision:
        usual = decision.session.scalars(select(DocumentType).order_by(DocumentType.is_default.desc())).first()
        if usual is None:
            raise NotFoundError("The library has no document type yet; add one first.")
        settings = replace(TypeSettings.of(usual), name=TEMPLATE_TYPE, number_pattern=NUMBERS, is_default=False)
        lay_type(decision, settings)
        decision.session.flush()
        return decision.session.scalars(select(DocumentType.id).where(answering_to([TEMPLATE_TYPE]))).one()


def _type_id(session: Session) -> int | None:
    return session.scalars(select(DocumentType.id).where(answering_to([TEMPLATE_TYPE]))).first()
