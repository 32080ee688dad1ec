"""What a revision refers to: clauses of standards, and other documents by their number."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record


class ClauseCitation(Record):
    """A clause that a revision covers, as a whole or in one section."""

    __tablename__ = "clause_citations"
    __table_args__ = (Index("ix_clause_citations_standard_clause", "standard", "clause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="RESTRICT"), index=True)
    standard: Mapped[str] = mapped_column(String(40))
    clause: Mapped[str] = mapped_column(String(20))
    section: Mapped[str] = mapped_column(String(200), default="")


class Mention(Record):
    """A document number found in the text of a revision."""

    __tablename__ = "mentions"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="RESTRICT"), index=True)
    canonical: Mapped[str] = mapped_column(String(40), index=True)
