"""Checks that the secrets of accounts are those that events committed to, without knowing any of them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.operations.stops import Stop, thing
from docctl.domain.people.user import User
from docctl.domain.sign_in.access_request import AccessRequest
from docctl.domain.sign_in.commitments import (
    OF_AN_ACCOUNT,
    OF_EVERYBODY,
    PASSWORD,
    Commitments,
    KeptLink,
    all_codes,
)
from docctl.domain.sign_in.second_factor import RecoveryCode, SecondFactor
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.reading import readable
from docctl.registers.integrity.finding import LOOK_INTO, Finding, broken, unauthorised


def committed(session: Session) -> Commitments:
    """Return what the events of all accounts committed to."""
    accounts = {subject: user.id for user in session.scalars(select(User)) for subject in user.subjects}
    found = Commitments()
    wanted = select(Event.text).where(Event.act.in_((*OF_AN_ACCOUNT, *OF_EVERYBODY))).order_by(Event.seq)
    for event in readable(session.scalars(wanted)):
        found.take(event, accounts.get(event.subject[:120], 0))
    return found


def check_secrets(session: Session, commitments: Commitments) -> Iterator[Finding]:
    """Find accounts of which a password, a device or recovery codes were changed without an event."""
    confirmed = select(SecondFactor).where(SecondFactor.confirmed_at.is_not(None))
    devices = {factor.user_id: factor.seed for factor in session.scalars(confirmed)}
    codes: dict[int, list[str]] = defaultdict(list)
    for code in session.scalars(select(RecoveryCode)):
        codes[code.user_id].append(code.code_hash)
    links: dict[int, list[KeptLink]] = defaultdict(list)
    for request in session.scalars(select(AccessRequest)):
        if request.user_id is not None:
            links[request.user_id].append((request.secret_hash, request.valid_until))
    users = session.scalars(select(User).order_by(User.id)).all()
    for number in links.keys() - {user.id for user in users}:
        yield broken("I4", f"account {number}", f"A one-time link is kept for account {number}, which is not there.",
                     f"{LOOK_INTO}; {MEND}")  # fmt: skip
    for user in users:
        if user.one_time_hash:
            links[user.id].append((user.one_time_hash, user.one_time_until))
        secrets = user.password_hash, devices.get(user.id, ""), all_codes(codes[user.id])
        for what in commitments.changed(user.id, *secrets, links[user.id]):
            if what == PASSWORD and not commitments.was_set(what, user.id):
                # Nobody is let in by it, so nothing stops.
                sentence = f"A password is kept for {user.login}, but no event says that one was chosen."
                yield replace(unauthorised("I4", user.login, sentence), remedy=f"{LOOK_INTO}; {MEND}")
                continue
            sentence = f"What is kept of the {what} of {user.login} is not what its event committed to."
            yield broken("I4", user.login, sentence, f"{LOOK_INTO}; {MEND}", thing(Stop.ACCOUNT, user.login))


MEND = "whoever it belongs to chooses a new password by a one-time link, or sets the second factor up anew"
