"""Witnesses: who outside co-signs the audit trail and how far, and proofs of single events."""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.trail import witnessing as acting
from docctl.domain.errors import DocctlError
from docctl.domain.rights.permission import Right, may
from docctl.registers.tables import of_trail
from docctl.registers.trail import witnessing
from docctl.registers.trail.proof import proof_pack
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done
from docctl.web.frame.taking_away import as_attachment, as_table_file
from docctl.web.trail.acts_in_words import act_in_words

bp = Blueprint("witnessing", __name__)


@bp.get("/registers/witnesses")
@only_with(Right.READ_AUDIT_TRAIL)
def show(refusal: DocctlError | None = None) -> str:
    """Show who co-signs the audit trail, up to which event and since when."""
    with control().reading() as reading:
        found = witnessing.witnesses(control(), reading, person())
    return render_template(
        "trail/witnesses.html",
        found=found,
        asked=[(each.name, each.name) for each in found.witnesses if each.is_asked],
        is_refused=any(each.refuses for each in found.witnesses),
        may_administer=may(person(), Right.ADMINISTER),
        now=control().now(),
        act_in_words=act_in_words,
        refusal=refusal,
    )


@bp.get("/registers/witnesses.<any(csv, xlsx):kind>")
@only_with(Right.READ_AUDIT_TRAIL)
def take_away(kind: str) -> Response:
    """Give the witnesses as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_trail.witnesses(control(), reading, person()))


@bp.get("/audit-log/<int:seq>/proof")
@only_with(Right.READ_AUDIT_TRAIL)
def proof(seq: int) -> Response:
    """Give an event with the proof that it is in the tree of a head that a witness co-signed."""
    with control().reading() as reading:
        name, content = proof_pack(control(), reading, person(), seq)
    return as_attachment(content, name, "zip")


@bp.post("/registers/witnesses")
@only_with(Right.ADMINISTER)
@shown_again(show)
def register() -> ResponseReturnValue:
    """Let somebody outside co-sign the audit trail."""
    once(
        lambda: acting.register_witness(
            control(), person().id, sent("key"), sent("address"), request_id=sent_key()
        )
    )  # fmt: skip
    tell_done(_("The witness is registered; give it the key of this library, which stands below."))
    return redirect(url_for("witnessing.show"), code=303)


@bp.post("/registers/witnesses/dismiss")
@only_with(Right.ADMINISTER)
@shown_again(show)
def dismiss() -> ResponseReturnValue:
    """Ask a witness no more."""
    acting.dismiss_witness(control(), person().id, sent("name"), sent("reason"))
    tell_done(_("The witness is not asked any more; what it co-signed stays."))
    return redirect(url_for("witnessing.show"), code=303)


@bp.post("/registers/witnesses/break")
@only_with(Right.ADMINISTER)
@shown_again(show)
def record_break() -> ResponseReturnValue:
    """Say that events are lost which a witness saw."""
    acting.break_history(control(), person().id, sent("reason"))
    tell_done(_("The break is recorded; tell whoever runs a witness, with the reason."))
    return redirect(url_for("witnessing.show"), code=303)
