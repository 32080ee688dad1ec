"""Checks that secrets and sessions of accounts are those that events committed to, without knowing any of them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.operations.stops import Stop, thing
from docctl.domain.people.user import User
from docctl.domain.sign_in.access_request import AccessRequest
from docctl.domain.sign_in.bound_session import END_SESSIONS, is_ended_by, is_opened_by
from docctl.domain.sign_in.commitments import (
    OF_AN_ACCOUNT,
    OF_EVERYBODY,
    PASSWORD,
    Commitments,
    KeptLink,
    all_codes,
)
from docctl.domain.sign_in.second_factor import RecoveryCode, SecondFactor
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.people import UserDisabled
from docctl.domain.trail.events.reading import readable
from docctl.domain.trail.events.sign_in import UserPasswordChosen, UserSignedIn
from docctl.registers.integrity.finding import LOOK_INTO, Finding, broken, unauthorised

MEND = "whoever it belongs to chooses a new password by a one-time link, or sets the second factor up anew"
END = "an administrator ends the sessions of the account"


def committed(session: Session) -> Commitments:
    """Return what the events of all accounts committed to."""
    accounts = {subject: user.id for user in session.scalars(select(User)) for subject in user.subjects}
    found = Commitments()
    wanted = select(Event.text).where(Event.act.in_((*OF_AN_ACCOUNT, *OF_EVERYBODY))).order_by(Event.seq)
    for event in readable(session.scalars(wanted)):
        found.take(event, accounts.get(event.subject[:120], 0))
    return found


def check_secrets(session: Session, commitments: Commitments) -> Iterator[Finding]:
    """Find accounts of which a password, a device, recovery codes or a session were changed without an event."""
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
    yield from check_sessions(session)


def check_sessions(session: Session) -> Iterator[Finding]:
    """Find sessions that were planted, turned to another account, prolonged, or brought back; all are refused at use.

    Nobody is let in by a session of an earlier version, or by one that was opened while the trail took no event and
    is not sealed, so these are passed over.
    """
    users = {user.id: user for user in session.scalars(select(User))}
    for row in session.scalars(select(WebSession).where(WebSession.signed_in_by.is_not(None))):
        user = users.get(row.user_id)
        if user is None or not _is_as_opened(session, row, user):
            login = user.login if user is not None else f"account {row.user_id}"
            sentence = f"A session of {login} is not as a sign-in opened it, or goes on after its end."
            yield broken("I4", login, sentence, f"{LOOK_INTO}; {END}", thing(Stop.ACCOUNT, login))


def _is_as_opened(session: Session, row: WebSession, user: User) -> bool:
    opened = next(readable(session.scalars(select(Event.text).where(Event.seq == row.signed_in_by))), None)
    if opened is None:
        return False
    if isinstance(opened.details, UserSignedIn) and opened.details.session is None:
        return True
    later = Event.subject.in_(user.subjects), Event.act.in_(END_SESSIONS), Event.seq > row.signed_in_by
    ended = [each for each in readable(session.scalars(select(Event.text).where(*later))) if is_ended_by(row, each)]
    # A row that is over for these stays until the next sign-in clears it away.
    is_let_lie = user.disabled or row.session_key != user.session_key
    left = [each for each in ended if not isinstance(each.details, UserPasswordChosen | UserDisabled)]
    return is_opened_by(row, opened) and not (left if is_let_lie else ended)
