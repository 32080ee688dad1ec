"""Checking credentials: the one place where a password, a code or the secret of a link is compared.

What is wrong is counted for the account, the address and both together, recorded, slowed down, and the fifth time ends
the session in which it was given, wherever it was asked for. No account is ever locked.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions import alerting, notifying
from docctl.actions.second_factor import code_holds, device_key, has_factor
from docctl.document_control import Decision, DocumentControl
from docctl.domain.access_request import AccessRequest
from docctl.domain.audit_trail import Act, Event
from docctl.domain.errors import DocctlError, SessionEndedError, SignInRefusedError, SignInThrottledError
from docctl.domain.second_factor import SecondFactor, plain_code
from docctl.domain.user import User
from docctl.domain.web_session import (
    ALLOWANCES,
    TOLD_EVERY,
    WRONG_PASSWORDS,
    SignInAttempts,
    WebSession,
    attempt_ids,
)

UNKNOWN = "user:unknown"
OF_LINKS = " one-time link"  # no login holds a space
FORGOTTEN_AFTER = timedelta(days=1)
KINDS = tuple(ALLOWANCES)
# Whoever is signed in is bound by their session's five; what strangers do elsewhere does not keep them from signing.
SIGNED_IN_KINDS = ("both",)
LINK_KINDS = ("address", "both")
LATELY = 20
Tell = Callable[[Decision], None]


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

    @property
    def subject(self) -> str:
        """Whom the audit trail names: never what was typed as a login that nobody has."""
        return f"user:{self.user.login}" if self.user is not None else UNKNOWN


@dataclass(frozen=True)
class Shown:
    """What somebody has shown: the kind of their code, and its place in time where a new device gave it."""

    code: str = ""
    step: int = 0


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
    ids = attempt_ids(claim.login, claim.address[:64])
    kinds = SIGNED_IN_KINDS if claim.session and ended else _kinds_at(control, claim)
    _require_no_waiting(control, ids, kinds)
    shown = _shown(control, claim)
    if shown is not None:
        # Guesses that were sent at once count as if they had been sent one after the other.
        _require_no_waiting(control, ids, kinds)
        _forgive(control, claim, ids)
        return shown
    begins_to_wait = _count(control, ids, claim.subject, claim.address[:64], is_told=tell is None)
    is_ended = bool(claim.session) and _count_in_session(control, claim)
    if tells_now and not control.distrust:
        _tell(control, claim, tell, begins_to_wait=begins_to_wait, is_ended=is_ended)
    if is_ended and ended:
        raise SessionEndedError(ended)
    raise refusal


def check_link(control: DocumentControl, secret: str, address: str = "") -> User:
    """Return to whom a one-time link was given; a wrong one is counted for the address it came from."""
    ids = attempt_ids(OF_LINKS, address[:64])
    _require_no_waiting(control, ids, LINK_KINDS)
    with control.reading() as session:
        owner = owner_of_link(session, tools.password_hasher.hash_secret(secret) if secret else "", control.now())
    if owner is not None and not owner.disabled:
        return owner
    begins = _count(control, ids, UNKNOWN, address[:64], is_told=True)
    if not control.distrust:
        _tell(control, Claim(OF_LINKS, None, address=address), None, begins_to_wait=begins, is_ended=False)
    raise SignInRefusedError("This link was used already or is too old; ask an administrator for a new one.")


def owner_of_link(session: Session, secret_hash: str, now: datetime) -> User | None:
    """Return to whom a one-time link was given, by hand or by mail, while it holds."""
    given = (User.one_time_hash == secret_hash) & (User.one_time_until >= now)
    by_hand = session.scalars(select(User).where(given)).first() if secret_hash else None
    return by_hand or _owner_of_mailed_link(session, secret_hash, now)


def _owner_of_mailed_link(session: Session, secret_hash: str, now: datetime) -> User | None:
    """Return whose link was mailed, while it holds."""
    held = (AccessRequest.secret_hash == secret_hash) & (AccessRequest.valid_until >= now)
    wanted = select(User).join(AccessRequest, AccessRequest.user_id == User.id).where(held)
    return session.scalars(wanted).first() if secret_hash else None


def count_refusal(control: DocumentControl, claim: Claim) -> None:
    """Count somebody who gave the right password and may not come in all the same, as if it had been wrong."""
    begins = _count(control, attempt_ids(claim.login, claim.address), claim.subject, claim.address, is_told=True)
    if not control.distrust:
        _tell(control, claim, None, begins_to_wait=begins, is_ended=False)


def forget_refusals(decision: Decision, login: str, address: str) -> None:
    """Begin to count anew for a login at an address where its owner is signed in, and clear away what is long past."""
    both = attempt_ids(login, address)["both"]
    decision.session.execute(delete(SignInAttempts).where(SignInAttempts.id == both, SignInAttempts.untold == 0))
    past = SignInAttempts.last_refused_at < decision.now - FORGOTTEN_AFTER
    decision.session.execute(delete(SignInAttempts).where(past, SignInAttempts.untold == 0))


def require_no_waiting(session: Session, ids: Iterable[str], now: datetime) -> None:
    """Raise SignInThrottledError to whoever has to wait after too many attempts."""
    waits = session.scalars(select(SignInAttempts.wait_until).where(SignInAttempts.id.in_(list(ids))))
    until = max((wait for wait in waits if wait is not None), default=now)
    if until > now:
        seconds = max(1, round((until - now).total_seconds()))
        raise SignInThrottledError(
            f"There were too many refused attempts, so this one was not looked at; try again in {seconds} seconds.",
            seconds,
        )


def has_collected(session: Session, now: datetime) -> bool:
    """Say whether refusals were collected for a minute."""
    return session.scalars(_collected(now).limit(1)).first() is not None


def tell_collected(decision: Decision) -> None:
    """Record the refusals that were collected for a minute."""
    for row in decision.session.scalars(_collected(decision.now)):
        decision.record(Act.USER_SIGN_IN_REFUSED, row.subject, attempts=row.untold, address=row.address)
        row.untold, row.told_at = 0, decision.now


def _collected(now: datetime) -> Select[SignInAttempts]:
    due = or_(SignInAttempts.told_at.is_(None), SignInAttempts.told_at <= now - TOLD_EVERY)
    return select(SignInAttempts).where(SignInAttempts.untold > 0, due)


def _require_no_waiting(control: DocumentControl, ids: dict[str, str], kinds: tuple[str, ...]) -> None:
    with control.reading() as session:
        require_no_waiting(session, [ids[kind] for kind in kinds], control.now())


def _kinds_at(control: DocumentControl, claim: Claim) -> tuple[str, ...]:
    """Return which counts make somebody wait: a flood from elsewhere does not where they have signed in before."""
    mine = (Event.subject == f"user:{claim.login}") & (Event.act == Act.USER_SIGNED_IN)
    with control.reading() as session:
        lately = session.scalars(select(Event).where(mine).order_by(Event.seq.desc()).limit(LATELY)).all()
    is_at_home = bool(claim.address) and claim.address[:64] in {event.details.get("address") for event in lately}
    return tuple(kind for kind in KINDS if kind != "login") if is_at_home else KINDS


def _shown(control: DocumentControl, claim: Claim) -> Shown | None:
    """Compare what was given; a password takes the same time whether or not somebody has the login."""
    able = claim.user is not None and not claim.user.disabled
    if claim.password is not None:
        password_hash = claim.user.password_hash if claim.user is not None and able else ""
        if not tools.password_hasher.matches(password_hash, claim.password):
            return None
    if claim.user is None or not able or not claim.is_named:
        return None
    if claim.new_device is not None:
        key = device_key(control, claim.new_device)
        step = tools.one_time_codes.step_of(key, plain_code(claim.code or ""), control.now())
        return Shown(step=step) if step else None
    if claim.code is None:
        return Shown()
    kind = code_holds(control, claim.user.id, claim.code)
    return Shown(code=kind) if kind else None


def _forgive(control: DocumentControl, claim: Claim, ids: dict[str, str]) -> None:
    """Begin to count anew in a session once its person has shown all that their account asks for."""
    if not claim.session or claim.password is None or claim.user is None:
        return
    id_hash = tools.password_hasher.hash_secret(claim.session)
    with control.reading() as session:
        if claim.code is None and has_factor(session, claim.user.id):
            return
        counted = session.get(WebSession, id_hash)
        waits = session.get(SignInAttempts, ids["both"])
    if waits is None and (counted is None or not counted.wrong_passwords):
        return
    with control.remembering() as session:
        session.execute(update(WebSession).where(WebSession.id_hash == id_hash).values(wrong_passwords=0))
        session.execute(delete(SignInAttempts).where(SignInAttempts.id == ids["both"]))


def _count(control: DocumentControl, ids: dict[str, str], subject: str, address: str, *, is_told: bool) -> bool:
    """Count a refusal, and collect it for the event that tells of a minute's; say whether waiting begins with it."""
    begins = False
    with control.remembering() as session:
        now = control.now()
        for kind, key in ids.items():
            row = session.get(SignInAttempts, key)
            if row is None:
                row = SignInAttempts(id=key, subject=subject, address=address, refused=0, last_refused_at=now, untold=0)
                session.add(row)
            begins = row.refuse(now, ALLOWANCES[kind]) or begins
            row.subject, row.address = subject, address
            if kind == "login" and is_told:
                row.untold += 1
    return begins


