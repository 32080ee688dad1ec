"""Who finds what on the master list, how it is narrowed, sorted and paged."""

from datetime import date
from pathlib import Path

import pytest

from docctl.actions.documents import withdrawing
from docctl.actions.documents.recognising import ReadFile
from docctl.actions.intake import importing
from docctl.actions.intake.importing import Adoption
from docctl.actions.rights import laying_routes
from docctl.actions.settings import administering, setting_types
from docctl.actions.sign_in import identifying_signer
from docctl.domain.approval.approval_route import APPROVE, RouteStep
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.written_text import WrittenText
from docctl.registers.documents.master_list import MasterListFilters, as_table, choices, every_row, master_list
from tests.factories.library import TEXT, Clock, Founded, Office, choose_passwords, lived_on

EVERYTHING = MasterListFilters()


@pytest.fixture(scope="module")
def founded_library(founded_library: Founded, once: Path) -> Founded:
    """A library with two policies in force, one restricted to management, one draft, one withdrawn."""
    return lived_on(founded_library, once, _live)


def _live(office: Office, _: Clock) -> None:
    office.publish("POL-001", "Quality policy", clauses=[("iso-9001-2015", "5.2"), ("iso-9001-2015", "7.5.3")])
    office.publish("POL-002", "Änderungen", owner="Head of Change", department="Management")
    office.publish("POL-003", "Salaries", departments=("Management",))
    office.write("SOP-01", "Internal audit", type_name="procedure")
    office.publish("SOP-02", "Fax machines", type_name="procedure")
    withdrawing.withdraw(office.control, office.document_id("SOP-02"), office.people["carla"], "No fax any more")


@pytest.fixture
def shelf(office: Office) -> Office:
    """A copy of this library."""
    return office


def numbers(office: Office, login: str, filters: MasterListFilters = EVERYTHING, **more: str) -> list[str]:
    """Return the numbers that somebody finds."""
    with office.control.reading() as session:
        page = master_list(office.control, session, office.person(login), filters, **more)
    assert page.total == len(page.rows)
    return [row.number for row in page.rows]


def test_reader_finds_only_what_is_in_force_and_meant_for_them(shelf: Office) -> None:
    assert numbers(shelf, "eve") == ["POL-001", "POL-002"]


def test_member_of_the_department_finds_its_restricted_document(shelf: Office) -> None:
    assert numbers(shelf, "ann") == ["POL-001", "POL-002", "POL-003"]


@pytest.mark.parametrize("login", ["carla", "audra"])
def test_controller_and_auditor_find_every_document_once(shelf: Office, login: str) -> None:
    assert numbers(shelf, login) == ["POL-001", "POL-002", "POL-003", "SOP-01", "SOP-02"]


def test_open_revision_is_shown_beside_the_one_in_force_only_to_those_who_may_read_it(shelf: Office) -> None:
    shelf.open_revision("POL-001")
    with shelf.control.reading() as session:
        shown = {
            login: master_list(shelf.control, session, shelf.person(login)).rows[0]
            for login in ("carla", "alice", "eve", "rob")
        }
    assert [(row.revision, row.state) for row in shown.values()] == [(1, "IN_FORCE")] * 4
    assert {login: row.open_revision for login, row in shown.items()} == {
        "carla": 2,
        "alice": 2,
        "eve": None,
        "rob": None,
    }
    assert numbers(shelf, "carla", MasterListFilters(state="OPEN")) == ["POL-001", "SOP-01"]
    assert numbers(shelf, "eve", MasterListFilters(state="OPEN")) == []


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (MasterListFilters(text="quality POLICY"), ["POL-001"]),
        (MasterListFilters(text="änderung"), ["POL-002"]),
        (MasterListFilters(text="100%"), []),
        (MasterListFilters(document_type="procedure"), ["SOP-01", "SOP-02"]),
        (MasterListFilters(state="OBSOLETE"), ["SOP-02"]),
        (MasterListFilters(said={"owner": "Head of Change"}), ["POL-002"]),
        (MasterListFilters(said={"department": "Management"}), ["POL-002"]),
        (MasterListFilters(said={"classification": "restricted"}), ["POL-003"]),
        (MasterListFilters(standard="iso-9001-2015", clause="7.5"), ["POL-001"]),
        (MasterListFilters(standard="iso-9001-2015", clause="7.5.31"), []),
        (MasterListFilters(review_due_before=date(2026, 6, 1)), []),
        (MasterListFilters(review_due_before=date(2028, 6, 1), document_type="policy", text="salaries"), ["POL-003"]),
    ],
)
def test_filters_narrow_the_list(shelf: Office, filters: MasterListFilters, found: list[str]) -> None:
    assert numbers(shelf, "carla", filters) == found


