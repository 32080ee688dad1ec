"""Figures of a library, for whoever watches many machines: counts and times, never a name or a number of a document."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import func, select

from docctl.document_control import DocumentControl
from docctl.domain.documents.revision import Revision
from docctl.domain.notices.notice import Notice
from docctl.domain.operations.figure import Figure
from docctl.domain.trail.audit_trail import Act, Event, Watermark
from docctl.registers.operations.operations import FIRST_FOLLOWER, files_held_up, in_the_way

LAST = {
    "backup": Act.LIBRARY_BACKED_UP,
    "checkpoint": Act.CHECKPOINT_WRITTEN,
    "rehearsal": Act.LIBRARY_REHEARSED,
}


def figures(control: DocumentControl) -> Iterator[Figure]:
    """Count what is watched while a library is served."""
    keeps = {name: float(is_there) for name, is_there in in_the_way(control).items()}
    yield Figure("in_the_way", "Whether this keeps people from working (1), or not (0).", keeps, "what")
    yield Figure("disk_free_bytes", "Free space of the disk under the data folder.", {"": control.disk.free})
    yield Figure("disk_floor_bytes", "Free space below which nothing is recorded.", {"": control.disk.floor})
    with control.reading() as session:
        newest = session.scalar(select(func.max(Event.seq))) or 0
        yield Figure("events", "Number of the newest event of the audit trail.", {"": newest})
        read = {mark.follower: mark.seq for mark in session.scalars(select(Watermark))}
        behind = {name: newest - seq for name, seq in ({FIRST_FOLLOWER: 0} | read).items()}
        yield Figure("follower_behind_events", "Events that a follower has not taken up yet.", behind, "follower")
        states = session.execute(select(Revision.state, func.count()).group_by(Revision.state))
        yield Figure("revisions", "Revisions by state.", {str(state): count for state, count in states}, "state")
        yield Figure("files_held_up", "Revisions whose files cannot be issued.", {"": files_held_up(session)})
        given_up = select(func.count(Notice.id)).where(Notice.given_up_at.is_not(None))
        yield Figure("notices_given_up", "Notices that were given up.", {"": session.scalar(given_up) or 0})
        last = {name: session.scalar(select(func.max(Event.happened_at)).where(Event.act == act))
                for name, act in LAST.items()}  # fmt: skip
        yield Figure(
            "last_seconds",
            "When this was done last, in seconds since 1970; absent where it never was.",
            {name: _seconds(moment) for name, moment in last.items() if moment is not None},
            "what",
        )


def _seconds(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
