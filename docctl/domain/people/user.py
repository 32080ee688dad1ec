"""People who use the library, and the roles they hold."""

from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record
from docctl.domain.trail.events.people import Account

A = TypeVar("A", bound=Account)


class Role(StrEnum):
    """What somebody is trusted with; a person may hold several."""

    READER = "reader"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    CONTROLLER = "controller"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class User(Record):
    """An account of a person; accounts are disabled, never deleted, so that every signature keeps its signer."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(200), default="")
    person: Mapped[str] = mapped_column(String(80), index=True)
    department: Mapped[str] = mapped_column(String(80), default="")
    roles: Mapped[list[str]] = mapped_column(default=list)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    one_time_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    one_time_until: Mapped[datetime | None]
    session_key: Mapped[str] = mapped_column(String(32), default="")
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    @property
    def subject(self) -> str:
        """How the audit trail names the account."""
        return f"account:{self.id}"

    @property
    def subjects(self) -> tuple[str, str]:
        """How the audit trail names the account, now and in events of earlier versions."""
        return self.subject, f"user:{self.login}"[:120]

    def as_recorded(self, kind: type[A]) -> A:
        """Return the account as its events say it."""
        return kind(
            id=self.id,
            login=self.login,
            name=self.name,
            email=self.email,
            person=self.person,
            department=self.department,
            roles=sorted(self.roles),
        )

    def holds(self, *roles: Role | str) -> bool:
        """Say whether the person may act in any of the roles; a disabled account holds none."""
        return not self.disabled and any(role in self.roles for role in roles)

    @property
    def is_only_auditor(self) -> bool:
        """Say whether the person is here for audits alone, and not one of those whom documents are meant for."""
        return Role.AUDITOR in self.roles and not set(self.roles) - {Role.AUDITOR, Role.READER}

    @property
    def audience(self) -> frozenset[str]:
        """The groups of readers the person belongs to, without their department; an auditor alone belongs to none."""
        if self.is_only_auditor:
            return frozenset()
        return frozenset({"public", "internal", f"person:{self.id}"})
