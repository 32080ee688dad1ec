"""Signing in and out: sessions are kept here and end here; refused attempts are counted and slowed down."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from docctl import tools
from docctl.actions.sign_in.bound_sessions import is_bound, kept_session
from docctl.actions.sign_in.checking_credentials import (
    Claim,
    Shown,
    check,
    count_refusal,
    forget_refusals,
    tell_collected,
)
from docctl.actions.sign_in.second_factor import has_factor, note_code
from docctl.document_control import Decision, DocumentControl, authority
from docctl.domain.errors import LibraryBusyError, SignInRefusedError
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.sign_in.bound_session import binding, is_sealed, sealed
from docctl.domain.sign_in.commitments import commitment_to
from docctl.domain.sign_in.credential import Credential
from docctl.domain.sign_in.second_factor import CODE_WITHIN
from docctl.domain.sign_in.web_session import LONGEST_BROWSER, LONGEST_SESSION, SEEN_EVERY, Place, TimeLeft, WebSession
from docctl.domain.trail.events.sign_in import UserPasswordHashedAnew, UserSignedIn


@dataclass(frozen=True)
class RunningSession:
    """Whose session it is, how long it goes on, and by which event they signed in."""

    reader: Reader
    time_left: TimeLeft
    signed_in_by: int | None


def sign_in(
    control: DocumentControl,
    login: str,
    password: str,
    address: str = "",
    browser: str = "",
    *,
    known_browser: str = "",
) -> tuple[User, str]:
    """Return the person whose login and password these are, and the secret of their new session.

    The session of somebody who has a second factor is nobody's until its code is given.
    Raises SignInRefusedError in the same words whatever was wrong, SignInThrottledError after too many attempts.
    """
    login, address = login.strip().lower()[:80], address[:64]
    with control.reading() as session:
        user = session.scalars(select(User).where(User.login == login)).first()
    claim = Claim(login, user, password=password, address=address, known_browser=known_browser)
    refusal = SignInRefusedError("Login and password do not belong together; type both again.")
    shown = check(control, claim, refusal)
    if user is None:
        raise refusal
    _require_engagement(control, user, claim)
    credential = _renew_hash(control, user, password) or shown.credential
    with control.reading() as session:
        awaits = has_factor(session, user.id)
    if not awaits:
        return user, _open_session(control, user, Place(address, browser, known_browser), Shown(credential=credential))
    waiting, secret = _new_session(control, user, Place(address, browser), is_by_event=False, awaits_code=True)
    with control.remembering() as session:
        session.add(waiting)
    return user, secret


def _renew_hash(control: DocumentControl, user: User, password: str) -> Credential | None:
    """Hash a password anew where an older release hashed it more weakly; return the event, where one tells of it."""
    if control.distrust or not tools.password_hasher.is_outdated(user.password_hash):
        return None
    renewed = tools.password_hasher.hash_password(password)
    with control.deciding(user.id) as decision:
        account = decision.person.account
        if account.password_hash == user.password_hash:
            account.password_hash = renewed
            seq = decision.record(UserPasswordHashedAnew(commitment=commitment_to(renewed)), user.subject)
            return Credential((seq,), as_of=seq)
    return None


def awaits_code(control: DocumentControl, secret: str) -> bool:
    """Say whether a session awaits the code of its owner's second factor."""
    return bool(login_that_awaits_code(control, secret))


def login_that_awaits_code(control: DocumentControl, secret: str) -> str:
    """Return whose session awaits the code of their second factor, or nothing."""
    with control.reading() as session:
        found = session.get(WebSession, tools.password_hasher.hash_secret(secret))
        awaits = found is not None and found.awaits_code and found.ends_at > control.now()
        return session.get_one(User, found.user_id).login if found is not None and awaits else ""


def give_code(
    control: DocumentControl, secret: str, code: str, address: str = "", browser: str = "", *, known_browser: str = ""
) -> tuple[User, str]:
    """Return the person whose code this is, and the secret of the session that takes the place of the waiting one.

    Raises SignInRefusedError for a wrong code or one that was used before; the fifth ends the waiting session.
    """
    id_hash, address = tools.password_hasher.hash_secret(secret), address[:64]
    with control.reading() as session:
        waiting = session.get(WebSession, id_hash)
        user = session.get(User, waiting.user_id) if waiting is not None and waiting.awaits_code else None
        if waiting is None or user is None or user.disabled or waiting.ends_at <= control.now() or (
            waiting.session_key != user.session_key or not is_sealed(secret, waiting, control.secret_key)
        ):  # fmt: skip
            raise SignInRefusedError("It took too long, or was ended; sign in again with your password.")
    shown = check(
        control,
        Claim(user.login, user, code=code, session=secret, address=address, known_browser=known_browser),
        SignInRefusedError("That is not the code that your device shows now; wait for the next one and type it."),
    )
    opened = _open_session(control, user, Place(address, browser, known_browser), shown)
    sign_out(control, secret)
    return user, opened


