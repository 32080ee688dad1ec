"""Approving: the signature that makes a revision approved."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from docctl.actions.approval import approving
from docctl.domain.approval.approval_route import APPROVE
from docctl.domain.errors import DocctlError
from docctl.web.approval import signing
from docctl.web.documents.drafting import ONE_REVISION
from docctl.web.frame.again import shown_again

bp = Blueprint("approving", __name__)


@bp.get(f"{ONE_REVISION}/approve")
def ask_to_approve(number: str, revision: int, refusal: DocctlError | None = None) -> ResponseReturnValue:
    """Ask for the approver's signature."""
    return signing.ask(number, revision, APPROVE, refusal)


@bp.post(f"{ONE_REVISION}/approve")
@shown_again(ask_to_approve, only=signing.TO_GIVE_AGAIN)
def approve(number: str, revision: int) -> ResponseReturnValue:
    """Sign the approval of exactly what was shown."""
    return signing.sign(number, revision, APPROVE, approving.approve)
