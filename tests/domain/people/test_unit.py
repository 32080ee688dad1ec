"""Which department a name means, through renaming, merging and retiring."""

from datetime import date

import pytest

from docctl.domain.errors import InvalidInputError
from docctl.domain.people.unit import Departments, Unit, UnitKind, new_unit, take_list

FIRST, LATER, LAST = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def department(number: int, *names: str) -> Unit:
    """A department that bore these names, each from another month on."""
    unit = new_unit(number, UnitKind.DEPARTMENT, names[0], FIRST)
    for month, name in enumerate(names[1:], 2):
        unit.bear(name, date(2026, month, 1))
    return unit


def merged(unit: Unit, into: Unit) -> Unit:
    """The department, merged into another."""
    unit.retired_on, unit.merged_into = LAST, into
    return unit


def test_a_department_answers_to_every_name_it_ever_bore() -> None:
    known = Departments([department(1, "Stores", "Warehouse", "Depot"), department(2, "Quality")])
    assert known.answering("Depot") == known.answering("Stores") == {"Stores", "Warehouse", "Depot"}
    assert known.present("Warehouse") == "Depot"
    assert known.answering("Quality") == {"Quality"}
    assert known.earlier == {"Stores": "Depot", "Warehouse": "Depot"}
    assert known.offered == ["Depot", "Quality"]


def test_a_department_answers_to_the_names_of_those_merged_into_it_through_several_mergers() -> None:
    last = department(3, "Operations")
    second = merged(department(2, "Warehouse"), last)
    known = Departments([merged(department(1, "Stores", "Depot"), second), second, last])
    assert known.answering("Operations") == {"Stores", "Depot", "Warehouse", "Operations"}
    assert known.present("Stores") == "Operations"
    assert known.offered == ["Operations"]


def test_a_name_means_the_living_department_that_bears_it_now() -> None:
    gone = department(1, "Stores")
    gone.retired_on = LATER
    known = Departments([gone, department(2, "Stores"), department(3, "Depot")])
    assert known.meant_by("Stores") is known.units[1]
    assert known.answering("Stores") == {"Stores"}


def test_a_name_that_means_no_department_stays_as_it_is() -> None:
    gone = department(1, "Stores")
    gone.retired_on = LATER
    known = Departments([gone])
    for name in ("Stores", "Elsewhere"):
        assert known.meant_by(name) is None
        assert known.present(name) == name
        assert known.answering(name) == {name}
    assert known.answering("") == frozenset()


def test_a_name_to_which_another_department_answers_is_not_given_again() -> None:
    renamed = department(1, "Stores", "Warehouse")
    known = Departments([renamed])
    known.require_free("Quality")
    known.require_free("Stores", renamed)
    with pytest.raises(InvalidInputError, match="already"):
        known.require_free("warehouse")
    with pytest.raises(InvalidInputError, match="an earlier name of “Warehouse”"):
        known.require_free("Stores")


def test_both_read_on_after_a_split_and_lists_show_the_name_of_the_one_that_bears_it() -> None:
    origin, part = department(1, "Stores", "Warehouse"), department(2, "Cold store")
    part.inherited = ["Stores", "Warehouse"]
    known = Departments([origin, part])
    assert known.answering("Warehouse") == {"Stores", "Warehouse"}
    assert known.answering("Cold store") == {"Stores", "Warehouse", "Cold store"}
    assert known.earlier == {"Stores": "Warehouse"}
    origin.retired_on = LATER
    gone = Departments([origin, part])
    assert gone.answering("Cold store") == {"Stores", "Warehouse", "Cold store"}
    assert gone.present("Stores") == "Cold store"
    with pytest.raises(InvalidInputError, match="an earlier name of “Cold store”"):
        gone.require_free("Stores")


def test_what_a_part_inherited_goes_to_what_it_is_merged_into() -> None:
    last, part = department(1, "Operations"), department(2, "Cold store")
    part.inherited = ["Stores"]
    known = Departments([last, merged(part, last)])
    assert known.answering("Operations") == {"Operations", "Cold store", "Stores"}


def test_a_department_is_called_on_a_day_what_it_was_called_then() -> None:
    unit = department(1, "Stores", "Warehouse")
    assert unit.name_on(date(2025, 12, 31)) == ""
    assert unit.name_on(FIRST) == unit.name_on(date(2026, 1, 31)) == "Stores"
    assert unit.name_on(LATER) == unit.name == "Warehouse"


def test_a_list_of_all_names_adds_what_is_new_and_retires_what_it_leaves_out() -> None:
    kept, left = department(1, "Quality"), department(2, "Law")
    added = take_list([kept, left], ["Stores", "Quality", "Stores"], LATER)
    assert [unit.name for unit in added] == ["Stores"]
    assert (kept.retired_on, left.retired_on) == (None, LATER)
    back = take_list([kept, left, *added], ["Law"], LAST)
    assert [unit.name for unit in back] == ["Law"]
    assert (kept.retired_on, added[0].retired_on) == (LAST, LAST)
