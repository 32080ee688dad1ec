"""The registers: what an auditor asks for, in one place."""

from datetime import timedelta

from flask import Blueprint, render_template

from docctl.domain.rights.permission import Right, may
from docctl.registers.duties.open_duties import REVIEW_DUE_SOON_DAYS
from docctl.web import control, only_with, person

bp = Blueprint("registers", __name__)


@bp.get("/registers")
@only_with(Right.READ_EVERYTHING, Right.READ_AUDIT_TRAIL)
def overview() -> str:
    """List the registers with what each of them shows."""
    with control().reading() as reading:
        soon = control().today(reading) + timedelta(days=REVIEW_DUE_SOON_DAYS)
    return render_template(
        "documents/overview.html",
        soon=soon,
        may_read_everything=may(person(), Right.READ_EVERYTHING),
        may_control=may(person(), Right.CONTROL),
        may_engage_auditors=may(person(), Right.ENGAGE_AUDITORS),
    )
