"""Withdrawing: a document leaves use, with the reason."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.documents import withdrawing
from docctl.domain.errors import DocctlError
from docctl.domain.rights.permission import Right
from docctl.registers.lookup import document_numbered
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.reasons import ReasonAsked, reason_page
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done

bp = Blueprint("withdrawing", __name__)


@bp.get("/documents/<number>/withdraw")
@only_with(Right.CONTROL)
def ask_to_withdraw(number: str, refusal: DocctlError | None = None) -> str:
    """Ask why the document is withdrawn."""
    with control().reading() as reading:
        document = document_numbered(reading, number)
        in_force = document.in_force
    asked = ReasonAsked(
        title=_("Withdraw %(number)s", number=document.number),
        heading=_("Withdraw %(number)s", number=document.number),
        what_happens=_(
            "The revision in force becomes obsolete and nothing takes its place. It stays on record, and copies of it "
            "are marked obsolete."
        ),
        question=_("Why is it withdrawn?"),
        button=_("Withdraw the document"),
        address=url_for("withdrawing.withdraw", number=document.number),
        trail=((document.number, url_for("documents.show", number=document.number)), (_("Withdraw"), None)),
        icon="slash-circle",
        kind="danger",
        confirm=_("Withdraw %(number)s? Nobody works by it from now on.", number=document.number),
        facts=(
            (_("Document"), f"{document.number}, {in_force.title}"),
            (_("In force"), _("Revision %(number)s", number=in_force.number)),
        )
        if in_force is not None
        else (),
        impossible=""
        if in_force is not None
        else _("%(number)s is not in force, so there is nothing to withdraw.", number=document.number),
    )
    return reason_page(asked, refusal)


@bp.post("/documents/<number>/withdraw")
@only_with(Right.CONTROL)
@shown_again(ask_to_withdraw)
def withdraw(number: str) -> ResponseReturnValue:
    """Make the revision in force obsolete."""
    with control().reading() as reading:
        document = document_numbered(reading, number)
        in_force = document.in_force.number if document.in_force is not None else None
    once(lambda: withdrawing.withdraw(control(), document.id, person().id, sent("reason"), request_id=sent_key()))
    tell_done(_("%(number)s is withdrawn; it stays on record as obsolete.", number=document.number))
    return redirect(url_for("publishing.show", number=number, revision=in_force or 1), code=303)