def test_list_sorts_by_any_column_both_ways(shelf: Office) -> None:
    assert numbers(shelf, "eve", sort="-number") == ["POL-002", "POL-001"]
    assert numbers(shelf, "carla", sort="clauses")[-1] == "POL-001"
    assert numbers(shelf, "carla", sort="approved_by")[-1] == "SOP-01"
    assert numbers(shelf, "carla", sort="password_hash") == numbers(shelf, "carla")


@pytest.mark.both_databases
def test_the_list_is_sorted_by_the_approvers_that_it_shows(shelf: Office) -> None:
    control, carla = shelf.control, shelf.people["carla"]
    shelf.people["zoe"] = administering.add_user(
        control, shelf.people["admin"], login="zoe", name="Zoe Approver", roles=["approver"]
    )
    choose_passwords(control, shelf.people["zoe"])
    identifying_signer.declare(control, shelf.people["zoe"])
    steps = [RouteStep(APPROVE, "I approve this.", people=(shelf.people[login],)) for login in ("zoe", "ann")]
    laying_routes.set_route(control, carla, "Two approvals", steps)
    setting_types.set_type(
        control, carla, setting_types.TypeSettings("notice", "NOT-###", "policy.docx", "Two approvals", 12)
    )
    notice = shelf.write("NOT-001", type_name="notice")
    shelf.submit(notice)
    for login in ("zoe", "ann"):
        shelf.approve(notice, login)
    read = ReadFile("a.md", "AAA-1", "Adopted", "policy", DocumentMetadata(title="A"), WrittenText(TEXT), "", "0" * 64)
    importing.import_document(control, carla, read, adoption=Adoption(evidence="minutes"))
    with control.reading() as session:
        for sort, backwards in (("approved_by", False), ("-approved_by", True)):
            page = master_list(control, session, shelf.person("carla"), sort=sort)
            shown = [row.approved_by.lower() for row in page.rows if row.approved_by]
            assert shown == sorted(shown, reverse=backwards)
            assert set(shown) == {"adopted", "ann approver", "zoe approver, ann approver"}
            assert [row.number for row in page.rows if not row.approved_by] == ["SOP-01"] == [page.rows[-1].number]


def test_pages_hold_every_document_once(shelf: Office) -> None:
    with shelf.control.reading() as session:
        pages = [
            master_list(shelf.control, session, shelf.person("carla"), page=page, page_size=2) for page in (1, 2, 3, 9)
        ]
    assert [len(page.rows) for page in pages] == [2, 2, 1, 1]
    assert {(page.total, page.pages) for page in pages} == {(5, 3)}
    assert pages[3].page == 3


def test_row_says_who_approved_and_how_many_clauses_are_cited(shelf: Office) -> None:
    with shelf.control.reading() as session:
        row = every_row(shelf.control, session, shelf.person("eve"))[0]
    assert (row.approved_by, row.clause_count, row.effective_date) == ("Ann Approver", 2, date(2026, 3, 2))


def test_choices_betray_nothing_of_what_a_reader_may_not_find(shelf: Office) -> None:
    with shelf.control.reading() as session:
        seen = choices(shelf.control, session, shelf.person("eve"))
        all_of_it = choices(shelf.control, session, shelf.person("carla"))
    assert [(each.value, each.count) for each in seen.said["classification"]] == [("internal", 2)]
    assert [each.value for each in seen.document_types] == ["policy"]
    assert [(each.label, each.count) for each in seen.standards] == [("ISO 9001:2015", 1)]
    assert [(each.value, each.count) for each in all_of_it.states] == [("DRAFT", 1), ("IN_FORCE", 3), ("OBSOLETE", 1)]


def test_table_to_take_away_has_a_cell_for_each_heading(shelf: Office) -> None:
    with shelf.control.reading() as session:
        headings, cells = as_table(every_row(shelf.control, session, shelf.person("carla")))
    assert {len(row) for row in cells} == {len(headings)}
    assert [row[0] for row in cells] == ["POL-001", "POL-002", "POL-003", "SOP-01", "SOP-02"]


def test_choices_follow_what_happens(shelf: Office) -> None:
    with shelf.control.reading() as session:
        before = choices(shelf.control, session, shelf.person("eve")).document_types
    shelf.publish("FRM-001", "Form", type_name="form")
    with shelf.control.reading() as session:
        after = choices(shelf.control, session, shelf.person("eve")).document_types
    assert [each.value for each in before] == ["policy"]
    assert [each.value for each in after] == ["form", "policy"]
