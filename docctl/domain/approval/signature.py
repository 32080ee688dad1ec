"""Signatures and review comments: what people declared about the exact files they were shown."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record


class Signature(Record):
    """One person's signature; name, meaning, zone, fingerprint and rule are copied, so later changes alter nothing."""

    __tablename__ = "signatures"
    __table_args__ = (UniqueConstraint("revision_id", "round", "person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="RESTRICT"), index=True)
    round: Mapped[int]
    step: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    person: Mapped[str] = mapped_column(String(80))
    printed_name: Mapped[str] = mapped_column(String(250))
    in_place_of_id: Mapped[int | None]
    in_place_of_person: Mapped[str] = mapped_column(String(80), default="")
    role: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    meaning: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(String(60))
    fingerprint: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(60))
    authenticated_by: Mapped[str] = mapped_column(String(40))
    comment: Mapped[str] = mapped_column(Text, default="")


class ReviewComment(Record):
    """A remark on a section of a revision under review."""

    __tablename__ = "review_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="RESTRICT"), index=True)
    round: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    printed_name: Mapped[str] = mapped_column(String(120))
    section: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(120), default="")
