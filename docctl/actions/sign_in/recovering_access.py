"""Recovering access: who forgot their password is mailed a one-time link; asking tells nobody who has an account."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.sign_in.checking_credentials import require_no_waiting
from docctl.document_control import Decision, DocumentControl
from docctl.domain.errors import AuthorityChangedError, MailMissingError
from docctl.domain.people.user import User
from docctl.domain.sign_in.access_request import (
    LONGEST_NAMED,
    MAILED_LINK_MINUTES,
    MOST_LINKS_AT_ONCE,
    REQUEST_ALLOWANCES,
    AccessRequest,
)
from docctl.domain.sign_in.commitments import commitment_to
from docctl.domain.sign_in.web_session import SignInAttempts, attempt_ids
from docctl.domain.trail.events.sign_in import UserLinkMailed


def ask_for_link(control: DocumentControl, named: str, address: str = "") -> None:
    """Note that a link is asked for, by login or mail address; whose it is, is looked up when nobody waits for it.

    Raises MailMissingError where no mail is set up, SignInThrottledError after too many requests.
    """
    control.trust.require()
    if control.mail_server is None:
        raise MailMissingError("No mail is set up here, so no link was sent; ask an administrator for a one-time link.")
    named, address = " ".join(named.split()).lower()[:LONGEST_NAMED], address[:64]
    ids = attempt_ids(f"link {named}", f"link {address}")
    counted = {ids[kind]: allowance for kind, allowance in REQUEST_ALLOWANCES.items()}
    with control.reading() as session:
        require_no_waiting(session, list(counted), control.now())
    with control.remembering() as session:
        now = control.now()
        for key, allowance in counted.items():
            row = session.get(SignInAttempts, key)
            if row is None:
                row = SignInAttempts(id=key, subject="link", address=address, refused=0, last_refused_at=now, untold=0)
                session.add(row)
            row.refuse(now, allowance)
        session.add(AccessRequest(named=named, address=address, asked_at=now))


def send_asked_links(control: DocumentControl) -> int:
    """Queue the links that were asked for, to those who have an account with a mail address; return how many."""
    with control.reading() as session:
        if session.scalars(_unanswered().limit(1)).first() is None:
            return 0
        asked = [(each, _owners(session, each.named)) for each in session.scalars(_unanswered())]
    if not any(owners for _, owners in asked):
        with control.remembering() as session:
            session.execute(delete(AccessRequest).where(AccessRequest.id.in_([each.id for each, _ in asked])))
        return 0
    with control.deciding(None) as decision:
        return _answer(decision)


def use_up_links(decision: Decision, user: User) -> None:
    """Let no mailed link of the person work again, and tell them that their password is another one."""
    decision.session.execute(delete(AccessRequest).where(AccessRequest.user_id == user.id))
    decision.notify(
        user,
        "Your password was set",
        f"The password of your account {user.login} was set by a one-time link, and everybody who was signed in with "
        "it was signed out. If that was not you, tell an administrator at once.",
    )


def _answer(decision: Decision) -> int:
    session, sent = decision.session, 0
    past = AccessRequest.valid_until < decision.now - timedelta(days=1)
    session.execute(delete(AccessRequest).where(past))
    for request in session.scalars(_unanswered()).all():
        for user in _owners(session, request.named):
            if _has_enough(session, user, decision.now):
                continue
            # Nothing goes out to an account that is not as its events made it, its mail address least of all.
            with suppress(AuthorityChangedError), decision.attempt():
                _send(decision, user, request.address)
                sent += 1
        session.delete(request)
    return sent


def _send(decision: Decision, user: User, address: str) -> None:
    control = decision.control
    secret = tools.password_hasher.new_secret()
    kept = tools.password_hasher.hash_secret(secret)
    decision.session.add(
        AccessRequest(
            named="",
            address="",  # which is in the record of the event, and goes with it
            asked_at=decision.now,
            user_id=user.id,
            secret_hash=kept,
            valid_until=decision.now + timedelta(minutes=MAILED_LINK_MINUTES),
        )
    )
    decision.session.flush()
    mailed = UserLinkMailed(address=address, valid_minutes=MAILED_LINK_MINUTES, link=commitment_to(kept))
    decision.record(mailed, user.subject)
    site = control.mail_server.site.rstrip("/") if control.mail_server is not None else ""
    decision.notify(
        user,
        "A link to choose a new password",
        f"Somebody at {address or 'an unknown address'} asked for a new password of your account {user.login}. If that "
        f"was you, open this link within {MAILED_LINK_MINUTES} minutes; it works once:\n\n"
        f"{site}/choose-password/{secret}\n\n"
        "If it was not you, do nothing: your password stays as it is.",
    )


def _unanswered() -> Select[AccessRequest]:
    return select(AccessRequest).where(AccessRequest.user_id.is_(None)).order_by(AccessRequest.id)


def _owners(session: Session, named: str) -> list[User]:
    """Find the accounts of a login or a mail address to which mail can go."""
    is_named = or_(User.login == named, func.lower(User.email) == named)
    able = User.disabled.is_(False) & (User.email != "")
    return list(session.scalars(select(User).where(is_named, able).order_by(User.id))) if named else []


def _has_enough(session: Session, user: User, now: datetime) -> bool:
    """Say whether links enough are under way to somebody, so that nobody fills their mailbox."""
    held = (AccessRequest.user_id == user.id) & (AccessRequest.valid_until >= now)
    return (session.scalar(select(func.count(AccessRequest.id)).where(held)) or 0) >= MOST_LINKS_AT_ONCE
