"""The history of a document as auditors, authors and readers see it."""

import pytest

from docctl.actions.approval import reviewing
from docctl.domain.errors import NotFoundError
from docctl.registers.documents.revision_history import RevisionHistory, revision_history
from tests.factories.library import Office


def history(office: Office, login: str, number: str = "POL-001") -> RevisionHistory:
    """Return a document's history as somebody sees it."""
    with office.control.reading() as session:
        return revision_history(office.control, session, office.person(login), number)


@pytest.fixture
def revised(office: Office) -> Office:
    """A policy in its second revision, sent back once, with a third one being written."""
    revision_id = office.write()
    office.submit(revision_id)
    reviewing.comment(office.control, revision_id, office.people["rob"], "Too short", "Scope")
    office.review(revision_id)
    shown = office.revision(revision_id).fingerprint
    reviewing.request_changes(office.control, revision_id, office.people["ann"], "Name the owner", shown=shown)
    office.save(revision_id, "# Purpose\n\nNamed.\n", reason="Name the owner")
    office.carry_through(revision_id)
    office.revise("POL-001", "# Purpose\n\nSecond.\n", "Second issue")
    office.open_revision("POL-001")
    return office


def test_auditor_reads_who_wrote_reviewed_and_approved_each_revision(revised: Office) -> None:
    found = history(revised, "audra")
    assert [(each.revision, each.state) for each in found.revisions] == [
        (3, "DRAFT"),
        (2, "IN_FORCE"),
        (1, "SUPERSEDED"),
    ]
    first = found.revisions[-1]
    assert first.authors == ("Alice Author",)
    assert first.submitted_by == "Alice Author"
    assert [(line.printed_name, line.kind, line.round, line.is_valid) for line in first.signatures] == [
        ("Rob Reviewer", "review", 1, False),
        ("Rob Reviewer", "review", 2, True),
        ("Ann Approver", "approve", 2, True),
    ]
    assert [(line.section, line.text) for line in first.comments] == [("Scope", "Too short")]
    assert [(line.number, line.reason, line.is_current) for line in first.saved_drafts] == [
        (2, "Name the owner", True),
        (1, "First draft", False),
    ]
    assert first.ended_because == "Superseded by revision 2"
    assert [event.act for event in found.events][-1] == "document:created"


def test_reader_sees_published_revisions_and_counted_signatures_only(revised: Office) -> None:
    found = history(revised, "eve")
    assert [each.revision for each in found.revisions] == [2, 1]
    assert found.events == ()
    first = found.revisions[-1]
    assert all(line.is_valid for line in first.signatures)
    assert len(first.signatures) == 2
    assert first.saved_drafts == first.comments == ()
    assert first.commit == ""


def test_author_sees_the_draft_and_its_saves(revised: Office) -> None:
    found = history(revised, "alice")
    assert found.revisions[0].state == "DRAFT"
    assert found.revisions[0].saved_drafts[0].author == "Alice Author"


def test_history_of_a_restricted_document_does_not_exist_for_others(office: Office) -> None:
    office.publish(departments=("Management",))
    with pytest.raises(NotFoundError):
        history(office, "eve")
    assert history(office, "ann").number == "POL-001"
