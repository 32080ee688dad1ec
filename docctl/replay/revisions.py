"""Replays the lives of documents and their revisions, by the same steps that they went through."""

from collections.abc import Iterable, Iterator

from docctl.domain.approval.approval_route import APPROVE, REVIEW, AskedStep
from docctl.domain.approval.signature import ReviewComment, Signature
from docctl.domain.documents.adopted_revision import AdoptedRevision
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.document_number import mentioned_numbers
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import Step
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.issued_files.difference_let_stand import DifferenceLetStand
from docctl.domain.issued_files.measured_issue import MeasuredIssue
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.approval import (
    ChangesRequested,
    CommentClosed,
    RevisionApproved,
    RevisionCommented,
    RevisionRecalled,
    RevisionReviewed,
    RevisionSubmitted,
    Signed,
)
from docctl.domain.trail.events.documents import (
    DocumentCreated,
    DocumentWithdrawn,
    DraftAsSaved,
    DraftHeld,
    DraftReleased,
    DraftSaved,
    DraftSetAside,
    RevisionDiscarded,
    RevisionOpened,
)
from docctl.domain.trail.events.intake import RevisionAdopted
from docctl.domain.trail.events.issued_files import (
    FilesAsIssued,
    IssueCleared,
    IssueFailed,
    LetStand,
    RevisionInForce,
    RevisionIssued,
    RevisionReissued,
    RevisionSuperseded,
)
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.replay import first_events
from docctl.replay.replaying import Rebuild, Replayed, on
from docctl.replay.retention import start_retention

TEXTS_AT_ONCE = 16_000_000


def _create(state: Replayed, event: Recorded[DocumentCreated]) -> None:
    kind = state.named(DocumentType, event.details.type)
    state.rows.add(Document(number=event.number, type=kind, created_at=event.time))


def _open(state: Replayed, event: Recorded[RevisionOpened]) -> None:
    number, revision = event.key
    opened = Revision(
        document=state.document(event),
        number=revision,
        opened_by=state.actor(event),
        opened_at=event.time,
        title=number,
        change_summary=event.details.change_summary or "",
    )
    state.rows.add(opened)
    state.rows.leave_open(opened, "change_summary", is_open=event.details.change_summary is None)


def _save(state: Replayed, event: Recorded[DraftAsSaved]) -> None:
    revision, told, full = state.revision(event), event.details, first_events.saved(state, event)
    revision.document.tip_commit = full.tip
    draft = SavedDraft(
        number=told.saved_draft,
        author=state.actor(event),
        saved_at=event.time,
        reason=event.reason,
        source=full.source,
        commit=told.commit,
        fingerprint=told.fingerprint,
        file_rows=full.stored,
        losses=told.losses or [],
        file_sha256=full.file_sha256,
        aside=isinstance(told, DraftSetAside),
    )
    revision.saved_drafts.append(draft)
    state.rows.add(draft)
    state.rows.leave_open(draft, "losses", is_open=told.losses is None)
    if not draft.aside:
        text = _text(state, draft, f"{event.key[0]} revision {event.key[1]}")
        revision.take_draft(draft, DocumentMetadata.from_row(full.metadata), mentioned_numbers(text))


def _text(state: Replayed, draft: SavedDraft, name: str) -> str:
    """Return the text of a saved draft; none where it is gone, by a disposal later on or as a loss, which is noted."""
    content = draft.file(CONTENT) if state.reads_texts else None
    state.unread.pop(name, None)
    try:
        return "" if content is None else state.control.library.read_file(content).decode()
    except LibraryMismatchError:
        state.unread[name] = content.blob if content is not None else ""
    return ""


def texts_of(events: Iterable[Recorded[Details]]) -> Iterator[str]:
    """Give out the texts in Git that the replay of events reads, as many as fit into memory."""
    left = TEXTS_AT_ONCE
    for event in events:
        for row in (isinstance(event.details, DraftAsSaved) and event.details.stored) or ():
            if row["path"] == CONTENT and (left := left - row["size"]) > 0:
                yield row["blob"]


def _hold(state: Replayed, event: Recorded[DraftHeld]) -> None:
    revision = state.revision(event)
    revision.held_by, revision.held_at = state.actor(event), event.time


def _release(state: Replayed, event: Recorded[DraftReleased]) -> None:
    revision = state.revision(event)
    revision.held_by, revision.held_at = None, None


def _submit(state: Replayed, event: Recorded[RevisionSubmitted]) -> None:
    asked = tuple(AskedStep.from_row(row) for row in event.details.asked)
    effective = event.details.effective_date
    revision = state.revision(event)
    revision.submit(asked, state.actor(event), event.reason, effective, event.time)
    state.rows.leave_open(revision, "change_summary", is_open=False)


def _comment(state: Replayed, event: Recorded[RevisionCommented]) -> None:
    revision, told = state.revision(event), event.details
    revision.comments.append(
        ReviewComment(
            round=revision.round if told.round is None else told.round,
            user_id=event.account,
            printed_name=event.actor_name,
            section=told.section,
            text=event.reason,
            made_at=event.time,
        )
    )


