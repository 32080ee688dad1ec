"""Retaining: the retention rule of a document type, and legal holds on documents."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.retention import retaining
from docctl.domain.errors import DocctlError, InvalidInputError, NotFoundError
from docctl.domain.retention.retention import DISPOSE, LONGEST_MONTHS, Rule
from docctl.domain.rights.permission import Right
from docctl.domain.trail.audit_trail import Act
from docctl.registers.documents.describing_choices import document_type
from docctl.registers.lookup import document_numbered
from docctl.registers.retention.retention_schedule import keeping_of, rule_of
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done, was_done_before

bp = Blueprint("retaining", __name__)


@bp.get("/administration/types/<name>/retention")
@only_with(Right.CONTROL)
def rule(name: str, refusal: DocctlError | None = None) -> str:
    """Show the retention rule of a document type."""
    with control().reading() as reading:
        kind = document_type(reading, name)
        return render_template("retention/rule.html", kind=kind, rule=rule_of(reading, kind.id), refusal=refusal)


@bp.post("/administration/types/<name>/retention")
@only_with(Right.CONTROL)
@shown_again(rule)
def set_rule(name: str) -> ResponseReturnValue:
    """Set the retention rule of a document type."""
    with control().reading() as reading:
        type_id = document_type(reading, name).id
    chosen = Rule(_months_sent(), sent("then"), sent("basis"))
    also_ended = sent("also_ended") == "yes"
    once(
        lambda: retaining.set_rule(
            control(), person().id, type_id, chosen, also_ended=also_ended, request_id=sent_key()
        )
    )
    tell_done(_("The retention rule is set; it is copied to every revision that ends from now on."))
    return redirect(url_for("types.show", name=name), code=303)


@bp.get("/documents/<number>/hold")
@only_with(Right.CONTROL)
def holds(number: str, refusal: DocctlError | None = None) -> str:
    """Show the legal holds on a document, and the form for another one."""
    with control().reading() as reading:
        document = document_numbered(reading, number)
        return render_template(
            "retention/holds.html",
            document=document,
            keeping=keeping_of(control(), reading, person(), document),
            refusal=refusal,
        )


@bp.post("/documents/<number>/hold")
@only_with(Right.CONTROL)
@shown_again(holds)
def place_hold(number: str) -> ResponseReturnValue:
    """Put a document on legal hold."""
    with control().reading() as reading:
        document = document_numbered(reading, number)
    once(
        lambda: retaining.place_hold(
            control(), document.id, person().id, sent("reason"), sent("reference"), request_id=sent_key()
        )
    )
    tell_done(_("%(number)s is on legal hold; nothing of it is disposed of.", number=document.number))
    return redirect(url_for("retaining.holds", number=document.number), code=303)


@bp.post("/documents/<number>/hold/lift")
@only_with(Right.CONTROL)
@shown_again(holds)
def lift_hold(number: str) -> ResponseReturnValue:
    """Lift one legal hold of a document."""
    with control().reading() as reading:
        document = document_numbered(reading, number)
        known = {str(hold.id): hold.id for hold in keeping_of(control(), reading, person(), document).holds}
    if sent("hold") not in known and was_done_before(Act.HOLD_LIFTED, number):
        return redirect(url_for("retaining.holds", number=document.number), code=303)
    if sent("hold") not in known:
        raise NotFoundError("There is no such legal hold; reload the page to see those there are.")
    hold_id = known[sent("hold")]
    once(lambda: retaining.lift_hold(control(), hold_id, person().id, sent("because"), request_id=sent_key()))
    tell_done(_("The legal hold is lifted; the retention rule applies again."))
    return redirect(url_for("retaining.holds", number=document.number), code=303)


def _months_sent() -> int:
    """Return the months of the form, which asks for years and months."""
    if sent("then") != DISPOSE:
        return 0
    given = [sent(name).strip() or "0" for name in ("years", "months")]
    if not all(text.isascii() and text.isdigit() and len(text) <= 4 for text in given):
        raise InvalidInputError("Years and months are whole numbers.")
    return min(int(given[0]) * 12 + int(given[1]), LONGEST_MONTHS + 1)