def _open_session(control: DocumentControl, user: User, place: Place, shown: Shown) -> str:
    """Open a session for somebody who has shown who they are, and return its secret."""
    is_recorded = not control.distrust
    # The time as the pages see it, also where events are held to an earlier or later one.
    opened, secret = _new_session(control, user, place, is_by_event=is_recorded)
    if not is_recorded:
        # Whoever may read goes on reading; the trail takes no event until it can be trusted again.
        with control.remembering() as session:
            authority.of_account(session, user)
            session.add(opened)
        return secret
    with control.deciding(user.id, needs_room=False, credential=shown.credential) as decision:
        tell_collected(decision)
        _clear_away(decision, user, opened.created_at)
        forget_refusals(decision, user.login, place.address, place.known_browser)
        decision.session.add(opened)
        note_code(decision, shown.code)
        told = UserSignedIn(address=place.address, second_factor=shown.code, session=commitment_to(binding(opened)))
        opened.signed_in_by = decision.record(told, user.subject)
    return secret


def _new_session(
    control: DocumentControl, user: User, place: Place, *, is_by_event: bool, awaits_code: bool = False
) -> tuple[WebSession, str]:  # fmt: skip
    """Return a session, and its secret, which is sealed where no event opens the session."""
    now, secret = control.now(), tools.password_hasher.new_secret()
    made = WebSession(
        user_id=user.id,
        session_key=user.session_key,
        created_at=now,
        last_seen_at=now,
        ends_at=now + (CODE_WITHIN if awaits_code else LONGEST_SESSION),
        wrong_passwords=0,
        awaits_code=awaits_code,
        address=place.address,
        browser=place.browser[:LONGEST_BROWSER],
    )
    if not is_by_event:
        secret = sealed(secret, made, control.secret_key)
    made.id_hash = tools.password_hasher.hash_secret(secret)
    return made, secret


def _require_engagement(control: DocumentControl, user: User, claim: Claim) -> None:
    """Raise SignInRefusedError to an auditor who is not engaged today; whoever works here otherwise needs no audit."""
    with control.reading() as session:
        reader = control.reader(session, user)
    if reader.is_not_engaged:
        count_refusal(control, claim)
        raise SignInRefusedError(
            "Your audit engagement is over or has not begun; ask the document controller for another."
        )


def signed_in_person(control: DocumentControl, secret: str, idle: timedelta) -> Reader | None:
    """Return whose session it is; nobody's once it was ended, or the account disabled or given a new password."""
    found = running_session(control, secret, idle)
    return found.reader if found is not None else None


def running_session(
    control: DocumentControl, secret: str, idle: timedelta, *, is_seen: bool = True
) -> RunningSession | None:
    """Return whose session it is and how long it goes on; a page that asks by itself does not make it longer.

    It is nobody's while the account or the session is not as its events made it; the next sign-in says so.
    """
    id_hash, now = tools.password_hasher.hash_secret(secret), control.now()
    with control.reading() as session:
        kept = kept_session(session, id_hash)
        if kept is None:
            return None
        web_session, user = kept.web_session, kept.user
        reader, is_as_given = control.reader(session, user, now), authority.is_as_given(session, user)
        is_as_given = is_as_given and is_bound(control, session, kept, secret)
    if reader.is_not_engaged:
        return None
    if web_session.awaits_code or user.disabled or not is_as_given:
        return None
    if user.session_key != web_session.session_key or web_session.is_over(now, idle):
        return None
    if is_seen and now - web_session.last_seen_at >= SEEN_EVERY:
        # A library that is busy or read-only is still read; the next request notes the time.
        with suppress(LibraryBusyError), control.remembering() as session:
            session.execute(update(WebSession).where(WebSession.id_hash == id_hash).values(last_seen_at=now))
            web_session.last_seen_at = now
    return RunningSession(reader, web_session.time_left(now, idle), web_session.signed_in_by)


def stay_signed_in(control: DocumentControl, secret: str, idle: timedelta) -> TimeLeft:
    """Note that the person at a session is there, and return how long it goes on now; its latest end stays.

    Raises SignInRefusedError once the session is over.
    """
    with control.remembering() as session:
        now = control.now()
        web_session = session.get(WebSession, tools.password_hasher.hash_secret(secret))
        if web_session is None or web_session.is_over(now, idle):
            raise SignInRefusedError("You are no longer signed in; sign in again.")
        web_session.last_seen_at = now
        return web_session.time_left(now, idle)


def sign_out(control: DocumentControl, secret: str) -> None:
    """End one session; what its browser holds is worthless from now on."""
    with control.remembering() as session:
        session.execute(delete(WebSession).where(WebSession.id_hash == tools.password_hasher.hash_secret(secret)))


def note_signing(decision: Decision, secret: str) -> None:
    """Note that a session has signed; from now on its person's name is known and the password suffices."""
    if secret:
        id_hash = tools.password_hasher.hash_secret(secret)
        decision.session.execute(update(WebSession).where(WebSession.id_hash == id_hash).values(signed_at=decision.now))


def _clear_away(decision: Decision, user: User, now: datetime) -> None:
    """Take away sessions that are over."""
    over = or_(
        WebSession.ends_at <= now,
        (WebSession.user_id == user.id) & (WebSession.session_key != user.session_key),
    )
    decision.session.execute(delete(WebSession).where(over))
