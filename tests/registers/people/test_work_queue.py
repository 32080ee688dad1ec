"""What waits for whom."""

from datetime import date

from docctl.actions.approval import reviewing
from docctl.actions.documents import drafting
from docctl.domain.sign_in.password import Credentials
from docctl.registers.people.work_queue import WorkQueue, all_drafts, work_queue
from tests.factories.library import PASSWORD, Clock, Office


def queue(office: Office, login: str) -> WorkQueue:
    """Return somebody's work queue."""
    with office.control.reading() as session:
        return work_queue(office.control, session, office.person(login))


def test_revision_waits_for_the_reviewer_then_for_the_approver(office: Office) -> None:
    revision_id = office.write()
    assert [item.number for item in queue(office, "alice").drafts] == ["POL-001"]
    office.submit(revision_id)
    assert [item.by for item in queue(office, "rob").to_review] == ["Alice Author"]
    assert queue(office, "ann").to_approve == ()
    assert [item.state for item in queue(office, "alice").in_signing] == ["IN_REVIEW"]
    office.review(revision_id)
    assert queue(office, "rob").to_review == ()
    assert [item.note for item in queue(office, "ann").to_approve] == ["I approve this revision for use."]
    office.approve(revision_id)
    assert queue(office, "ann").to_approve == ()
    assert queue(office, "alice").in_signing == ()


def test_reader_and_author_are_asked_for_nothing(office: Office) -> None:
    office.submit(office.write())
    for login in ("eve", "alice", "audra"):
        waiting = queue(office, login)
        assert waiting.to_review == waiting.to_approve == ()


def test_requested_changes_come_back_to_the_author_with_the_reason(office: Office) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    shown = office.revision(revision_id).fingerprint
    reviewing.request_changes(office.control, revision_id, office.people["rob"], "Name the owner", shown=shown)
    returned = queue(office, "alice").changes_requested
    assert [(item.by, item.note) for item in returned] == [("Rob Reviewer", "Name the owner")]
    office.submit(revision_id)
    assert queue(office, "alice").changes_requested == ()


def test_recalled_draft_is_no_request_for_changes(office: Office) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    reviewing.recall(office.control, revision_id, office.people["alice"], "Forgot a table")
    waiting = queue(office, "alice")
    assert waiting.changes_requested == ()
    assert len(waiting.drafts) == 1


def test_draft_taken_to_word_is_held_until_given_back(office: Office) -> None:
    revision_id = office.write()
    drafting.take_for_editing(office.control, revision_id, office.people["carla"])
    assert [item.number for item in queue(office, "carla").held] == ["POL-001"]
    drafting.give_back(office.control, revision_id, office.people["carla"])
    assert queue(office, "carla").held == ()


def test_approved_revision_waits_for_its_effective_date(office: Office) -> None:
    office.carry_through(office.write(), effective=date(2026, 5, 1))
    for login in ("alice", "carla"):
        assert [item.due for item in queue(office, login).approved] == [date(2026, 5, 1)]
    assert queue(office, "rob").approved == ()


def test_review_falls_due_for_the_controller_and_the_department(office: Office, clock: Clock) -> None:
    due_on = office.revision(office.publish()).review_due
    assert due_on is not None
    office.publish("POL-002", "Salaries", department="Management")
    assert queue(office, "carla").review_due == ()
    clock.forward(days=(due_on - clock.instant.date()).days - 30)
    due = queue(office, "carla").review_due
    assert [item.number for item in due] == ["POL-001", "POL-002"]
    assert due[0].due == due_on
    assert [item.number for item in queue(office, "alice").review_due] == ["POL-001"]
    assert queue(office, "eve").review_due == ()


def test_drafts_are_listed_for_those_who_may_read_them(office: Office) -> None:
    office.write()
    office.write("POL-002", "Other", author="carla")
    with office.control.reading() as session:
        listed = {
            login: [item.number for item in all_drafts(office.control, session, office.person(login))]
            for login in ("carla", "alice", "eve", "audra")
        }
    assert listed == {
        "carla": ["POL-002", "POL-001"],
        "alice": ["POL-002", "POL-001"],
        "eve": [],
        "audra": ["POL-002", "POL-001"],
    }


def test_second_reviewer_waits_no_longer_once_one_of_them_signed(office: Office) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    shown = office.revision(revision_id).fingerprint
    reviewing.review(office.control, revision_id, office.people["rob"], shown=shown, credentials=Credentials(PASSWORD))
    assert queue(office, "rob").to_review == ()
