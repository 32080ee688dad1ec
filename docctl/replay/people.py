"""Replays who the people are: those behind the accounts, and those who have none."""

from docctl.domain.people.person import Person, person_of, person_without_account
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.personnel import (
    Particulars,
    PersonAdded,
    PersonChanged,
    PersonEnded,
    PersonEndTakenBack,
)
from docctl.domain.trail.events.recorded import Recorded
from docctl.replay.replaying import Rebuild, Replayed, on


def meet(state: Replayed, account: User, *, is_mail_told: bool) -> None:
    """Make the person of a new account, unless they were there before."""
    person = state.rows.named(Person, account.person)
    if person is None:
        person = person_of(state.rows.highest(Person) + 1, account)
        state.rows.add(person)
        state.rows.leave_open(person, "email", is_open=not is_mail_told)
    elif person.account_id is None:
        person.belongs_to(account)


def follow(state: Replayed, account: User, *, is_mail_told: bool) -> None:
    """Let a person be called as their first account is, which an event changed."""
    person = state.rows.named(Person, account.person)
    if person is not None and person.is_told_by(account):
        person.take_from(account)
        if is_mail_told:
            state.rows.leave_open(person, "email", is_open=False)


def _add(state: Replayed, event: Recorded[PersonAdded]) -> None:
    person = person_without_account(event.details.person, event.details.name)
    _take(state, person, event.details)
    state.rows.add(person)


def _change(state: Replayed, event: Recorded[PersonChanged]) -> None:
    _take(state, state.row(Person, event.details.new.person), event.details.new)


def _take(state: Replayed, person: Person, told: Particulars) -> None:
    person.take(told, None if told.supervisor is None else state.row(Person, told.supervisor))


def _end(state: Replayed, event: Recorded[PersonEnded]) -> None:
    state.row(Person, event.details.person).ended_on = event.details.last_day


def _take_back_end(state: Replayed, event: Recorded[PersonEndTakenBack]) -> None:
    state.row(Person, event.details.person).ended_on = None


REBUILDS: dict[Act, Rebuild] = dict(
    (
        on(PersonAdded, _add),
        on(PersonChanged, _change),
        on(PersonEnded, _end),
        on(PersonEndTakenBack, _take_back_end),
    )
)
