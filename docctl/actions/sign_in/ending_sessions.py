"""Ending sessions: a person ends one of their own or all others; an administrator ends all of somebody."""

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.events.sign_in import UserSessionsClosed


def end_session(control: DocumentControl, person_id: int, id_hash: str) -> int:
    """End one of the person's own sessions; return how many ended, which is none where it is somebody else's."""
    return _end(control, person_id, person_id, WebSession.id_hash == id_hash)


def end_other_sessions(control: DocumentControl, person_id: int, secret: str) -> int:
    """End all of the person's own sessions but the one that asks; return how many."""
    return _end(control, person_id, person_id, WebSession.id_hash != tools.password_hasher.hash_secret(secret))


def end_sessions_of(control: DocumentControl, person_id: int, user_id: int) -> int:
    """End every session of somebody, who can sign in again; return how many."""
    with control.reading() as session:
        require(control.reader(session, person_id), Right.ADMINISTER)
    return _end(control, person_id, user_id, WebSession.user_id == user_id)


def _end(control: DocumentControl, person_id: int, user_id: int, which: ColumnElement[bool]) -> int:
    if control.distrust:
        # A session may be a thief's, so it ends also while the trail takes no event.
        with control.remembering() as session:
            return len(_take_away(session, user_id, which))
    with control.deciding(person_id, needs_room=False) as decision:
        if person_id != user_id:
            require(decision.person, Right.ADMINISTER)
        ended = _take_away(decision.session, user_id, which)
        if ended:
            user = decision.session.get_one(User, user_id)
            opened_by = sorted(seq for seq in ended if seq is not None)
            decision.record(UserSessionsClosed(sessions=len(ended), signed_in=opened_by), user.subject)
        return len(ended)


def _take_away(session: Session, user_id: int, which: ColumnElement[bool]) -> list[int | None]:
    """Take sessions away, and return by which sign-ins they were opened."""
    taken = delete(WebSession).where(WebSession.user_id == user_id, which).returning(WebSession.signed_in_by)
    return list(session.scalars(taken))
