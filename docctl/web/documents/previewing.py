"""Previewing: the draft as it will be read, and the Word file and PDF as they will be issued, marked as a draft."""

from flask import Blueprint, Response, render_template

from docctl.actions.issued_files import exporting
from docctl.domain.errors import NotFoundError
from docctl.domain.rights.permission import Right, may
from docctl.registers.approval.approval_progress import revision_at_work
from docctl.registers.documents.document_sheet import numbered_text
from docctl.registers.standards.clause_coverage import clauses_of
from docctl.web import control, person
from docctl.web.documents.drafting import ONE_REVISION
from docctl.web.documents.reading_pages import shown_text

bp = Blueprint("previewing", __name__)

FILE_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@bp.get(f"{ONE_REVISION}/preview")
def preview(number: str, revision: int) -> str:
    """Show the draft as people will read it."""
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        view = numbered_text(control(), reading, person(), draft, draft.current)
        metadata = draft.document_metadata
        return render_template(
            "documents/preview.html",
            draft=draft,
            view=view,
            html=shown_text(draft, draft.current, view),
            metadata=metadata,
            writes=may(person(), Right.WRITE),
            clauses=clauses_of(control(), [(row.standard, row.clause, row.section) for row in metadata.clauses]),
        )


@bp.get(f"{ONE_REVISION}/preview.<kind>")
def preview_file(number: str, revision: int, kind: str) -> Response:
    """Give the Word file or the PDF as it would be issued now, marked on every page."""
    if kind not in FILE_TYPES:
        raise NotFoundError("There is no such file.")
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        sheet = exporting.issue_sheet(control(), reading, draft)
        template = exporting.template_for(control(), reading, draft)
    build = exporting.word_file if kind == exporting.WORD else exporting.pdf_file
    return file_answer(build(control(), person(), draft, sheet, template).data, exporting.file_name(draft, kind), kind)


def file_answer(content: bytes, name: str, kind: str) -> Response:
    """A file to be kept, never opened as a page of this site."""
    answer = Response(content, mimetype=FILE_TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
