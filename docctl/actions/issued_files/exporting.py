"""Exporting: the Word file and the PDF of a revision as it is issued, marked where it is not in force."""

import logging
from base64 import b64encode
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.documents.reading_word import fixed_word
from docctl.document_control import DocumentControl
from docctl.document_control.heading_numbers import numbers_of_headings
from docctl.document_control.word_templates import template_of
from docctl.domain.documents.described_fields import Place, further_lines
from docctl.domain.documents.lifecycle import PUBLISHED_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import WORD as WRITTEN_IN_WORD
from docctl.domain.documents.stored_file import CONTENT, FIXED_WORD, WORD_SOURCE, StoredFile
from docctl.domain.documents.word_template import WordTemplate
from docctl.domain.errors import ConversionError, DocctlError, NotFoundError, NotIssuedError, TemplateError
from docctl.domain.issued_files.copy_link import copy_link
from docctl.domain.issued_files.issue_sheet import ApprovalLine, ClauseLine, HistoryLine, IssueSheet
from docctl.domain.issued_files.measured_issue import MeasuredIssue
from docctl.domain.issued_files.read_back import Difference
from docctl.domain.issued_files.rendition import LIBREOFFICE, TYPST
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.user import User
from docctl.domain.rights.permission import ABSENT, Anyone, Library, Right, may
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, ChainHead
from docctl.texts.section_languages import marked_headings

log = logging.getLogger(__name__)
WORD, PDF, SIGNATURES = "docx", "pdf", "signatures.json"
STATUS = {
    State.DRAFT: "Draft",
    State.IN_REVIEW: "In review",
    State.IN_APPROVAL: "In approval",
    State.APPROVED: "Approved, not yet in force",
    State.IN_FORCE: "In force",
    State.SUPERSEDED: "Superseded",
    State.OBSOLETE: "Obsolete",
    State.DISCARDED: "Discarded draft",
}
MARKS = {
    State.DRAFT: "DRAFT",
    State.IN_REVIEW: "DRAFT",
    State.IN_APPROVAL: "DRAFT",
    State.APPROVED: "NOT YET IN FORCE",
    State.IN_FORCE: "",
    State.SUPERSEDED: "SUPERSEDED",
    State.OBSOLETE: "OBSOLETE",
    State.DISCARDED: "DISCARDED",
}


@dataclass(frozen=True)
class Built:
    """A file that was built, and whose pages it has."""

    data: bytes
    pages: str = TYPST


def issued_file(control: DocumentControl, revision_id: int, person_id: int | None, kind: str) -> tuple[str, bytes]:
    """Return name and bytes of a revision's Word file or PDF: as issued while in force, else marked on every page.

    Raises NotIssuedError where the file of a revision in force could not be made, or does not say what its page says.
    """
    with control.reading() as session:
        revision, reader = session.get(Revision, revision_id), _reader(control, session, person_id)
        if revision is None or not may(reader, Right.READ_EARLIER, revision):
            raise NotFoundError(ABSENT)
        revision.document.require_kept()
        name = file_name(revision, kind)
        if revision.state == State.IN_FORCE:
            for row in revision.issued_files:
                if row["path"] == f"issued/{name}":
                    return name, control.read_document(reader, revision, StoredFile(**row))
            _require_issuable(revision, revision.held_up_by)
        sheet = issue_sheet(control, session, revision)
        template = template_for(control, session, revision)
        standing = revision.standing_keys
    if revision.state != State.IN_FORCE:
        return name, _built(control, reader, revision, sheet, template, kind).data
    made = built_and_read_back(control, revision, sheet, template)
    _require_issuable(revision, MeasuredIssue(made.differences).without(standing))
    return name, made.files[kind].data


def _require_issuable(revision: Revision, found: MeasuredIssue) -> None:
    if not found.is_sound:
        raise NotIssuedError(
            "The files of %(revision)s are not issued, so none is given out. %(trouble)s Read the document "
            "on its page; the document controllers see what is in the way.",
            revision=revision.name,
            trouble=found.in_words(revision.name),
        )


def _reader(control: DocumentControl, session: Session, person_id: int | None) -> Anyone:
    if person_id is None:
        return Library.ITSELF
    user = session.get(User, person_id)
    if user is None:
        raise NotFoundError(ABSENT)
    return control.reader(session, user)


@dataclass(frozen=True)
class ReadBack:
    """Files that were built, by kind, and where their words are not those of the page."""

    files: dict[str, Built]
    differences: tuple[Difference, ...]


def built_and_read_back(
    control: DocumentControl,
    revision: Revision,
    sheet: IssueSheet,
    template: WordTemplate | None,
) -> ReadBack:
    """Build the files of a revision, and compare the words read back from their bytes with those of its page."""
    files = {kind: built(control, revision, sheet, template, kind) for kind in (WORD, PDF)}
    return ReadBack(files, differences_in(control, revision, sheet, files))


