"""Operations: the health of the library, and the notices that did not reach anybody."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.notices import notifying
from docctl.actions.trail.confirming_clock import confirm_clock as confirm
from docctl.document_control.host_clock import clock_doubt
from docctl.domain.rights.permission import Right
from docctl.registers.operations import operations
from docctl.web import control, only_with, person
from docctl.web.frame.sent_forms import sent

bp = Blueprint("operations", __name__)


@bp.get("/administration/operations")
@only_with(Right.ADMINISTER)
def show() -> str:
    """Show what should be looked at."""
    checks = operations.check_library(control())
    with control().reading() as reading:
        notices = operations.undelivered(reading, person())
        doubt = clock_doubt(reading)
    return render_template("operations/operations.html", checks=checks, notices=notices, doubt=doubt)


@bp.post("/administration/operations/notices")
@only_with(Right.ADMINISTER)
def send_again() -> ResponseReturnValue:
    """Send the notices that were given up once more."""
    count = notifying.send_again(control(), person().id)
    flash(_("%(count)s notices are sent again.", count=count), "success")
    return redirect(url_for("operations.show"), code=303)


@bp.post("/administration/operations/clock")
@only_with(Right.ADMINISTER)
def confirm_clock() -> ResponseReturnValue:
    """Confirm that the clock, which jumped, is right now."""
    confirm(control(), person().id, sent("reason"))
    flash(_("The clock is confirmed; people can sign again."), "success")
    return redirect(url_for("operations.show"), code=303)
