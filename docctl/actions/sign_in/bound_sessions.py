"""Whether a session is as its sign-in opened it, and was not ended since; asked at every request, in one statement."""

import json
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.people.user import User
from docctl.domain.sign_in.bound_session import END_SESSIONS, is_ended_by, is_opened_by, is_sealed
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.reading import read
from docctl.domain.trail.events.recorded import Details, Recorded

SIGN_IN, LATER = Event.__table__.alias(), Event.__table__.alias()
_LATER = (
    LATER.c.subject == literal("account:").concat(cast(User.id, String)),
    LATER.c.act.in_(END_SESSIONS),
    LATER.c.seq > WebSession.signed_in_by,
)
_ENDED = select(func.max(LATER.c.seq)).where(*_LATER).correlate(User, WebSession).scalar_subquery()
# A session, its account, the text of its sign-in, and the newest event since that may have ended it.
KEPT = (
    select(WebSession, User, SIGN_IN.c.text, _ENDED)
    .join(User, User.id == WebSession.user_id)
    .outerjoin(SIGN_IN, SIGN_IN.c.seq == WebSession.signed_in_by)
)


@dataclass(frozen=True)
class KeptSession:
    """A session as its row says, and what the events of its account say of it."""

    web_session: WebSession
    user: User
    sign_in: str | None
    ended: int | None


def kept_session(session: Session, id_hash: str) -> KeptSession | None:
    """Return what is kept of a session."""
    found = session.execute(KEPT.where(WebSession.id_hash == id_hash)).first()
    return KeptSession(*found) if found is not None else None


def is_bound(control: DocumentControl, session: Session, kept: KeptSession, secret: str) -> bool:
    """Say whether a session is as it was opened; one that no event opened is known by the seal of its secret."""
    web_session = kept.web_session
    if web_session.signed_in_by is None:
        return is_sealed(secret, web_session, control.secret_key)
    try:
        if kept.sign_in is None or not is_opened_by(web_session, _read(kept.sign_in)):
            return False
        if kept.ended is None:
            return True
        later = Event.subject == kept.user.subject, Event.act.in_(END_SESSIONS), Event.seq > web_session.signed_in_by
        told = session.scalars(select(Event.text).where(*later))
        return not any(is_ended_by(web_session, _read(text)) for text in told)
    except ValueError:  # verify tells which event was changed
        return False


@lru_cache(maxsize=1000)
def _read(text: str) -> Recorded[Details]:
    """Read an event; the same few are asked for again and again."""
    return read(json.loads(text))
