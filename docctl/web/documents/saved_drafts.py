"""Saved drafts: the list of saves, reading an earlier one, restoring it, and two texts side by side."""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.documents import drafting
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.errors import NotFoundError
from docctl.domain.rights.permission import Right, may, may_write, require_writable
from docctl.registers.approval.approval_progress import revision_at_work
from docctl.texts.compared_text import without_far_context
from docctl.texts.differences import SAME
from docctl.web import control, only_with, person
from docctl.web.documents.drafting import ONE_REVISION, picture_answer
from docctl.web.documents.reading_pages import compared_pieces, shown_text
from docctl.web.frame.sent_forms import once, sent_key, tell_done

bp = Blueprint("saved_drafts", __name__)


@bp.get(f"{ONE_REVISION}/saved")
def saved(number: str, revision: int) -> str:
    """List the saves of a draft, the newest first."""
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        return render_template("documents/saved_drafts.html", draft=draft, may_restore=_may_restore(draft))


@bp.get(f"{ONE_REVISION}/saved/<int:draft>")
def read(number: str, revision: int, draft: int) -> str:
    """Show the text of one save."""
    with control().reading() as reading:
        found = revision_at_work(reading, person(), number, revision)
        one = _one(found, draft)
        view = control().read_text(person(), one, found)
        return render_template(
            "documents/saved_draft.html",
            draft=found,
            one=one,
            view=view,
            html=shown_text(found, one, view),
            may_restore=_may_restore(found),
        )


@bp.get(f"{ONE_REVISION}/saved/<int:draft>/assets/<name>")
def asset(number: str, revision: int, draft: int, name: str) -> Response:
    """Give a picture of one save, for its own pages."""
    with control().reading() as reading:
        found = revision_at_work(reading, person(), number, revision)
        return picture_answer(found, _one(found, draft), name)


@bp.post(f"{ONE_REVISION}/saved/<int:draft>/restore")
@only_with(Right.WRITE)
def restore(number: str, revision: int, draft: int) -> ResponseReturnValue:
    """Make an earlier save the current text again."""
    with control().reading() as reading:
        found = require_writable(person(), revision_at_work(reading, person(), number, revision))
    if once(lambda: drafting.restore_draft(control(), found.id, person().id, draft, request_id=sent_key())):
        tell_done(_("Save %(draft)s is the current text again; what came after it is kept.", draft=draft))
    return redirect(url_for("drafting.write", number=number, revision=revision), code=303)


@bp.get(f"{ONE_REVISION}/saved/<int:draft>/both")
@only_with(Right.WRITE)
def kept(number: str, revision: int, draft: int) -> str:
    """Show the current text beside one that was kept apart, because somebody else had saved meanwhile."""
    with control().reading() as reading:
        found = require_writable(person(), revision_at_work(reading, person(), number, revision))
        mine, theirs = _one(found, draft), found.current
        mine_view, theirs_view = (control().read_text(person(), each, found) for each in (mine, theirs))
        pieces = compared_pieces(theirs_view, mine_view)
        return render_template(
            "documents/both_texts.html",
            draft=found,
            mine=mine,
            theirs=theirs,
            mine_html=shown_text(found, mine, mine_view),
            theirs_html=shown_text(found, theirs, theirs_view),
            is_identical=all(piece.change == SAME for piece in pieces),
            pieces=without_far_context(pieces),
        )


def _one(revision: Revision, number: int) -> SavedDraft:
    for each in revision.saved_drafts:
        if each.number == number:
            return each
    raise NotFoundError("There is no such saved draft.")


def _may_restore(revision: Revision) -> bool:
    return revision.state == State.DRAFT and may(person(), Right.WRITE) and may_write(person(), revision)
