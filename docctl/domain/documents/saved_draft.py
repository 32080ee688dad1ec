"""A saved draft: what one person saved at one moment, as one commit on the document's own branch."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.errors import DisposedError
from docctl.domain.mapping import Record
from docctl.domain.people.user import User

if TYPE_CHECKING:
    from docctl.domain.documents.revision import Revision

BROWSER = "browser"
WORD = "word"
_FROM_A_FILE = re.compile(r"(?:Imported|Adopted) from .+, SHA-256 ([0-9a-f]{64})", re.DOTALL)


def file_sha256_in(number: int, reason: str) -> str:
    """Return the SHA-256 of the file that a first draft was taken from, from the reason, where it once stood alone."""
    found = _FROM_A_FILE.fullmatch(reason) if number == 1 else None
    return found[1] if found is not None else ""


class SavedDraft(Record):
    """The files of a revision as somebody saved them, with a one-line reason; never changed afterwards.

    A draft set aside was saved over a text that had changed meanwhile: it is kept, and is not the current one.
    What was taken from a file keeps the SHA-256 of that file, as it was sent.
    """

    __tablename__ = "saved_drafts"
    __table_args__ = (UniqueConstraint("revision_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="RESTRICT"), index=True)
    revision: Mapped["Revision"] = relationship(back_populates="saved_drafts", foreign_keys=[revision_id])
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    author: Mapped[User] = relationship(lazy="joined")
    saved_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(10), default=BROWSER)
    commit: Mapped[str] = mapped_column("commit_id", String(40))
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    file_rows: Mapped[list[dict[str, Any]]] = mapped_column("files", default=list)
    losses: Mapped[list[str]] = mapped_column(default=list)
    file_sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    aside: Mapped[bool] = mapped_column(default=False)

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """The files, in the order of their paths."""
        return tuple(sorted(StoredFile(**row) for row in self.file_rows))

    def require_kept(self) -> None:
        """Raise DisposedError where the files were disposed of; no draft is ever saved without any."""
        if not self.file_rows:
            raise DisposedError(
                "This text was disposed of under its retention rule, and nothing of it is left. The page of the "
                "document says when, why and on whose authority."
            )

    def file(self, path: str) -> StoredFile | None:
        """Return one file by its path."""
        return next((StoredFile(**row) for row in self.file_rows if row["path"] == path), None)
