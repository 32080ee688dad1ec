"""Withdrawing: a document leaves use, with the reason."""

from docctl.actions.retention.retaining import start_retention
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.documents.lifecycle import Step
from docctl.domain.errors import NotFoundError, WrongStateError
from docctl.domain.rights.permission import ABSENT, Right, require
from docctl.domain.trail.events.documents import DocumentWithdrawn


def withdraw(control: DocumentControl, document_id: int, person_id: int, reason: str, *, request_id: str = "") -> None:
    """Make the revision in force obsolete; nothing takes its place."""
    reason = checked_reason(reason, "why the document is withdrawn")
    with control.deciding(person_id, request_id, ("withdraw", document_id, reason)) as decision:
        require(decision.person, Right.CONTROL)
        document = decision.session.get(Document, document_id)
        if document is None:
            raise NotFoundError(ABSENT)
        revision = document.in_force
        if revision is None:
            raise WrongStateError(
                "%(document)s is not in force, so there is nothing to withdraw.", document=document.number
            )
        if document.open_revision is not None:
            raise WrongStateError(
                "%(document)s has revision %(open_revision)s open; discard it first, then withdraw.",
                document=document.number,
                open_revision=document.open_revision.number,
            )
        revision.end(Step.WITHDRAW, reason, decision.now)
        decision.record(
            DocumentWithdrawn(fingerprint=revision.fingerprint, retention=start_retention(decision, revision)),
            document.number,
            revision=revision,
            reason=reason,
        )
