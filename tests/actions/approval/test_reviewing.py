"""Going back and coming again: who is told, what a signer meets, and the day that was once asked for."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from docctl.actions.approval import reviewing
from docctl.actions.documents import drafting
from docctl.actions.people import leaving
from docctl.domain.errors import EffectiveDatePassedError, InvalidInputError, NotFoundError, RevisionReturnedError
from docctl.domain.notices.letter import MailServer
from docctl.domain.notices.notice import Notice
from docctl.domain.trail.audit_trail import Act, Event
from docctl.registers.approval.approval_progress import revision_at_work
from docctl.registers.integrity.verifying import verify
from docctl.registers.people.work_queue import work_queue
from tests.factories.library import Clock, Office
from tests.factories.post_office import reach_by_mail


@pytest.fixture
def post(office: Office) -> Office:
    """The library with mail, and addresses for all."""
    office.control.mail_server = MailServer("127.0.0.1", 25, "docctl@town.example", site="https://docs.town.example")
    reach_by_mail(office.control)
    return office


def told(office: Office, word: str) -> dict[str, Notice]:
    """Who is told of something, by login."""
    with office.control.reading() as session:
        notices = session.scalars(select(Notice).where(Notice.subject.contains(word))).all()
        return {notice.user.login: notice for notice in notices if notice.user is not None}


def submitted(office: Office, *, signed: bool = False) -> int:
    """A revision in review, or reviewed and in approval."""
    revision_id = office.write("POL-001")
    office.submit(revision_id)
    if signed:
        office.review(revision_id)
    return revision_id


def recall(office: Office, revision_id: int) -> None:
    """Alice takes it back."""
    reviewing.recall(office.control, revision_id, office.people["alice"], "A number is wrong")


def test_those_who_were_asked_or_signed_are_told_of_a_recall_and_nobody_else(post: Office) -> None:
    revision_id = submitted(post, signed=True)
    recall(post, revision_id)
    notices = told(post, "is recalled")
    assert set(notices) == {"rob", "ann"}  # rob signed, ann was asked; eve and carla were not
    assert "A number is wrong" in notices["ann"].text
    assert notices["ann"].path == "/documents/POL-001/revisions/1/review"


def test_who_was_not_asked_yet_is_not_told_of_a_request_for_changes(post: Office) -> None:
    revision_id = submitted(post)
    shown = post.revision(revision_id).fingerprint
    reviewing.request_changes(post.control, revision_id, post.people["rob"], "Say who weighs", shown=shown)
    assert set(told(post, "sent back")) == {"alice"}  # rob did it, and ann was not asked yet


def test_a_discard_is_told_to_those_who_signed_before(post: Office) -> None:
    revision_id = submitted(post, signed=True)
    recall(post, revision_id)
    drafting.discard(post.control, revision_id, post.people["carla"], "Given up")
    assert set(told(post, "is discarded")) == {"alice", "rob"}


def test_whoever_is_replaced_is_told(post: Office) -> None:
    revision_id = submitted(post)
    post.give_roles("carla", "controller", "reviewer")
    leaving.reassign(
        post.control, revision_id, post.people["carla"], instead_of_id=post.people["rob"],
        successor_id=post.people["carla"], reason="On leave",
    )  # fmt: skip
    assert "On leave" in told(post, "no longer waits for you")["rob"].text
    with post.control.reading() as session, pytest.raises(RevisionReturnedError, match="On leave"):
        revision_at_work(session, post.person("rob"), "POL-001", 1)


@pytest.mark.parametrize("login", ["rob", "ann"])
def test_a_signer_whose_revision_was_recalled_learns_what_happened_and_has_no_task_left(
    office: Office, login: str
) -> None:
    revision_id = submitted(office, signed=True)
    recall(office, revision_id)
    person = office.person(login)
    with office.control.reading() as session:
        with pytest.raises(RevisionReturnedError, match=r"recalled by Alice .* on \d+ March 2026 .*A number is wrong"):
            revision_at_work(session, person, "POL-001", 1)
        queue = work_queue(office.control, session, person)
        assert not queue.to_review + queue.to_approve


def test_who_was_never_asked_still_learns_nothing(office: Office) -> None:
    revision_id = submitted(office)
    recall(office, revision_id)
    with office.control.reading() as session, pytest.raises(NotFoundError):
        revision_at_work(session, office.person("eve"), "POL-001", 1)


def resubmit(office: Office, revision_id: int, effective: date | None = None, *, at_once: bool = False) -> None:
    """Submit again as the author."""
    reviewing.submit(
        office.control, revision_id, office.people["alice"], change_summary="Again", effective_date=effective,
        based_on=office.revision(revision_id).fingerprint, at_once=at_once,
    )  # fmt: skip


def wanted(office: Office, revision_id: int) -> date | None:
    """The day a revision is wanted from."""
    return office.revision(revision_id).wanted_effective_date


def test_a_day_that_was_asked_for_once_is_kept_through_going_back(office: Office) -> None:
    day = date(2026, 5, 1)
    revision_id = office.write("POL-001")
    office.submit(revision_id, effective=day)
    shown = office.revision(revision_id).fingerprint
    reviewing.request_changes(office.control, revision_id, office.people["rob"], "Say who", shown=shown)
    resubmit(office, revision_id)
    assert wanted(office, revision_id) == day
    recall(office, revision_id)
    resubmit(office, revision_id, at_once=True)
    assert wanted(office, revision_id) is None
    recall(office, revision_id)
    resubmit(office, revision_id, day + timedelta(days=1))
    assert wanted(office, revision_id) == day + timedelta(days=1)
    assert all(finding.severity == "repairable" for finding in verify(office.control).findings)


def test_a_day_that_has_passed_is_never_taken_for_today_unseen(office: Office, clock: Clock) -> None:
    revision_id = office.write("POL-001")
    office.submit(revision_id, effective=date(2026, 3, 10))
    recall(office, revision_id)
    clock.forward(days=20)
    with pytest.raises(EffectiveDatePassedError, match="10 March 2026, which has passed"):
        resubmit(office, revision_id)
    with pytest.raises(InvalidInputError):
        resubmit(office, revision_id, date(2026, 3, 10))
    resubmit(office, revision_id, at_once=True)
    assert wanted(office, revision_id) is None


def test_a_late_last_signature_says_from_when_it_was_wanted(post: Office, clock: Clock) -> None:
    revision_id = post.write("POL-001")
    post.submit(revision_id, effective=date(2026, 3, 10))
    post.review(revision_id)
    clock.forward(days=20)
    post.approve(revision_id)
    assert "wanted from 10 March 2026" in told(post, "is in force")["alice"].text
    with post.control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.REVISION_IN_FORCE)).one()
    assert event.plain_values["wanted_effective_date"] == "2026-03-10"
    assert event.plain_values["effective_date"] > "2026-03-10"
