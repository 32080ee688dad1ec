"""Replays the lives of documents and their revisions, by the same steps that they went through."""

from datetime import date, datetime

from sqlalchemy import select

from docctl import tools
from docctl.domain.approval.approval_route import APPROVE, REVIEW, AskedStep
from docctl.domain.approval.signature import ReviewComment, Signature
from docctl.domain.documents.adopted_revision import AdoptedRevision
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.document_number import mentioned_numbers
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import State, Step
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.issued_files.difference_let_stand import DifferenceLetStand
from docctl.domain.issued_files.measured_issue import MeasuredIssue
from docctl.domain.trail.audit_trail import Act
from docctl.replay.replaying import Rebuild, Replayed, Said
from docctl.replay.retention import start_retention


def _create(state: Replayed, said: Said) -> None:
    kind = state.session.scalars(select(DocumentType).where(DocumentType.name == said["type"])).one()
    state.session.add(Document(number=said["document"], type=kind, created_at=state.at(said)))


def _open(state: Replayed, said: Said) -> None:
    state.session.add(
        Revision(
            document=state.document(said),
            number=said["revision"],
            state=State.DRAFT,
            opened_by=state.actor(said),
            opened_at=state.at(said),
            round=0,
            title=said["document"],
            change_summary=said.get("change_summary", ""),
        )
    )


def _save(state: Replayed, said: Said) -> None:
    revision = state.revision(said)
    revision.document.tip_commit = said["tip"]
    draft = SavedDraft(
        number=said["saved_draft"],
        author=state.actor(said),
        saved_at=state.at(said),
        reason=said["reason"],
        source=said["source"],
        commit=said["commit"],
        fingerprint=said["fingerprint"],
        file_rows=said["stored"],
        losses=said["losses"],
        file_sha256=said["file_sha256"],
        aside=said["action"] == Act.DRAFT_SET_ASIDE,
    )
    revision.saved_drafts.append(draft)
    if not draft.aside:
        revision.take_draft(draft, DocumentMetadata.from_row(said["metadata"]), mentioned_numbers(_text(state, draft)))


def _text(state: Replayed, draft: SavedDraft) -> str:
    """Return the text of a saved draft; none where it is gone, which only a disposal later on makes good."""
    library, content = state.control.library, draft.file(CONTENT)
    if content is None or tools.git_library.missing(library, [content.blob]):
        return ""
    return library.read_file(content).decode()


def _hold(state: Replayed, said: Said) -> None:
    revision = state.revision(said)
    revision.held_by, revision.held_at = state.actor(said), state.at(said)


def _release(state: Replayed, said: Said) -> None:
    revision = state.revision(said)
    revision.held_by, revision.held_at = None, None


def _submit(state: Replayed, said: Said) -> None:
    effective = date.fromisoformat(said["effective_date"]) if said["effective_date"] else None
    asked = tuple(AskedStep.from_row(row) for row in said["asked"])
    state.revision(said).submit(asked, state.actor(said), said["reason"], effective, state.at(said))


def _comment(state: Replayed, said: Said) -> None:
    state.revision(said).comments.append(
        ReviewComment(
            round=said["round"],
            user_id=said["actor"],
            printed_name=said["actor_name"],
            section=said["section"],
            text=said["reason"],
            made_at=state.at(said),
        )
    )


def _close_comment(state: Replayed, said: Said) -> None:
    made_at = datetime.fromisoformat(said["commented_at"])
    found = next(each for each in state.revision(said).comments if each.made_at == made_at)
    found.closed_at, found.closed_by = state.at(said), said["actor_name"]


def _sign(state: Replayed, said: Said) -> None:
    state.revision(said).take_signature(
        Signature(
            round=said["round"],
            step=said["step"],
            user_id=said["actor"],
            person=said["person"],
            printed_name=said.get("printed_name", said["actor_name"]),
            in_place_of_id=said.get("in_place_of_id"),
            in_place_of_person=said.get("in_place_of_person", ""),
            role=said["role"],
            kind=REVIEW if said["action"] == Act.REVISION_REVIEWED else APPROVE,
            meaning=said["meaning"],
            rule=said["rule"],
            fingerprint=said["fingerprint"],
            signed_at=state.at(said),
            time_zone=said["time_zone"],
            authenticated_by=said["authenticated_by"],
            comment=said["reason"],
        )
    )


