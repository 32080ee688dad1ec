"""Rules for reminders: when people are told what waits for them, and the days and hours at which they work."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from docctl.actions.duties import ruling_reminders
from docctl.domain.errors import DocctlError
from docctl.domain.people.reminder_rules import rules_as_written
from docctl.domain.rights.permission import Right
from docctl.web import control, only_with, organisation, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done

bp = Blueprint("reminder_rules", __name__)

DAYS_OF_THE_WEEK = (
    ("1", lazy_gettext("Monday")),
    ("2", lazy_gettext("Tuesday")),
    ("3", lazy_gettext("Wednesday")),
    ("4", lazy_gettext("Thursday")),
    ("5", lazy_gettext("Friday")),
    ("6", lazy_gettext("Saturday")),
    ("7", lazy_gettext("Sunday")),
)

FIELDS = ("days_before", "again_after", "escalate_after", "holidays", "quiet_from", "quiet_until")


@bp.get("/administration/reminders")
@only_with(Right.CONTROL)
def show(refusal: DocctlError | None = None) -> str:
    """Show the rules; what was sent and refused stands in the form again."""
    rules = organisation().reminder_rules
    row = rules.as_row()
    written = {**row, "days_before": "" if rules.days_before is None else rules.days_before}
    written |= {"holidays": "\n".join(row["holidays"]), "working_days": [str(day) for day in row["working_days"]]}
    if refusal is not None:
        written = {name: request.form.get(name, "") for name in FIELDS}
        written["working_days"] = request.form.getlist("working_days")
    return render_template(
        "duties/reminder_rules.html",
        written=written,
        days_of_the_week=DAYS_OF_THE_WEEK,
        has_mail=control().mail_server is not None,
        refusal=refusal,
    )


@bp.post("/administration/reminders")
@only_with(Right.CONTROL)
@shown_again(show)
def change() -> ResponseReturnValue:
    """Set the rules."""
    numbers = sent("days_before"), sent("again_after"), sent("escalate_after")
    hours = sent("quiet_from"), sent("quiet_until")
    rules = rules_as_written(*numbers, request.form.getlist("working_days"), sent("holidays"), *hours)
    once(lambda: ruling_reminders.rule_reminders(control(), person().id, rules, request_id=sent_key()))
    tell_done(_("The rules for reminders are set."))
    return redirect(url_for("reminder_rules.show"), code=303)
