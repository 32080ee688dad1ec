"""A document: its number, its type, and the line of revisions it has had."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docctl.domain.documents.document_number import canonical_number, checked_number
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import OPEN_STATES, PUBLISHED_STATES, State
from docctl.domain.errors import DisposedError, DraftAlreadyOpenError, NotFoundError
from docctl.domain.mapping import Record

if TYPE_CHECKING:
    from docctl.domain.documents.revision import Revision


class Document(Record):
    """Documented information under control, known by a number that is never given to another document."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    canonical: Mapped[str] = mapped_column(String(40), unique=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("document_types.id", ondelete="RESTRICT"), index=True)
    type: Mapped[DocumentType] = relationship(lazy="joined")
    created_at: Mapped[datetime]
    tip_commit: Mapped[str] = mapped_column(String(40), default="")
    branch_commit: Mapped[str] = mapped_column(String(40), default="")
    disposed_at: Mapped[datetime | None]
    revisions: Mapped[list["Revision"]] = relationship(
        back_populates="document", order_by="Revision.number", cascade="save-update, merge"
    )

    def __init__(self, number: str, type: DocumentType, created_at: datetime) -> None:
        super().__init__(
            number=checked_number(number),
            canonical=canonical_number(number),
            type=type,
            created_at=created_at,
            tip_commit="",
            branch_commit="",
        )

    @property
    def branch(self) -> str:
        """The document's own line in the Git library."""
        return f"refs/heads/documents/{self.number}"

    def revision(self, number: int) -> "Revision":
        """Return one revision by its number; raise NotFoundError where there is none."""
        for revision in self.revisions:
            if revision.number == number:
                return revision
        raise NotFoundError("%(document)s has no revision %(number)s.", document=self.number, number=number)

    @property
    def in_force(self) -> "Revision | None":
        """The one revision in force, if there is one."""
        return next((revision for revision in self.revisions if revision.state == State.IN_FORCE), None)

    @property
    def open_revision(self) -> "Revision | None":
        """The one revision that is being written, reviewed or approved, if there is one."""
        return next((revision for revision in self.revisions if revision.state in OPEN_STATES), None)

    @property
    def latest_published(self) -> "Revision | None":
        """The newest revision that was ever in force."""
        return next((revision for revision in reversed(self.revisions) if revision.state in PUBLISHED_STATES), None)

    def require_kept(self) -> None:
        """Raise DisposedError where the document was disposed of."""
        if self.disposed_at is not None:
            raise DisposedError(
                "%(document)s was disposed of on %(disposed_at)s; nothing of its text is left. Its page says "
                "why and on whose authority.",
                document=self.number,
                disposed_at=f"{self.disposed_at:%d %B %Y}",
            )

    def next_revision_number(self) -> int:
        """Return the number of the revision to open; a discarded draft's number is not given again."""
        if self.open_revision is not None:
            raise DraftAlreadyOpenError(
                "%(document)s already has revision %(open_revision)s open; finish or discard it first.",
                document=self.number,
                open_revision=self.open_revision.number,
            )
        return max((revision.number for revision in self.revisions), default=0) + 1
