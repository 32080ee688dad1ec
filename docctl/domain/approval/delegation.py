"""Delegation: who signs in whose place while somebody is absent, from which day until which, and why."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docctl.domain.mapping import Record
from docctl.domain.people.user import User

LONGEST_DAYS = 366


class Delegation(Record):
    """One absence with its delegate; it ends by itself after its last day, and may be revoked before."""

    __tablename__ = "delegations"

    id: Mapped[int] = mapped_column(primary_key=True)
    absent_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    absent: Mapped[User] = relationship(foreign_keys=[absent_id], lazy="joined", innerjoin=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    delegate: Mapped[User] = relationship(foreign_keys=[delegate_id], lazy="joined", innerjoin=True)
    from_day: Mapped[date]
    until_day: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    named_by: Mapped[str] = mapped_column(String(120))
    named_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    def is_open_on(self, day: date) -> bool:
        """Say whether the delegation still counts on that day, or will count later."""
        return self.revoked_at is None and self.until_day >= day


def delegations_to(delegate_id: int) -> Select[Delegation]:
    """Ask for the delegations to a person that nobody revoked, whenever they count."""
    wanted = select(Delegation).where(Delegation.delegate_id == delegate_id, Delegation.revoked_at.is_(None))
    return wanted.order_by(Delegation.id)
