"""Personnel: everybody who works here, with or without an account, and what is kept of each."""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.people import keeping_people
from docctl.actions.retention import disposing_of_records
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.people.person import PersonalData
from docctl.domain.rights.permission import Right
from docctl.registers.people import personnel, units
from docctl.registers.tables import of_people
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.asked import asked_page, asked_text
from docctl.web.frame.sent_forms import once, sent, sent_day, sent_key, tell_done
from docctl.web.frame.taking_away import as_table_file

bp = Blueprint("personnel", __name__)

EVERYBODY = "/administration/personnel"
ONE = f"{EVERYBODY}/<int:person_number>"


@bp.get(EVERYBODY)
@only_with(Right.ADMINISTER)
def show() -> str:
    """Show everybody, or those whom words find."""
    text, page = asked_text("q"), asked_page()
    with control().reading() as reading:
        found = personnel.personnel(reading, person(), text, page)
        if not found.rows and page > 1:  # a page beyond the last one
            found, page = personnel.personnel(reading, person(), text, 1), 1
        today = control().today(reading)
    pages = max(1, -(-found.total // personnel.PAGE_SIZE))
    return render_template(
        "people/personnel.html", found=found, text=text, page=page, pages=pages, today=today
    )  # fmt: skip


@bp.get(f"{EVERYBODY}.<any(csv, xlsx):kind>")
@only_with(Right.ADMINISTER)
def take_away(kind: str) -> Response:
    """Give those whom words find as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_people.personnel(control(), reading, person(), asked_text("q")))


@bp.get(f"{EVERYBODY}/new")
@only_with(Right.ADMINISTER)
def new(refusal: DocctlError | None = None) -> str:
    """Show the form for somebody who has no account."""
    return render_template("people/new_person.html", refusal=refusal)


@bp.post(f"{EVERYBODY}/new")
@only_with(Right.ADMINISTER)
@shown_again(new)
def add() -> ResponseReturnValue:
    """Add somebody who has no account."""
    data, added = _sent_data(), list[int]()
    once(lambda: added.append(keeping_people.add_person(control(), person().id, data, request_id=sent_key())))
    tell_done(_("%(name)s is added.", name=data.name))
    return redirect(url_for("personnel.one", person_number=added[0]) if added else url_for("personnel.show"), code=303)


@bp.get(ONE)
@only_with(Right.ADMINISTER)
def one(person_number: int, refusal: DocctlError | None = None) -> str:
    """Show one person: particulars, accounts, and whom they supervise."""
    with control().reading() as reading:
        found = personnel.one_person(reading, person(), person_number)
        heads = units.headed_by(reading, person(), person_number)
        supervised = personnel.supervised_by(reading, person(), person_number)
        today = control().today(reading)
    return render_template(
        "people/one_person.html", found=found, heads=heads, supervised=supervised, today=today, refusal=refusal
    )  # fmt: skip


@bp.post(ONE)
@only_with(Right.ADMINISTER)
@shown_again(one)
def change(person_number: int) -> ResponseReturnValue:
    """Change the particulars of a person."""
    data = _sent_data()
    keeping_people.change_person(control(), person().id, person_number, data)
    tell_done(_("%(name)s is changed.", name=data.name))
    return redirect(url_for("personnel.one", person_number=person_number), code=303)


@bp.post(f"{ONE}/end")
@only_with(Right.ADMINISTER)
@shown_again(one)
def end(person_number: int) -> ResponseReturnValue:
    """Say which day is the last of a person."""
    last_day = sent_day("last_day", _("The last day"))
    if last_day is None:
        raise InvalidInputError("Name the last day.")
    once(
        lambda: keeping_people.end_person(
            control(), person().id, person_number, last_day, sent("reason"), request_id=sent_key()
        )
    )
    tell_done(_("The last day is noted."))
    return redirect(url_for("personnel.one", person_number=person_number), code=303)


@bp.post(f"{ONE}/end-taken-back")
@only_with(Right.ADMINISTER)
@shown_again(one)
def take_back_end(person_number: int) -> ResponseReturnValue:
    """Take back that a person leaves."""
    keeping_people.take_back_end(control(), person().id, person_number, sent("reason"))
    tell_done(_("The last day is taken back."))
    return redirect(url_for("personnel.one", person_number=person_number), code=303)


@bp.post(f"{ONE}/dispose")
@only_with(Right.ADMINISTER)
@shown_again(one)
def dispose(person_number: int) -> ResponseReturnValue:
    """Dispose of the records of a person who left and had no account."""
    once(
        lambda: disposing_of_records.dispose_of_person(
            control(), person_number, person().id, sent("reason"), request_id=sent_key()
        )
    )
    tell_done(_("The records are disposed of. What is left of them in backups has to run out."))
    return redirect(url_for("personnel.one", person_number=person_number), code=303)


def _sent_data() -> PersonalData:
    """What the form says of a person."""
    with control().reading() as reading:
        supervisor = personnel.supervisor_meant(reading, person(), sent("supervisor"))
    return PersonalData(
        name=sent("name"),
        personnel_number=sent("personnel_number"),
        email=sent("email"),
        language=sent("language").strip(),
        supervisor=supervisor,
        started_on=sent_day("started_on", _("The first day")),
    )
