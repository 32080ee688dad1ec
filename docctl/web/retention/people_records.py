"""Records of people: how long they are kept, and disposing of those of an account or of one event."""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.retention import disposing_of_records
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.rights.permission import Right
from docctl.registers.retention.people_records import event_with_record, people_records
from docctl.registers.settings.administration import account
from docctl.registers.tables import of_people
from docctl.web import control, only_with, organisation, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done
from docctl.web.frame.taking_away import as_table_file
from docctl.web.trail.audit_log import details_in_words

bp = Blueprint("people_records", __name__)


@bp.get("/administration/people/records")
@only_with(Right.ADMINISTER)
def show(refusal: DocctlError | None = None) -> str:
    """Show of whom records are kept, and for how long."""
    with control().reading() as reading:
        rows = people_records(control(), reading, person())
        today = control().today(reading)
    months = organisation().people_records_months
    return render_template("retention/people_records.html", rows=rows, today=today, months=months, refusal=refusal)


@bp.get("/administration/people/records.<any(csv, xlsx):kind>")
@only_with(Right.ADMINISTER)
def take_away(kind: str) -> Response:
    """Give of whom records are kept as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_people.people_records(control(), reading, person()))


@bp.post("/administration/people/records")
@only_with(Right.ADMINISTER)
@shown_again(show)
def keep() -> ResponseReturnValue:
    """Set for how long the records of an account are kept once it is disabled."""
    months = sent("months").strip()
    if not months.isdigit():
        raise InvalidInputError("Name the months as a number; 0 where somebody is to decide each time.")
    once(lambda: disposing_of_records.keep_records(control(), person().id, int(months), request_id=sent_key()))
    tell_done(_("The rule for records of people is set."))
    return redirect(url_for("people_records.show"), code=303)


@bp.post("/administration/people/records/dispose")
@only_with(Right.ADMINISTER)
@shown_again(show)
def dispose() -> ResponseReturnValue:
    """Dispose of the records of an account that is disabled."""
    with control().reading() as reading:
        user = account(reading, person(), sent("login"))
    once(
        lambda: disposing_of_records.dispose_of_account(
            control(), user.id, person().id, sent("reason"), request_id=sent_key()
        )
    )
    tell_done(_("The records are disposed of. What is left of them in backups has to run out."))
    return redirect(url_for("people_records.show"), code=303)


@bp.get("/audit-log/<int:seq>/record")
@only_with(Right.DISPOSE)
def record(seq: int, refusal: DocctlError | None = None) -> str:
    """Show the record of one event, which may be disposed of by itself."""
    with control().reading() as reading:
        found = event_with_record(reading, person(), seq)
    return render_template("retention/record.html", event=found, details_in_words=details_in_words, refusal=refusal)


@bp.post("/audit-log/<int:seq>/record")
@only_with(Right.DISPOSE)
@shown_again(record)
def dispose_of_record(seq: int) -> ResponseReturnValue:
    """Dispose of the record of one event."""
    once(
        lambda: disposing_of_records.dispose_of_record(
            control(), seq, person().id, sent("reason"), request_id=sent_key()
        )
    )
    tell_done(_("The record is disposed of; the event stays. What is left of it in backups has to run out."))
    return redirect(url_for("audit_log.show"), code=303)
