"""Notices: queued with what they tell of, sent at least once, and only to people who may read what they are about."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from docctl.actions.approval import reviewing
from docctl.actions.settings import administering
from docctl.actions.sign_in import signing_in
from docctl.document_control import DocumentControl
from docctl.domain.errors import SignInRefusedError, WrongStateError
from docctl.domain.notices.notice import MOST_ATTEMPTS, SERVER_AWAITED_AT_MOST, Notice
from docctl.domain.people.user import User
from docctl.domain.trail.events.trail import MirrorDenied
from docctl.followers import notices
from docctl.followers.catching_up import catch_up
from tests.factories.library import Clock, Office
from tests.factories.post_office import PostOffice, reach_by_mail


@pytest.fixture
def post_office(office: Office) -> Iterator[PostOffice]:
    """A mail server, and a library whose people have addresses."""
    server = PostOffice().open()
    control = office.control
    control.mail_server = server.as_setting()
    reach_by_mail(control)
    yield server
    server.close()


def _queue(control: DocumentControl) -> list[Notice]:
    with control.reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def test_whoever_is_asked_to_sign_is_told_and_authors_learn_the_outcome(
    office: Office, post_office: PostOffice
) -> None:
    revision = office.write("POL-001", "Quality policy")
    office.submit(revision)
    notices.follow(office.control)
    assert post_office.subjects() == ["POL-001 revision 1 waits for your review"]
    letter = post_office.letters[0]
    text = letter.get_body().get_content()
    assert letter["To"] == "Rob Reviewer <rob@town.example>"
    assert "“Quality policy”" in text
    assert "https://docs.riverton.example/documents/POL-001/revisions/1/review" in text
    office.review(revision)
    office.approve(revision)
    notices.follow(office.control)
    assert post_office.subjects("ann@") == ["POL-001 revision 1 waits for your approval"]
    assert post_office.subjects("alice@") == ["POL-001 revision 1 is in force"]
    assert post_office.subjects("eve@") == []


def test_what_is_sent_back_or_recalled_is_told_with_its_reason(office: Office, post_office: PostOffice) -> None:
    revision = office.write("POL-001")
    office.submit(revision)
    shown = office.revision(revision).fingerprint
    reviewing.request_changes(office.control, revision, office.people["rob"], "The scope is wrong", shown=shown)
    office.submit(revision)
    reviewing.recall(office.control, revision, office.people["alice"], "Not ready")
    notices.follow(office.control)
    (told,) = (letter for letter in post_office.letters if "alice@" in letter["To"])
    assert "The scope is wrong" in told.get_body().get_content()
    said = "what no longer waits for him is not told late, only that it went back"
    assert post_office.subjects("rob@") == ["POL-001 revision 1 is recalled"], said


def test_administrators_are_alerted_of_many_refused_sign_ins(office: Office, post_office: PostOffice) -> None:
    for _ in range(6):
        with pytest.raises(SignInRefusedError):
            signing_in.sign_in(office.control, "alice", "wrong password", "198.51.100.7")
    notices.follow(office.control)
    assert post_office.subjects() == ["Many sign-ins are refused"]
    assert "198.51.100.7" in post_office.letters[0].get_body().get_content()


def test_a_restricted_title_never_travels_by_mail(office: Office, post_office: PostOffice) -> None:
    office.publish("POL-004", "Layoffs of autumn", departments=("Management",))
    notices.follow(office.control)
    assert post_office.letters
    assert not [letter for letter in post_office.letters if "Layoffs" in letter.as_string()]


def test_who_may_no_longer_read_it_or_has_left_gets_nothing(office: Office, post_office: PostOffice) -> None:
    control, people = office.control, office.people
    revision = office.write("POL-004", "Layoffs", departments=("Management",))
    with control.deciding(people["carla"]) as decision:
        found = decision.session.get(type(office.revision(revision)), revision)
        for login in ("eve", "admin", "rob"):
            decision.notify(decision.session.get(User, people[login]), "Layoffs", "Layoffs", revision=found)
        decision.notify(decision.session.get(User, people["audra"]), "Layoffs", "Layoffs", revision=found)
        decision.notify(decision.session.get(User, people["eve"]), "Welcome", "Welcome")
        decision.record(MirrorDenied(), "audit trail")
    assert [notice.subject for notice in _queue(control)] == ["Layoffs", "Welcome"]
    administering.set_disabled(control, people["admin"], people["eve"], True)
    with control.remembering() as session:
        session.get(User, people["audra"]).roles = ["reader"]
    assert notices.follow(control) == 0
    assert not post_office.letters
    assert [notice.text for notice in _queue(control)] == ["", ""]


def test_a_refused_decision_tells_nobody(office: Office, post_office: PostOffice) -> None:
    def notify_and_fail() -> None:
        with office.control.deciding(None) as decision:
            decision.notify("witness@town.example", "Checkpoint", "five lines")
            raise WrongStateError("refused")

    with pytest.raises(WrongStateError):
        notify_and_fail()
    assert _queue(office.control) == []


def test_publishing_goes_on_without_the_mail_server_and_the_queue_drains_when_it_is_back(
    office: Office, post_office: PostOffice, clock: Clock
) -> None:
    port = post_office.port
    post_office.close()
    office.publish("POL-001")
    assert notices.follow(office.control) == 0
    catch_up(office.control)
    assert office.revision(1).issued_commit
    assert {notice.attempts for notice in _queue(office.control)} == {0}
    ids = [notice.message_id for notice in _queue(office.control)]
    post_office.open(port)
    clock.forward(hours=1)
    assert notices.follow(office.control) == len(ids)
    assert [letter["Message-ID"].strip("<>") for letter in post_office.letters] == ids
    assert notices.follow(office.control) == 0


def test_a_letter_that_is_always_refused_is_given_up_and_can_be_sent_again(
    office: Office, post_office: PostOffice, clock: Clock
) -> None:
    post_office.refused = {"rob@town.example": 450}
    office.submit(office.write("POL-001"))
    for _ in range(MOST_ATTEMPTS):
        assert _queue(office.control)[0].given_up_at is None
        notices.follow(office.control)
        clock.forward(hours=5)
    (notice,) = _queue(office.control)
    assert notice.given_up_at is not None
    assert notice.trouble == "The mail server refuses the address (450)."
    post_office.refused = {}
    assert notices.follow(office.control) == 0


def test_a_server_that_stays_away_is_given_up_after_days(office: Office, post_office: PostOffice, clock: Clock) -> None:
    post_office.close()
    office.submit(office.write("POL-001"))
    notices.follow(office.control)
    clock.forward(days=SERVER_AWAITED_AT_MOST.days, hours=1)
    notices.follow(office.control)
    assert _queue(office.control)[0].given_up_at is not None


def test_a_notice_whose_sender_was_killed_is_sent_again_under_the_same_id(
    office: Office, post_office: PostOffice, clock: Clock
) -> None:
    office.submit(office.write("POL-001"))
    assert len(notices._claim(office.control)) == 1
    assert notices.follow(office.control) == 0
    clock.forward(hours=1)
    assert notices.follow(office.control) == 1
    assert post_office.letters[0]["Message-ID"].strip("<>") == _queue(office.control)[0].message_id


def test_sent_notices_are_forgotten_after_a_month(office: Office, post_office: PostOffice, clock: Clock) -> None:
    office.submit(office.write("POL-001"))
    notices.follow(office.control)
    notices.clear_away(office.control)
    assert len(_queue(office.control)) == 1
    clock.forward(days=31)
    notices.clear_away(office.control)
    assert _queue(office.control) == []


def test_without_mail_nothing_is_queued(office: Office) -> None:
    office.publish("POL-001")
    assert _queue(office.control) == []
