"""W13: the host's clock jumps; the trail never goes back, and nobody signs before an administrator confirms it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from docctl.actions.issued_files import publishing
from docctl.actions.sign_in import signing_in
from docctl.actions.trail import confirming_clock
from docctl.document_control import DocumentControl
from docctl.domain.errors import ClockDoubtfulError, InvalidInputError, NotPermittedError, WrongStateError
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.host_clock import CLOCK_ACTS, ClockLimits
from docctl.registers.integrity.verifying import verify
from tests.factories.library import PASSWORD, Clock, Office

IDLE = timedelta(hours=10)
JUMPS = [(-1, Act.CLOCK_REGRESSED), (367, Act.CLOCK_LEAPT)]


@pytest.fixture
def watched(office: Office) -> Office:
    """A library that looks at its clock, as one in service does."""
    office.control.clock_limits = ClockLimits()
    return office


@pytest.fixture
def in_review(watched: Office) -> int:
    """A revision that waits for rob."""
    made = watched.write("POL-001")
    watched.submit(made)
    return made


def events(control: DocumentControl) -> list[Event]:
    """Every event, in order."""
    with control.reading() as session:
        return list(session.scalars(select(Event).order_by(Event.seq)))


def said_of_clock(control: DocumentControl) -> list[str]:
    """What the trail says of the clock."""
    return [event.act for event in events(control) if event.act in CLOCK_ACTS]


@pytest.mark.both_databases
@pytest.mark.parametrize(("days", "act"), JUMPS)
def test_w13_signing_is_refused_after_a_jump_until_an_administrator_confirms(
    watched: Office, in_review: int, clock: Clock, days: int, act: Act
) -> None:
    """W13: host clock set back 1 day / forward 1 year."""
    control, before = watched.control, events(watched.control)[-1].happened_at
    clock.forward(days=days)
    with pytest.raises(ClockDoubtfulError, match="until an administrator has set the clock"):
        watched.review(in_review)
    with pytest.raises(ClockDoubtfulError):
        watched.review(in_review)
    assert said_of_clock(control) == [act]
    assert events(control)[-1].happened_at == before
    with pytest.raises(NotPermittedError):
        confirming_clock.confirm_clock(control, watched.people["carla"], "It looks right to me")
    confirming_clock.confirm_clock(control, watched.people["admin"], "The time server had failed")
    watched.review(in_review)
    watched.approve(in_review)
    assert watched.revision(in_review).state == "IN_FORCE"
    assert said_of_clock(control) == [act, Act.CLOCK_CONFIRMED]
    times = [event.happened_at for event in events(control)]
    assert times == sorted(times)
    assert not [finding for finding in verify(control).findings if finding.rule == "I4"]


def test_w13_a_clock_that_leapt_and_was_set_right_leaves_no_event_in_the_future(
    watched: Office, in_review: int, clock: Clock
) -> None:
    clock.forward(days=3650)
    watched.write("POL-002")
    clock.forward(days=-3650)
    right = clock.instant
    confirming_clock.confirm_clock(watched.control, None, "The battery was changed")
    watched.review(in_review)
    assert right < events(watched.control)[-1].happened_at < right + timedelta(hours=1)


def test_w13_a_second_jump_after_a_confirmed_one_is_recorded_again(
    watched: Office, in_review: int, clock: Clock
) -> None:
    clock.forward(days=-1)
    watched.write("POL-002")
    confirming_clock.confirm_clock(watched.control, None, "It was a day ahead")
    clock.forward(hours=-5)
    with pytest.raises(ClockDoubtfulError):
        watched.review(in_review)
    confirming_clock.confirm_clock(watched.control, None, "And five hours more")
    clock.forward(days=3)
    watched.write("POL-003")
    clock.forward(days=-1)
    watched.write("POL-004")
    assert said_of_clock(watched.control) == [Act.CLOCK_REGRESSED, Act.CLOCK_CONFIRMED] * 2 + [Act.CLOCK_REGRESSED]


def test_w13_nothing_comes_into_force_by_a_clock_that_leapt(watched: Office, clock: Clock) -> None:
    made = watched.write("POL-001")
    watched.carry_through(made, effective=clock.instant.date() + timedelta(days=30))
    clock.forward(days=400)
    assert publishing.publish_due(watched.control) == []
    assert publishing.publish_due(watched.control) == []
    with pytest.raises(ClockDoubtfulError):
        publishing.publish_now(watched.control, made, watched.people["carla"])
    assert watched.revision(made).state == "APPROVED"
    assert said_of_clock(watched.control) == [Act.CLOCK_LEAPT]


@pytest.mark.parametrize(("days", "act"), JUMPS)
def test_w13_people_can_still_sign_in_while_the_clock_is_doubtful(
    watched: Office, clock: Clock, days: int, act: Act
) -> None:
    clock.forward(days=days)
    _, first = signing_in.sign_in(watched.control, "admin", PASSWORD)
    signing_in.sign_in(watched.control, "admin", PASSWORD)
    assert signing_in.signed_in_person(watched.control, first, IDLE) is not None
    assert said_of_clock(watched.control) == [act]


def test_w13_a_clock_that_did_not_jump_has_nothing_to_confirm(watched: Office, clock: Clock) -> None:
    clock.instant -= timedelta(seconds=2)
    watched.write("POL-001")
    clock.forward(days=365)
    watched.write("POL-002")
    assert said_of_clock(watched.control) == []
    with pytest.raises(WrongStateError):
        confirming_clock.confirm_clock(watched.control, None, "To be sure")
    with pytest.raises(InvalidInputError):
        confirming_clock.confirm_clock(watched.control, None, " ")
