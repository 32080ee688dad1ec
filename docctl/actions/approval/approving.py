"""Approval: the signatures that make a revision approved, and in force where its day has come."""

from docctl.actions.approval.signing import sign
from docctl.actions.issued_files.publishing import bring_into_force_if_due
from docctl.actions.notices import notifying
from docctl.actions.sign_in.identifying_signer import identify_signer
from docctl.document_control import DocumentControl
from docctl.domain.approval.approval_route import APPROVE
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.rights.permission import require_readable
from docctl.domain.sign_in.password import Credentials


def approve(
    control: DocumentControl,
    revision_id: int,
    person_id: int,
    *,
    shown: str,
    credentials: Credentials,
    comment: str = "",
    request_id: str = "",
) -> None:
    """Sign the approval of exactly what was shown; the last approval makes the revision approved."""
    credential = identify_signer(control, revision_id, person_id, credentials)
    asked = ("approve", revision_id, shown, comment)
    with control.deciding(person_id, request_id, asked, credential=credential) as decision:
        revision = require_readable(decision.person, decision.session.get(Revision, revision_id))
        sign(decision, revision, APPROVE, shown, comment, credentials.session)
        if revision.state == State.APPROVED and not bring_into_force_if_due(decision, revision):
            when = f"It comes into force on {revision.wanted_effective_date}."
            notifying.tell_authors(decision, revision, "is approved", when)
