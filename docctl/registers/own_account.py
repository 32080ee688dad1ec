"""What happened to somebody's own account, as they are told when they sign in."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.audit_trail import Act, Event
from docctl.domain.user import User


def links_issued_unseen(session: Session, user: User) -> list[datetime]:
    """Return when one-time links were issued for an account between its last sign-in but one and its last."""
    of_user = Event.subject == f"user:{user.login}"
    signed_in = select(Event.seq).where(of_user, Event.act == Act.USER_SIGNED_IN).order_by(Event.seq.desc())
    last = session.scalars(signed_in.offset(1).limit(1)).first() or 0
    issued = select(Event.happened_at).where(of_user, Event.act == Act.USER_LINK_ISSUED, Event.seq > last)
    return list(session.scalars(issued.order_by(Event.seq)))
