"""Access requests: somebody forgot their password and asks for a one-time link, which only goes out by mail."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record
from docctl.domain.sign_in.web_session import Allowance

MAILED_LINK_MINUTES = 60
MOST_LINKS_AT_ONCE = 3
LONGEST_NAMED = 200

# Counted before anything is looked up, so that known and unknown people wait alike.
REQUEST_ALLOWANCES = {
    "login": Allowance(3, timedelta(minutes=10)),
    "address": Allowance(10, timedelta(minutes=5)),
}


class AccessRequest(Record):
    """What was typed at a browser and, once an account was found for it, the hash of the link that was mailed."""

    __tablename__ = "access_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    named: Mapped[str] = mapped_column(String(LONGEST_NAMED))
    address: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    valid_until: Mapped[datetime | None]
