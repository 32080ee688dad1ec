"""Departments, sites, positions and groups: add, rename, merge, split and retire them, see what hangs on each."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.people import organising
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.people.unit import UnitKind
from docctl.domain.rights.permission import Right, may
from docctl.registers.people import units
from docctl.registers.people.memberships import members_on, units_on
from docctl.registers.tables import of_people
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.asked import asked_day
from docctl.web.frame.sent_forms import once, sent, sent_ids, sent_key, tell_done
from docctl.web.frame.taking_away import as_table_file

bp = Blueprint("units", __name__)

MOST_CHOSEN = 200
KINDS = {
    "departments": UnitKind.DEPARTMENT,
    "sites": UnitKind.SITE,
    "positions": UnitKind.POSITION,
    "groups": UnitKind.GROUP,
}
LISTS = {kind: name for name, kind in KINDS.items()}
UNITS = f"/administration/<any({', '.join(KINDS)}):kinds>"
ALL_UNITS = "/administration/units"
ONE_UNIT = f"{ALL_UNITS}/<int:unit_id>"


@bp.get(UNITS)
@only_with(Right.ORGANISE)
def show(kinds: str, refusal: DocctlError | None = None) -> str:
    """Show every unit of a kind as it is now, or as it was on a day."""
    day, kind = asked_day("on"), KINDS[kinds]
    with control().reading() as reading:
        found = units.units(reading, person(), kind)
        unlisted = units.unlisted_names(reading, person()) if kind == UnitKind.DEPARTMENT else []
        then = units_on(control(), reading, person(), day, kind) if day is not None else []
    return render_template(
        "people/units.html",
        kind=kind,
        kinds=kinds,
        lists=LISTS,
        units=found,
        unlisted=unlisted,
        day=day,
        then=then,
        refusal=refusal,
    )


@bp.get(f"{UNITS}.<any(csv, xlsx):kind>")
@only_with(Right.ORGANISE)
def take_away(kinds: str, kind: str) -> Response:
    """Give the units of a kind as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_people.units(control(), reading, person(), KINDS[kinds]))


@bp.get(f"{ALL_UNITS}/people.<any(csv, xlsx):kind>")
@only_with(Right.ORGANISE)
def take_people_away(kind: str) -> Response:
    """Give as a table who belonged where, and when."""
    with control().reading() as reading:
        return as_table_file(kind, of_people.memberships(control(), reading, person()))


@bp.post(UNITS)
@only_with(Right.ORGANISE)
@shown_again(show)
def add(kinds: str) -> ResponseReturnValue:
    """Add a unit."""
    once(lambda: organising.add_unit(control(), person().id, sent("name"), KINDS[kinds], request_id=sent_key()))
    tell_done(_("“%(name)s” is added.", name=sent("name")))
    return redirect(url_for("units.show", kinds=kinds), code=303)


@bp.get(ONE_UNIT)
@only_with(Right.ORGANISE)
def one(unit_id: int, refusal: DocctlError | None = None) -> str:
    """Show one unit: its names over time, its people, and what can be done with it."""
    day = asked_day("on")
    with control().reading() as reading:
        found = units.unit(reading, person(), unit_id)
        others = [each for each in units.units(reading, person(), found.kind) if each.is_living and each.id != unit_id]
        people = units.members(reading, person(), found)
        then = members_on(control(), reading, person(), unit_id, day) if day is not None else []
    return render_template(
        "people/unit.html",
        found=found,
        kinds=LISTS[found.kind],
        answers_for_reading=found.kind == UnitKind.DEPARTMENT,
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
    """Rename a unit."""
    organising.rename_unit(control(), person().id, unit_id, sent("name"))
    flash(_("It is renamed, and goes on answering to its earlier names."), "success")
    return redirect(url_for("units.one", unit_id=unit_id), code=303)


@bp.post(f"{ONE_UNIT}/merge")
@only_with(Right.ORGANISE)
@shown_again(one)
def merge(unit_id: int) -> ResponseReturnValue:
    """Merge a unit into another."""
    into = next(iter(sent_ids("into")), None)
    if into is None:
        raise InvalidInputError("Choose what takes this one in.")
    organising.merge_units(control(), person().id, unit_id, into, sent("reason"))
    flash(_("They are merged."), "success")
    return redirect(url_for("units.one", unit_id=into), code=303)


@bp.post(f"{ONE_UNIT}/split")
@only_with(Right.ORGANISE)
@shown_again(one)
def split(unit_id: int) -> ResponseReturnValue:
    """Make a part of a unit one of its own."""
    made: list[int] = []
    new = once(
        lambda: made.append(
            organising.split_unit(
                control(), person().id, unit_id, sent("part"), sent("reason"), members=sent_ids("members"),
                request_id=sent_key(),
            )
        )
    )  # fmt: skip
    tell_done(_("It is split."))
    return redirect(url_for("units.one", unit_id=made[0] if new else unit_id), code=303)


@bp.post(f"{ONE_UNIT}/retire")
@only_with(Right.ORGANISE)
@shown_again(one)
def retire(unit_id: int) -> ResponseReturnValue:
    """Retire a unit that nobody belongs to any more."""
    organising.retire_unit(control(), person().id, unit_id, sent("reason"))
    flash(_("It is retired; nobody can be put into it any more."), "success")
    return redirect(url_for("units.one", unit_id=unit_id), code=303)


@bp.post(f"{ONE_UNIT}/head")
@only_with(Right.ORGANISE)
@shown_again(one)
def name_head(unit_id: int) -> ResponseReturnValue:
    """Name the head of a unit, or say that it has none."""
    with control().reading() as reading:
        head = units.head_meant(reading, person(), sent("head"))
    organising.name_head(control(), person().id, unit_id, head)
    flash(_("The head is named.") if head is not None else _("It has no head now."), "success")
    return redirect(url_for("units.one", unit_id=unit_id), code=303)
