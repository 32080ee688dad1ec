"""Exporting a comparison: two revisions as one Word file with tracked changes, or as a PDF with every change marked."""

from dataclasses import replace
from datetime import UTC

from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.issued_files.exporting import issue_sheet, text_of
from docctl.document_control import DocumentControl
from docctl.document_control.word_templates import template_of
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import NotFoundError
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.permission import ABSENT, require_readable


def comparison_as_word(control: DocumentControl, older_id: int, newer_id: int, person_id: int) -> tuple[str, bytes]:
    """Return name and bytes of a Word file that tracks how one revision became the other.

    Accepting all changes gives the newer text, rejecting them the older.
    """
    with control.reading() as session:
        reader, older, newer = _readable(control, session, older_id, newer_id, person_id)
        sheet = _sheet(control, session, older, newer)
        kept = template_of(control, session, newer.document.type).data
        template = tools.word_document.settle_word_changes(kept, accept=True)
        bodies = [_word_body(control, reader, revision, template) for revision in (older, newer)]
        authors = ", ".join(dict.fromkeys(draft.author.name for draft in newer.saved_drafts))
        saved_at = newer.current.saved_at
    changed_by = tools.word_document.ChangedBy(authors, f"{saved_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    tracked = tools.word_document.with_tracked_changes(bodies[0], bodies[1], changed_by)
    return f"{_name(older, newer)}.docx", tools.word_document.comparison_in_template(template, tracked, sheet)


def comparison_as_pdf(
    control: DocumentControl, older_id: int, newer_id: int, person_id: int, page_text: str
) -> tuple[str, bytes]:
    """Return name and bytes of a PDF of a comparison that is given as page text."""
    with control.reading() as session:
        _, older, newer = _readable(control, session, older_id, newer_id, person_id)
        sheet = _sheet(control, session, older, newer)
    body = tools.conversion.comparison_to_typst(page_text)
    return f"{_name(older, newer)}.pdf", tools.pdf_writer.write_pdf(body, {}, sheet)


def _readable(
    control: DocumentControl, session: Session, older_id: int, newer_id: int, person_id: int
) -> tuple[Reader, Revision, Revision]:
    user = session.get(User, person_id)
    if user is None:
        raise NotFoundError(ABSENT)
    reader = control.reader(session, user)
    older = require_readable(reader, session.get(Revision, older_id))
    return reader, older, require_readable(reader, session.get(Revision, newer_id))


def _sheet(control: DocumentControl, session: Session, older: Revision, newer: Revision) -> IssueSheet:
    mark = f"COMPARISON: revision {older.number} and revision {newer.number}"
    return replace(issue_sheet(control, session, newer), mark=mark, link="", link_picture="", heading_numbers=None)


def _word_body(control: DocumentControl, reader: Reader, revision: Revision, template: bytes) -> bytes:
    markdown, assets = text_of(control, reader, revision)
    return tools.conversion.markdown_to_word(markdown, assets, template)


def _name(older: Revision, newer: Revision) -> str:
    return f"{newer.document.number}-{older.number}-to-{newer.number}"
