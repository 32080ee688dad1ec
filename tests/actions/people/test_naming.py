"""A human is one person with one name and one mail address, however many accounts they have."""

import pytest
from sqlalchemy import select, text

from docctl.actions.retention import disposing_of_records
from docctl.actions.settings import administering
from docctl.domain.errors import AuthorityChangedError
from docctl.domain.people.person import Person
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.verifying import verify
from tests.factories.library import Office


@pytest.fixture
def second(office: Office) -> None:
    """A second account of eve, who writes with it, under a name of its own."""
    office.people["eve-writes"] = administering.add_user(
        office.control, office.people["admin"], login="eve-writes", name="Eve Writes", roles=["author"], person="eve",
        email="eve@desk.example",
    )  # fmt: skip


def person_of(office: Office, login: str) -> Person:
    """The human behind an account."""
    with office.control.reading() as session:
        return session.scalars(select(Person).where(Person.key == office.person(login).person)).one()


def change(office: Office, login: str, **new: str) -> None:
    """Change the name, the mail address or the department of an account."""
    account = office.person(login).account
    kept = {"name": account.name, "email": account.email, "department": account.department}
    administering.change_user(
        office.control, office.people["admin"], account.id, **(kept | new), roles=account.roles
    )  # fmt: skip


def findings(office: Office) -> list[str]:
    """What is not as the events make it."""
    catch_up(office.control)
    return [finding.sentence for finding in verify(office.control).findings]


@pytest.mark.usefixtures("second")
def test_several_accounts_of_a_human_are_one_person_who_is_called_as_the_first(office: Office) -> None:
    with office.control.reading() as session:
        names = session.scalars(select(Person.name).order_by(Person.id)).all()
    assert len(names) == len(office.people) - 1
    assert (names[5], names.count("Eve Writes")) == ("Eve Employee", 0)
    assert findings(office) == []


@pytest.mark.parametrize("changed", ["eve", "eve-writes"])
@pytest.mark.usefixtures("second")
def test_a_new_name_and_address_of_one_account_are_those_of_all_and_of_the_person(office: Office, changed: str) -> None:
    change(office, changed, name="Eve Miller", email="miller@desk.example")
    for each in (office.person("eve").account, office.person("eve-writes").account, person_of(office, "eve")):
        assert (each.name, each.email) == ("Eve Miller", "miller@desk.example")
    with office.control.reading() as session:
        told = session.scalars(select(Event.subject).where(Event.act == Act.USER_CHANGED)).all()
    assert len(set(told)) == len(told) == 2
    assert findings(office) == []


@pytest.mark.usefixtures("second")
def test_only_what_is_new_goes_to_the_others(office: Office) -> None:
    change(office, "eve-writes", department="Quality")
    assert (office.person("eve").account.name, person_of(office, "eve").name) == ("Eve Employee", "Eve Employee")
    change(office, "eve-writes", email="new@desk.example")
    eve = person_of(office, "eve")
    assert (eve.name, eve.email) == ("Eve Employee", "new@desk.example")
    assert (office.person("eve-writes").account.name, office.person("eve").department) == ("Eve Writes", "Procurement")
    assert findings(office) == []


def test_the_address_of_a_person_is_gone_with_the_records_of_their_account(office: Office) -> None:
    control, people = office.control, office.people
    change(office, "eve", email="eve@desk.example")
    administering.set_disabled(control, people["admin"], people["eve"], True)
    disposing_of_records.dispose_of_account(control, people["eve"], people["admin"], "Left long ago")
    with control.reading() as session:
        gone = session.scalars(select(Person).where(Person.account_id == people["eve"])).one()
    assert (gone.name, gone.email) == ("Eve Employee", "")
    assert findings(office) == []


@pytest.mark.parametrize(
    "forged", ["name = 'Mallory'", "email = 'm@x.example'", "account_id = 1", "ended_on = '2026-01-01'"]
)
def test_a_person_who_is_not_as_events_say_is_found(office: Office, forged: str) -> None:
    number = person_of(office, "eve").id
    with office.control.remembering() as session:
        session.execute(text(f"UPDATE people SET {forged} WHERE id = {number}"))
    assert any(f"person {number}" in sentence for sentence in findings(office))


def test_an_account_whose_person_was_taken_out_is_neither_renamed_nor_disposed_of(office: Office) -> None:
    administering.set_disabled(office.control, office.people["admin"], office.people["eve"], True)
    with office.control.remembering() as session:
        session.execute(text(f"DELETE FROM people WHERE account_id = {office.people['eve']}"))
    with pytest.raises(AuthorityChangedError, match="The person behind the account of Eve Employee is not as"):
        change(office, "eve", name="Eve Miller")
    with pytest.raises(AuthorityChangedError, match="The person behind the account of Eve Employee is not as"):
        disposing_of_records.dispose_of_account(office.control, office.people["eve"], office.people["admin"], "Left")
