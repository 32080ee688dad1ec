"""Losses: what the last check found that nothing mends, and accepting it, by two persons."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.operations.accepting_losses import accept_losses
from docctl.domain.errors import DocctlError
from docctl.domain.rights.permission import Right
from docctl.registers.operations.losses import known_losses, registered_losses
from docctl.registers.sign_in.second_factor import lacks_factor
from docctl.registers.tables import of_trail
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import sent
from docctl.web.frame.taking_away import as_table_file
from docctl.web.sign_in.signing_in import sent_credentials

bp = Blueprint("losses", __name__)


@bp.get("/administration/losses")
@only_with(Right.ACCEPT_LOSSES)
def show(refusal: DocctlError | None = None) -> str:
    """Show what the last check found that may be accepted, and what was."""
    with control().reading() as reading:
        found = known_losses(control(), reading, person())
        accepted = registered_losses(control(), reading, person())
        gives_code = not lacks_factor(reading, person())
    return render_template(
        "operations/losses.html",
        losses=[each for each in found if not each.counts],
        accepted=accepted,
        gives_code=gives_code,
        refusal=refusal,
    )


@bp.get("/administration/losses.<any(csv, xlsx):kind>")
@only_with(Right.ACCEPT_LOSSES, Right.READ_AUDIT_TRAIL)
def take_away(kind: str) -> Response:
    """Give what was accepted as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_trail.losses(control(), reading, person()))


@bp.post("/administration/losses")
@only_with(Right.ACCEPT_LOSSES)
@shown_again(show)
def accept() -> ResponseReturnValue:
    """Accept what was chosen, for the reason given."""
    counting = accept_losses(
        control(), person().id, request.form.getlist("loss"), sent("reason"), sent_credentials()
    )  # fmt: skip
    if counting:
        flash(_("Two persons accepted it now; run “docctl verify”, which names it as accepted."), "success")
    else:
        flash(_("It is recorded that you accept it; it counts once a second person does."), "success")
    return redirect(url_for("losses.show"), code=303)