def _close_comment(state: Replayed, event: Recorded[CommentClosed]) -> None:
    found = first_events.closed_comment(state, event)
    found.closed_at, found.closed_by = event.time, event.actor_name


def _sign(state: Replayed, event: Recorded[Signed]) -> None:
    told = event.details
    state.revision(event).take_signature(
        Signature(
            round=told.round,
            step=told.step,
            user_id=event.account,
            person=told.person,
            printed_name=told.printed_name or event.actor_name,
            in_place_of_id=told.in_place_of_id,
            in_place_of_person=told.in_place_of_person,
            role=told.role,
            kind=REVIEW if isinstance(told, RevisionReviewed) else APPROVE,
            meaning=told.meaning,
            rule=told.rule,
            fingerprint=told.fingerprint,
            signed_at=event.time,
            time_zone=told.time_zone,
            authenticated_by=told.authenticated_by,
            comment=event.reason,
        )
    )


def _recall(state: Replayed, event: Recorded[RevisionRecalled]) -> None:
    state.revision(event).return_to_draft(Step.RECALL)


def _request_changes(state: Replayed, event: Recorded[ChangesRequested]) -> None:
    state.revision(event).return_to_draft(Step.REQUEST_CHANGES)


def _discard(state: Replayed, event: Recorded[RevisionDiscarded]) -> None:
    revision = state.revision(event)
    revision.end(Step.DISCARD, event.reason, event.time)
    start_retention(state, revision, event.details.retention)


def _supersede(state: Replayed, event: Recorded[RevisionSuperseded]) -> None:
    revision = state.revision(event)
    revision.end(Step.SUPERSEDE, f"Superseded by revision {event.details.superseded_by}", event.time)
    start_retention(state, revision, event.details.retention)


def _withdraw(state: Replayed, event: Recorded[DocumentWithdrawn]) -> None:
    revision = state.revision(event)
    revision.end(Step.WITHDRAW, event.reason, event.time)
    start_retention(state, revision, event.details.retention)


def _come_into_force(state: Replayed, event: Recorded[RevisionInForce]) -> None:
    revision, told = state.revision(event), event.details
    revision.wanted_effective_date = first_events.wanted_effective_date(state, event)
    revision.bring_into_force(told.effective_date, told.review_due, event.time, Step.BRING_INTO_FORCE)


def _adopt(state: Replayed, event: Recorded[RevisionAdopted]) -> None:
    revision, told = state.revision(event), event.details
    revision.adopted_evidence = event.reason
    if told.claimed is not None:
        revision.claimed = AdoptedRevision.from_row(told.claimed)
    revision.bring_into_force(told.effective_date, told.review_due, event.time, Step.ADOPT)


def _let_stand(state: Replayed, event: Recorded[LetStand]) -> None:
    state.revision(event).take_let_stand(
        DifferenceLetStand(
            fingerprint=event.details.fingerprint,
            key=event.details.key,
            row=event.details.difference,
            reason=event.reason,
            user_id=event.account,
            printed_name=event.actor_name,
            let_stand_at=event.time,
        )
    )


def _hold_up(state: Replayed, event: Recorded[IssueFailed]) -> None:
    # Before docctl read issued files back, a failure said its reason and changed no row.
    if event.details.programs is not None:
        state.revision(event).hold_up(MeasuredIssue.of_event(event.details))


def _clear(state: Replayed, event: Recorded[IssueCleared]) -> None:
    state.revision(event).hold_up(MeasuredIssue())


def _issue(state: Replayed, event: Recorded[FilesAsIssued]) -> None:
    revision, told = state.revision(event), event.details
    revision.hold_up(MeasuredIssue())
    revision.issued_commit, revision.issued_files = told.commit, first_events.issued(state, event)
    revision.issued_template, revision.earlier_issues = told.template, told.earlier


REBUILDS: dict[Act, Rebuild] = dict(
    (
        on(DocumentCreated, _create),
        on(RevisionOpened, _open),
        on(DraftSaved, _save),
        on(DraftSetAside, _save),
        on(DraftHeld, _hold),
        on(DraftReleased, _release),
        on(RevisionSubmitted, _submit),
        on(RevisionCommented, _comment),
        on(CommentClosed, _close_comment),
        on(RevisionReviewed, _sign),
        on(RevisionApproved, _sign),
        on(ChangesRequested, _request_changes),
        on(RevisionRecalled, _recall),
        on(RevisionDiscarded, _discard),
        on(RevisionSuperseded, _supersede),
        on(DocumentWithdrawn, _withdraw),
        on(RevisionInForce, _come_into_force),
        on(RevisionAdopted, _adopt),
        on(RevisionIssued, _issue),
        on(RevisionReissued, _issue),
        on(IssueFailed, _hold_up),
        on(IssueCleared, _clear),
        on(LetStand, _let_stand),
    )
)
