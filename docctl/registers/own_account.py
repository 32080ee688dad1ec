"""What happened to somebody's own account, as they are told when they sign in."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.audit_trail import Act, Event
from docctl.domain.user import User


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
