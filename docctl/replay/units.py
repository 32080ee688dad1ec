"""Replays what happened to the units of the organisation, and the departments of accounts with them."""

from collections.abc import Iterable
from datetime import date

from docctl.domain.people.person import Person
from docctl.domain.people.unit import Unit, UnitKind, new_unit, take_list
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.recorded import Recorded
from docctl.domain.trail.events.units import UnitAdded, UnitHeadNamed, UnitMerged, UnitRenamed, UnitRetired, UnitSplit
from docctl.replay.replaying import Rebuild, Replayed, on


def list_departments(state: Replayed, names: Iterable[str], day: date) -> None:
    """Let the departments be those of a list, as the founding and earlier versions named them; they have no numbers."""
    units = list(state.rows.all(Unit))
    highest = max((unit.id for unit in units), default=0)
    for number, unit in enumerate(take_list(units, names, day), highest + 1):
        unit.id = number
        state.rows.add(unit)


def _add(state: Replayed, event: Recorded[UnitAdded]) -> None:
    told = event.details
    state.rows.add(new_unit(told.unit, told.kind, told.name, told.day))


def _rename(state: Replayed, event: Recorded[UnitRenamed]) -> None:
    told = event.details
    unit = state.row(Unit, told.unit)
    unit.bear(told.new, told.day)
    _move(state, unit, told.old, told.new)


def _merge(state: Replayed, event: Recorded[UnitMerged]) -> None:
    told = event.details
    unit, into = state.row(Unit, told.unit), state.row(Unit, told.into)
    unit.retired_on, unit.merged_into = told.day, into
    _move(state, unit, told.name, told.into_name)


def _split(state: Replayed, event: Recorded[UnitSplit]) -> None:
    told = event.details
    part = new_unit(told.part, state.row(Unit, told.unit).kind, told.part_name, told.day)
    part.inherited = told.answers_to
    state.rows.add(part)


def _retire(state: Replayed, event: Recorded[UnitRetired]) -> None:
    state.row(Unit, event.details.unit).retired_on = event.details.day


def _name_head(state: Replayed, event: Recorded[UnitHeadNamed]) -> None:
    told = event.details
    state.row(Unit, told.unit).head = None if told.head is None else state.row(Person, told.head)


def _move(state: Replayed, unit: Unit, old: str, new: str) -> None:
    for user in state.rows.all(User) if unit.kind == UnitKind.DEPARTMENT else ():
        if user.department == old:
            user.department = new


REBUILDS: dict[Act, Rebuild] = dict(
    (
        on(UnitAdded, _add),
        on(UnitRenamed, _rename),
        on(UnitMerged, _merge),
        on(UnitSplit, _split),
        on(UnitRetired, _retire),
        on(UnitHeadNamed, _name_head),
    )
)
