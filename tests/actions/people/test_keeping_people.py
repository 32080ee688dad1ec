"""People are kept with or without an account; the trail says of them for ever only the number and the printed name."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from docctl.actions.people import keeping_people
from docctl.actions.retention import disposing_of_records
from docctl.actions.settings import administering
from docctl.domain.errors import InvalidInputError, NotFoundError, NotPermittedError, RetentionError, WrongStateError
from docctl.domain.people.person import Person, PersonalData
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.verifying import verify
from tests.factories.library import Clock, Office

FIRST, LAST = date(2026, 1, 2), date(2026, 2, 28)
HANS = PersonalData("Hans Depot", "4711", "hans@depot.example", "de", started_on=FIRST)


def add(office: Office, data: PersonalData = HANS) -> int:
    """Add somebody as the administrator."""
    return keeping_people.add_person(office.control, office.people["admin"], data)


def change(office: Office, number: int, data: PersonalData) -> None:
    """Change somebody as the administrator."""
    keeping_people.change_person(office.control, office.people["admin"], number, data)


def end(office: Office, number: int, day: date) -> None:
    """Say as the administrator which day is somebody's last."""
    keeping_people.end_person(office.control, office.people["admin"], number, day, "Retires")


def kept(office: Office, number: int) -> Person:
    """What the table has of somebody."""
    with office.control.reading() as session:
        return session.get_one(Person, number)


def number_of(office: Office, login: str) -> int:
    """The number of the human behind an account."""
    with office.control.reading() as session:
        return session.scalars(select(Person.id).where(Person.key == office.person(login).person)).one()


def findings(office: Office) -> list[str]:
    """What is not as the events make it."""
    catch_up(office.control)
    return [finding.sentence for finding in verify(office.control).findings]


def test_somebody_without_an_account_is_added_changed_ended_and_kept_again(office: Office) -> None:
    number = add(office)
    hans = kept(office, number)
    assert (hans.name, hans.personnel_number, hans.email, hans.language) == (
        "Hans Depot", "4711", "hans@depot.example", "de",
    )  # fmt: skip
    change(office, number, replace(HANS, name=" Hans  Yard ", supervisor=number_of(office, "ann")))
    assert (kept(office, number).name, kept(office, number).supervisor_id) == ("Hans Yard", number_of(office, "ann"))
    end(office, number, LAST)
    assert kept(office, number).ended_on == LAST
    keeping_people.take_back_end(office.control, office.people["admin"], number, "Stays after all")
    assert kept(office, number).ended_on is None
    assert findings(office) == []


def test_the_trail_itself_says_the_number_and_the_printed_name_alone(office: Office) -> None:
    number = add(office, replace(HANS, supervisor=number_of(office, "ann")))
    end(office, number, LAST)
    with office.control.reading() as session:
        added, ended = session.scalars(select(Event).where(Event.act.startswith("person:")).order_by(Event.seq))
    said = json.loads(added.text)
    assert (said["subject"], said["person"], said["name"]) == (f"person:{number}", number, "Hans Depot")
    for private in ("4711", "hans@depot", "2026-01-02", "Retires", "2026-02-28", '"supervisor"', '"language"'):
        assert private not in added.text + ended.text
    assert "4711" in added.record
    assert "2026-02-28" in ended.record


def test_an_account_given_later_belongs_to_the_person_who_was_there(office: Office) -> None:
    number = add(office)
    administering.add_user(
        office.control, office.people["admin"], login="hans", name="Hans D.", roles=[], person=f"person:{number}"
    )
    hans = kept(office, number)
    assert (hans.name, hans.email, hans.personnel_number) == ("Hans D.", "", "4711")
    with office.control.reading() as session:
        assert session.scalars(select(Person.id).order_by(Person.id.desc())).first() == number
    assert findings(office) == []
    with pytest.raises(NotFoundError, match="no such person"):
        administering.add_user(
            office.control, office.people["admin"], login="else", name="Else", roles=[], person="person:999"
        )


def test_changing_a_person_changes_name_and_address_of_the_accounts_in_the_same_step(office: Office) -> None:
    eve = number_of(office, "eve")
    change(office, eve, PersonalData("Eve Miller", "12", "eve@miller.example"))
    assert (office.person("eve").account.name, office.person("eve").account.email) == (
        "Eve Miller", "eve@miller.example",
    )  # fmt: skip
    assert (kept(office, eve).name, kept(office, eve).personnel_number) == ("Eve Miller", "12")
    assert findings(office) == []


