"""Recording a past: every revision of a document as an adopted one, with what is claimed of it, in one decision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from docctl.actions.documents.drafting import add_number, add_revision, propose_number
from docctl.actions.documents.recognising import ReadFile
from docctl.actions.intake.importing import type_of
from docctl.actions.intake.past_source import shown_path
from docctl.actions.issued_files.publishing import review_due_of, supersede
from docctl.actions.retention.retaining import start_retention
from docctl.document_control import Decision
from docctl.domain.documents.adopted_revision import AdoptedRevision
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata, checked_reason
from docctl.domain.documents.document_number import checked_number
from docctl.domain.documents.lifecycle import State, Step
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.errors import StaleRevisionError
from docctl.domain.intake.adoption_plan import AdoptionPlan
from docctl.domain.intake.claimed_past import ClaimedDocument, ClaimedRevision, ended_on
from docctl.domain.people.user import User
from docctl.domain.trail.events.intake import EarlierAdopted, RevisionAdopted

APPROVED_BEFORE = "approved before it was adopted"


@dataclass(frozen=True)
class Terms:
    """On what evidence a past is adopted, and the document type where nothing else tells it."""

    evidence: str = ""
    type_id: int | None = None

    @property
    def checked_evidence(self) -> str:
        """The evidence on one line; what is usual where nothing is said."""
        return checked_reason(self.evidence, "on what evidence") if self.evidence else APPROVED_BEFORE


def record_past(
    decision: Decision,
    plan: AdoptionPlan,
    read: Sequence[ReadFile],
    files: Sequence[tuple[StoredFile, ...]],
    source: str,
    terms: Terms,
) -> str:
    """Record the new revisions of a document, the last one as in force unless it was withdrawn; return its number."""
    document = _document(decision, plan, read[-1], terms)
    first = len(plan.known)
    for at, (number, found, stored) in enumerate(zip(plan.numbers, read, files, strict=True)):
        claimed = plan.new[at]
        metadata = _metadata(found, claimed)
        reason = f"Adopted from {shown_path(claimed.file)}, SHA-256 {found.sha256}"
        summary = " ".join((claimed.summary or found.summary).split())
        written = claimed.authorship(decision.now)
        revision = add_revision(
            decision, document, number, metadata, found.text, stored, reason, summary, written, found.sha256
        )
        if at == 0 and plan.known:
            supersede(decision, revision)
        revision.adopted_evidence = "; ".join(
            part for part in (terms.checked_evidence, source, claimed.place, f"SHA-256 {found.sha256}") if part
        )
        ended = ended_on(plan.document, first + at)
        revision.claimed = _claims(decision, claimed, source, found.sha256, ended)
        if at + 1 < len(read):
            _end(decision, revision, ended, f"Superseded by revision {plan.numbers[at + 1]}", Step.ADOPT_SUPERSEDED)
        elif plan.document.withdrawn is not None:
            _end(decision, revision, ended, _why_withdrawn(plan.document), Step.ADOPT_WITHDRAWN)
        else:
            _bring_into_force(decision, revision)
        decision.session.flush()
    return document.number


def _document(decision: Decision, plan: AdoptionPlan, newest: ReadFile, terms: Terms) -> Document:
    """Return the document that the plan is about; raise StaleRevisionError where it went on since it was planned."""
    session = decision.session
    if plan.document_id is not None:
        document = session.get_one(Document, plan.document_id)
        last = document.revisions[-1]
        if last.number != plan.known[-1].number or last.state != State.IN_FORCE:
            raise StaleRevisionError(
                "%(document)s went on while its past was read; nothing was added to it.", document=document.number
            )
        return document
    number = plan.document.number or newest.number
    named = replace(newest, number=number, type_name=plan.document.type_name or newest.type_name)
    document_type = type_of(session, named, terms.type_id, False)
    number = checked_number(number) if number else propose_number(session, document_type)
    return add_number(decision, number, document_type, _metadata(newest, plan.document.revisions[-1]))


def _metadata(read: ReadFile, claimed: ClaimedRevision) -> DocumentMetadata:
    """Return what a revision says of itself: what its source claims, else what the file says."""
    title = claimed.title or read.title
    return replace(
        read.metadata,
        title=title[:1].upper() + title[1:],
        owner=claimed.owner or read.metadata.owner,
        department=claimed.department or read.metadata.department,
    ).checked()


def _claims(
    decision: Decision, claimed: ClaimedRevision, source: str, file_sha256: str, ended: date | None
) -> AdoptedRevision:
    """Return what is claimed of a revision; authors are tied to the accounts that have their mail address."""
    mails = [author.email for author in claimed.written_by if author.email]
    query = select(User.email, User.id).where(User.email.in_(mails)).order_by(User.id.desc())
    accounts = {row[0]: row[1] for row in decision.session.execute(query)} if mails else {}
    return AdoptedRevision(
        label=claimed.label,
        written_by=[
            {"name": author.name, "email": author.email, "account": accounts.get(author.email)}
            for author in claimed.written_by
        ],
        written_at=claimed.written_at.astimezone(UTC) if claimed.written_at else None,
        approved_by=claimed.approved_by,
        effective_date=claimed.effective,
        ended_on=ended,
        source=source,
        place=claimed.place,
        file=shown_path(claimed.file),
        file_sha256=file_sha256,
    )


def _bring_into_force(decision: Decision, revision: Revision) -> None:
    claimed = revision.claimed
    effective = (claimed.effective_date if claimed else None) or decision.control.today(decision.session)
    due = review_due_of(revision, effective)
    revision.bring_into_force(effective, due, decision.now, Step.ADOPT)
    decision.record(
        RevisionAdopted(
            fingerprint=revision.fingerprint,
            effective_date=effective,
            review_due=due,
            commit=revision.current.commit,
            claimed=claimed.as_row() if claimed else {},
        ),
        revision.name,
        revision=revision,
        reason=revision.adopted_evidence,
    )


def _end(decision: Decision, revision: Revision, ended: date | None, because: str, step: Step) -> None:
    """Let a revision have ended on a day before it was adopted, and keep it for as long as the rule says from then."""
    claimed = revision.claimed
    zone = ZoneInfo(decision.control.organisation(decision.session).time_zone)
    ended_at = min(datetime.combine(ended, time(), zone).astimezone(UTC), decision.now) if ended else decision.now
    revision.adopt_ended(step, claimed.effective_date if claimed else None, because, ended_at)
    kept = start_retention(decision, revision, ended)
    decision.record(
        EarlierAdopted(
            fingerprint=revision.fingerprint,
            new=revision.state,
            effective_date=revision.effective_date,
            ended_at=ended_at,
            ended_because=because,
            retention=kept,
            commit=revision.current.commit,
            claimed=claimed.as_row() if claimed else {},
        ),
        revision.name,
        revision=revision,
        reason=revision.adopted_evidence,
    )


def _why_withdrawn(document: ClaimedDocument) -> str:
    return document.withdrawn_because or f"Withdrawn on {document.withdrawn}, before it was adopted"
