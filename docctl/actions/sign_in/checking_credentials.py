"""Checking credentials: the one place where a password, a code or the secret of a link is compared.

What is wrong is counted for the account, the address and both together, recorded, slowed down, and the fifth time ends
the session in which it was given, wherever it was asked for. No account is ever locked. Each count makes only those
wait who could be the one who guesses:

- whoever is signed in is bound by the five of their session, and waits for nobody else's guesses;
- a browser in which the account was signed in before has a count of its own;
- at an address where the account was signed in lately, only guesses at this account from there count;
- everybody else also waits where many guesses came from their address, or at this account from anywhere.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.notices import alerting, notifying
from docctl.actions.sign_in.committed import commitments_of, require_committed
from docctl.actions.sign_in.second_factor import code_holds, device_key, has_factor
from docctl.document_control import Decision, DocumentControl
from docctl.domain.errors import DocctlError, SessionEndedError, SignInRefusedError, SignInThrottledError
from docctl.domain.people.user import User
from docctl.domain.sign_in.access_request import AccessRequest
from docctl.domain.sign_in.commitments import CODES, DEVICE, PASSWORD
from docctl.domain.sign_in.credential import NOTHING_SHOWN, Credential
from docctl.domain.sign_in.second_factor import RECOVERY_CODE, SecondFactor, plain_code
from docctl.domain.sign_in.web_session import (
    ALLOWANCES,
    HELD,
    TOLD_EVERY,
    WRONG_PASSWORDS,
    SignInAttempts,
    WebSession,
    attempt_ids,
)
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import details_of
from docctl.domain.trail.events.sign_in import (
    UserSessionEnded,
    UserSignedIn,
    UserSignInNotLookedAt,
    UserSignInRefused,
    UserSignInThrottled,
)

UNKNOWN = "user:unknown"
OF_LINKS = " one-time link"  # no login holds a space
FORGOTTEN_AFTER = timedelta(days=1)
STRANGERS_WAIT_BY, AT_HOME_WAIT_BY, KNOWN_WAIT_BY = ("login", "address", "both"), ("both",), ("browser",)
LATELY = 20
Tell = Callable[[Decision], object]


@dataclass(frozen=True)
class Claim:
    """Who somebody says they are, and what they give to show it; what is None was not asked for."""

    login: str
    user: User | None
    password: str | None = None
    code: str | None = None
    is_named: bool = True
    session: str = ""
    address: str = ""
    new_device: SecondFactor | None = None
    known_browser: str = ""

    @property
    def ids(self) -> dict[str, str]:
        """What it is counted under, where it is wrong."""
        return attempt_ids(self.login, self.address[:64], self.known_browser)

    @property
    def subject(self) -> str:
        """Whom the audit trail names: never what was typed as a login that nobody has."""
        return self.user.subject if self.user is not None else UNKNOWN


@dataclass(frozen=True)
class Counted:
    """What a refusal led to when it was counted; one that came while its sender has to wait was not looked at."""

    begins_to_wait: bool = False
    ends_session: bool = False
    waits_until: datetime | None = None
    is_too_late: bool = False


@dataclass(frozen=True)
class Shown:
    """What somebody has shown: the kind of their code, its place in time by a new device, and which events set it."""

    code: str = ""
    step: int = 0
    credential: Credential = NOTHING_SHOWN


def check(
    control: DocumentControl,
    claim: Claim,
    refusal: DocctlError,
    *,
    ended: str = "",
    tell: Tell | None = None,
    tells_now: bool = True,
) -> Shown:
    """Return what was shown where everything that was asked for is right; count and refuse it where anything is wrong.

    Raises SignInThrottledError to whoever has to wait, without looking at what they gave, SessionEndedError with the
    sentence ``ended`` the fifth time in one session, and the refusal given otherwise.
    """
    kinds = _kinds_that_make_wait(control, claim, is_signed_in=bool(claim.session and ended))
    _require_no_waiting(control, claim, kinds)
    shown = _shown(control, claim)
    over = SessionEndedError(ended) if ended else refusal
    if shown is not None:
        # Guesses that were sent at once count as if they had been sent one after the other.
        _require_no_waiting(control, claim, kinds)
        if not _is_going_on(control, claim):
            raise over
        _forgive(control, claim)
        return shown
    counted = _count(control, claim, kinds, is_told=tell is None)
    if counted.waits_until is not None:
        raise _has_to_wait(counted.waits_until, control.now())
    if tells_now and not control.distrust:
        _tell(control, claim, tell, counted)
    if counted.ends_session or counted.is_too_late:
        raise over
    raise refusal


def check_link(control: DocumentControl, secret: str, address: str = "") -> User:
    """Return to whom a one-time link was given; a wrong one is counted for the address it came from.

    One that is right is always taken: nobody guesses its 32 random bytes, and others may share the address.
    """
    with control.reading() as session:
        owner = owner_of_link(session, tools.password_hasher.hash_secret(secret) if secret else "", control.now())
    if owner is not None and not owner.disabled:
        return owner
    claim = Claim(OF_LINKS, None, address=address)
    _require_no_waiting(control, claim, STRANGERS_WAIT_BY)
    counted = _count(control, claim, STRANGERS_WAIT_BY, is_told=True)
    if counted.waits_until is not None:
        raise _has_to_wait(counted.waits_until, control.now())
    if not control.distrust:
        _tell(control, claim, None, counted)
    raise SignInRefusedError("This link was used already or is too old; ask an administrator for a new one.")


def owner_of_link(session: Session, secret_hash: str, now: datetime) -> User | None:
    """Return to whom an event gave a one-time link, by hand or by mail, while it holds."""
    given = (User.one_time_hash == secret_hash) & (User.one_time_until >= now)
    by_hand = session.scalars(select(User).where(given)).first() if secret_hash else None
    owner = by_hand or _owner_of_mailed_link(session, secret_hash, now)
    if owner is None or not commitments_of(session, owner).was_given(owner.id, secret_hash, now):
        return None
    return owner


def _owner_of_mailed_link(session: Session, secret_hash: str, now: datetime) -> User | None:
    """Return whose link was mailed, while it holds."""
    held = (AccessRequest.secret_hash == secret_hash) & (AccessRequest.valid_until >= now)
    wanted = select(User).join(AccessRequest, AccessRequest.user_id == User.id).where(held)
    return session.scalars(wanted).first() if secret_hash else None


def count_refusal(control: DocumentControl, claim: Claim) -> None:
    """Count somebody who gave the right password and may not come in all the same, as if it had been wrong."""
    counted = _count(control, claim, (), is_told=True)
    if not control.distrust:
        _tell(control, claim, None, counted)


def forget_refusals(decision: Decision, login: str, address: str, known_browser: str = "") -> None:
    """Begin to count anew for a login where its owner is signed in, and clear away what is long past."""
    mine = attempt_ids(login, address, known_browser)["browser" if known_browser else "both"]
    decision.session.execute(delete(SignInAttempts).where(SignInAttempts.id == mine, SignInAttempts.untold == 0))
    forget_long_past(decision)


def forget_long_past(decision: Decision) -> None:
    """Clear away what nobody has to wait for any more."""
    past = SignInAttempts.last_refused_at < decision.now - FORGOTTEN_AFTER
    decision.session.execute(delete(SignInAttempts).where(past, SignInAttempts.untold == 0))


def require_no_waiting(session: Session, ids: Iterable[str], now: datetime) -> None:
    """Raise SignInThrottledError to whoever has to wait after too many attempts."""
    if (row := _longest_wait(session, ids, now)) is not None and row.wait_until is not None:
        raise _has_to_wait(row.wait_until, now)


def has_collected(session: Session, now: datetime) -> bool:
    """Say whether refusals were collected for a minute."""
    return session.scalars(_collected(now).limit(1)).first() is not None


def tell_collected(decision: Decision) -> None:
    """Record the refusals that were collected for a minute, and how many were not looked at once a wait is over."""
    for row in decision.session.scalars(_collected(decision.now)):
        kind = UserSignInNotLookedAt if row.id.startswith(HELD) else UserSignInRefused
        decision.record(kind(attempts=row.untold, address=row.address), row.subject)
        row.untold, row.told_at = 0, decision.now


def _collected(now: datetime) -> Select[SignInAttempts]:
    due = or_(SignInAttempts.told_at.is_(None), SignInAttempts.told_at <= now - TOLD_EVERY)
    is_over = or_(SignInAttempts.id.not_like(f"{HELD}%"), SignInAttempts.wait_until <= now)
    return select(SignInAttempts).where(SignInAttempts.untold > 0, due, is_over)


def _longest_wait(session: Session, ids: Iterable[str], now: datetime) -> SignInAttempts | None:
    waiting = SignInAttempts.id.in_(list(ids)), SignInAttempts.wait_until > now
    return session.scalars(select(SignInAttempts).where(*waiting).order_by(SignInAttempts.wait_until.desc())).first()


def _has_to_wait(until: datetime, now: datetime) -> SignInThrottledError:
    return SignInThrottledError(max(1, round((until - now).total_seconds())))


def _require_no_waiting(control: DocumentControl, claim: Claim, kinds: tuple[str, ...]) -> None:
    """Raise SignInThrottledError to whoever has to wait, and count that they did not."""
    ids = [claim.ids[kind] for kind in kinds]
    with control.reading() as session:
        if _longest_wait(session, ids, control.now()) is None:
            return
    with control.remembering() as session:
        now = control.now()
        until = _hold_back(session, ids, now)
    if until is not None:
        raise _has_to_wait(until, now)


def _hold_back(session: Session, ids: Iterable[str], now: datetime) -> datetime | None:
    """Count somebody who does not wait, for the one event that tells of them when the wait is over; return its end."""
    if (row := _longest_wait(session, ids, now)) is None:
        return None
    held = session.get(SignInAttempts, HELD + row.id)
    if held is None:
        held = SignInAttempts(id=HELD + row.id, refused=0, last_refused_at=now, untold=0)
        session.add(held)
    held.subject, held.address, held.wait_until = row.subject, row.address, row.wait_until
    held.untold, held.last_refused_at = held.untold + 1, now
    return row.wait_until


def _kinds_that_make_wait(control: DocumentControl, claim: Claim, *, is_signed_in: bool) -> tuple[str, ...]:
    """Return which counts make somebody wait: none that others fill where the account was signed in before."""
    if is_signed_in:
        return ()
    if claim.known_browser:
        return KNOWN_WAIT_BY
    subjects = claim.user.subjects if claim.user is not None else ()
    mine = Event.subject.in_(subjects) & (Event.act == Act.USER_SIGNED_IN)
    with control.reading() as session:
        lately = session.scalars(select(Event).where(mine).order_by(Event.seq.desc()).limit(LATELY)).all()
    homes = {details_of(event, UserSignedIn).address for event in lately}
    is_at_home = bool(claim.address) and claim.address[:64] in homes
    return AT_HOME_WAIT_BY if is_at_home else STRANGERS_WAIT_BY


def _shown(control: DocumentControl, claim: Claim) -> Shown | None:
    """Compare what was given; a password takes the same time whether or not somebody has the login.

    A code alone is given in a session that waits for it, and ends where the password is another one by then.
    """
    able = claim.user is not None and not claim.user.disabled
    if claim.password is not None:
        password_hash = claim.user.password_hash if claim.user is not None and able else ""
        if not tools.password_hasher.matches(password_hash, claim.password):
            return None
    if claim.user is None or not able or not claim.is_named:
        return None
    with control.reading() as session:
        commitments = require_committed(session, claim.user)
        as_of = session.scalar(select(func.max(Event.seq))) or 0
    if claim.new_device is not None:
        key = device_key(control, claim.new_device)
        step = tools.one_time_codes.step_of(key, plain_code(claim.code or ""), control.now())
        return Shown("", step, Credential(commitments.events(claim.user.id, PASSWORD), as_of)) if step else None
    if claim.code is None:
        return Shown(credential=Credential(commitments.events(claim.user.id, PASSWORD), as_of))
    kind = code_holds(control, claim.user.id, claim.code)
    both = PASSWORD, CODES if kind == RECOVERY_CODE else DEVICE
    return Shown(kind, credential=Credential(commitments.events(claim.user.id, *both), as_of)) if kind else None


def _is_going_on(control: DocumentControl, claim: Claim) -> bool:
    """Say whether the session in which something was given was not ended by others that were sent at once."""
    with control.reading() as session:
        return not claim.session or _session_of(session, claim) is not None


def _session_of(session: Session, claim: Claim) -> WebSession | None:
    return session.get(WebSession, tools.password_hasher.hash_secret(claim.session)) if claim.session else None


def _forgive(control: DocumentControl, claim: Claim) -> None:
    """Begin to count anew in a session once its person has shown all that their account asks for."""
    if not claim.session or claim.password is None or claim.user is None:
        return
    id_hash, both = tools.password_hasher.hash_secret(claim.session), claim.ids["both"]
    with control.reading() as session:
        if claim.code is None and has_factor(session, claim.user.id):
            return
        counted = session.get(WebSession, id_hash)
        waits = session.get(SignInAttempts, both)
    if waits is None and (counted is None or not counted.wrong_passwords):
        return
    with control.remembering() as session:
        session.execute(update(WebSession).where(WebSession.id_hash == id_hash).values(wrong_passwords=0))
        session.execute(delete(SignInAttempts).where(SignInAttempts.id == both))


def _count(control: DocumentControl, claim: Claim, kinds: tuple[str, ...], *, is_told: bool) -> Counted:
    """Count a refusal, and collect it for the event that tells of a minute's: with its account, or with its address.

    Whether its sender has to wait by now is looked up in the same transaction, so that of many guesses sent at once no
    more are answered than of as many sent one after the other.
    """
    begins, collected_at = False, "login" if claim.user is not None else "address"
    with control.remembering() as session:
        now = control.now()
        if (until := _hold_back(session, [claim.ids[kind] for kind in kinds], now)) is not None:
            return Counted(waits_until=until)
        web_session = _session_of(session, claim)
        for kind, key in claim.ids.items():
            row = session.get(SignInAttempts, key)
            if row is None:
                row = SignInAttempts(id=key, refused=0, last_refused_at=now, untold=0)
                session.add(row)
            begins = row.refuse(now, ALLOWANCES[kind]) or begins
            # An address may be everybody's.
            row.subject, row.address = UNKNOWN if kind == "address" else claim.subject, claim.address[:64]
            row.untold += kind == collected_at and is_told
        ends = web_session is not None and _count_in_session(session, web_session)
    return Counted(begins, ends, is_too_late=bool(claim.session) and web_session is None)


def _count_in_session(session: Session, web_session: WebSession) -> bool:
    """Count a refusal in the session where it was given, and in no other; the fifth ends it, and True is returned."""
    web_session.wrong_passwords += 1
    if web_session.wrong_passwords < WRONG_PASSWORDS:
        return False
    session.delete(web_session)
    return True


def _tell(control: DocumentControl, claim: Claim, tell: Tell | None, counted: Counted) -> None:
    """Record a refusal: at once where the place says how, otherwise in one event a minute for each login."""
    with control.reading() as session:
        is_due = has_collected(session, control.now())
    if not (is_due or counted.begins_to_wait or counted.ends_session or tell):
        return
    actor = claim.user.id if claim.user is not None and not claim.user.disabled and tell is not None else None
    with control.deciding(actor, needs_room=False) as decision:
        tell_collected(decision)
        if tell is not None:
            tell(decision)
        if counted.ends_session and claim.user is not None:
            _tell_of_end(decision, claim, claim.user)
        if counted.begins_to_wait:
            decision.record(UserSignInThrottled(address=claim.address), claim.subject)
            notifying.alert_administrators(
                decision,
                "Many sign-ins are refused",
                f"So many passwords or codes of {claim.subject.removeprefix('user:')} from "
                f"{claim.address or 'an unknown address'} were wrong that the next ones have to wait. The audit trail "
                "has the particulars.",
            )


def _tell_of_end(decision: Decision, claim: Claim, user: User) -> None:
    if claim.password is None:
        alerting.alert(
            decision,
            user,
            "Somebody knew a password and not the code",
            f"The password of {user.login} was right, and five codes of the second factor were wrong. Ask its owner "
            "whether that was them; if not, the password has to be changed.",
        )
        return
    said = f"{WRONG_PASSWORDS} wrong passwords or codes"
    decision.record(UserSessionEnded(address=claim.address), user.subject, reason=said)
    alerting.alert(
        decision,
        user,
        "Somebody was signed out after five wrong passwords",
        f"Somebody signed in as {user.login} gave five wrong passwords or codes, so that session was ended. Ask its "
        "owner whether that was them.",
    )
