"""Withdrawing: a document leaves use, with the reason."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.documents import withdrawing
from docctl.domain.errors import DocctlError
from docctl.domain.rights.permission import Right
from docctl.registers.lookup import document_numbered
from docctl.web import control, only_with, person
from docctl.web.frame.errors import status_of
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done

bp = Blueprint("withdrawing", __name__)


@bp.get("/documents/<number>/withdraw")
@only_with(Right.CONTROL)
def ask_to_withdraw(number: str) -> ResponseReturnValue:
    """Ask why the document is withdrawn."""
    return _withdraw_page(number)


@bp.post("/documents/<number>/withdraw")
@only_with(Right.CONTROL)
def withdraw(number: str) -> ResponseReturnValue:
    """Make the revision in force obsolete."""
    with control().reading() as reading:
        document = document_numbered(reading, number)
        in_force = document.in_force.number if document.in_force is not None else None
    try:
        once(lambda: withdrawing.withdraw(control(), document.id, person().id, sent("reason"), request_id=sent_key()))
    except DocctlError as refusal:
        return _withdraw_page(number, refusal), status_of(refusal)
    tell_done(_("%(number)s is withdrawn; it stays on record as obsolete.", number=document.number))
    return redirect(url_for("publishing.show", number=number, revision=in_force or 1), code=303)


def _withdraw_page(number: str, refusal: Exception | None = None) -> str:
    with control().reading() as reading:
        document = document_numbered(reading, number)
        return render_template("documents/withdraw.html", document=document, reason=sent("reason"), refusal=refusal)
