"""A revision of a document, from its first saved draft until it is superseded or withdrawn."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docctl.domain.approval.approval_route import APPROVE, REVIEW, AskedStep
from docctl.domain.approval.signature import ReviewComment, Signature
from docctl.domain.documents.adopted_revision import AdoptedRevision
from docctl.domain.documents.cross_reference import ClauseCitation, Mention
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import Classification, DocumentMetadata
from docctl.domain.documents.lifecycle import IN_WORDS, State, Step, next_state
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.errors import StaleRevisionError, WrongStateError
from docctl.domain.issued_files.difference_let_stand import DifferenceLetStand
from docctl.domain.issued_files.measured_issue import MeasuredIssue
from docctl.domain.issued_files.rendition import issue_tags
from docctl.domain.mapping import Record
from docctl.domain.people.duty import Duty
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User

_IN_FORCE = text("state = 'IN_FORCE'")
_TROUBLED = text("issue_trouble != ''")
_OPEN = text("state IN ('DRAFT', 'IN_REVIEW', 'IN_APPROVAL', 'APPROVED')")


class Revision(Record):
    """One revision; only its methods move it through the lifecycle, and only along the lifecycle's table."""

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        Index("ix_revisions_state_in_force_at", "state", "in_force_at"),
        Index("ix_revisions_state_review_due", "state", "review_due"),
        Index(
            "uq_one_revision_in_force", "document_id", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE
        ),
        Index("ix_revisions_issue_trouble", "id", sqlite_where=_TROUBLED, postgresql_where=_TROUBLED),
        Index("uq_one_open_revision", "document_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="RESTRICT"), index=True)
    document: Mapped[Document] = relationship(back_populates="revisions", lazy="joined", innerjoin=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=State.DRAFT)

    title: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(200), default="")
    department: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(200), default="en")
    classification: Mapped[str] = mapped_column(String(16), default=Classification.INTERNAL)
    audience: Mapped[str] = mapped_column(Text, default="|internal|")
    metadata_row: Mapped[dict[str, Any]] = mapped_column(default=dict)
    citations: Mapped[list[ClauseCitation]] = relationship(cascade="all, delete-orphan")
    mentions: Mapped[list[Mention]] = relationship(cascade="all, delete-orphan")

    opened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    opened_by: Mapped[User] = relationship(foreign_keys=[opened_by_id])
    opened_at: Mapped[datetime]
    saved_drafts: Mapped[list[SavedDraft]] = relationship(
        back_populates="revision", order_by="SavedDraft.number", foreign_keys="SavedDraft.revision_id"
    )
    current_id: Mapped[int | None] = mapped_column(ForeignKey("saved_drafts.id", ondelete="RESTRICT", use_alter=True))
    current: Mapped[SavedDraft] = relationship(foreign_keys=[current_id], post_update=True)
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    held_by: Mapped[User | None] = relationship(foreign_keys=[held_by_id])
    held_at: Mapped[datetime | None]

    round: Mapped[int] = mapped_column(default=0)
    change_summary: Mapped[str] = mapped_column(Text, default="")
    asked_rows: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    submitted_at: Mapped[datetime | None]
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.id")
    comments: Mapped[list[ReviewComment]] = relationship(order_by="ReviewComment.id")
    wanted_effective_date: Mapped[date | None]
    approved_at: Mapped[datetime | None]

    effective_date: Mapped[date | None]
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str] = mapped_column(Text, default="")
    review_due: Mapped[date | None]
    adopted_evidence: Mapped[str] = mapped_column(Text, default="")
    claimed: Mapped[AdoptedRevision | None] = relationship()
    issued_commit: Mapped[str] = mapped_column(String(40), default="")
    issued_files: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    issued_template: Mapped[str] = mapped_column(String(64), default="")
    earlier_issues: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    issue_trouble: Mapped[str] = mapped_column(Text, default="")
    let_stand: Mapped[list[DifferenceLetStand]] = relationship(order_by="DifferenceLetStand.id")
    duties: Mapped[list[Duty]] = relationship(order_by="Duty.id")

    @property
    def name(self) -> str:
        """The revision as people call it."""
        return f"{self.document.number} revision {self.number}"

    @property
    def fingerprint(self) -> str:
        """The SHA-256 over the files of the latest saved draft, which is frozen from submission on."""
        return self.current.fingerprint

    @property
    def issues(self) -> list[tuple[str, list[StoredFile]]]:
        """Every issue, the first to the newest: its commit, and the files that were issued."""
        rows = [*self.earlier_issues, {"commit": self.issued_commit, "files": self.issued_files}]
        return [(row["commit"], [StoredFile(**file) for file in row["files"]]) for row in rows if row["commit"]]

    @property
    def issue_tags(self) -> dict[str, str]:
        """The references in Git to every issue, each with its commit."""
        return issue_tags(self.document.number, self.number, self.issued_commit, self.earlier_issues)

    @property
    def document_metadata(self) -> DocumentMetadata:
        """What the revision says about itself."""
        return DocumentMetadata.from_row(self.metadata_row)

    @property
    def asked(self) -> tuple[AskedStep, ...]:
        """The approval route as it was when the revision was submitted."""
        return tuple(AskedStep.from_row(row) for row in self.asked_rows)

    @property
    def author_persons(self) -> frozenset[str]:
        """Everybody who wrote on this revision, by person and not by account."""
        return frozenset(draft.author.person for draft in self.saved_drafts if not draft.aside) | {
            self.opened_by.person
        }

    @property
    def valid_signatures(self) -> list[Signature]:
        """The signatures of the present round over the present fingerprint."""
        if self.current is None:
            return []
        return [
            signature
            for signature in self.signatures
            if signature.round == self.round and signature.fingerprint == self.fingerprint
        ]

    @property
    def standing(self) -> list[DifferenceLetStand]:
        """The differences between page and files that were let stand for the present fingerprint."""
        return [each for each in self.let_stand if each.fingerprint == self.fingerprint]

    @property
    def standing_keys(self) -> frozenset[str]:
        """The keys of the differences that were let stand for the present fingerprint."""
        return frozenset(each.key for each in self.standing)

    @property
    def held_up_by(self) -> MeasuredIssue:
        """What keeps its files from being issued, as far as it is known and nobody let it stand."""
        return MeasuredIssue.from_text(self.issue_trouble)

    def is_shown(self, file: StoredFile) -> bool:
        """Say whether the file belongs to what the revision is now, or was issued as."""
        row = file.as_row()
        return row in self.issued_files or (self.current is not None and row in self.current.file_rows)

    def was_saved(self, file: StoredFile) -> bool:
        """Say whether the file belongs to any of the revision's saved drafts."""
        return any(file.as_row() in draft.file_rows for draft in self.saved_drafts)

    def describe(self, metadata: DocumentMetadata) -> None:
        """Take over metadata while the revision is a draft."""
        self.require(State.DRAFT, "change")
        self.metadata_row = metadata.as_row()
        self.title = metadata.title
        self.owner, self.department, self.language = metadata.owner, metadata.department, metadata.language
        self.classification = metadata.classification
        self.audience = "|" + "|".join(metadata.audience) + "|"
        self.citations = [
            ClauseCitation(standard=c.standard, clause=c.clause, section=c.section) for c in metadata.clauses
        ]

    def take_draft(self, draft: SavedDraft, metadata: DocumentMetadata, mentioned: Iterable[str]) -> None:
        """Make a saved draft the current one, with what it says about itself and the documents its text mentions."""
        self.describe(metadata)
        self.current = draft
        others = dict.fromkeys(number.upper()[:40] for number in mentioned)
        self.mentions = [Mention(canonical=number) for number in others if number != self.document.canonical]

    def require(self, state: State, verb: str) -> None:
        """Raise WrongStateError unless the revision is in the given state."""
        if self.state != state:
            raise WrongStateError(
                "It is not possible to %(verb)s %(name)s, because it is %(state)s; reload the page to see "
                "where it stands.",
                verb=verb,
                name=self.name,
                state=IN_WORDS[State(self.state)],
            )

    def require_shown(self, fingerprint: str) -> None:
        """Raise StaleRevisionError unless what the person was shown is what is stored."""
        if fingerprint != self.fingerprint:
            raise StaleRevisionError(
                "%(name)s is no longer the text you were shown, so nothing was recorded; read it again and decide.",
                name=self.name,
            )

    def _move(self, step: Step) -> None:
        self.state = next_state(State(self.state), step, self.name)

    def submit(
        self, asked: tuple[AskedStep, ...], person: User | Reader, summary: str, effective: date | None, now: datetime
    ) -> None:
        """Freeze the latest saved draft and ask the people of the route."""
        self._move(Step.SUBMIT if any(step.kind == REVIEW for step in asked) else Step.SUBMIT_UNREVIEWED)
        self.round += 1
        self.asked_rows = [step.as_row() for step in asked]
        self.change_summary = summary
        self.wanted_effective_date = effective
        self.submitted_by_id, self.submitted_at = person.id, now
        self.held_by, self.held_at = None, None

    def unfinished_steps(self) -> list[int]:
        """Return the places of the steps that wait for signatures now: all reviews at once, then each approval."""
        if self.state not in (State.IN_REVIEW, State.IN_APPROVAL):
            return []
        signed = [signature.step for signature in self.valid_signatures]
        kind = REVIEW if self.state == State.IN_REVIEW else APPROVE
        unfinished = [
            place for place, step in enumerate(self.asked) if step.kind == kind and signed.count(place) < step.needed
        ]
        return unfinished if kind == REVIEW else unfinished[:1]

    def take_signature(self, signature: Signature) -> None:
        """Add a signature and move on where it was the last one of its stage."""
        self.signatures.append(signature)
        if self.unfinished_steps():
            return
        if self.state == State.IN_REVIEW:
            self._move(Step.COMPLETE_REVIEW)
        else:
            self._move(Step.COMPLETE_APPROVAL)
            self.approved_at = signature.signed_at

    def hold_up(self, found: MeasuredIssue) -> None:
        """Issue nothing, and come into force on no day, before what was found is mended or let stand."""
        self.issue_trouble = found.as_text()

    def take_let_stand(self, letting: DifferenceLetStand) -> None:
        """Let a difference stand for the present fingerprint."""
        self.let_stand.append(letting)
        self.issue_trouble = self.held_up_by.without(frozenset({letting.key})).as_text()

    def return_to_draft(self, step: Step) -> None:
        """Go back to the author, who may write again; signatures of the round stay on record and count no more."""
        self._move(step)
        self.asked_rows = []
        self.approved_at = None
        self.issue_trouble = ""

    def bring_into_force(
        self, effective: date, review_due: date, now: datetime, step: Step = Step.BRING_INTO_FORCE
    ) -> None:
        """Become the revision people read."""
        self._move(step)
        self.effective_date, self.review_due, self.in_force_at = effective, review_due, now

    def adopt_ended(self, step: Step, effective: date | None, reason: str, ended_at: datetime) -> None:
        """Become a revision that was in force elsewhere, and ended there before this library adopted it."""
        self.end(step, reason, ended_at)
        self.effective_date = effective

    def end(self, step: Step, reason: str, now: datetime) -> None:
        """Stop being in force or being written: superseded, withdrawn or discarded, with the reason."""
        self._move(step)
        self.ended_at, self.ended_because = now, reason
        self.issue_trouble = ""
        self.held_by, self.held_at = None, None
