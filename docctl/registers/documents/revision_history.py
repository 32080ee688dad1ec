"""The revision history: every revision of a document, with who wrote, reviewed and approved it, and when."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from docctl.document_control import DocumentControl
from docctl.domain.approval.signature import ReviewComment, Signature
from docctl.domain.documents.adopted_revision import AdoptedRevision
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import NotFoundError
from docctl.domain.issued_files.difference_let_stand import DifferenceLetStand
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.permission import ABSENT, Right, may, may_read_history
from docctl.registers.lookup import document_numbered
from docctl.registers.trail.audit_log import AuditRow, events_of


@dataclass(frozen=True)
class SignatureLine:
    """A signature as it was given; it counts while it is of the last round and over the files that stand."""

    printed_name: str
    role: str
    kind: str
    meaning: str
    signed_at: datetime
    time_zone: str
    rule: str
    comment: str
    fingerprint: str
    authenticated_by: str
    round: int
    is_valid: bool


@dataclass(frozen=True)
class CommentLine:
    """A remark made under review, and who dealt with it."""

    comment_id: int
    round: int
    printed_name: str
    section: str
    text: str
    made_at: datetime
    closed_at: datetime | None
    closed_by: str


@dataclass(frozen=True)
class SavedDraftLine:
    """One save of a revision: by whom, when, why and from where."""

    saved_draft_id: int
    number: int
    author: str
    saved_at: datetime
    reason: str
    source: str
    fingerprint: str
    commit: str
    aside: bool
    is_current: bool
    losses: tuple[str, ...]


@dataclass(frozen=True)
class ClaimLine:
    """What is claimed of a revision from before it was adopted; none of it is a signature of this library."""

    label: str
    authors: tuple[str, ...]
    written_at: datetime | None
    approved_by: str
    ended_on: date | None
    source: str
    place: str
    file: str


@dataclass(frozen=True)
class RevisionEntry:
    """Everything on record about one revision, as far as the person may know it."""

    revision_id: int
    revision: int
    state: str
    title: str
    change_summary: str
    opened_by: str
    opened_at: datetime
    authors: tuple[str, ...]
    submitted_by: str
    submitted_at: datetime | None
    effective_date: date | None
    in_force_at: datetime | None
    ended_at: datetime | None
    ended_because: str
    review_due: date | None
    adopted_evidence: str
    claimed: ClaimLine | None
    fingerprint: str
    commit: str
    issued_commit: str
    signatures: tuple[SignatureLine, ...]
    comments: tuple[CommentLine, ...]
    saved_drafts: tuple[SavedDraftLine, ...]
    let_stand: tuple[DifferenceLetStand, ...]


@dataclass(frozen=True)
class RevisionHistory:
    """A document's revisions and events, newest first."""

    document_id: int
    number: str
    title: str
    document_type: str
    revisions: tuple[RevisionEntry, ...]
    events: tuple[AuditRow, ...]


def revision_history(control: DocumentControl, session: Session, person: Reader, number: str) -> RevisionHistory:
    """Return the history of a document; raise NotFoundError where the person may read nothing of it."""
    document = document_numbered(session, number)
    revisions = session.scalars(
        select(Revision)
        .where(Revision.document_id == document.id)
        .order_by(Revision.number.desc())
        .options(
            selectinload(Revision.saved_drafts),
            selectinload(Revision.signatures),
            selectinload(Revision.comments),
            selectinload(Revision.let_stand),
            selectinload(Revision.opened_by),
            selectinload(Revision.claimed),
        )
    ).all()
    readable = [revision for revision in revisions if may_read_history(person, revision)]
    if not readable:
        raise NotFoundError(ABSENT)
    names = _names(session, {each.submitted_by_id for each in readable})
    return RevisionHistory(
        document_id=document.id,
        number=document.number,
        title=_title(document, readable),
        document_type=document.type.name,
        revisions=tuple(_entry(person, revision, names) for revision in readable),
        events=events_of(session, person, document.id) if may(person, Right.READ_AUDIT_TRAIL) else (),
    )


