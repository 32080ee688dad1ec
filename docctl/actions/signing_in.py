"""Signing in and out: sessions are kept here and end here; refused attempts are counted and slowed down."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from docctl.actions import alerting, notifying
from docctl.actions.second_factor import code_holds, has_factor, note_code
from docctl.document_control import Decision, DocumentControl
from docctl.domain.audit_trail import Act
from docctl.domain.errors import LibraryBusyError, SignInRefusedError, SignInThrottledError
from docctl.domain.second_factor import CODE_WITHIN
from docctl.domain.user import User
from docctl.domain.web_session import (
    ALLOWANCES,
    LONGEST_BROWSER,
    LONGEST_SESSION,
    SEEN_EVERY,
    TOLD_EVERY,
    WRONG_PASSWORDS,
    Place,
    SignInAttempts,
    TimeLeft,
    WebSession,
    attempt_ids,
)

FORGOTTEN_AFTER = timedelta(days=1)
UNKNOWN = "user:unknown"


def sign_in(
    control: DocumentControl, login: str, password: str, address: str = "", browser: str = ""
) -> tuple[User, str]:
    """Return the person whose login and password these are, and the secret of their new session.

    The session of somebody who has a second factor is nobody's until its code is given.
    Raises SignInRefusedError in the same words whatever was wrong, SignInThrottledError after too many attempts.
    """
    login, address = login.strip().lower()[:80], address[:64]
    ids = attempt_ids(login, address)
    with control.reading() as session:
        require_no_waiting(session, ids.values(), control.now())
        user = session.scalars(select(User).where(User.login == login)).first()
    password_hash = user.password_hash if user is not None and not user.disabled else ""
    if not control.passwords.matches(password_hash, password) or user is None:
        _count_refusal(control, ids, f"user:{user.login}" if user else UNKNOWN, address)
        raise SignInRefusedError("Login and password do not belong together; type both again.")
    _require_engagement(control, user, ids, address)
    _renew_hash(control, user, password)
    with control.reading() as session:
        awaits = has_factor(session, user.id)
    if not awaits:
        return user, _open_session(control, user, ids, Place(address, browser))
    secret: str = control.passwords.new_secret()
    with control.remembering() as session:
        session.add(_new_session(control, user, secret, control.now(), Place(address, browser), awaits_code=True))
    return user, secret


def _renew_hash(control: DocumentControl, user: User, password: str) -> None:
    """Hash a password anew where an older release hashed it more weakly; the trail tells of no hash, nor of this."""
    if control.distrust or not control.passwords.is_outdated(user.password_hash):
        return
    renewed = control.passwords.hash_password(password)
    with control.remembering() as session:
        as_it_was = (User.id == user.id) & (User.password_hash == user.password_hash)
        session.execute(update(User).where(as_it_was).values(password_hash=renewed))


def awaits_code(control: DocumentControl, secret: str) -> bool:
    """Say whether a session awaits the code of its owner's second factor."""
    with control.reading() as session:
        found = session.get(WebSession, control.passwords.hash_secret(secret))
        return found is not None and found.awaits_code and found.ends_at > control.now()


def give_code(
    control: DocumentControl, secret: str, code: str, address: str = "", browser: str = ""
) -> tuple[User, str]:
    """Return the person whose code this is, and the secret of the session that takes the place of the waiting one.

    Raises SignInRefusedError for a wrong code or one that was used before; the fifth ends the waiting session.
    """
    id_hash, address = control.passwords.hash_secret(secret), address[:64]
    with control.reading() as session:
        waiting = session.get(WebSession, id_hash)
        user = session.get(User, waiting.user_id) if waiting is not None and waiting.awaits_code else None
        if waiting is None or user is None or user.disabled or waiting.ends_at <= control.now() or (
            waiting.session_key != user.session_key
        ):  # fmt: skip
            raise SignInRefusedError("It took too long, or was ended; sign in again with your password.")
        ids = attempt_ids(user.login, address)
        require_no_waiting(session, ids.values(), control.now())
    kind = code_holds(control, user.id, code)
    if not kind:
        _count_refusal(control, ids, f"user:{user.login}", address)
        _count_wrong_code(control, id_hash, user)
        raise SignInRefusedError("That is not the code that your device shows now; wait for the next one and type it.")
    opened = _open_session(control, user, ids, Place(address, browser), kind)
    sign_out(control, secret)
    return user, opened


