"""The humans behind the accounts, and those who have none: what is kept of each."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docctl.domain.errors import InvalidInputError
from docctl.domain.mapping import Record
from docctl.domain.people.user import User
from docctl.domain.trail.events.personnel import Particulars

LONGEST_NUMBER = 10
OWN_KEY = "person:"
"""How the key of somebody begins who was there before any account of theirs."""


@dataclass(frozen=True)
class PersonalData:
    """What is said of a person; the supervisor is the number of another one."""

    name: str
    personnel_number: str = ""
    email: str = ""
    language: str = ""
    supervisor: int | None = None
    started_on: date | None = None


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

    @property
    def particulars(self) -> Particulars:
        """The person as an event says it."""
        return Particulars(
            person=self.id,
            name=self.name,
            personnel_number=self.personnel_number or "",
            email=self.email,
            language=self.language,
            supervisor=None if self.supervisor is None else self.supervisor.id,
            started_on=self.started_on,
        )

    def is_told_by(self, account: User) -> bool:
        """Whether the name and the mail address of the person are those of this account, their first one."""
        return self.account_id == account.id

    def belongs_to(self, account: User) -> None:
        """Be called as the first account is, and reached where it is."""
        self.account_id = account.id
        self.take_from(account)

    def take_from(self, account: User) -> None:
        """Be called as an account is, and reached where it is."""
        self.name, self.email = account.name, account.email

    def take(self, told: Particulars, supervisor: "Person | None") -> None:
        """Be as an event says; whoever has an account is called as that is."""
        if self.account_id is None:
            self.name, self.email = told.name, told.email
        self.personnel_number, self.language = told.personnel_number or None, told.language
        self.supervisor, self.started_on = supervisor, told.started_on

    def forget(self) -> None:
        """Be as the events say whose records are disposed of."""
        if self.account_id is None:
            self.email = ""
        self.personnel_number, self.language, self.supervisor = None, "", None
        self.started_on = self.ended_on = None

    def require_no_loop(self) -> None:
        """Raise InvalidInputError where the person would supervise themselves, through however many others."""
        above, seen = self.supervisor, {self.id}
        while above is not None:
            if above.id in seen:
                raise InvalidInputError(
                    "%(name)s would supervise themselves through %(supervisor)s, so nothing was changed; name another "
                    "supervisor.",
                    name=self.name,
                    supervisor=self.supervisor.name if self.supervisor is not None else "",
                )
            seen.add(above.id)
            above = above.supervisor


def number_written(text: str) -> int | None:
    """Return the number of a person that was written like #12; nothing for another text."""
    listed = text.removeprefix("#")
    is_number = text.startswith("#") and listed.isascii() and listed.isdigit() and len(listed) < LONGEST_NUMBER
    return int(listed) if is_number else None


def person_of(number: int, account: User) -> Person:
    """Return the person whose first account this is."""
    return Person(id=number, key=account.person, name=account.name, email=account.email, account_id=account.id)


def person_without_account(number: int, name: str) -> Person:
    """Return a person who was there before any account of theirs."""
    return Person(id=number, key=f"{OWN_KEY}{number}", name=name, email="", language="", supervisor=None)
