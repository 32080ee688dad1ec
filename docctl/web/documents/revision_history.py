"""The revision history: who wrote, reviewed and approved each revision, when, and what happened to it."""

from flask import Blueprint, Response, render_template

from docctl.actions.trail.exporting_evidence import evidence_pack
from docctl.domain.rights.permission import Right, may
from docctl.registers.documents.revision_history import revision_history
from docctl.registers.tables import of_documents
from docctl.registers.trail.witnessing import witnessed
from docctl.web import control, only_with, person
from docctl.web.frame.taking_away import as_attachment, as_table_file
from docctl.web.trail.acts_in_words import act_in_words

bp = Blueprint("revision_history", __name__)

PUBLISHED = ("IN_FORCE", "SUPERSEDED", "OBSOLETE")


@bp.get("/documents/<number>/history")
def show(number: str) -> str:
    """Show every revision of a document that the person may know of, newest first."""
    with control().reading() as reading:
        history = revision_history(control(), reading, person(), number)
        sees_events = may(person(), Right.READ_AUDIT_TRAIL)
        newest_witnessed = witnessed(control(), reading) if sees_events else 0
    readable = sorted(entry.revision for entry in history.revisions)
    return render_template(
        "documents/revision_history.html",
        history=history,
        readable=readable,
        before=dict(zip(readable[1:], readable, strict=False)),
        sees_events=sees_events,
        witnessed=newest_witnessed,
        takes_evidence=may(person(), Right.READ_EVERYTHING),
        act_in_words=act_in_words,
    )


@bp.get("/documents/<number>/history.<any(csv, xlsx):kind>")
def take_away(number: str, kind: str) -> Response:
    """Give the history as a table: one row for each signature, or for a revision that has none."""
    with control().reading() as reading:
        return as_table_file(kind, of_documents.history(control(), reading, person(), number))


@bp.get("/documents/<number>/evidence.zip")
@only_with(Right.READ_EVERYTHING)
def evidence(number: str) -> Response:
    """Give the evidence pack of a document, which proves itself without this program."""
    with control().reading() as reading:
        found = revision_history(control(), reading, person(), number).number
    name, content = evidence_pack(control(), found, person().id)
    return as_attachment(content, name, "zip")
