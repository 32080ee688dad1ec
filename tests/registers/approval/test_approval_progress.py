"""Who is asked, who has signed, what a person may do now, and why a draft came back."""

import pytest

from docctl.actions.approval import reviewing
from docctl.document_control import DocumentControl
from docctl.domain.errors import NotFoundError
from docctl.domain.people.user import User
from docctl.registers.approval.approval_progress import (
    ApprovalProgress,
    approval_progress,
    asked_if_submitted,
    revision_at_work,
    sent_back,
)
from tests.factories.library import Office


def progress_for(office: Office, login: str, number: str = "POL-001", revision: int = 1) -> ApprovalProgress:
    """How far a revision is, as one person sees it."""
    with office.control.reading() as session:
        person = office.person(login)
        return approval_progress(session, person, revision_at_work(session, person, number, revision))


def test_a_reviewer_is_asked_before_an_approver(office: Office) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    seen = progress_for(office, "rob")
    assert [(step.kind, step.is_waiting, step.is_complete) for step in seen.steps] == [
        ("review", True, False),
        ("approve", False, False),
    ]
    assert (seen.kind, seen.meaning) == ("review", office.revision(revision_id).asked[0].meaning)
    assert progress_for(office, "ann").kind == ""
    office.review(revision_id)
    assert progress_for(office, "ann").kind == "approve"
    after = progress_for(office, "rob")
    assert after.has_signed
    assert [person.name for person in after.steps[0].signed] == ["Rob Reviewer"]


def test_an_author_may_recall_and_not_sign(office: Office) -> None:
    office.submit(office.write())
    seen = progress_for(office, "alice")
    assert (seen.kind, seen.may_recall, seen.may_send_back, seen.may_comment) == ("", True, False, False)
    assert all(person.name != "Alice Author" for step in seen.steps for person in step.asked)


def test_the_people_to_be_asked_are_known_before_submitting(office: Office, control: DocumentControl) -> None:
    revision_id = office.write()
    with control.reading() as session:
        steps, obstacle = asked_if_submitted(session, session.merge(office.revision(revision_id)))
    assert [person.name for step in steps for person in step.asked] == ["Rob Reviewer", "Ann Approver"]
    assert obstacle == ""


def test_a_route_that_nobody_can_fulfil_says_so(office: Office, control: DocumentControl) -> None:
    revision_id = office.write(author="carla")
    with control.reading() as session, session.no_autoflush:
        revision = session.merge(office.revision(revision_id))
        for login in ("rob", "ann"):
            session.get_one(User, office.people[login]).disabled = True
        steps, obstacle = asked_if_submitted(session, revision)
    assert steps == ()
    assert "only 0 can" in obstacle


def test_why_a_draft_came_back_is_known_until_it_is_submitted_again(office: Office, control: DocumentControl) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    shown = office.revision(revision_id).fingerprint
    reviewing.request_changes(control, revision_id, office.people["rob"], "Too vague", shown=shown)
    with control.reading() as session:
        back = sent_back(session, session.merge(office.revision(revision_id)))
    assert back is not None
    assert (back.name, back.reason, back.recalled) == ("Rob Reviewer", "Too vague", False)
    office.submit(revision_id)
    with control.reading() as session:
        assert sent_back(session, session.merge(office.revision(revision_id))) is None


@pytest.mark.parametrize(
    ("login", "number", "revision"), [("eve", "POL-001", 1), ("alice", "POL-001", 2), ("alice", "POL-9", 1)]
)
def test_what_one_may_not_know_of_is_as_absent(office: Office, login: str, number: str, revision: int) -> None:
    office.write()
    with office.control.reading() as session, pytest.raises(NotFoundError, match="There is no such document"):
        revision_at_work(session, office.person(login), number, revision)
