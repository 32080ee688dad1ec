"""Keeps the folder of records as the tables have it: what was disposed of is erased, what was lost is written again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.document_control.record_folder import TO_A_PAGE
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import details_of
from docctl.domain.trail.events.retention import RecordsDisposed
from docctl.followers import git_refs
from docctl.followers.watermark import advance_watermark, head_seq, read_watermark
from docctl.machine.crash_point import crash_point

NAME = "records"
CLEARED_TABLES = (
    "events",
    "users",
    "audit_engagements",
    "delegations",
    "legal_holds",
    "disposals",
    "review_comments",
    "signatures",
    "revisions",
    "notices",
    "sessions",
)


def follow(control: DocumentControl) -> int:
    """Erase the records of which events say that they were disposed of; return how many of these events there were."""
    with control.reading() as session:
        mark = read_watermark(session, NAME)
        new = select(Event).where(Event.act == Act.RECORDS_DISPOSED, Event.seq > mark).order_by(Event.seq)
        disposed = list(session.scalars(new))
        if not disposed:
            return 0
    seqs = {row["event"] for event in disposed for row in details_of(event, RecordsDisposed).records}
    with control.remembering() as session:
        _take_away_again(session, seqs)
        control.records.take_away(seqs)
    crash_point("records erased")
    tools.database.wipe_deleted(control.engine, CLEARED_TABLES)
    crash_point("records wiped")
    with control.remembering() as session:
        advance_watermark(session, NAME, disposed[-1].seq)
    return len(disposed)


def _take_away_again(session: Session, seqs: set[int]) -> None:
    """Let the tables not hold again what was disposed of, as where an earlier copy of them was put back."""
    for event in session.scalars(select(Event).where(Event.seq.in_(seqs), Event.record != "")):
        event.record = ""


def drop_left_over(control: DocumentControl) -> None:
    """Drop what a crash left in the folder: records of events that never happened."""
    with control.reading() as session:
        tip = control.library.tip_in_file(git_refs.LEDGER)
        is_ahead = tip and session.scalars(select(Event.seq).where(Event.ledger_commit == tip)).first() is None
        if is_ahead or not control.records.is_left_over(head_seq(session) + 1):
            return
    with control.remembering() as session:
        control.records.append(head_seq(session) + 1, ())


def write_again(control: DocumentControl) -> int:
    """Write each page of the folder anew that is not as the tables have it; return how many."""
    with control.reading() as session:
        last = head_seq(session)
    written, size = 0, TO_A_PAGE
    for page in {*range(last // size + 1), *control.records.pages()}:
        with control.remembering() as session:
            within = Event.seq.between(page * size, page * size + size - 1)
            kept = session.scalars(select(Event).where(within, Event.record != ""))
            wanted = {event.seq: event.record for event in kept}
            if control.records.page(page) != wanted:
                control.records.rewrite(page, wanted)
                written += 1
    return written
