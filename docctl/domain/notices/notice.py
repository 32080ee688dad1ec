"""A notice: what somebody is told by mail, queued in the transaction of what they are told about."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docctl.domain.documents.revision import Revision
from docctl.domain.mapping import Record
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.permission import may_read

LONGEST_SUBJECT = 200
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
MOST_ATTEMPTS = 12
SERVER_AWAITED_EVERY = timedelta(seconds=30)
QUIET_AWAITED_EVERY = timedelta(minutes=15)
SERVER_AWAITED_AT_MOST = timedelta(days=5)


class Notice(Record):
    """One notice to a person, or to an address outside; it is sent at least once, or given up with its trouble."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    user: Mapped[User | None] = relationship(lazy="joined")
    address: Mapped[str] = mapped_column(String(200), default="")
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id", ondelete="CASCADE"), index=True)
    revision: Mapped[Revision | None] = relationship()
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    text: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(300), default="")
    duty_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]

    @classmethod
    def about(
        cls, revision: Revision | None, to: Reader | str, subject: str, text: str, path: str, now: datetime
    ) -> "Notice":  # fmt: skip
        """Make a notice that is due at once; its message id stays the same however often it is sent."""
        return cls(
            message_id=f"{secrets.token_hex(16)}@docctl.invalid",
            user_id=to.id if isinstance(to, Reader) else None,
            address="" if isinstance(to, Reader) else to,
            revision_id=revision.id if revision is not None else None,
            subject=" ".join(subject.split())[:LONGEST_SUBJECT],
            text=text,
            path=path,
            queued_at=now,
            due_at=now,
        )

    @classmethod
    def reminder(cls, user_id: int, duty_ids: list[int], now: datetime) -> "Notice":
        """Make a notice of duties; what it says is found out when it is sent, because some may be done by then."""
        return cls(
            message_id=f"{secrets.token_hex(16)}@docctl.invalid",
            user_id=user_id,
            subject="",
            text="",
            path="/tasks",
            duty_ids=duty_ids,
            queued_at=now,
            due_at=now,
        )

    def claim(self, until: datetime) -> None:
        """Count an attempt; whoever looks before it has ended leaves the notice alone."""
        self.attempts += 1
        self.due_at = until

    def mark_sent(self, now: datetime) -> None:
        """Be done with the notice; its text is not kept, because mail is no record."""
        self.sent_at, self.due_at, self.trouble, self.text = now, None, "", ""

    def postpone(self, trouble: str, now: datetime, *, for_ever: bool = False) -> None:
        """Try again later, each time after a longer wait; give up after many attempts or where none can help."""
        self.trouble = trouble[:300]
        if for_ever or self.attempts >= MOST_ATTEMPTS:
            self.due_at, self.given_up_at = None, now
        else:
            self.due_at = now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** max(0, self.attempts - 1))

    def await_server(self, trouble: str, now: datetime) -> None:
        """Wait for a mail server that is away, which is no fault of this notice; after days nobody needs it."""
        self.attempts = max(0, self.attempts - 1)
        if now - self.queued_at > SERVER_AWAITED_AT_MOST:
            self.postpone(trouble, now, for_ever=True)
        else:
            self.trouble, self.due_at = trouble[:300], now + SERVER_AWAITED_EVERY

    def wait(self, now: datetime) -> None:
        """Wait for the end of quiet hours, or for a day on which people work."""
        self.due_at = now + QUIET_AWAITED_EVERY

    def send_again(self, now: datetime) -> None:
        """Begin anew with a notice that was given up."""
        self.attempts, self.due_at, self.given_up_at = 0, now, None

    def leave_unsent(self) -> None:
        """Send it to nobody, because nothing that it was to remind of waits any more."""
        self.due_at, self.text, self.trouble = None, "", ""

    def drop(self, now: datetime) -> None:
        """Send it to nobody: its recipient left, has no address any more, or may no longer read what it is about."""
        self.sent_at, self.due_at, self.text = None, None, ""
        self.given_up_at, self.trouble = None, f"Not sent on {now:%Y-%m-%d}: the recipient may no longer receive it."


def may_receive(to: Reader | str, revision: Revision | None) -> bool:
    """Say whether a notice reaches somebody, who is still here and may read what it is about."""
    if not isinstance(to, Reader):
        return bool(to)
    return bool(to.email) and not to.disabled and (revision is None or may_read(to, revision))