def _return(state: Replayed, said: Said) -> None:
    is_recall = said["action"] == Act.REVISION_RECALLED
    state.revision(said).return_to_draft(Step.RECALL if is_recall else Step.REQUEST_CHANGES)


def _discard(state: Replayed, said: Said) -> None:
    state.revision(said).end(Step.DISCARD, said["reason"], state.at(said))
    start_retention(state, said)


def _supersede(state: Replayed, said: Said) -> None:
    reason = f"Superseded by revision {said['superseded_by']}"
    state.revision(said).end(Step.SUPERSEDE, reason, state.at(said))
    start_retention(state, said)


def _withdraw(state: Replayed, said: Said) -> None:
    state.revision(said).end(Step.WITHDRAW, said["reason"], state.at(said))
    start_retention(state, said)


def _come_into_force(state: Replayed, said: Said) -> None:
    revision = state.revision(said)
    wanted = said["wanted_effective_date"]
    revision.wanted_effective_date = date.fromisoformat(wanted) if wanted else None
    _bring_into_force(state, said, Step.BRING_INTO_FORCE)


def _adopt(state: Replayed, said: Said) -> None:
    revision = state.revision(said)
    revision.adopted_evidence = said["reason"]
    if "claimed" in said:
        revision.claimed = AdoptedRevision.from_row(said["claimed"])
    _bring_into_force(state, said, Step.ADOPT)


def _bring_into_force(state: Replayed, said: Said, step: Step) -> None:
    effective, due = date.fromisoformat(said["effective_date"]), date.fromisoformat(said["review_due"])
    state.revision(said).bring_into_force(effective, due, state.at(said), step)


def _let_stand(state: Replayed, said: Said) -> None:
    state.revision(said).take_let_stand(
        DifferenceLetStand(
            fingerprint=said["fingerprint"],
            key=said["key"],
            row=said["difference"],
            reason=said["reason"],
            user_id=said["actor"],
            printed_name=said["actor_name"],
            let_stand_at=state.at(said),
        )
    )


def _hold_up(state: Replayed, said: Said) -> None:
    # Before docctl read issued files back, a failure said its reason and changed no row.
    if "programs" in said:
        state.revision(said).hold_up(MeasuredIssue.from_row(said))


def _clear(state: Replayed, said: Said) -> None:
    state.revision(said).hold_up(MeasuredIssue())


def _issue(state: Replayed, said: Said) -> None:
    revision = state.revision(said)
    revision.hold_up(MeasuredIssue())
    revision.issued_commit, revision.issued_files = said["commit"], said["stored"]
    revision.issued_template, revision.earlier_issues = said.get("template", ""), said.get("earlier", [])


REBUILDS: dict[Act, Rebuild] = {
    Act.DOCUMENT_CREATED: _create,
    Act.REVISION_OPENED: _open,
    Act.DRAFT_SAVED: _save,
    Act.DRAFT_SET_ASIDE: _save,
    Act.DRAFT_HELD: _hold,
    Act.DRAFT_RELEASED: _release,
    Act.REVISION_SUBMITTED: _submit,
    Act.REVISION_COMMENTED: _comment,
    Act.COMMENT_CLOSED: _close_comment,
    Act.REVISION_REVIEWED: _sign,
    Act.REVISION_APPROVED: _sign,
    Act.CHANGES_REQUESTED: _return,
    Act.REVISION_RECALLED: _return,
    Act.REVISION_DISCARDED: _discard,
    Act.REVISION_SUPERSEDED: _supersede,
    Act.DOCUMENT_WITHDRAWN: _withdraw,
    Act.REVISION_IN_FORCE: _come_into_force,
    Act.REVISION_ADOPTED: _adopt,
    Act.REVISION_ISSUED: _issue,
    Act.REVISION_REISSUED: _issue,
    Act.ISSUE_FAILED: _hold_up,
    Act.ISSUE_CLEARED: _clear,
    Act.DIFFERENCE_LET_STAND: _let_stand,
}
