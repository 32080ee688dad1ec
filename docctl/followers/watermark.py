"""How far a follower has read the audit trail."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.audit_trail import CHAIN_HEAD_ID, ChainHead, Event, Watermark

PAGE = 2000


def read_watermark(session: Session, follower: str) -> int:
    """Return the number of the last event that a follower has dealt with."""
    mark = session.get(Watermark, follower)
    return mark.seq if mark is not None else 0


def set_watermark(control: DocumentControl, follower: str, seq: int) -> None:
    """Remember the last event that a follower has dealt with."""
    with control.remembering() as session:
        mark = session.get(Watermark, follower)
        if mark is None:
            session.add(Watermark(follower=follower, seq=seq))
        else:
            mark.seq = seq


def head_seq(session: Session) -> int:
    """Return the number of the newest event."""
    head = session.get(ChainHead, CHAIN_HEAD_ID)
    return head.seq if head is not None else 0


def events_after(session: Session, seq: int, limit: int = PAGE) -> list[Event]:
    """Return the next events of the audit trail, in order."""
    return list(session.scalars(select(Event).where(Event.seq > seq).order_by(Event.seq).limit(limit)))
