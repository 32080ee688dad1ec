"""What happened to somebody's own account, as they are told when they sign in."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.people.user import User
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.audit_trail import Act, Event


def links_issued_unseen(session: Session, user: User) -> list[datetime]:
    """Return when administrators issued one-time links for an account between its last sign-in but one and its last."""
    return [event.happened_at for event in _unseen(session, user, Act.USER_LINK_ISSUED)]


def links_mailed_unseen(session: Session, user: User) -> list[tuple[datetime, str]]:
    """Return when one-time links were mailed to somebody since their last sign-in but one, and who asked from where."""
    return [(event.happened_at, event.details["address"]) for event in _unseen(session, user, Act.USER_LINK_MAILED)]


def _unseen(session: Session, user: User, act: Act) -> list[Event]:
    of_user = Event.subject == f"user:{user.login}"
    signed_in = select(Event.seq).where(of_user, Event.act == Act.USER_SIGNED_IN).order_by(Event.seq.desc())
    last = session.scalars(signed_in.offset(1).limit(1)).first() or 0
    return list(session.scalars(select(Event).where(of_user, Event.act == act, Event.seq > last).order_by(Event.seq)))


def running_sessions(session: Session, user: User, now: datetime, idle: timedelta) -> list[WebSession]:
    """Return where somebody is signed in now, the latest used first."""
    of_user = (WebSession.user_id == user.id) & (WebSession.session_key == user.session_key)
    found = session.scalars(select(WebSession).where(of_user, WebSession.awaits_code.is_(False)))
    return sorted((each for each in found if not each.is_over(now, idle)), key=lambda each: each.last_seen_at)[::-1]


def happened_lately(session: Session, user: User) -> list[Event]:
    """Return the last twenty things that happened to an account."""
    found = select(Event).where(Event.subject == f"user:{user.login}").order_by(Event.seq.desc())
    return list(session.scalars(found.limit(20)))


def own_request(session: Session, user: User, request_id: str) -> Event | None:
    """Return what a form of somebody's own did when it was sent before."""
    mine = (Event.request_id == request_id) & (Event.actor_id == user.id)
    return session.scalars(select(Event).where(mine)).first() if request_id else None