def differences_in(
    control: DocumentControl, revision: Revision, sheet: IssueSheet, files: dict[str, Built]
) -> tuple[Difference, ...]:
    """Return where files say something else than the page; raise ConversionError where they cannot be read back."""
    page, find = control.read_text(Library.ITSELF, revision.current, revision).html, tools.reading_back.differences
    word, pdf = files[WORD].data, files[PDF]
    try:
        if pdf.pages == LIBREOFFICE:
            return tuple(find(page, sheet, word=word, pdf=pdf.data))
        return (*find(page, sheet, word=word), *find(page, sheet, pdf=pdf.data))
    except DocctlError:
        raise
    except Exception as damage:
        log.exception("The files of %s could not be read back.", revision.name)
        raise ConversionError(
            "The files of %(revision)s were made and could not be read back to compare them with the page.",
            revision=revision.name,
        ) from damage


def built(
    control: DocumentControl, revision: Revision, sheet: IssueSheet, template: WordTemplate | None, kind: str
) -> Built:
    """Build a file; try once more where the converter failed, because somebody may have ended it from outside."""
    try:
        return _built(control, Library.ITSELF, revision, sheet, template, kind)
    except ConversionError:
        return _built(control, Library.ITSELF, revision, sheet, template, kind)


def _built(
    control: DocumentControl,
    reader: Anyone,
    revision: Revision,
    sheet: IssueSheet,
    template: WordTemplate | None,
    kind: str,
) -> Built:
    """Build a file; raise ConversionError whatever is wrong with it, so that one document never stops the others."""
    try:
        build = word_file if kind == WORD else pdf_file
        return build(control, reader, revision, sheet, template)
    except DocctlError:
        raise
    except Exception as damage:
        log.exception("%s could not be made.", file_name(revision, kind))
        raise ConversionError(
            "The file %(file_name)s could not be made, because its source has a damage that was not "
            "foreseen; open the source in Word, save it anew and open a revision with it.",
            file_name=file_name(revision, kind),
        ) from damage


def template_for(control: DocumentControl, session: Session, revision: Revision) -> WordTemplate | None:
    """Return the template that a revision is issued in; none where it was written in Word and has its own pages."""
    return None if _is_word_written(revision) else template_of(control, session, revision.document.type)


def word_file(
    control: DocumentControl, reader: Anyone, revision: Revision, sheet: IssueSheet, template: WordTemplate | None
) -> Built:
    """Build the Word file: the author's own where it was written in Word, else the template filled with the text."""
    written = _fixed_word(control, reader, revision) if template is None else None
    if written is not None:
        markdown, _ = text_of(control, reader, revision)
        return Built(tools.word_document.fill_word(written, None, sheet, marked_headings(markdown)))
    if template is None:
        raise TemplateError("%(revision)s has no Word template; choose one for its type.", revision=revision.name)
    markdown, assets = text_of(control, reader, revision)
    settled = tools.word_document.settle_word_changes(template.data, accept=True)
    body = tools.conversion.markdown_to_word(markdown, assets, settled, sheet.language)
    return Built(tools.word_document.fill_word(settled, body, sheet))


def _fixed_word(control: DocumentControl, reader: Anyone, revision: Revision) -> bytes | None:
    """Return what is issued of a Word file: the text as it was fixed when it was saved, or is fixed now.

    A template keeps its fields, which show what those say that are issued in it.
    """
    source, fixed = revision.current.file(WORD_SOURCE), revision.current.file(FIXED_WORD)
    if source is None:
        return None
    written = control.read_document(reader, revision, fixed or source)
    if revision.document.type.is_template:
        return tools.word_document.settle_word_changes(written, accept=True)
    return written if fixed is not None else fixed_word(control, written)


def pdf_file(
    control: DocumentControl,
    reader: Anyone,
    revision: Revision,
    sheet: IssueSheet,
    template: WordTemplate | None,
    pages: str = "",
) -> Built:
    """Build the PDF: a text written in Word keeps its pages where LibreOffice is at hand, any other is set anew.

    Where it is made again, ``pages`` says whose they were.
    """
    keeps_pages = control.keeps_word_pages and _is_word_written(revision) and tools.libreoffice.is_usable()
    if pages == LIBREOFFICE or (keeps_pages and not pages):
        word = word_file(control, reader, revision, sheet, template).data
        try:
            printed = tools.conversion.type_note_signs(tools.word_document.printable_word(word))
            made = tools.libreoffice.pages_of(printed, sheet.issued_instant, (str(control.data),))
            return Built(bytes(made), LIBREOFFICE)
        except ConversionError as refusal:
            if pages:
                raise
            log.warning("%s is set anew for its PDF: %s", revision.name, refusal)
    markdown, assets = text_of(control, reader, revision)
    return Built(tools.pdf_writer.write_pdf(tools.conversion.markdown_to_typst(markdown, assets), assets, sheet))


def _is_word_written(revision: Revision) -> bool:
    return revision.current.source == WRITTEN_IN_WORD and revision.current.file(WORD_SOURCE) is not None


