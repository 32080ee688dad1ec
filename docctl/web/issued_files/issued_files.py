"""Issued files: the Word file and the PDF of a revision, marked on every page where it is not in force."""

from flask import Blueprint, Response

from docctl.actions.issued_files import exporting
from docctl.registers.documents.document_sheet import document_sheet
from docctl.web import control, person
from docctl.web.frame.taking_away import as_attachment

bp = Blueprint("issued_files", __name__)


@bp.get("/documents/<number>/revisions/<int:revision>/word")
def word(number: str, revision: int) -> Response:
    """Give the Word file of a revision."""
    return _issued(number, revision, exporting.WORD)


@bp.get("/documents/<number>/revisions/<int:revision>/pdf")
def pdf(number: str, revision: int) -> Response:
    """Give the PDF of a revision."""
    return _issued(number, revision, exporting.PDF)


def _issued(number: str, revision: int, kind: str) -> Response:
    with control().reading() as reading:
        revision_id = document_sheet(control(), reading, person(), number, revision).revision_id
    name, content = exporting.issued_file(control(), revision_id, person().id, kind)
    return as_attachment(content, name, kind)
