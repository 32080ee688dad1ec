"""A duty: what somebody owes, for which revision, since when and until when, and what became of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record

_OPEN = text("state = 'open'")
_OF_NOBODY = text("state = 'open' AND user_id IS NULL")


class Kind(StrEnum):
    """What is owed."""

    REVIEW = "review"
    APPROVE = "approve"
    REVISE = "revise"
    REASSIGN = "reassign"
    PERIODIC_REVIEW = "periodic_review"


class DutyState(StrEnum):
    """Whether a duty is still owed, and what became of it otherwise."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


SIGNING = (Kind.REVIEW, Kind.APPROVE)


class Duty(Record):
    """One duty of one account; without an account it is owed by whoever looks after the document.

    Whether the account can still do it, after it was disabled for example, is looked at where duties are shown.
    """

    __tablename__ = "duties"
    __table_args__ = (
        # These hold all that is asked of them, so that thousands of duties are read without the table.
        Index(
            "ix_duties_open_of_account", "user_id", "asks_roles", "kind", "state", sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_duties_open_of_revision", "revision_id", "kind", "step", "due", "since", "state",
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index(
            "ix_duties_open_by_due", "due", "since", "revision_id", "kind", "step", "state", sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_duties_open_asked", "asks_roles", "kind", "state", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_duties_open_of_nobody", "kind", "due", sqlite_where=_OF_NOBODY, postgresql_where=_OF_NOBODY),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="RESTRICT"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(20))
    step: Mapped[int | None]
    asks_roles: Mapped[str] = mapped_column(String(200), default="")
    why: Mapped[str] = mapped_column(String(200), default="")
    fingerprint: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime]
    opened_by: Mapped[int]
    due: Mapped[date | None]
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None]

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.state == DutyState.OPEN

    def end(self, state: DutyState, now: datetime, event: int) -> None:
        """Be owed no more, by an event of the trail."""
        self.state, self.ended_at, self.ended_by = state, now, event
