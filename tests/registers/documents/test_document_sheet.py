"""What the document's page shows, and to whom."""

import pytest

from docctl.actions.documents import withdrawing
from docctl.domain.errors import NotFoundError
from docctl.registers.documents.document_sheet import DocumentSheet, document_sheet, reading_text
from tests.factories.library import Office


def sheet(office: Office, login: str, number: str = "POL-001", revision: int | None = None) -> DocumentSheet:
    """Return a document's page as somebody sees it."""
    with office.control.reading() as session:
        return document_sheet(office.control, session, office.person(login), number, revision)


def test_reader_sees_the_revision_in_force_while_the_next_one_is_written(office: Office) -> None:
    office.publish(clauses=[("iso-9001-2015", "7.5.3", "Purpose")])
    office.save(office.open_revision("POL-001"), "# Purpose\n\nSecret plans.\n")
    page = sheet(office, "eve", "pol-001")
    assert (page.revision, page.state, page.is_in_force, page.open_revision) == (1, "IN_FORCE", True, None)
    assert [(line.code, line.clause, line.section) for line in page.clauses] == [("ISO 9001:2015", "7.5.3", "Purpose")]
    assert page.clauses[0].heading
    assert [line.printed_name for line in page.signatures] == ["Rob Reviewer", "Ann Approver"]
    with pytest.raises(NotFoundError):
        sheet(office, "eve", revision=2)


def test_author_and_controller_see_the_open_revision(office: Office) -> None:
    office.publish()
    office.open_revision("POL-001")
    for login in ("alice", "carla", "audra"):
        page = sheet(office, login)
        assert page.revision == 1
        assert page.open_revision is not None
        assert (page.open_revision.revision, page.open_revision.opened_by) == (2, "Alice Author")
        assert sheet(office, login, revision=2).state == "DRAFT"


def test_reader_finds_no_document_that_is_only_a_draft(office: Office) -> None:
    office.write()
    with pytest.raises(NotFoundError):
        sheet(office, "eve")
    assert sheet(office, "alice").state == "DRAFT"


@pytest.mark.parametrize("number", ["POL-999", "../etc", "", "POL-001\x00"])
def test_unknown_number_is_not_found(office: Office, number: str) -> None:
    with pytest.raises(NotFoundError):
        sheet(office, "carla", number)


def test_superseded_revision_stays_readable_and_is_called_so(office: Office) -> None:
    office.publish()
    office.revise("POL-001", "# Purpose\n\nNew.\n", "All new")
    page = sheet(office, "eve", revision=1)
    assert (page.state, page.is_in_force, page.current_revision) == ("SUPERSEDED", False, 2)
    assert [(line.revision, line.change_summary, line.approved_by) for line in page.history] == [
        (2, "All new", "Ann Approver"),
        (1, "First issue", "Ann Approver"),
    ]


def test_withdrawn_document_is_shown_as_obsolete(office: Office) -> None:
    office.publish()
    withdrawing.withdraw(office.control, office.document_id("POL-001"), office.people["carla"], "Not needed")
    page = sheet(office, "eve")
    assert (page.state, page.current_revision, page.ended_because) == ("OBSOLETE", None, "Not needed")


def test_references_are_marked_obsolete_missing_or_not_in_force(office: Office) -> None:
    office.publish("SOP-02", "Audit", type_name="procedure")
    office.publish("SOP-03", "Fax", type_name="procedure")
    withdrawing.withdraw(office.control, office.document_id("SOP-03"), office.people["carla"], "No fax")
    office.write("SOP-04", "Coming", type_name="procedure")
    office.publish("SOP-05", "Salaries", type_name="procedure", departments=("Management",))
    office.publish(text="# Purpose\n\nSee SOP-02, SOP-03, SOP-04, SOP-05 and SOP-99.\n")
    marks = {
        login: {line.number: line.mark for line in sheet(office, login).refers_to} for login in ("eve", "ann", "carla")
    }
    assert marks["carla"] == {
        "SOP-02": "",
        "SOP-03": "obsolete",
        "SOP-04": "not_in_force",
        "SOP-05": "",
        "SOP-99": "missing",
    }
    assert marks["eve"] == {
        "SOP-02": "",
        "SOP-03": "obsolete",
        "SOP-04": "missing",
        "SOP-05": "missing",
        "SOP-99": "missing",
    }
    assert marks["ann"]["SOP-05"] == ""


def test_document_names_what_refers_to_it_as_far_as_the_reader_may_know(office: Office) -> None:
    office.publish("SOP-02", "Audit", type_name="procedure")
    office.publish("POL-001", text="See SOP-02.\n")
    office.publish("POL-002", text="See SOP-02.\n", departments=("Management",))
    office.write("POL-003", text="See SOP-02.\n")
    assert [line.number for line in sheet(office, "eve", "SOP-02").referred_by] == ["POL-001"]
    assert [line.number for line in sheet(office, "ann", "SOP-02").referred_by] == ["POL-001", "POL-002"]


def test_restricted_document_does_not_exist_for_others(office: Office) -> None:
    office.publish(departments=("Management",))
    with pytest.raises(NotFoundError):
        sheet(office, "eve")
    assert sheet(office, "ann").classification == "restricted"


def test_text_of_the_page_is_that_of_the_revision_shown(office: Office) -> None:
    office.publish()
    office.revise("POL-001", "# Purpose\n\nNew words.\n")
    with office.control.reading() as session:
        old = document_sheet(office.control, session, office.person("eve"), "POL-001", 1)
        new = document_sheet(office.control, session, office.person("eve"), "POL-001")
        texts = [reading_text(office.control, session, office.person("eve"), page).text for page in (old, new)]
    assert "everybody" in texts[0]
    assert texts[1] == "Purpose\nNew words."
