"""Comparing: two revisions of a document word by word, in one text or side by side."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from docctl.actions.issued_files.exporting_comparison import comparison_as_pdf, comparison_as_word
from docctl.domain.documents.described_fields import Place, fields_at
from docctl.domain.errors import NotFoundError
from docctl.registers.documents.comparison import Comparison, compare, without_far_context
from docctl.registers.documents.revision_history import revision_history
from docctl.web import control, person
from docctl.web.frame.asked import asked_revision, asked_text
from docctl.web.frame.taking_away import as_attachment

bp = Blueprint("comparison", __name__)


@bp.get("/documents/<number>/compare")
def show(number: str) -> ResponseReturnValue:
    """Show what changed from one revision to another; without a choice, from the last but one to the last."""
    with control().reading() as reading:
        revisions = _revisions(reading, number)
        older, newer = _asked(list(revisions))
        if (older, newer) != (asked_revision("older"), asked_revision("newer")):
            view = asked_text("view") or None
            return redirect(url_for("comparison.show", number=number, older=older, newer=newer, view=view))
        found = compare(control(), reading, person(), number, older, newer)
    side_by_side = asked_text("view") == "side"
    everything = request.args.get("all") == "yes"
    return render_template(
        "documents/comparison.html",
        found=found,
        revisions=revisions,
        side_by_side=side_by_side,
        everything=everything,
        pieces=found.pieces if everything else without_far_context(found.pieces, 1),
        field_names=field_names(),
    )


@bp.get("/documents/<number>/compare/word")
def word(number: str) -> ResponseReturnValue:
    """Give both texts as one Word file with tracked changes."""
    found = _found(number)
    name, content = comparison_as_word(control(), found.old.revision_id, found.new.revision_id, person().id)
    return as_attachment(content, name, "docx")


@bp.get("/documents/<number>/compare/pdf")
def pdf(number: str) -> ResponseReturnValue:
    """Give the comparison as a PDF."""
    found = _found(number)
    page_text = render_template("documents/printed.html", found=found, field_names=field_names())
    ids = (found.old.revision_id, found.new.revision_id)
    name, content = comparison_as_pdf(control(), *ids, person().id, page_text)
    return as_attachment(content, name, "pdf")


def _found(number: str) -> Comparison:
    with control().reading() as reading:
        older, newer = _asked(list(_revisions(reading, number)))
        return compare(control(), reading, person(), number, older, newer)


def field_names() -> dict[str, str]:
    """Return what the fields of a document's metadata are called."""
    return {field.name.replace("_", " "): _(field.label) for field in fields_at(Place.COMPARISON)}


def _revisions(reading: Session, number: str) -> dict[int, str]:
    """Return the revisions the person may compare, with their states, newest first."""
    history = revision_history(control(), reading, person(), number)
    return {entry.revision: entry.state for entry in history.revisions}


def _asked(readable: list[int]) -> tuple[int, int]:
    """Return the two revisions asked for, the older first; raise NotFoundError for what one may not compare."""
    newer = asked_revision("newer") or readable[0]
    below = [revision for revision in readable if revision < newer]
    older = asked_revision("older") or (below[0] if below else readable[-1])
    for asked in (newer, older):
        if asked not in readable:
            raise NotFoundError(
                "There is no revision %(asked)s that you may compare; there are %(known)s.",
                asked=asked,
                known=", ".join(map(str, sorted(readable))),
            )
    return min(older, newer), max(older, newer)
