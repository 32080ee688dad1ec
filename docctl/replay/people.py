"""Replays who the people behind the accounts are."""

from docctl.domain.people.person import Person, person_of
from docctl.domain.people.user import User
from docctl.replay.replaying import Replayed


def meet(state: Replayed, account: User, *, is_mail_told: bool) -> None:
    """Make the person of a new account, unless another account of theirs was there before."""
    if state.rows.named(Person, account.person) is None:
        person = person_of(state.rows.highest(Person) + 1, account)
        state.rows.add(person)
        state.rows.leave_open(person, "email", is_open=not is_mail_told)


def follow(state: Replayed, account: User, *, is_mail_told: bool) -> None:
    """Let a person be called as their first account is, which an event changed."""
    person = state.rows.named(Person, account.person)
    if person is not None and person.is_told_by(account):
        person.take_from(account)
        if is_mail_told:
            state.rows.leave_open(person, "email", is_open=False)