def _count_in_session(control: DocumentControl, claim: Claim) -> bool:
    """Count a refusal in the session where it was given, and in no other; the fifth ends it, and True is returned."""
    with control.remembering() as session:
        web_session = session.get(WebSession, tools.password_hasher.hash_secret(claim.session))
        if web_session is None:
            return False
        web_session.wrong_passwords += 1
        if web_session.wrong_passwords < WRONG_PASSWORDS:
            return False
        session.delete(web_session)
    return True


def _tell(
    control: DocumentControl, claim: Claim, tell: Tell | None, *, begins_to_wait: bool, is_ended: bool
) -> None:  # fmt: skip
    """Record a refusal: at once where the place says how, otherwise in one event a minute for each login."""
    with control.reading() as session:
        is_due = has_collected(session, control.now())
    if not (is_due or begins_to_wait or is_ended or tell):
        return
    actor = claim.user.id if claim.user is not None and not claim.user.disabled and tell is not None else None
    with control.deciding(actor, needs_room=False) as decision:
        tell_collected(decision)
        if tell is not None:
            tell(decision)
        if is_ended and claim.user is not None:
            _tell_of_end(decision, claim, claim.user)
        if begins_to_wait:
            decision.record(Act.USER_SIGN_IN_THROTTLED, claim.subject, address=claim.address)
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
    decision.record(Act.USER_SESSION_ENDED, f"user:{user.login}", reason=said, address=claim.address)
    alerting.alert(
        decision,
        user,
        "Somebody was signed out after five wrong passwords",
        f"Somebody signed in as {user.login} gave five wrong passwords or codes, so that session was ended. Ask its "
        "owner whether that was them.",
    )