def text_of(control: DocumentControl, reader: Anyone, revision: Revision) -> tuple[str, dict[str, bytes]]:
    """Return the Markdown of a revision and its pictures, each checked against its SHA-256."""
    content = revision.current.file(CONTENT)
    markdown = control.read_document(reader, revision, content).decode() if content is not None else ""
    pictures = (file for file in revision.current.files if file.path.startswith("assets/"))
    return markdown, {file.path: control.read_document(reader, revision, file) for file in pictures}


def file_name(revision: Revision, kind: str) -> str:
    """Return the name of an issued file: number, revision, kind."""
    return f"{revision.document.number}-{revision.number}.{kind}"


def issue_sheet(control: DocumentControl, session: Session, revision: Revision) -> IssueSheet:
    """Return everything the pages of a revision state besides its text."""
    organisation = control.organisation(session)
    head = session.get(ChainHead, CHAIN_HEAD_ID)
    state = State(revision.state)
    metadata = revision.document_metadata
    effective = revision.effective_date or revision.wanted_effective_date
    link = copy_link(control.address, revision.fingerprint, revision.number)
    return IssueSheet(
        organisation=organisation.name,
        number=revision.document.number,
        title=revision.title,
        document_type=revision.document.type.name.capitalize(),
        revision=str(revision.number),
        status=STATUS[state],
        effective_date=day_in_words(effective) if effective else "not yet set",
        owner=metadata.owner,
        department=metadata.department,
        classification=metadata.classification.capitalize(),
        language=metadata.language,
        approvals=tuple(
            ApprovalLine(s.printed_name, s.role, s.meaning, instant_in_words(s.signed_at, s.time_zone))
            for s in revision.valid_signatures
        ),
        history=_history(organisation, revision),
        clauses=tuple(
            ClauseLine(
                control.catalogue.standard(row.standard).code,
                row.clause,
                control.catalogue.heading(row.standard, row.clause),
            )
            for row in metadata.clauses
            if control.catalogue.has_clause(row.standard, row.clause)
        ),
        chain_head=head.chain if head is not None else "",
        seq=head.seq if head is not None else 0,
        issued_at=instant_in_words(control.now(), organisation.time_zone),
        mark=MARKS[state],
        link=link,
        link_picture=picture_of_link(link),
        heading_numbers=numbers_of_headings(
            control, session, revision, control.read_text(Library.ITSELF, revision.current, revision)
        ),
        further=further_lines(metadata, Place.CONTROL | Place.PRINT),
    )


def picture_of_link(link: str) -> str:
    """Return the QR code of a link as the pages show it."""
    return b64encode(tools.qr_code.picture_of(link)).decode() if link else ""


def _history(organisation: Organisation, revision: Revision) -> tuple[HistoryLine, ...]:
    lines = []
    for earlier in revision.document.revisions:
        if earlier.number > revision.number or (earlier.state not in PUBLISHED_STATES and earlier is not revision):
            continue
        approvers = [signature.printed_name for signature in earlier.valid_signatures if signature.kind == "approve"]
        lines.append(
            HistoryLine(
                revision=str(earlier.number),
                effective_date=day_in_words(earlier.effective_date) if earlier.effective_date else "",
                summary=_what_changed(earlier),
                approved_by=", ".join(approvers) or _approved_elsewhere(earlier),
            )
        )
    return tuple(lines)


def _what_changed(revision: Revision) -> str:
    """Say what a revision changed; of an adopted one also where it comes from, and by which label it went there."""
    claimed = revision.claimed
    if claimed is None and not revision.adopted_evidence:
        return revision.change_summary or revision.saved_drafts[-1].reason
    if claimed is None:
        adopted = f"Adopted as approved before: {revision.adopted_evidence}"
    else:
        label = f", there {claimed.label}" if claimed.label != str(revision.number) and claimed.label else ""
        adopted = f"Adopted from {', '.join(filter(None, (claimed.source, claimed.place)))}{label}."
    return f"{revision.change_summary.rstrip('.')}. {adopted}" if revision.change_summary else adopted


def _approved_elsewhere(revision: Revision) -> str:
    """Say who approved an adopted revision, as it is claimed; nothing of a revision that was not adopted."""
    if not revision.adopted_evidence:
        return ""
    claimed = revision.claimed.approved_by if revision.claimed is not None else ""
    return f"{claimed} (as claimed)" if claimed else "adopted"


def day_in_words(day: date) -> str:
    """Write a date out, for example 30 November 2026."""
    return f"{day.day} {day:%B %Y}"


def instant_in_words(instant: datetime, time_zone: str) -> str:
    """Write an instant out in a time zone, for example 30 November 2026, 14:05:09 CET (UTC+01:00)."""
    local = instant.astimezone(ZoneInfo(time_zone))
    offset = f"{local:%z}"
    return f"{day_in_words(local.date())}, {local:%H:%M:%S %Z} (UTC{offset[:3]}:{offset[3:]})"