def _count_wrong_code(control: DocumentControl, id_hash: str, user: User) -> None:
    with control.remembering() as session:
        waiting = session.get(WebSession, id_hash)
        if waiting is None:
            return
        waiting.wrong_passwords += 1
        if waiting.wrong_passwords < WRONG_PASSWORDS:
            return
        session.delete(waiting)
    if control.distrust:
        return
    with control.deciding(None, needs_room=False) as decision:
        alerting.alert(
            decision,
            user,
            "Somebody knew a password and not the code",
            f"The password of {user.login} was right, and five codes of the second factor were wrong. Ask its owner "
            "whether that was them; if not, the password has to be changed.",
        )


def _open_session(control: DocumentControl, user: User, ids: dict[str, str], place: Place, factor: str = "") -> str:
    """Open a session for somebody who has shown who they are, and return its secret."""
    secret: str = control.passwords.new_secret()
    if control.distrust:
        # Whoever may read goes on reading; the trail takes no event until it can be trusted again.
        with control.remembering() as session:
            session.add(_new_session(control, user, secret, control.now(), place))
        return secret
    with control.deciding(user.id, needs_room=False) as decision:
        tell_collected(decision)
        now = control.now()  # as the pages see it, also where events are held to an earlier or later time
        _clear_away(decision, decision.person, now)
        decision.session.execute(delete(SignInAttempts).where(SignInAttempts.id == ids["both"]))
        decision.session.add(_new_session(control, user, secret, now, place))
        note_code(decision, factor)
        decision.record(Act.USER_SIGNED_IN, f"user:{user.login}", address=place.address, second_factor=factor)
    return secret


