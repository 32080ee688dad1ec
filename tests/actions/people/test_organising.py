"""Departments are added, renamed, merged and retired, and nobody loses a document by it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from docctl.actions.people import keeping_people, organising
from docctl.actions.retention import disposing_of_records
from docctl.actions.rights import auditing
from docctl.actions.settings import administering
from docctl.document_control.departments import departments, units_of_a_kind
from docctl.domain.documents.document import Document
from docctl.domain.errors import (
    AuthorityChangedError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    WrongStateError,
)
from docctl.domain.people.unit import Unit, UnitKind
from docctl.domain.people.user import User
from docctl.domain.rights.permission import may_read
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.registers.documents.master_list import MasterListFilters, choices, master_list
from docctl.registers.integrity.verifying import verify
from docctl.registers.search.search import find
from tests.factories.library import Office

Organise = Callable[[Office], object]


@pytest.fixture
def office(office: Office) -> Office:
    """An office with ben of the management and una of the quality department, who only read."""
    for login, department in (("ben", "Management"), ("una", "Quality")):
        office.people[login] = administering.add_user(
            office.control, office.people["admin"], login=login, name=login.title(), roles=[], department=department
        )
    return office


def number_of(office: Office, name: str) -> int:
    """The number of a department."""
    with office.control.reading() as session:
        found = departments(session).meant_by(name)
        assert found is not None
        return found.id


def add(office: Office, name: str) -> int:
    """Add a department as the controller."""
    return organising.add_unit(office.control, office.people["carla"], name)


def rename(office: Office, name: str, new: str) -> None:
    """Rename a department as the administrator."""
    organising.rename_unit(office.control, office.people["admin"], number_of(office, name), new)


def merge(office: Office, name: str, into: str) -> None:
    """Merge a department into another as the controller."""
    one, other = number_of(office, name), number_of(office, into)
    organising.merge_units(office.control, office.people["carla"], one, other, "One team now")


def split(office: Office, name: str, part: str, *logins: str) -> None:
    """Split a department as the controller."""
    members = [office.people[login] for login in logins]
    organising.split_unit(
        office.control, office.people["carla"], number_of(office, name), part, "It grew", members=members
    )


def retire(office: Office, name: str) -> None:
    """Retire a department as the controller."""
    organising.retire_unit(office.control, office.people["carla"], number_of(office, name), "Nobody is left")


def put(office: Office, login: str, department: str) -> None:
    """Put somebody into a department."""
    account = office.person(login).account
    administering.change_user(
        office.control, office.people["admin"], account.id, name=account.name, email=account.email,
        department=department, roles=account.roles,
    )  # fmt: skip


def readers(office: Office, number: str) -> set[str]:
    """Who of those that only read may read what is in force."""
    with office.control.reading() as session:
        document = session.scalars(select(Document).where(Document.canonical == number)).unique().one()
        assert document.in_force is not None
        return {login for login in ("eve", "ben", "una") if may_read(office.person(login), document.in_force)}


def is_sound(office: Office) -> bool:
    """Whether every row is as the events make it."""
    catch_up(office.control)
    return [finding.sentence for finding in verify(office.control).findings] == []


def test_a_renamed_department_keeps_its_people_and_reads_what_says_its_earlier_name(office: Office) -> None:
    office.publish("POL-001", departments=("Procurement",))
    rename(office, "Procurement", "Purchasing")
    rename(office, "Purchasing", "Buying")
    assert office.person("eve").department == "Buying"
    assert readers(office, "POL-001") == {"eve"}
    office.publish("POL-002", departments=("Buying",))
    assert readers(office, "POL-002") == {"eve"}
    assert is_sound(office)


def test_a_merged_department_gives_its_people_and_its_documents_to_the_other(office: Office) -> None:
    office.publish("POL-001", departments=("Procurement",))
    office.publish("POL-002", departments=("Management",))
    merge(office, "Procurement", "Management")
    assert office.person("eve").department == "Management"
    assert readers(office, "POL-001") == readers(office, "POL-002") == {"eve", "ben"}
    with office.control.reading() as session:
        assert "Procurement" not in departments(session).offered
        told = session.scalars(select(Event).where(Event.act == Act.UNIT_MERGED)).one()
        assert (told.subject, told.reason) == ("department:Procurement", "One team now")
    assert is_sound(office)


def test_both_parts_of_a_split_department_read_what_was_said_of_it_and_their_own(office: Office) -> None:
    office.publish("POL-001", departments=("Quality",))
    rename(office, "Quality", "Assurance")
    split(office, "Assurance", "Laboratory", "una")
    office.publish("POL-002", departments=("Laboratory",))
    office.publish("POL-003", departments=("Assurance",))
    put(office, "ben", "Assurance")
    assert (office.person("una").department, office.person("rob").department) == ("Laboratory", "Assurance")
    assert readers(office, "POL-001") == {"una", "ben"}
    assert readers(office, "POL-002") == {"una"}
    assert readers(office, "POL-003") == {"una", "ben"}
    assert is_sound(office)


def test_only_people_of_a_department_go_into_its_part_else_nothing_is_split(office: Office) -> None:
    with pytest.raises(InvalidInputError, match="Only people of “Quality” go into its part"):
        split(office, "Quality", "Laboratory", "una", "eve")
    with office.control.reading() as session:
        assert departments(session).meant_by("Laboratory") is None
    assert office.person("una").department == "Quality"


def test_nobody_reads_more_by_a_renaming_of_another_department(office: Office) -> None:
    office.publish("POL-001", departments=("Procurement",))
    rename(office, "Quality", "Assurance")
    assert readers(office, "POL-001") == {"eve"}


def test_a_department_is_retired_once_nobody_belongs_to_it(office: Office) -> None:
    with pytest.raises(WrongStateError, match=r"1 belong to it \(Eve Employee\)"):
        retire(office, "Procurement")
    put(office, "eve", "Quality")
    retire(office, "Procurement")
    with office.control.reading() as session:
        assert "Procurement" not in departments(session).offered
    with pytest.raises(InvalidInputError, match="There is no department “Procurement”"):
        put(office, "eve", "Procurement")
    assert is_sound(office)


def add_of_a_kind(office: Office, kind: UnitKind, name: str) -> int:
    """Add a site, a position or a group as the controller."""
    return organising.add_unit(office.control, office.people["carla"], name, kind)


OTHER_KINDS = (UnitKind.SITE, UnitKind.POSITION, UnitKind.GROUP)


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_what_is_no_department_is_renamed_merged_split_and_retired_and_moves_no_account(
    office: Office, kind: UnitKind
) -> None:
    control, carla = office.control, office.people["carla"]
    office.publish("POL-001", departments=("Procurement",))
    same_name = add_of_a_kind(office, kind, "Procurement")
    organising.rename_unit(control, carla, same_name, "Elsewhere")
    organising.merge_units(control, carla, same_name, add_of_a_kind(office, kind, "Depot"), "One of them will do")
    part = organising.split_unit(control, carla, same_name + 1, "Yard", "It grew")
    organising.retire_unit(control, carla, part, "Nobody is left")
    assert office.person("eve").department == "Procurement"
    assert readers(office, "POL-001") == {"eve"}
    with control.reading() as session:
        known = units_of_a_kind(session, kind)
        assert (known.offered, known.present("Procurement")) == (["Depot"], "Depot")
        assert departments(session).meant_by("Depot") is None
        told = session.scalars(select(Event).where(Event.act == Act.UNIT_ADDED).order_by(Event.seq)).first()
        assert told is not None
        assert told.subject == f"{kind}:Procurement"
    assert is_sound(office)


def test_the_same_name_is_borne_by_units_of_several_kinds_but_once_in_each(office: Office) -> None:
    for kind in OTHER_KINDS:
        add_of_a_kind(office, kind, "Quality")
        with pytest.raises(InvalidInputError, match="“Quality” is there already"):
            add_of_a_kind(office, kind, "quality")


def test_units_of_two_kinds_are_not_merged(office: Office) -> None:
    site = add_of_a_kind(office, UnitKind.SITE, "Depot")
    with pytest.raises(InvalidInputError, match="something of another kind"):
        organising.merge_units(office.control, office.people["carla"], site, number_of(office, "Quality"), "By mistake")
    with office.control.reading() as session:
        assert session.get_one(Unit, site).is_living


def test_nobody_of_a_department_goes_into_a_part_of_a_site_of_that_name(office: Office) -> None:
    site = add_of_a_kind(office, UnitKind.SITE, "Quality")
    with pytest.raises(InvalidInputError, match="Only people of “Quality” go into its part"):
        organising.split_unit(
            office.control, office.people["carla"], site, "Annex", "It grew", members=[office.people["una"]]
        )
    assert office.person("una").department == "Quality"


def test_records_of_an_account_are_gone_through_the_renaming_of_a_site_of_the_same_name(office: Office) -> None:
    control, people = office.control, office.people
    site = add_of_a_kind(office, UnitKind.SITE, "Procurement")
    organising.rename_unit(control, people["carla"], site, "Depot")
    administering.set_disabled(control, people["admin"], people["eve"], True)
    disposing_of_records.dispose_of_account(control, people["eve"], people["admin"], "Left long ago")
    assert is_sound(office)


def test_a_head_is_named_and_another_and_nobody(office: Office) -> None:
    unit, carla = number_of(office, "Quality"), office.people["carla"]
    for head in (4, 4, 5, None, 4):
        organising.name_head(office.control, carla, unit, head)
        assert kept_head(office, unit) == head
    rename(office, "Quality", "Assurance")
    with office.control.reading() as session:
        told = session.scalars(select(Event.text).where(Event.act == Act.UNIT_HEAD_NAMED)).all()
    assert len(told) == 4
    assert '"head":4,"head_name":"Rob Reviewer"' in told[0]
    assert is_sound(office)


def test_nobody_is_head_who_is_not_there_or_left(office: Office) -> None:
    control, unit, carla = office.control, number_of(office, "Quality"), office.people["carla"]
    with control.reading() as session:
        yesterday = control.today(session) - timedelta(days=1)
    keeping_people.end_person(control, office.people["admin"], 6, yesterday)
    with pytest.raises(InvalidInputError, match="Eve Employee does not work here any more"):
        organising.name_head(control, carla, unit, 6)
    with pytest.raises(NotFoundError, match="no such person"):
        organising.name_head(control, carla, unit, 99)
    assert kept_head(office, unit) is None


def test_a_department_whose_head_is_not_as_told_is_not_changed(office: Office) -> None:
    unit, carla = number_of(office, "Quality"), office.people["carla"]
    organising.name_head(office.control, carla, unit, 4)
    with office.control.remembering() as session:
        session.execute(text(f"UPDATE units SET head_id = 6 WHERE id = {unit}"))
    with pytest.raises(AuthorityChangedError, match="What is kept of the unit"):
        rename(office, "Quality", "Assurance")


def kept_head(office: Office, unit: int) -> int | None:
    """Who is the head of a department."""
    with office.control.reading() as session:
        return session.get_one(Unit, unit).head_id


def test_an_account_is_put_into_a_department_by_an_earlier_name(office: Office) -> None:
    rename(office, "Procurement", "Purchasing")
    put(office, "rob", "Procurement")
    assert office.person("rob").department == "Purchasing"
    assert is_sound(office)


REFUSED: dict[str, tuple[Organise, type[Exception], str]] = {
    "a name that there is": (lambda office: add(office, "quality"), InvalidInputError, "already"),
    "the same name": (lambda office: rename(office, "Quality", "Quality"), InvalidInputError, "already"),
    "the name of another": (lambda office: rename(office, "Quality", "Management"), InvalidInputError, "already"),
    "into itself": (lambda office: merge(office, "Quality", "Quality"), InvalidInputError, "into itself"),
    "no such department": (
        lambda office: organising.rename_unit(office.control, office.people["carla"], 999, "New"),
        NotFoundError, "no such department",
    ),
    "no reason": (
        lambda office: organising.merge_units(office.control, office.people["carla"], 1, 2, " "),
        InvalidInputError, "why they are merged",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_recorded(office: Office, what: str) -> None:
    act, error, sentence = REFUSED[what]
    with pytest.raises(error, match=sentence):
        act(office)
    with office.control.reading() as session:
        assert session.scalars(select(Event).where(Event.act.startswith("unit:"))).all() == []


def test_what_is_not_there_any_more_is_neither_renamed_nor_merged_nor_taken_for_another(office: Office) -> None:
    gone, people = number_of(office, "Environment"), office.people
    retire(office, "Environment")
    with pytest.raises(WrongStateError, match="“Environment” is not there any more"):
        organising.rename_unit(office.control, people["carla"], gone, "Climate")
    with pytest.raises(WrongStateError, match="“Environment” is not there any more"):
        organising.merge_units(office.control, people["carla"], number_of(office, "Quality"), gone, "By mistake")
    assert add(office, "Environment") != gone
    assert is_sound(office)


def test_an_earlier_name_is_given_to_no_other_department(office: Office) -> None:
    rename(office, "Procurement", "Purchasing")
    with pytest.raises(InvalidInputError, match="an earlier name of “Purchasing”"):
        add(office, "Procurement")
    rename(office, "Purchasing", "Procurement")
    assert office.person("eve").department == "Procurement"


@pytest.mark.parametrize("login", ["eve", "alice", "rob", "ann", "audra"])
def test_only_controllers_and_administrators_organise(office: Office, login: str) -> None:
    for act in (
        lambda: organising.add_unit(office.control, office.people[login], "Mine"),
        lambda: organising.rename_unit(office.control, office.people[login], 1, "Mine"),
        lambda: organising.merge_units(office.control, office.people[login], 1, 2, "Mine"),
        lambda: organising.split_unit(office.control, office.people[login], 1, "Mine", "Mine"),
        lambda: organising.retire_unit(office.control, office.people[login], 1, "Mine"),
        lambda: organising.name_head(office.control, office.people[login], 1, 6),
    ):
        with pytest.raises(NotPermittedError, match="organise departments"):
            act()


def test_an_auditor_of_a_department_sees_what_says_its_earlier_and_its_later_name(office: Office) -> None:
    control, people = office.control, office.people
    office.publish("POL-001", department="Procurement")
    office.publish("POL-002", department="Environment")
    with control.reading() as session:
        today = control.today(session)
    auditing.change_engagement(
        control, people["carla"], 1, purpose="Buying", scope=["department:Procurement"], begins_on=today,
        ends_on=today + timedelta(days=9),
    )  # fmt: skip
    rename(office, "Procurement", "Purchasing")
    office.publish("POL-003", department="Purchasing")
    catch_up(control)
    with control.reading() as session:
        listed = [row.number for row in master_list(control, session, office.person("audra")).rows]
    assert listed == ["POL-001", "POL-003"]
    found = find(control, office.person("audra"), "document", every_revision=True)
    assert {hit.number for hit in found.hits} == {"POL-001", "POL-003"}


def test_lists_and_search_show_and_count_documents_under_the_present_name(office: Office) -> None:
    control = office.control
    office.publish("POL-001", department="Procurement")
    rename(office, "Procurement", "Purchasing")
    office.publish("POL-002", department="Purchasing")
    office.publish("POL-003", department="Quality")
    catch_up(control)
    carla = office.person("carla")
    with control.reading() as session:
        for name in ("Purchasing", "Procurement"):
            narrowed = MasterListFilters(said={"department": name})
            rows = master_list(control, session, carla, narrowed).rows
            assert [(row.number, row.said["department"]) for row in rows] == [
                ("POL-001", "Purchasing"), ("POL-002", "Purchasing"),
            ]  # fmt: skip
        offered = choices(control, session, carla).said["department"]
        assert [(each.value, each.count) for each in offered] == [("Purchasing", 2), ("Quality", 1)]
        by_department = master_list(control, session, carla, sort="-department").rows
        assert [row.number for row in by_department] == ["POL-003", "POL-001", "POL-002"]
    for asked, filters in (
        ("document", {"department": ["Purchasing"]}),
        ("document", {"department": ["Procurement"]}),
        ("document department:purchasing", {}),
        ("document department:procurement", {}),
    ):
        results = find(control, carla, asked, filters=filters)
        assert {hit.number for hit in results.hits} == {"POL-001", "POL-002"}, asked
        assert {hit.department for hit in results.hits} == {"Purchasing"}
    assert find(control, carla, "document").facets["department"] == (("Purchasing", 2), ("Quality", 1))


def test_whoever_belongs_to_a_renamed_department_goes_on_acting_and_signing(office: Office) -> None:
    rename(office, "Quality", "Assurance")
    rename(office, "Management", "Direction")
    merge(office, "Environment", "Assurance")
    office.publish("POL-001")
    administering.set_disabled(office.control, office.people["admin"], office.people["eve"], True)
    assert is_sound(office)


def test_the_department_of_an_account_whose_records_are_gone_is_gone_through_a_renaming(office: Office) -> None:
    control, people = office.control, office.people
    administering.set_disabled(control, people["admin"], people["eve"], True)
    rename(office, "Procurement", "Purchasing")
    retire(office, "Purchasing")
    assert is_sound(office)
    administering.set_disabled(control, people["admin"], people["eve"], False)
    assert office.person("eve").department == "Purchasing"
    administering.set_disabled(control, people["admin"], people["eve"], True)
    disposing_of_records.dispose_of_account(control, people["eve"], people["admin"], "Left long ago")
    with control.reading() as session:
        assert session.get_one(User, people["eve"]).department == ""
    assert is_sound(office)


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "Stores|Quality", "x" * 81])
def test_a_name_that_says_nothing_or_too_much_is_refused(office: Office, name: str) -> None:
    with pytest.raises(InvalidInputError):
        add(office, name)


def test_a_name_is_tidied(office: Office) -> None:
    add(office, "  Law   and\tContracts ")
    assert number_of(office, "Law and Contracts") == 8