def test_what_is_not_new_is_not_recorded(office: Office) -> None:
    number = add(office)
    change(office, number, HANS)
    with office.control.reading() as session:
        assert session.scalars(select(Event).where(Event.act == Act.PERSON_CHANGED)).all() == []


def test_nobody_supervises_themselves_through_however_many_others(office: Office) -> None:
    first = add(office)
    second = add(office, PersonalData("Second", supervisor=first))
    third = add(office, PersonalData("Third", supervisor=second))
    for loop in (third, first):
        with pytest.raises(InvalidInputError, match="Hans Depot would supervise themselves through"):
            change(office, first, replace(HANS, supervisor=loop))
    assert kept(office, first).supervisor_id is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (PersonalData("  "), "needs a name"),
        (PersonalData("Grete", "4711"), "“4711” is that of Hans Depot"),
        (PersonalData("Grete", language="German"), "“German” is no language"),
        (PersonalData("Grete", personnel_number="x" * 41), "longer than 40"),
        (PersonalData("Gre\nte\x07"), "cannot be printed"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(office: Office, data: PersonalData, sentence: str) -> None:
    number = add(office)
    other = number_of(office, "eve")
    for act in (lambda: add(office, data), lambda: change(office, other, data)):
        with pytest.raises(InvalidInputError, match=sentence):
            act()
    with office.control.reading() as session:
        assert session.scalars(select(Event.subject).where(Event.act.startswith("person:"))).all() == [
            f"person:{number}"
        ]


def test_two_people_without_a_personnel_number_are_two(office: Office) -> None:
    assert add(office, PersonalData("Twin")) != add(office, PersonalData("Twin"))
    assert findings(office) == []


def test_nobody_ends_before_the_first_day_or_is_kept_who_does_not_leave(office: Office) -> None:
    number = add(office)
    with pytest.raises(InvalidInputError, match="began on"):
        end(office, number, FIRST - timedelta(days=1))
    with pytest.raises(WrongStateError, match="has no last day"):
        keeping_people.take_back_end(office.control, office.people["admin"], number, "Stays")


@pytest.mark.parametrize("login", ["eve", "carla", "audra"])
def test_only_administrators_keep_people(office: Office, login: str) -> None:
    account, number = office.people[login], add(office)
    for act in (
        lambda: keeping_people.add_person(office.control, account, PersonalData("Mine")),
        lambda: keeping_people.change_person(office.control, account, number, PersonalData("Mine")),
        lambda: keeping_people.end_person(office.control, account, number, LAST),
        lambda: keeping_people.take_back_end(office.control, account, number, "Mine"),
        lambda: disposing_of_records.dispose_of_person(office.control, number, account, "Mine"),
    ):
        with pytest.raises(NotPermittedError):
            act()


def test_records_of_somebody_who_left_are_disposed_of_but_not_before(office: Office, clock: Clock) -> None:
    number, admin = add(office, replace(HANS, supervisor=number_of(office, "ann"))), office.people["admin"]
    with pytest.raises(RetentionError, match="still works here"):
        disposing_of_records.dispose_of_person(office.control, number, admin, "Left")
    end(office, number, clock.instant.date())
    clock.forward(days=1)
    assert disposing_of_records.dispose_of_person(office.control, number, admin, "Left long ago") == 2
    hans = kept(office, number)
    assert (hans.name, hans.personnel_number, hans.email, hans.language) == ("Hans Depot", None, "", "")
    assert (hans.supervisor_id, hans.started_on, hans.ended_on) == (None, None, None)
    assert findings(office) == []


def test_what_is_kept_of_a_person_goes_with_the_records_of_their_last_open_account(office: Office) -> None:
    control, admin, eve = office.control, office.people["admin"], number_of(office, "eve")
    second = administering.add_user(control, admin, login="eve-writes", name="Eve", roles=["author"], person="eve")
    change(office, eve, PersonalData("Eve Miller", "12", "eve@miller.example"))
    with pytest.raises(RetentionError, match="has an account"):
        disposing_of_records.dispose_of_person(control, eve, admin, "Left")
    administering.set_disabled(control, admin, office.people["eve"], True)
    disposing_of_records.dispose_of_account(control, office.people["eve"], admin, "Left")
    assert (kept(office, eve).personnel_number, kept(office, eve).email) == ("12", "")
    assert findings(office) == []
    administering.set_disabled(control, admin, second, True)
    disposing_of_records.dispose_of_account(control, second, admin, "Left")
    assert (kept(office, eve).personnel_number, kept(office, eve).name) == (None, "Eve Miller")
    assert findings(office) == []
