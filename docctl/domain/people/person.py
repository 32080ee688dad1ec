"""The humans behind the accounts, and those who have none: what is kept of each."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docctl.domain.mapping import Record
from docctl.domain.people.user import User


class Person(Record):
    """A human, of whom the trail tells the number and the printed name; accounts of the same key are theirs."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    personnel_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    email: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(10), default="")
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"), index=True)
    supervisor: Mapped["Person | None"] = relationship(remote_side=[id])
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))

    @property
    def subject(self) -> str:
        """How the audit trail names the person."""
        return f"person:{self.id}"

    def is_told_by(self, account: User) -> bool:
        """Whether the name and the mail address of the person are those of this account, their first one."""
        return self.account_id == account.id

    def take_from(self, account: User) -> None:
        """Be called as an account is, and reached where it is."""
        self.name, self.email = account.name, account.email


def person_of(number: int, account: User) -> Person:
    """Return the person whose first account this is."""
    return Person(id=number, key=account.person, name=account.name, email=account.email, account_id=account.id)
