"""Retention: how long ended revisions are kept, what is on legal hold, and what was disposed of on whose authority."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.document_type import review_due
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import InvalidInputError
from docctl.domain.mapping import Record
from docctl.domain.trail.events.documents import Kept

DISPOSE, KEEP = "dispose", "keep"
LONGEST_MONTHS = 1200
PROPOSED, AUTHORISED, DECLINED = "", "authorised", "declined"
_OPEN = text("outcome = ''")


@dataclass(frozen=True)
class Rule:
    """How long a revision is kept after it was superseded, withdrawn or discarded, on what grounds, and what then."""

    months: int
    then: str
    basis: str

    def checked(self) -> "Rule":
        """Return the rule tidied; raise InvalidInputError for what is no rule."""
        basis = " ".join(self.basis.split())
        if self.then not in (DISPOSE, KEEP):
            raise InvalidInputError("After its time a document is disposed of or kept for ever; choose one.")
        if self.then == DISPOSE and not 0 < self.months <= LONGEST_MONTHS:
            raise InvalidInputError("A document is kept between 1 month and 100 years before it is disposed of.")
        if not basis or len(basis) > 300:
            raise InvalidInputError(
                "Name the legal or contractual ground of the rule in one line; auditors ask for it."
            )
        return Rule(self.months if self.then == DISPOSE else 0, self.then, basis)

    def until(self, since: date) -> date | None:
        """Return the first day on which what ended on a day may be disposed of; None where it is kept for ever."""
        return None if self.then == KEEP else review_due(since, self.months)

    def in_words(self) -> str:
        """Say the rule in words."""
        if self.then == KEEP:
            return f"Keep for ever ({self.basis})"
        years, months = divmod(self.months, 12)
        spans = [f"{n} {what}{'s' if n > 1 else ''}" for n, what in ((years, "year"), (months, "month")) if n]
        return f"Keep for {' and '.join(spans)}, then dispose of it ({self.basis})"

    def as_row(self) -> dict[str, Any]:
        """Return the rule as an event keeps it."""
        return asdict(self)


class RetentionRule(Record):
    """The retention rule of a document type as it is now."""

    __tablename__ = "retention_rules"

    type_id: Mapped[int] = mapped_column(ForeignKey("document_types.id", ondelete="RESTRICT"), primary_key=True)
    months: Mapped[int]
    then: Mapped[str] = mapped_column(String(10))
    basis: Mapped[str] = mapped_column(String(300))

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        return Rule(self.months, self.then, self.basis)


class Retention(Record):
    """The rule that holds for one ended revision: a copy, so that a later change of the type's rule alters nothing."""

    __tablename__ = "retentions"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="RESTRICT"), primary_key=True)
    months: Mapped[int]
    then: Mapped[str] = mapped_column(String(10))
    basis: Mapped[str] = mapped_column(String(300))
    since: Mapped[date]
    until: Mapped[date | None] = mapped_column(index=True)

    @property
    def rule(self) -> Rule:
        """The rule as it was copied."""
        return Rule(self.months, self.then, self.basis)

    def hold_to(self, rule: Rule) -> None:
        """Let a rule hold, from the day on which the revision ended."""
        self.months, self.then, self.basis = rule.months, rule.then, rule.basis
        self.until = rule.until(self.since)

    @property
    def kept(self) -> Kept:
        """What holds, as an event says it."""
        return Kept(self.months, self.then, self.basis, self.since, self.until)


class LegalHold(Record):
    """An order to keep a document beyond its time; while one is not lifted, nothing of it is disposed of."""

    __tablename__ = "legal_holds"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="RESTRICT"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(String(200), default="")
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    placed_by: Mapped[str] = mapped_column(String(120))
    placed_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    lifted_by: Mapped[str] = mapped_column(String(120), default="")
    lifted_at: Mapped[datetime | None]
    lifted_because: Mapped[str] = mapped_column(Text, default="")


class Disposal(Record):
    """A proposal to dispose of a document, what a second person decided, and what is left of it: its tombstone."""

    __tablename__ = "disposals"
    __table_args__ = (
        Index("uq_one_open_disposal", "document_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="RESTRICT"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    proposed_by: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12), default=PROPOSED)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    decided_because: Mapped[str] = mapped_column(Text, default="")
    tombstone: Mapped[dict[str, Any]] = mapped_column(default=dict)
    carried_out_at: Mapped[datetime | None]

    @property
    def is_behind(self) -> bool:
        """Say whether it is decided and its bytes are still to be erased."""
        return self.outcome == AUTHORISED and self.carried_out_at is None


def forget_text(revision: Revision) -> None:
    """Take out of a revision's rows what speaks of its text; who did what and when, and its fingerprints, stay."""
    said = revision.document_metadata
    kept = DocumentMetadata(
        said.title, said.owner, said.department, said.language, said.classification, said.departments, said.people
    )
    revision.metadata_row = kept.as_row()
    revision.change_summary = ""
    revision.citations, revision.mentions = [], []
    revision.issued_commit, revision.issued_files = "", []
    revision.issued_template, revision.earlier_issues = "", []
    for draft in revision.saved_drafts:
        draft.file_rows, draft.losses, draft.reason = [], [], ""
    for comment in revision.comments:
        comment.section = comment.text = ""
    for letting in revision.let_stand:
        letting.forget_text()


def dispose(document: Document, now: datetime) -> None:
    """Clear what the tables hold of a document's text; its number, title, dates, signatures and fingerprints stay."""
    for revision in document.revisions:
        forget_text(revision)
    document.tip_commit = document.branch_commit = ""
    document.disposed_at = now


def ended_revisions(session: Session, type_id: int) -> Iterator[tuple[int, datetime]]:
    """Give out number and end of every revision of a type that ended and was not disposed of."""
    query = (
        select(Revision.id, Revision.ended_at)
        .join(Document, Document.id == Revision.document_id)
        .where(Document.type_id == type_id, Document.disposed_at.is_(None), Revision.ended_at.is_not(None))
    )
    yield from ((number, ended_at) for number, ended_at in session.execute(query) if ended_at is not None)


def hold_ended_to(
    ended: Iterable[tuple[int, datetime]], kept: Callable[[int], Retention | None], rule: Rule, time_zone: str
) -> Iterator[Retention]:
    """Let a rule hold for revisions that have ended; give out the new row of each for which none held."""
    for number, ended_at in ended:
        row = kept(number)
        if row is None:
            row = Retention(revision_id=number, since=ended_at.astimezone(ZoneInfo(time_zone)).date())
            row.hold_to(rule)
            yield row
        else:
            row.hold_to(rule)
