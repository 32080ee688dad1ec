"""How far a follower has read the audit trail."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, ChainHead, Event, Watermark

PAGE = 2000


def read_watermark(session: Session, follower: str) -> int:
    """Return the number of the last event a follower dealt with; one that never happened counts for nothing."""
    mark = session.get(Watermark, follower)
    return mark.seq if mark is not None and mark.seq <= head_seq(session) else 0


def set_watermark(control: DocumentControl, follower: str, seq: int) -> None:
    """Remember the last event that a follower has dealt with."""
    with control.remembering() as session:
        advance_watermark(session, follower, seq)


def advance_watermark(session: Session, follower: str, seq: int) -> bool:
    """Move a watermark on; say no where a follower elsewhere has got as far already, for it never goes back."""
    mark = session.get(Watermark, follower)
    if mark is None:
        session.add(mark := Watermark(follower=follower, seq=0))
    if seq <= read_watermark(session, follower):
        return False
    mark.seq = seq
    return True


def forget_watermark(control: DocumentControl, follower: str) -> None:
    """Let a follower begin again with the first event."""
    with control.remembering() as session:
        session.execute(delete(Watermark).where(Watermark.follower == follower))


def forget_what_never_happened(control: DocumentControl) -> None:
    """Let each follower begin again that has noted more events than there are."""
    with control.remembering() as session:
        session.execute(delete(Watermark).where(Watermark.seq > head_seq(session)))


def head_seq(session: Session) -> int:
    """Return the number of the newest event."""
    head = session.get(ChainHead, CHAIN_HEAD_ID)
    return head.seq if head is not None else 0


def events_after(session: Session, seq: int, limit: int = PAGE) -> list[Event]:
    """Return the next events of the audit trail, in order."""
    return list(session.scalars(select(Event).where(Event.seq > seq).order_by(Event.seq).limit(limit)))