def _new_session(
    control: DocumentControl, user: User, secret: str, now: datetime, place: Place, *, awaits_code: bool = False
) -> WebSession:
    return WebSession(
        id_hash=control.passwords.hash_secret(secret),
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


def _require_engagement(control: DocumentControl, user: User, ids: dict[str, str], address: str) -> None:
    """Raise SignInRefusedError to an auditor who is not engaged today; whoever works here otherwise needs no audit."""
    with control.reading() as session:
        control.take_up_engagement(session, user)
    if user.is_only_auditor and not user.audit_scope:
        _count_refusal(control, ids, f"user:{user.login}", address)
        raise SignInRefusedError(
            "Your audit engagement is over or has not begun; ask the document controller for another."
        )


def signed_in_person(control: DocumentControl, secret: str, idle: timedelta) -> User | None:
    """Return whose session it is; nobody's once it was ended, or the account disabled or given a new password."""
    found = running_session(control, secret, idle)
    return found[0] if found is not None else None


def running_session(
    control: DocumentControl, secret: str, idle: timedelta, *, is_seen: bool = True
) -> tuple[User, TimeLeft] | None:
    """Return whose session it is and how long it goes on; a page that asks by itself does not make it longer."""
    id_hash, now = control.passwords.hash_secret(secret), control.now()
    with control.reading() as session:
        wanted = select(WebSession, User).join(User, User.id == WebSession.user_id).where(WebSession.id_hash == id_hash)
        found = session.execute(wanted).first()
        if found is None:
            return None
        web_session, user = found
        control.take_up_engagement(session, user)
        control.let_stand_in(session, user, now)
    if user.is_only_auditor and not user.audit_scope:
        return None
    if web_session.awaits_code or user.disabled:
        return None
    if user.session_key != web_session.session_key or web_session.is_over(now, idle):
        return None
    if is_seen and now - web_session.last_seen_at >= SEEN_EVERY:
        # A library that is busy or read-only is still read; the next request notes the time.
        with suppress(LibraryBusyError), control.remembering() as session:
            session.execute(update(WebSession).where(WebSession.id_hash == id_hash).values(last_seen_at=now))
            web_session.last_seen_at = now
    return user, web_session.time_left(now, idle)


def stay_signed_in(control: DocumentControl, secret: str, idle: timedelta) -> TimeLeft:
    """Note that the person at a session is there, and return how long it goes on now; its latest end stays.

    Raises SignInRefusedError once the session is over.
    """
    with control.remembering() as session:
        now = control.now()
        web_session = session.get(WebSession, control.passwords.hash_secret(secret))
        if web_session is None or web_session.is_over(now, idle):
            raise SignInRefusedError("You are no longer signed in; sign in again.")
        web_session.last_seen_at = now
        return web_session.time_left(now, idle)


def sign_out(control: DocumentControl, secret: str) -> None:
    """End one session; what its browser holds is worthless from now on."""
    with control.remembering() as session:
        session.execute(delete(WebSession).where(WebSession.id_hash == control.passwords.hash_secret(secret)))


def count_wrong_password(decision: Decision) -> bool:
    """Count a wrong password given with a signature; the fifth ends the person's sessions, and True is returned."""
    of_person = WebSession.user_id == decision.person.id
    sessions = decision.session.scalars(select(WebSession).where(of_person)).all()
    for web_session in sessions:
        web_session.wrong_passwords += 1
    if max((web_session.wrong_passwords for web_session in sessions), default=0) < WRONG_PASSWORDS:
        return False
    decision.session.execute(delete(WebSession).where(of_person))
    decision.record(
        Act.USER_SESSION_ENDED,
        f"user:{decision.person.login}",
        reason=f"{WRONG_PASSWORDS} wrong passwords while signing",
    )
    return True


def note_signing(decision: Decision, secret: str) -> None:
    """Note that a session has signed; from now on its person's name is known and the password suffices."""
    if secret:
        id_hash = decision.control.passwords.hash_secret(secret)
        decision.session.execute(update(WebSession).where(WebSession.id_hash == id_hash).values(signed_at=decision.now))


def forget_wrong_passwords(decision: Decision) -> None:
    """Begin to count anew once a person has signed with the right password."""
    of_person = (WebSession.user_id == decision.person.id) & (WebSession.wrong_passwords > 0)
    decision.session.execute(update(WebSession).where(of_person).values(wrong_passwords=0))


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


def _count_refusal(control: DocumentControl, ids: dict[str, str], subject: str, address: str) -> None:
    """Count a refusal; one event a minute tells of all that concern one login, so that no flood bloats the trail."""
    with control.remembering() as session:
        now = control.now()
        begins = is_due = False
        for kind, key in ids.items():
            row = session.get(SignInAttempts, key)
            if row is None:
                row = SignInAttempts(id=key, subject=subject, address=address, refused=0, last_refused_at=now, untold=0)
                session.add(row)
            begins = row.refuse(now, ALLOWANCES[kind]) or begins
            row.subject, row.address = subject, address
            if kind == "login":
                row.untold += 1
                is_due = row.told_at is None or now - row.told_at >= TOLD_EVERY
    if control.distrust or (not is_due and not begins):
        return
    with control.deciding(None, needs_room=False) as decision:
        tell_collected(decision)
        if begins:
            decision.record(Act.USER_SIGN_IN_THROTTLED, subject, address=address)
            notifying.alert_administrators(
                decision,
                "Many sign-ins are refused",
                f"So many sign-ins of {subject.removeprefix('user:')} from {address or 'an unknown address'} were "
                "refused that the next ones have to wait. The audit trail has the particulars.",
            )


def has_collected(session: Session, now: datetime) -> bool:
    """Say whether refusals were collected for a minute."""
    return session.scalars(_collected(now).limit(1)).first() is not None


def _collected(now: datetime) -> Select[SignInAttempts]:
    due = or_(SignInAttempts.told_at.is_(None), SignInAttempts.told_at <= now - TOLD_EVERY)
    return select(SignInAttempts).where(SignInAttempts.untold > 0, due)


def tell_collected(decision: Decision) -> None:
    """Record the refusals that were collected for a minute."""
    for row in decision.session.scalars(_collected(decision.now)):
        decision.record(Act.USER_SIGN_IN_REFUSED, row.subject, attempts=row.untold, address=row.address)
        row.untold, row.told_at = 0, decision.now


def _clear_away(decision: Decision, user: User, now: datetime) -> None:
    """Take away sessions that are over, and attempts that are long past and told."""
    over = or_(
        WebSession.ends_at <= now,
        (WebSession.user_id == user.id) & (WebSession.session_key != user.session_key),
    )
    decision.session.execute(delete(WebSession).where(over))
    past = SignInAttempts.last_refused_at < decision.now - FORGOTTEN_AFTER
    decision.session.execute(delete(SignInAttempts).where(past, SignInAttempts.untold == 0))
