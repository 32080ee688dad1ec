"""The revision history: who wrote, reviewed and approved each revision, when, and what happened to it."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from docctl.actions.trail.exporting_evidence import evidence_pack
from docctl.domain.rights.permission import Right, may
from docctl.registers.documents.revision_history import RevisionEntry, SignatureLine, revision_history
from docctl.web import control, only_with, person
from docctl.web.frame.formatting import state_in_words
from docctl.web.frame.taking_away import Cell, as_attachment, as_table_file
from docctl.web.trail.acts_in_words import act_in_words

bp = Blueprint("revision_history", __name__)

PUBLISHED = ("IN_FORCE", "SUPERSEDED", "OBSOLETE")


@bp.get("/documents/<number>/history")
def show(number: str) -> str:
    """Show every revision of a document that the person may know of, newest first."""
    with control().reading() as reading:
        history = revision_history(control(), reading, person(), number)
    readable = sorted(entry.revision for entry in history.revisions)
    return render_template(
        "documents/revision_history.html",
        history=history,
        readable=readable,
        before=dict(zip(readable[1:], readable, strict=False)),
        sees_events=may(person(), Right.READ_AUDIT_TRAIL),
        takes_evidence=may(person(), Right.READ_EVERYTHING),
        act_in_words=act_in_words,
    )


@bp.get("/documents/<number>/history.<any(csv, xlsx):kind>")
def take_away(number: str, kind: str) -> Response:
    """Give the history as a table: one row for each signature, or for a revision that has none."""
    with control().reading() as reading:
        history = revision_history(control(), reading, person(), number)
    rows = [row for entry in history.revisions for row in _rows(entry)]
    title = _("Revision history of %(number)s", number=history.number)
    return as_table_file(kind, f"{history.number}-revision-history", _headings(), rows, title)


@bp.get("/documents/<number>/evidence.zip")
@only_with(Right.READ_EVERYTHING)
def evidence(number: str) -> Response:
    """Give the evidence pack of a document, which proves itself without this program."""
    with control().reading() as reading:
        found = revision_history(control(), reading, person(), number).number
    name, content = evidence_pack(control(), found, person().id)
    return as_attachment(content, name, "zip")


def _headings() -> tuple[str, ...]:
    return (
        _("Revision"), _("State"), _("Title"), _("Summary of changes"), _("Written by"), _("Effective date"),
        _("In force since (UTC)"), _("Ended (UTC)"), _("Ended because"), _("Adopted on the evidence of"),
        _("Label before"), _("Approved by, as claimed"), _("Fingerprint"), _("Signed by"), _("Role"), _("Meaning"),
        _("Signed (UTC)"), _("Counts"), _("Fingerprint signed"),
    )  # fmt: skip


def _rows(entry: RevisionEntry) -> Iterator[tuple[Cell, ...]]:
    own = (
        entry.revision, state_in_words(entry.state), entry.title, entry.change_summary, ", ".join(entry.authors),
        entry.effective_date, entry.in_force_at, entry.ended_at, entry.ended_because, entry.adopted_evidence,
        *_claims(entry), entry.fingerprint,
    )  # fmt: skip
    signatures: tuple[SignatureLine | None, ...] = entry.signatures or (None,)
    for line in signatures:
        if line is None:
            yield (*own, "", "", "", None, "", "")
        else:
            counts = _("yes") if line.is_valid else _("no")
            yield (*own, line.printed_name, line.role, line.meaning, line.signed_at, counts, line.fingerprint)


def _claims(entry: RevisionEntry) -> tuple[str, str]:
    """The label and the approvers that a revision had before it was adopted, as they are claimed."""
    return (entry.claimed.label, entry.claimed.approved_by) if entry.claimed is not None else ("", "")
