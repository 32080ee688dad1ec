"""The second factor: a one-time code from a device that only its owner holds, and codes for when that is lost."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record

RECOVERY_CODES = 10
CODE_WITHIN = timedelta(minutes=5)
ONE_TIME_CODE, RECOVERY_CODE = "one-time code", "recovery code"


class SecondFactor(Record):
    """A person's device (RFC 6238), whose seed is worthless without the library's secret key; no code counts twice."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True)
    seed: Mapped[str] = mapped_column(String(64))
    last_step: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Record):
    """A code for when the device is lost; only its hash is kept, and it counts once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


def plain_code(typed: str) -> str:
    """Return a code as it is compared, however it was typed: without spaces and hyphens, in small letters."""
    return "".join(letter for letter in typed.lower() if letter.isascii() and letter.isalnum())


def must_have_factor(roles: Iterable[str], asked_of: Iterable[str]) -> bool:
    """Say whether the organisation asks a second factor of somebody who holds these roles."""
    return bool(set(roles) & set(asked_of))