def signature_lines(revision: Revision) -> tuple[SignatureLine, ...]:
    """Return the signatures of a revision in the order in which they were given."""
    valid = {signature.id for signature in revision.valid_signatures}
    return tuple(_signature(signature, signature.id in valid) for signature in revision.signatures)


def comment_lines(revision: Revision) -> tuple[CommentLine, ...]:
    """Return the remarks made under review, oldest first."""
    return tuple(_comment(comment) for comment in revision.comments)


def saved_draft_lines(revision: Revision) -> tuple[SavedDraftLine, ...]:
    """Return the saves of a revision, newest first."""
    return tuple(
        SavedDraftLine(
            saved_draft_id=draft.id,
            number=draft.number,
            author=draft.author.name,
            saved_at=draft.saved_at,
            reason=draft.reason,
            source=draft.source,
            fingerprint=draft.fingerprint,
            commit=draft.commit,
            aside=draft.aside,
            is_current=draft.id == revision.current_id,
            losses=tuple(draft.losses),
        )
        for draft in reversed(revision.saved_drafts)
    )


def _entry(person: Reader, revision: Revision, names: dict[int, str]) -> RevisionEntry:
    sees_work = may(person, Right.FOLLOW, revision)
    writers = dict.fromkeys(draft.author.name for draft in revision.saved_drafts if not draft.aside)
    if revision.claimed is not None:
        writers = dict.fromkeys(revision.claimed.authors)
    signatures = signature_lines(revision)
    return RevisionEntry(
        revision_id=revision.id,
        revision=revision.number,
        state=revision.state,
        title=revision.title,
        change_summary=revision.change_summary,
        opened_by=revision.opened_by.name,
        opened_at=revision.opened_at,
        authors=tuple(writers),
        submitted_by=names.get(revision.submitted_by_id or 0, ""),
        submitted_at=revision.submitted_at,
        effective_date=revision.effective_date,
        in_force_at=revision.in_force_at,
        ended_at=revision.ended_at,
        ended_because=revision.ended_because,
        review_due=revision.review_due,
        adopted_evidence=revision.adopted_evidence,
        claimed=_claim(revision.claimed),
        fingerprint=revision.fingerprint,
        commit=revision.current.commit if sees_work else "",
        issued_commit=revision.issued_commit,
        signatures=signatures if sees_work else tuple(line for line in signatures if line.is_valid),
        comments=comment_lines(revision) if sees_work else (),
        saved_drafts=saved_draft_lines(revision) if sees_work else (),
        let_stand=tuple(revision.let_stand if sees_work else revision.standing),
    )


def _claim(claimed: AdoptedRevision | None) -> ClaimLine | None:
    if claimed is None:
        return None
    return ClaimLine(
        label=claimed.label,
        authors=claimed.authors,
        written_at=claimed.written_at,
        approved_by=claimed.approved_by,
        ended_on=claimed.ended_on,
        source=claimed.source,
        place=claimed.place,
        file=claimed.file,
    )


def _signature(signature: Signature, is_valid: bool) -> SignatureLine:
    return SignatureLine(
        printed_name=signature.printed_name,
        role=signature.role,
        kind=signature.kind,
        meaning=signature.meaning,
        signed_at=signature.signed_at,
        time_zone=signature.time_zone,
        rule=signature.rule,
        comment=signature.comment,
        fingerprint=signature.fingerprint,
        authenticated_by=signature.authenticated_by,
        round=signature.round,
        is_valid=is_valid,
    )


def _comment(comment: ReviewComment) -> CommentLine:
    return CommentLine(
        comment_id=comment.id,
        round=comment.round,
        printed_name=comment.printed_name,
        section=comment.section,
        text=comment.text,
        made_at=comment.made_at,
        closed_at=comment.closed_at,
        closed_by=comment.closed_by,
    )


def _title(document: Document, readable: list[Revision]) -> str:
    in_force = document.in_force
    return (in_force if in_force in readable and in_force is not None else readable[0]).title


def _names(session: Session, ids: set[int | None]) -> dict[int, str]:
    wanted = [each for each in ids if each is not None]
    return {row[0]: row[1] for row in session.execute(select(User.id, User.name).where(User.id.in_(wanted)))}
