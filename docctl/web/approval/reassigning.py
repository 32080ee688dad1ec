"""Reassigning: a document controller asks somebody else for a signature that somebody cannot give any more."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.people import leaving
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.rights.permission import Right
from docctl.registers.approval.approval_progress import askable_instead, revision_at_work
from docctl.web import control, only_with, person
from docctl.web.frame.errors import status_of
from docctl.web.frame.sent_forms import once, sent, sent_ids, sent_key, tell_done

bp = Blueprint("reassigning", __name__)


@bp.get("/documents/<number>/revisions/<int:revision>/reassign")
@only_with(Right.CONTROL)
def ask(number: str, revision: int) -> ResponseReturnValue:
    """Ask who is asked instead of whom, and why."""
    return _page(number, revision)


@bp.post("/documents/<number>/revisions/<int:revision>/reassign")
@only_with(Right.CONTROL)
def reassign(number: str, revision: int) -> ResponseReturnValue:
    """Ask somebody else to sign."""
    with control().reading() as reading:
        found = revision_at_work(reading, person(), number, revision)
    instead_of, successor = next(iter(sent_ids("instead_of")), None), next(iter(sent_ids("successor")), None)
    try:
        if instead_of is None or successor is None:
            raise InvalidInputError(_("Choose who cannot sign, and who is asked instead."))
        old, new = instead_of, successor
        once(
            lambda: leaving.reassign(
                control(),
                found.id,
                person().id,
                instead_of_id=old,
                successor_id=new,
                reason=sent("reason"),
                request_id=sent_key(),
            )
        )
    except DocctlError as refusal:
        return _page(number, revision, refusal), status_of(refusal)
    tell_done(_("Somebody else is asked now; the reason is on record."))
    return redirect(url_for("reviewing.read", number=number, revision=revision), code=303)


def _page(number: str, revision: int, refusal: DocctlError | None = None) -> str:
    with control().reading() as reading:
        found = revision_at_work(reading, person(), number, revision)
        asked, others = askable_instead(reading, found)
    return render_template(
        "approval/reassign.html",
        draft=found,
        asked=[(user.id, user.name) for user in asked],
        others=[(user.id, user.name) for user in others],
        given={name: sent(name) for name in ("instead_of", "successor", "reason")},
        refusal=refusal,
    )
