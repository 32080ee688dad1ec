"""A difference between page and issued files that a document controller let stand, for one fingerprint alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.issued_files.read_back import Difference
from docctl.domain.mapping import Record


class DifferenceLetStand(Record):
    """One difference that stands with a reason: every signer is shown it, and the list of signatures names it."""

    __tablename__ = "differences_let_stand"
    __table_args__ = (UniqueConstraint("revision_id", "fingerprint", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="RESTRICT"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    row: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    printed_name: Mapped[str] = mapped_column(String(120))
    let_stand_at: Mapped[datetime]

    @property
    def sentence(self) -> str:
        """The difference in a sentence; only its name where its document was disposed of."""
        return str(Difference.from_row(self.row)) if self.row else "A difference of a document that was disposed of."

    def forget_text(self) -> None:
        """Take out what speaks of the text, because the document is disposed of."""
        self.row, self.reason = {}, ""
