"""The departments: add, rename, merge, split and retire them, and see what hangs on each."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.people import organising
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.rights.permission import Right, may
from docctl.registers.people import units
from docctl.registers.people.memberships import departments_on, members_on
from docctl.registers.tables import of_people
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.asked import asked_day
from docctl.web.frame.sent_forms import once, sent, sent_ids, sent_key, tell_done
from docctl.web.frame.taking_away import as_table_file

bp = Blueprint("units", __name__)

MOST_CHOSEN = 200
UNITS = "/administration/departments"
ONE_UNIT = f"{UNITS}/<int:unit_id>"


@bp.get(UNITS)
@only_with(Right.ORGANISE)
def show(refusal: DocctlError | None = None) -> str:
    """Show every department as it is now, or as it was on a day."""
    day = asked_day("on")
    with control().reading() as reading:
        found = units.units(reading, person())
        unlisted = units.unlisted_names(reading, person())
        then = departments_on(control(), reading, person(), day) if day is not None else []
    return render_template("people/units.html", units=found, unlisted=unlisted, day=day, then=then, refusal=refusal)


@bp.get(f"{UNITS}.<any(csv, xlsx):kind>")
@only_with(Right.ORGANISE)
def take_away(kind: str) -> Response:
    """Give the departments as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_people.departments(control(), reading, person()))


@bp.get(f"{UNITS}/people.<any(csv, xlsx):kind>")
@only_with(Right.ORGANISE)
def take_people_away(kind: str) -> Response:
    """Give as a table who belonged where, and when."""
    with control().reading() as reading:
        return as_table_file(kind, of_people.memberships(control(), reading, person()))


@bp.post(UNITS)
@only_with(Right.ORGANISE)
@shown_again(show)
def add() -> ResponseReturnValue:
    """Add a department."""
    once(lambda: organising.add_unit(control(), person().id, sent("name"), request_id=sent_key()))
    tell_done(_("The department is added."))
    return redirect(url_for("units.show"), code=303)


@bp.get(ONE_UNIT)
@only_with(Right.ORGANISE)
def one(unit_id: int, refusal: DocctlError | None = None) -> str:
    """Show one department: its names over time, its people, and what can be done with it."""
    day = asked_day("on")
    with control().reading() as reading:
        found = units.unit(reading, person(), unit_id)
        others = [each for each in units.units(reading, person()) if each.is_living and each.id != unit_id]
        people = units.members(reading, person(), found)
        then = members_on(control(), reading, person(), unit_id, day) if day is not None else []
    return render_template(
        "people/unit.html",
        found=found,
        others=[(str(each.id), each.name) for each in others],
        people=people,
        day=day,
        then=then,
        member_choices=[(str(each.id), each.name) for each in people],
        most_chosen=MOST_CHOSEN,
        may_administer=may(person(), Right.ADMINISTER),
        refusal=refusal,
    )


@bp.post(f"{ONE_UNIT}/rename")
@only_with(Right.ORGANISE)
@shown_again(one)
def rename(unit_id: int) -> ResponseReturnValue:
    """Rename a department."""
    organising.rename_unit(control(), person().id, unit_id, sent("name"))
    flash(_("The department is renamed; it goes on answering to its earlier names."), "success")
    return redirect(url_for("units.one", unit_id=unit_id), code=303)


@bp.post(f"{ONE_UNIT}/merge")
@only_with(Right.ORGANISE)
@shown_again(one)
def merge(unit_id: int) -> ResponseReturnValue:
    """Merge a department into another."""
    into = next(iter(sent_ids("into")), None)
    if into is None:
        raise InvalidInputError("Choose the department that takes this one in.")
    organising.merge_units(control(), person().id, unit_id, into, sent("reason"))
    flash(_("The departments are merged."), "success")
    return redirect(url_for("units.one", unit_id=into), code=303)


@bp.post(f"{ONE_UNIT}/split")
@only_with(Right.ORGANISE)
@shown_again(one)
def split(unit_id: int) -> ResponseReturnValue:
    """Make a part of a department one of its own."""
    made: list[int] = []
    new = once(
        lambda: made.append(
            organising.split_unit(
                control(), person().id, unit_id, sent("part"), sent("reason"), members=sent_ids("members"),
                request_id=sent_key(),
            )
        )
    )  # fmt: skip
    tell_done(_("The department is split; both go on reading what was said of it so far."))
    return redirect(url_for("units.one", unit_id=made[0]) if new else url_for("units.show"), code=303)


@bp.post(f"{ONE_UNIT}/retire")
@only_with(Right.ORGANISE)
@shown_again(one)
def retire(unit_id: int) -> ResponseReturnValue:
    """Retire a department that nobody belongs to any more."""
    organising.retire_unit(control(), person().id, unit_id, sent("reason"))
    flash(_("The department is retired; nobody can be put into it any more."), "success")
    return redirect(url_for("units.show"), code=303)
