"""Disposing: propose to dispose of a document, authorise it as the second person, and what is left on record."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from docctl.actions.retention import disposing
from docctl.actions.sign_in import identifying_signer
from docctl.domain.errors import DocctlError, RetentionError
from docctl.domain.rights.permission import Right, may
from docctl.domain.trail.audit_trail import Act
from docctl.registers.approval.signer import signer_needs
from docctl.registers.lookup import document_numbered
from docctl.registers.retention.retention_schedule import keeping_of
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done, was_done_before
from docctl.web.sign_in.signing_in import sent_credentials

bp = Blueprint("disposing", __name__)


@bp.get("/documents/<number>/disposal")
@only_with(Right.DISPOSE, Right.READ_EVERYTHING)
def show(number: str, refusal: DocctlError | None = None) -> str:
    """Show how long a document is kept, and where its disposal stands."""
    with control().reading() as reading:
        document = document_numbered(reading, number)
        keeping = keeping_of(control(), reading, person(), document)
        disposal = keeping.disposal
        return render_template(
            "retention/disposing.html",
            document=document,
            title=document.revisions[-1].title,
            keeping=keeping,
            disposal=disposal,
            may_dispose=may(person(), Right.DISPOSE),
            is_own=disposal is not None and disposal.proposed_by_id == person().id,
            needs=signer_needs(control(), reading, person(), current_user.get_id()),
            refusal=refusal,
        )


@bp.post("/documents/<number>/disposal")
@only_with(Right.DISPOSE)
@shown_again(show)
def propose(number: str) -> ResponseReturnValue:
    """Propose to dispose of a document."""
    with control().reading() as reading:
        document = document_numbered(reading, number)
    once(lambda: disposing.propose_disposal(control(), document.id, person().id, sent("reason"), request_id=sent_key()))
    tell_done(_("The disposal is proposed; another document controller has to authorise it."))
    return redirect(url_for("disposing.show", number=document.number), code=303)


@bp.post("/documents/<number>/disposal/authorise")
@only_with(Right.DISPOSE)
@shown_again(show)
def authorise(number: str) -> ResponseReturnValue:
    """Authorise a disposal as the second person, by the same signature as an approval."""
    if was_done_before(Act.DOCUMENT_DISPOSED, number):
        return redirect(url_for("disposing.show", number=number), code=303)
    proposal_id = _open_proposal(number)
    if sent("declaration"):
        identifying_signer.accept_declaration(control(), person().id, sent_credentials(), sent("declaration"))
    once(
        lambda: disposing.authorise_disposal(
            control(),
            proposal_id,
            person().id,
            credentials=sent_credentials(),
            request_id=sent_key(),
        )
    )
    tell_done(_("The document is disposed of. What is left of it in backups and copies has to be dealt with."))
    return redirect(url_for("disposing.show", number=number), code=303)


@bp.post("/documents/<number>/disposal/decline")
@only_with(Right.DISPOSE)
@shown_again(show)
def decline(number: str) -> ResponseReturnValue:
    """Decline a disposal, or take back one's own proposal; the document is kept."""
    if was_done_before(Act.DISPOSAL_DECLINED, number):
        return redirect(url_for("disposing.show", number=number), code=303)
    proposal_id = _open_proposal(number)
    once(
        lambda: disposing.decline_disposal(control(), proposal_id, person().id, sent("because"), request_id=sent_key())
    )
    tell_done(_("The document is kept."))
    return redirect(url_for("disposing.show", number=number), code=303)


def _open_proposal(number: str) -> int:
    with control().reading() as reading:
        proposal = disposing.open_proposal(reading, document_numbered(reading, number))
    if proposal is None:
        raise RetentionError("Nobody proposes to dispose of %(number)s now; reload the page.", number=number)
    return proposal.id
