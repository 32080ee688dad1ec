"""Who belonged to which department on a day, through moving, renaming, merging, splitting and leaving."""

from datetime import date, timedelta

import pytest

from docctl.actions.people import organising
from docctl.actions.retention import disposing_of_records
from docctl.actions.settings import administering
from docctl.domain.errors import NotPermittedError
from docctl.registers.people.memberships import members_on, memberships, units_on
from docctl.registers.tables import of_people
from tests.factories.library import Clock, Office

MANAGEMENT, QUALITY, PROCUREMENT = 1, 2, 7


def today(office: Office) -> date:
    """The day that it is in the library."""
    with office.control.reading() as session:
        return office.control.today(session)


def there(office: Office, unit: int, day: date) -> list[str]:
    """The logins of those who belonged to a department on a day."""
    with office.control.reading() as session:
        return [each.login for each in members_on(office.control, session, office.person("carla"), unit, day)]


def called(office: Office, day: date) -> dict[str, int]:
    """The departments of a day, with how many people each had."""
    with office.control.reading() as session:
        return {each.name: each.people for each in units_on(office.control, session, office.person("carla"), day)}


def put(office: Office, login: str, department: str) -> None:
    """Put somebody into a department."""
    account = office.person(login).account
    administering.change_user(
        office.control, office.people["admin"], account.id, name=account.name, email=account.email,
        department=department, roles=account.roles,
    )  # fmt: skip


def test_an_account_belongs_somewhere_from_one_event_until_the_day_before_the_next(
    office: Office, clock: Clock
) -> None:
    first = today(office)
    clock.forward(days=10)
    put(office, "eve", "Management")
    assert there(office, PROCUREMENT, first) == there(office, PROCUREMENT, today(office) - timedelta(days=1)) == ["eve"]
    assert there(office, PROCUREMENT, today(office)) == there(office, PROCUREMENT, first - timedelta(days=1)) == []
    assert there(office, MANAGEMENT, today(office)) == ["ann", "eve"]


def test_a_day_shows_the_names_of_that_day(office: Office, clock: Clock) -> None:
    first = today(office)
    clock.forward(days=10)
    organising.rename_unit(office.control, office.people["carla"], PROCUREMENT, "Purchasing")
    organising.add_unit(office.control, office.people["carla"], "Law")
    clock.forward(days=10)
    merged = today(office)
    organising.merge_units(office.control, office.people["carla"], PROCUREMENT, MANAGEMENT, "One team")
    before = called(office, merged - timedelta(days=1))
    assert called(office, first)["Procurement"] == before["Purchasing"] == 1
    assert "Law" not in called(office, first)
    assert "Purchasing" not in called(office, merged)
    assert (before["Management"], called(office, merged)["Management"]) == (1, 2)
    assert called(office, first - timedelta(days=1)) == {}


def test_renaming_ends_no_membership_and_merging_does(office: Office, clock: Clock) -> None:
    first = today(office)
    clock.forward(days=10)
    organising.rename_unit(office.control, office.people["carla"], PROCUREMENT, "Purchasing")
    clock.forward(days=10)
    day = today(office)
    organising.merge_units(office.control, office.people["carla"], PROCUREMENT, MANAGEMENT, "One team")
    with office.control.reading() as session:
        rows = of_people.memberships(office.control, session, office.person("admin")).rows
    assert [row for row in rows if row[2] == "eve"] == [
        ("Purchasing", "Eve Employee", "eve", first, day - timedelta(days=1)),
        ("Management", "Eve Employee", "eve", day, None),
    ]


def test_who_goes_into_a_part_belongs_to_it_from_that_day_on(office: Office, clock: Clock) -> None:
    clock.forward(days=10)
    part = organising.split_unit(
        office.control, office.people["carla"], QUALITY, "Laboratory", "It grew", members=[office.people["rob"]]
    )
    day = today(office)
    assert there(office, part, day) == ["rob"]
    assert there(office, QUALITY, day) == ["alice", "carla"]
    assert there(office, QUALITY, day - timedelta(days=1)) == ["alice", "carla", "rob"]


def test_a_disabled_account_belongs_nowhere_and_without_its_records_never_did(office: Office, clock: Clock) -> None:
    first = today(office)
    clock.forward(days=10)
    administering.set_disabled(office.control, office.people["admin"], office.people["eve"], True)
    assert there(office, PROCUREMENT, today(office)) == []
    assert there(office, PROCUREMENT, first) == ["eve"]
    disposing_of_records.dispose_of_account(
        office.control, office.people["eve"], office.people["admin"], "Left long ago"
    )
    assert there(office, PROCUREMENT, first) == []


def test_who_came_and_went_on_one_day_was_there_on_none(office: Office, clock: Clock) -> None:
    clock.forward(days=10)
    put(office, "eve", "Management")
    put(office, "eve", "Quality")
    assert there(office, MANAGEMENT, today(office)) == ["ann"]
    assert "eve" in there(office, QUALITY, today(office))


def test_only_controllers_and_administrators_are_told(office: Office) -> None:
    for login in ("eve", "alice", "audra"):
        with office.control.reading() as session, pytest.raises(NotPermittedError):
            memberships(office.control, session, office.person(login))
