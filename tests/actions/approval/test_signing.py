"""Review and approval: signatures bind what was shown, by people who did not write it, each counted once."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from docctl.actions.approval import approving, reviewing
from docctl.actions.documents import drafting, withdrawing
from docctl.actions.issued_files import publishing
from docctl.actions.rights import laying_routes
from docctl.actions.settings import administering
from docctl.domain.approval.approval_route import ANY, APPROVE, RouteStep
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import (
    AlreadySignedError,
    DocctlError,
    IncompleteRouteError,
    InvalidInputError,
    NotFoundError,
    NotYourTurnError,
    SelfApprovalError,
    StaleRevisionError,
    WrongPasswordError,
    WrongStateError,
)
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.audit_trail import Act, Event
from tests.factories.library import PASSWORD, Clock, Office

pytestmark = pytest.mark.both_databases


def _state(office: Office, revision_id: int) -> str:
    return office.revision(revision_id).state


def test_the_last_signatures_carry_a_revision_into_force(office: Office) -> None:
    made = office.write("POL-001")
    states = [_state(office, made)]
    for step in (office.submit, office.review, office.approve):
        step(made)
        states.append(_state(office, made))
    assert states == [State.DRAFT, State.IN_REVIEW, State.IN_APPROVAL, State.IN_FORCE]


def test_a_signature_copies_everything_that_could_change_later(office: Office) -> None:
    made = office.publish("POL-001")
    administering.change_user(
        office.control,
        office.people["admin"],
        office.people["ann"],
        name="Ann Married",
        email="",
        department="Procurement",
        roles=[],
    )
    with office.control.reading() as session:
        signature = session.get_one(Revision, made).signatures[-1]
    assert signature.printed_name == "Ann Approver"
    assert signature.meaning == "I approve this revision for use."
    assert signature.time_zone == "Europe/Berlin"
    assert signature.fingerprint == office.revision(made).fingerprint
    assert signature.rule == "1 of 1"


def test_nobody_signs_what_they_wrote(office: Office) -> None:
    made = office.write("POL-001", author="carla")
    office.save(made, "# Also by Alice\n")
    office.submit(made)
    for login in ("carla", "alice"):
        with pytest.raises(SelfApprovalError, match="nobody signs what they wrote"):
            office.review(made, login)


def test_an_author_who_is_also_approver_is_refused_even_by_another_account(office: Office) -> None:
    admin = office.people["admin"]
    second = administering.add_user(
        office.control, admin, login="alice2", name="Alice Twice", roles=["approver"], person="alice"
    )
    secret = administering.issue_link(office.control, admin, second)
    administering.choose_password(office.control, secret, PASSWORD)
    made = office.write("POL-001")
    office.submit(made)
    office.review(made)
    shown = office.revision(made).fingerprint
    with pytest.raises(SelfApprovalError):
        approving.approve(office.control, made, second, shown=shown, credentials=Credentials(PASSWORD))
    assert _state(office, made) == State.IN_APPROVAL


def test_a_wrong_password_signs_nothing_and_is_recorded(office: Office) -> None:
    made = office.write("POL-001")
    office.submit(made)
    shown = office.revision(made).fingerprint
    with pytest.raises(WrongPasswordError):
        reviewing.review(office.control, made, office.people["rob"], shown=shown, credentials=Credentials("wrong"))
    assert _state(office, made) == State.IN_REVIEW
    with office.control.reading() as session:
        refused = session.scalars(select(Event).where(Event.act == Act.SIGNING_REFUSED)).all()
    assert [event.actor_name for event in refused] == ["Rob Reviewer"]


def test_a_signature_binds_only_what_was_shown(office: Office) -> None:
    made = office.write("POL-001")
    office.submit(made)
    shown = office.revision(made).fingerprint
    reviewing.request_changes(office.control, made, office.people["rob"], "unclear", shown=shown)
    office.save(made, "# Another text\n")
    office.submit(made)
    with pytest.raises(StaleRevisionError, match="no longer the text you were shown"):
        reviewing.review(office.control, made, office.people["rob"], shown=shown, credentials=Credentials(PASSWORD))
    assert office.revision(made).state == State.IN_REVIEW


def test_one_person_counts_once(office: Office) -> None:
    steps = (
        RouteStep(APPROVE, "first", ANY, roles=("approver",)),
        RouteStep(APPROVE, "second", ANY, roles=("approver", "controller")),
    )
    laying_routes.set_route(office.control, office.people["carla"], "Review and approval", steps)
    made = office.write("POL-001")
    office.submit(made)
    office.approve(made)
    with pytest.raises(AlreadySignedError, match="one person counts once"):
        office.approve(made)
    assert _state(office, made) == State.IN_APPROVAL


def test_one_signature_sent_many_times_at_once_counts_once(office: Office) -> None:
    made = office.write("POL-001")
    office.submit(made)
    outcomes: list[str] = []

    def sign() -> None:
        try:
            office.review(made)
            outcomes.append("signed")
        except DocctlError as refusal:
            outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=sign) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("signed") == 1
    with office.control.reading() as session:
        assert len(session.get_one(Revision, made).signatures) == 1


def test_approvers_sign_in_order(office: Office) -> None:
    office.give_roles("rob", "approver")
    steps = (
        RouteStep(APPROVE, "first", ANY, people=(office.people["rob"],)),
        RouteStep(APPROVE, "second", ANY, people=(office.people["ann"],)),
    )
    laying_routes.set_route(office.control, office.people["carla"], "Review and approval", steps)
    made = office.write("POL-001")
    office.submit(made)
    with pytest.raises(NotYourTurnError):
        office.approve(made, "ann")
    office.approve(made, "rob")
    office.approve(made, "ann")
    assert _state(office, made) == State.IN_FORCE


def test_a_route_under_way_is_not_touched_by_a_change_of_the_route(office: Office) -> None:
    made = office.write("POL-001")
    office.submit(made)
    office.give_roles("eve", "approver")
    step = RouteStep(APPROVE, "quick", ANY, people=(office.people["eve"],))
    laying_routes.set_route(office.control, office.people["carla"], "Review and approval", [step])
    with pytest.raises(NotFoundError):
        office.approve(made, "eve")
    office.review(made)
    office.approve(made)
    assert _state(office, made) == State.IN_FORCE


def test_a_revision_nobody_could_approve_is_not_submitted(office: Office) -> None:
    administering.set_disabled(office.control, office.people["admin"], office.people["ann"], True, left_open="Left")
    made = office.write("POL-001")
    with pytest.raises(IncompleteRouteError, match="approver"):
        office.submit(made)
    assert _state(office, made) == State.DRAFT


def test_who_lost_the_role_no_longer_signs(office: Office) -> None:
    made = office.write("POL-001")
    office.submit(made)
    admin, rob = office.people["admin"], office.people["rob"]
    administering.change_user(office.control, admin, rob, name="Rob", email="", department="", roles=[])
    with pytest.raises(NotYourTurnError):
        office.review(made)


def test_requested_changes_send_the_revision_back_and_void_its_signatures(office: Office) -> None:
    made = office.write("POL-001")
    office.submit(made)
    office.review(made)
    shown = office.revision(made).fingerprint
    reviewing.request_changes(office.control, made, office.people["ann"], "too long", shown=shown)
    assert _state(office, made) == State.DRAFT
    office.submit(made)
    with office.control.reading() as session:
        revision = session.get_one(Revision, made)
        assert revision.valid_signatures == []
        assert len(revision.signatures) == 1
    office.review(made)
    office.approve(made)
    assert _state(office, made) == State.IN_FORCE


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_changes_are_requested_recalled_discarded_and_withdrawn_only_with_a_reason(office: Office, reason: str) -> None:
    made = office.write("POL-001")
    alice, rob = office.people["alice"], office.people["rob"]
    with pytest.raises(InvalidInputError):
        drafting.discard(office.control, made, alice, reason)
    office.submit(made)
    shown = office.revision(made).fingerprint
    with pytest.raises(InvalidInputError):
        reviewing.request_changes(office.control, made, rob, reason, shown=shown)
    with pytest.raises(InvalidInputError):
        reviewing.recall(office.control, made, alice, reason)
    with pytest.raises(InvalidInputError):
        withdrawing.withdraw(office.control, office.document_id("POL-001"), office.people["carla"], reason)
    assert _state(office, made) == State.IN_REVIEW


def test_an_author_recalls_what_was_submitted(office: Office) -> None:
    made = office.write("POL-001")
    office.submit(made)
    reviewing.recall(office.control, made, office.people["alice"], "a mistake found")
    assert _state(office, made) == State.DRAFT


def test_comments_stand_on_sections_and_are_closed(office: Office) -> None:
    made = office.write("POL-001")
    with pytest.raises(NotFoundError):
        reviewing.comment(office.control, made, office.people["rob"], "early")
    with pytest.raises(WrongStateError):
        reviewing.comment(office.control, made, office.people["carla"], "early")
    office.submit(made)
    reviewing.comment(office.control, made, office.people["rob"], "Who decides?", "Purpose")
    with office.control.reading() as session:
        remark = session.get_one(Revision, made).comments[0]
    assert (remark.text, remark.section, remark.printed_name) == ("Who decides?", "Purpose", "Rob Reviewer")
    reviewing.close_comment(office.control, made, office.people["alice"], remark.id)
    with office.control.reading() as session:
        assert session.get_one(Revision, made).comments[0].closed_by == "Alice Author"


def test_a_planned_revision_comes_into_force_on_its_day(office: Office, clock: Clock) -> None:
    first = office.publish("POL-001")
    second = office.open_revision("POL-001")
    office.save(second, "# Later\n")
    office.carry_through(second, effective=date(2026, 3, 12))
    assert _state(office, second) == State.APPROVED
    assert publishing.publish_due(office.control) == []
    clock.forward(days=10)
    assert publishing.publish_due(office.control) == ["POL-001 revision 2"]
    assert (_state(office, first), _state(office, second)) == (State.SUPERSEDED, State.IN_FORCE)
    assert office.revision(second).effective_date == date(2026, 3, 12)
    assert office.revision(second).review_due == date(2028, 3, 12)


def test_an_effective_date_in_the_past_is_refused(office: Office) -> None:
    made = office.write("POL-001")
    with pytest.raises(InvalidInputError, match="lies in the past"):
        office.submit(made, effective=date(2026, 3, 1))
    assert _state(office, made) == State.DRAFT


def test_the_day_begins_where_the_organisation_is(office: Office, clock: Clock) -> None:
    made = office.write("POL-001")
    office.carry_through(made, effective=date(2026, 3, 3))
    clock.forward(hours=14)  # 23:00 in UTC is 0:00 of the next day in Berlin
    assert publishing.publish_due(office.control) == ["POL-001 revision 1"]


def test_a_controller_may_bring_it_into_force_before_its_day(office: Office) -> None:
    made = office.write("POL-001")
    office.carry_through(made, effective=date(2027, 1, 1))
    with pytest.raises(DocctlError):
        publishing.publish_now(office.control, made, office.people["alice"])
    publishing.publish_now(office.control, made, office.people["carla"])
    assert _state(office, made) == State.IN_FORCE


def test_nothing_skips_its_signatures(office: Office) -> None:
    made = office.write("POL-001")
    with pytest.raises(WrongStateError):
        publishing.publish_now(office.control, made, office.people["carla"])
    office.submit(made)
    with pytest.raises(WrongStateError):
        publishing.publish_now(office.control, made, office.people["carla"])
    with pytest.raises(NotYourTurnError):
        office.approve(made)


def test_a_withdrawn_document_is_obsolete_and_takes_no_more_steps(office: Office) -> None:
    made = office.publish("POL-001")
    withdrawing.withdraw(office.control, office.document_id("POL-001"), office.people["carla"], "replaced by POL-002")
    assert _state(office, made) == State.OBSOLETE
    assert office.revision(made).ended_because == "replaced by POL-002"
    with pytest.raises(WrongStateError):
        withdrawing.withdraw(office.control, office.document_id("POL-001"), office.people["carla"], "again")
    with pytest.raises(WrongStateError):
        office.approve(made)


def test_an_empty_text_is_not_submitted(office: Office) -> None:
    made = office.write("POL-001", text=" \n")
    with pytest.raises(WrongStateError, match="no text yet"):
        office.submit(made)


def test_what_somebody_gives_to_sign_is_never_written_out() -> None:
    given = Credentials("a long secret", login="rob", code="123456", session="0a1b2c")
    assert "rob" in repr(given)
    assert not [secret for secret in (given.password, given.code, given.session) if secret in repr(given)]
