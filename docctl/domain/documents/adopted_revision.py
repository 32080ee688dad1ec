"""What is claimed of a revision that was made elsewhere and adopted: its label, dates and people of then."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record


class AdoptedRevision(Record):
    """The claims under which an earlier revision was adopted; none of them is ever counted as a signature here."""

    __tablename__ = "adopted_revisions"
    __table_args__ = (Index("ix_adopted_revisions_file_sha256", "file_sha256"),)

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="RESTRICT"), primary_key=True)
    label: Mapped[str] = mapped_column(String(60), default="")
    written_by: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    written_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(200), default="")
    effective_date: Mapped[date | None]
    ended_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, default="")
    file: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(String(64))

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of those who are said to have written it."""
        return tuple(str(each["name"]) for each in self.written_by)

    def as_row(self) -> dict[str, Any]:
        """Return the claims as an event keeps them."""
        return {
            "label": self.label,
            "written_by": self.written_by,
            "written_at": self.written_at.isoformat() if self.written_at else "",
            "approved_by": self.approved_by,
            "effective_date": str(self.effective_date or ""),
            "ended_on": str(self.ended_on or ""),
            "source": self.source,
            "place": self.place,
            "file": self.file,
            "file_sha256": self.file_sha256,
        }

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "AdoptedRevision":
        """Return the claims that an event keeps."""
        days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("effective_date", "ended_on")}
        written_at = datetime.fromisoformat(row["written_at"]) if row["written_at"] else None
        return cls(**{**row, **days, "written_at": written_at})
