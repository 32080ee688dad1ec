"""What happened to somebody's own account, as they are told when they sign in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import details_of, read_event
from docctl.domain.trail.events.recorded import Details
from docctl.domain.trail.events.sign_in import (
    Attempts,
    UserLinkMailed,
    UserSessionEnded,
    UserSignedIn,
    UserSignInThrottled,
)


@dataclass(frozen=True)
class Happened:
    """Something that happened to an account, and from which network address, where its event names one."""

    at: datetime
    actor_name: str
    act: Act
    address: str


def links_issued_unseen(session: Session, user: User) -> list[datetime]:
    """Return when administrators issued one-time links for an account between its last sign-in but one and its last."""
    return [event.happened_at for event in _unseen(session, user, Act.USER_LINK_ISSUED)]


def links_mailed_unseen(session: Session, user: User) -> list[tuple[datetime, str]]:
    """Return when one-time links were mailed to somebody since their last sign-in but one, and who asked from where."""
    mailed = _unseen(session, user, Act.USER_LINK_MAILED)
    return [(event.happened_at, details_of(event, UserLinkMailed).address) for event in mailed]


def _unseen(session: Session, user: User, act: Act) -> list[Event]:
    of_user = Event.subject.in_(user.subjects)
    signed_in = select(Event.seq).where(of_user, Event.act == Act.USER_SIGNED_IN).order_by(Event.seq.desc())
    last = session.scalars(signed_in.offset(1).limit(1)).first() or 0
    return list(session.scalars(select(Event).where(of_user, Event.act == act, Event.seq > last).order_by(Event.seq)))


def running_sessions(session: Session, user: User, now: datetime, idle: timedelta) -> list[WebSession]:
    """Return where somebody is signed in now, the latest used first."""
    of_user = (WebSession.user_id == user.id) & (WebSession.session_key == user.session_key)
    found = session.scalars(select(WebSession).where(of_user, WebSession.awaits_code.is_(False)))
    return sorted((each for each in found if not each.is_over(now, idle)), key=lambda each: each.last_seen_at)[::-1]


def happened_lately(session: Session, user: Reader) -> list[Happened]:
    """Return the last twenty things that happened to an account."""
    found = select(Event).where(Event.subject.in_(user.subjects)).order_by(Event.seq.desc())
    told = map(read_event, session.scalars(found.limit(20)))
    return [Happened(event.time, event.actor_name, event.action, _address(event.details)) for event in told]


def _address(details: Details) -> str:
    named = UserSignedIn | Attempts | UserSessionEnded | UserSignInThrottled | UserLinkMailed
    return details.address if isinstance(details, named) else ""


def own_request(session: Session, user: Reader, request_id: str) -> Event | None:
    """Return what a form of somebody's own did when it was sent before."""
    mine = (Event.request_id == request_id) & (Event.actor_id == user.id)
    return session.scalars(select(Event).where(mine)).first() if request_id else None
