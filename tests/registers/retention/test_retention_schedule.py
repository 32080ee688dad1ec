"""The retention schedule says of each document how long it is kept, what holds it, and what became of it."""

import pytest

from docctl.actions.documents import drafting, withdrawing
from docctl.actions.retention import retaining
from docctl.domain.errors import NotPermittedError
from docctl.domain.retention.retention import DISPOSE, KEEP, Rule
from docctl.registers.documents import master_list
from docctl.registers.documents.document_sheet import document_sheet
from docctl.registers.documents.master_list import MasterListFilters
from docctl.registers.retention.retention_schedule import ScheduleRow, as_table, retention_schedule
from tests.factories.library import Clock, Office


def schedule(office: Office, login: str = "audra", **narrowed: str) -> tuple[ScheduleRow, ...]:
    """Return the schedule as somebody sees it."""
    with office.control.reading() as session:
        return retention_schedule(office.control, session, office.person(login), **narrowed)


def test_the_schedule_tells_what_is_due_held_kept_or_without_a_rule(office: Office, clock: Clock) -> None:
    control, carla = office.control, office.people["carla"]

    def withdraw(number: str) -> None:
        withdrawing.withdraw(control, office.document_id(number), carla, "Not needed")

    for number in ("POL-001", "POL-002", "POL-003", "POL-004"):
        office.publish(number)
    withdraw("POL-003")
    retaining.set_rule(control, carla, office.type_id("policy"), Rule(12, DISPOSE, "Archives Act"), also_ended=False)
    withdraw("POL-001")
    withdraw("POL-002")
    retaining.place_hold(control, office.document_id("POL-002"), carla, "Lawsuit", "Case 12")
    retaining.place_hold(control, office.document_id("POL-004"), carla, "Audit", "")
    forms = office.type_id("form")
    retaining.set_rule(control, carla, forms, Rule(0, KEEP, "Historical value"), also_ended=False)
    form = office.write("FRM-001", "A form", type_name="form")
    drafting.discard(control, form, carla, "Not needed")
    found = {row.number: row.keeping.standing for row in schedule(office)}
    assert found == {
        "POL-001": "later",
        "POL-002": "on_hold",
        "POL-003": "no_rule",
        "POL-004": "on_hold",
        "FRM-001": "for_ever",
    }
    clock.forward(days=400)
    assert [row.number for row in schedule(office, standing="due")] == ["POL-001"]
    assert [row.number for row in schedule(office, document_type="form")] == ["FRM-001"]
    headings, cells = as_table(schedule(office))
    first = dict(zip(headings, cells[0], strict=True))
    assert (first["Number"], first["Standing"], str(first["Kept until"])) == ("POL-001", "due", "2027-03-02")
    assert first["Rule"] == "Keep for 1 year, then dispose of it (Archives Act)"
    assert "Lawsuit Case 12" in [row[8] for row in cells]


def test_readers_see_neither_the_schedule_nor_holds(office: Office) -> None:
    office.publish()
    retaining.place_hold(office.control, office.document_id("POL-001"), office.people["carla"], "Lawsuit", "")
    with pytest.raises(NotPermittedError):
        schedule(office, "eve")
    with office.control.reading() as session:
        assert document_sheet(office.control, session, office.person("eve"), "POL-001").keeping.holds == ()
        seen = document_sheet(office.control, session, office.person("audra"), "POL-001").keeping.holds
        assert [hold.reason for hold in seen] == ["Lawsuit"]


def test_the_master_list_shows_and_filters_what_is_on_hold(office: Office) -> None:
    office.publish()
    office.publish("POL-002")
    retaining.place_hold(office.control, office.document_id("POL-002"), office.people["carla"], "Lawsuit", "")
    held = MasterListFilters(on_hold=True)
    with office.control.reading() as session:
        found = master_list.every_row(office.control, session, office.person("audra"), held)
        assert [(row.number, row.on_hold) for row in found] == [("POL-002", True)]
        assert master_list.every_row(office.control, session, office.person("eve"), held) == ()
        assert not any(row.on_hold for row in master_list.every_row(office.control, session, office.person("eve")))
