"""Disposing: a document whose time is up is disposed of for good, proposed by one person and authorised by another."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.retention.retaining import kept_document
from docctl.actions.sign_in.identifying_signer import (
    BY_PASSWORD,
    identify_signer,
    note_identified,
    require_able_to_sign,
    require_declared,
)
from docctl.document_control import Decision, DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.errors import NotFoundError, RetentionError, SecondPersonError
from docctl.domain.operations.stops import Stop
from docctl.domain.people.user import User
from docctl.domain.retention.retention import (
    AUTHORISED,
    DECLINED,
    PROPOSED,
    Disposal,
    LegalHold,
    Retention,
    dispose,
)
from docctl.domain.rights.permission import ABSENT, Right, require
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.events.retention import DisposalDeclined, DisposalProposed, DocumentDisposed, Tombstone


def propose_disposal(
    control: DocumentControl, document_id: int, person_id: int, reason: str, *, request_id: str = ""
) -> int:
    """Propose to dispose of a whole document whose time is up; somebody else has to authorise it."""
    reason = checked_reason(reason, "why the document is disposed of")
    with control.deciding(person_id, request_id, ("propose disposal", document_id, reason)) as decision:
        require(decision.person, Right.DISPOSE)
        control.trust.require_sound(Stop.DISPOSAL)
        document = kept_document(decision, document_id)
        rules = require_due(decision.session, document, control.today(decision.session))
        if open_proposal(decision.session, document) is not None:
            raise RetentionError(
                "It was proposed already to dispose of %(document)s; another controller decides.",
                document=document.number,
            )
        proposal = Disposal(
            document_id=document.id,
            reason=reason,
            rule="; ".join(rules),
            proposed_by_id=decision.person.id,
            proposed_by=decision.person.name,
            proposed_at=decision.now,
            outcome="",
            tombstone={},
        )
        decision.session.add(proposal)
        decision.session.flush()
        decision.record(
            DisposalProposed(rule=proposal.rule, proposal=proposal.id),
            document.number,
            document=document,
            reason=reason,
        )
        return proposal.id


def decline_disposal(
    control: DocumentControl, proposal_id: int, person_id: int, reason: str, *, request_id: str = ""
) -> None:
    """Decline a proposal, or take one's own back, with the reason; the document is kept."""
    reason = checked_reason(reason, "why the document is kept")
    with control.deciding(person_id, request_id, ("decline disposal", proposal_id, reason)) as decision:
        require(decision.person, Right.DISPOSE)
        control.trust.require_sound(Stop.DISPOSAL)
        proposal = _proposal(decision, proposal_id)
        document = kept_document(decision, proposal.document_id)
        _decide(decision, proposal, DECLINED, reason)
        decision.record(DisposalDeclined(proposal=proposal.id), document.number, document=document, reason=reason)


def authorise_disposal(
    control: DocumentControl,
    proposal_id: int,
    person_id: int,
    *,
    credentials: Credentials,
    request_id: str = "",
) -> None:
    """Dispose of a document, as the second person, who shows who they are as for an approval.

    Its rows are cleared now, and a follower erases its bytes.
    """
    with control.reading() as reading:
        proposal = reading.get(Disposal, proposal_id)
        document = reading.get(Document, proposal.document_id) if proposal is not None else None
        if document is None:
            raise NotFoundError(ABSENT)
        newest = document.revisions[-1].id
    credential = identify_signer(control, newest, person_id, credentials)
    asked = ("authorise disposal", proposal_id)
    with control.deciding(person_id, request_id, asked, credential=credential) as decision:
        require(decision.person, Right.DISPOSE)
        control.trust.require_sound(Stop.DISPOSAL)
        proposal = _proposal(decision, proposal_id)
        document = kept_document(decision, proposal.document_id)
        require_able_to_sign(decision)
        proposer = decision.session.get_one(User, proposal.proposed_by_id)
        if proposer.person == decision.person.person:
            raise SecondPersonError(
                "You proposed to dispose of %(document)s, so another document controller has to authorise it.",
                document=document.number,
            )
        require_declared(decision.session, decision.person)
        require_due(decision.session, document, control.today(decision.session))
        tombstone = _tombstone(control, document)
        _decide(decision, proposal, AUTHORISED, "")
        proposal.tombstone = asdict(tombstone)
        note_identified(decision, credentials.session)
        decision.record(
            DocumentDisposed(
                proposal=proposal.id,
                rule=proposal.rule,
                proposed_by=proposal.proposed_by,
                proposed_at=proposal.proposed_at,
                person=decision.person.person,
                authenticated_by=BY_PASSWORD,
                tombstone=tombstone,
            ),
            document.number,
            document=document,
            reason=proposal.reason,
        )
        dispose(document, decision.now)


