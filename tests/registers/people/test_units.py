"""The list of departments: names, people and documents of each, and what only accounts say."""

from sqlalchemy import text

from docctl.actions.people import organising
from docctl.domain.people.unit import UnitKind
from docctl.registers.people.units import members, unit_named, units, unlisted_names
from docctl.registers.tables.of_people import units as units_table
from tests.factories.library import Office


def test_a_department_is_listed_with_its_names_its_people_and_the_documents_that_say_any_of_them(
    office: Office,
) -> None:
    office.publish("POL-001", department="Procurement")
    with office.control.reading() as session:
        found = unit_named(session, office.person("carla"), "Procurement")
    organising.rename_unit(office.control, office.people["carla"], found.id, "Purchasing")
    office.publish("POL-002", department="Purchasing")
    office.write("POL-003", department="Purchasing")
    with office.control.reading() as session:
        carla = office.person("carla")
        line = unit_named(session, carla, "Procurement")
        assert (line.name, line.earlier_names, line.people, line.documents) == ("Purchasing", ["Procurement"], 1, 2)
        assert [user.login for user in members(session, carla, line)] == ["eve"]
        [row] = [row for row in units_table(office.control, session, carla).as_json() if row["documents"]]
    assert (row["name"], row["earlier_names"], row["people"]) == ("Purchasing", "Procurement", 1)


def test_an_administrator_is_told_of_no_document_that_they_may_not_read(office: Office) -> None:
    office.publish("POL-001", department="Procurement", departments=("Procurement",))
    with office.control.reading() as session:
        assert unit_named(session, office.person("admin"), "Procurement").documents == 0
        assert unit_named(session, office.person("carla"), "Procurement").documents == 1


def test_what_is_not_there_any_more_stands_last_with_where_it_went(office: Office) -> None:
    carla = office.people["carla"]
    organising.merge_units(office.control, carla, 7, 1, "One team")
    organising.retire_unit(office.control, carla, 4, "Nobody is left")
    with office.control.reading() as session:
        lines = units(session, office.person("carla"))
        assert [line.name for line in lines if line.is_living] == [
            "Health and Safety", "Human Resources", "Information Security", "Management", "Quality",
        ]  # fmt: skip
        assert [(line.name, line.merged_into, line.people) for line in lines if not line.is_living] == [
            ("Environment", "", 0), ("Procurement", "Management", 0),
        ]  # fmt: skip
        assert members(session, office.person("carla"), lines[-1]) == []


def test_departments_that_only_accounts_say_are_named(office: Office) -> None:
    with office.control.remembering() as session:  # as earlier versions let an account say anything
        session.execute(text("UPDATE users SET department = 'Sales' WHERE login IN ('eve', 'rob')"))
    with office.control.reading() as session:
        [only] = unlisted_names(session, office.person("carla"))
    assert (only.name, only.people) == ("Sales", 2)


def test_the_founding_lays_down_departments_from_its_own_day_on(office: Office) -> None:
    with office.control.reading() as session:
        lines = units(session, office.person("carla"))
        today = office.control.today(session)
    assert {line.id for line in lines} == {*range(1, 8)}
    assert {each.from_day for line in lines for each in line.names} == {today}
    assert UnitKind.DEPARTMENT == "department"