def require_due(session: Session, document: Document, today: date) -> list[str]:
    """Return the rules under which all of a document may be disposed of; raise RetentionError where it may not."""
    document.require_kept()
    if document.in_force is not None or document.open_revision is not None:
        raise RetentionError(
            "%(document)s is in use. Only whole documents are disposed of, after they were withdrawn or "
            "discarded: what is approved today follows from the revisions before it.",
            document=document.number,
        )
    held = session.scalars(
        select(LegalHold).where(LegalHold.document_id == document.id, LegalHold.lifted_at.is_(None))
    ).first()
    if held is not None:
        raise RetentionError(
            "%(document)s is on legal hold (%(reason)s), so nothing of it is disposed of.",
            document=document.number,
            reason=held.reason,
        )
    ids = [revision.id for revision in document.revisions]
    rows = session.scalars(select(Retention).where(Retention.revision_id.in_(ids))).all()
    if len(rows) < len(ids):
        raise RetentionError(
            "No retention rule holds for all revisions of %(document)s; set one for its type first, and let "
            "it hold for what has ended already.",
            document=document.number,
        )
    ends = [row.until for row in rows]
    if None in ends:
        raise RetentionError("%(document)s is kept for ever under its retention rule.", document=document.number)
    last = max(end for end in ends if end is not None)
    if last > today:
        raise RetentionError(
            "%(document)s is to be kept until %(last)s under its retention rule.",
            document=document.number,
            last=f"{last:%d %B %Y}",
        )
    return list(dict.fromkeys(row.rule.in_words() for row in rows))


def open_proposal(session: Session, document: Document) -> Disposal | None:
    """Return the proposal to dispose of a document that waits for a second person."""
    wanted = select(Disposal).where(Disposal.document_id == document.id, Disposal.outcome == PROPOSED)
    return session.scalars(wanted).first()


def _tombstone(control: DocumentControl, document: Document) -> Tombstone:
    """Return what stays on record of a document: its revisions with their fingerprints, and what is to be erased."""
    revisions, commits, texts = [], set(control.library.line(document.tip_commit)), set()
    erased: dict[str, None] = {}
    for revision in document.revisions:
        issues = [(*revision.current.files, *issued) for _, issued in revision.issues]
        commits |= {draft.commit for draft in revision.saved_drafts} | {commit for commit, _ in revision.issues}
        for files in (revision.current.files, *issues, *(draft.files for draft in revision.saved_drafts)):
            erased |= dict.fromkeys(file.blob for file in files)
            erased |= dict.fromkeys(folder.id for folder in tools.git_library.trees({f.path: f.blob for f in files}))
            texts |= {file.sha256 for file in files if file.path == CONTENT}
        revisions.append(
            {
                "revision": revision.number,
                "title": revision.title,
                "state": str(revision.state),
                "effective_date": str(revision.effective_date or ""),
                "ended_at": revision.ended_at.isoformat() if revision.ended_at else "",
                "fingerprint": revision.fingerprint,
                "issued": {row["path"]: row["sha256"] for row in revision.issued_files},
            }
        )
    return Tombstone(
        type=document.type.name, revisions=revisions, objects=[*erased, *sorted(commits)], texts=sorted(texts)
    )


def _decide(decision: Decision, proposal: Disposal, outcome: str, reason: str) -> None:
    proposal.outcome, proposal.decided_because, proposal.decided_at = outcome, reason, decision.now
    proposal.decided_by_id, proposal.decided_by = decision.person.id, decision.person.name


def _proposal(decision: Decision, proposal_id: int) -> Disposal:
    proposal = decision.session.get(Disposal, proposal_id)
    if proposal is None:
        raise NotFoundError("There is no such proposal to dispose of a document.")
    if proposal.outcome != PROPOSED:
        raise RetentionError(
            "This proposal was decided by %(decided_by)s already; reload the page.", decided_by=proposal.decided_by
        )
    return proposal
