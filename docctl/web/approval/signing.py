"""The one signature dialog: what is signed, what the signature means, and the password again."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from docctl.actions.sign_in import identifying_signer as actions
from docctl.domain.approval.approval_route import APPROVE, REVIEW
from docctl.domain.documents.lifecycle import WAITING_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import (
    DocctlError,
    InvalidInputError,
    NotFoundError,
    NotYourTurnError,
    RevisionReturnedError,
    SignInRefusedError,
    WrongPasswordError,
)
from docctl.domain.rights.permission import require_part
from docctl.registers.approval.approval_progress import approval_progress, returned_from, revision_at_work
from docctl.registers.approval.signer import signer_needs
from docctl.web import control, person
from docctl.web.frame.sent_forms import once, sent, sent_key
from docctl.web.sign_in.signing_in import sent_credentials

# What leaves the signature to be given again; whatever else is in its way has a page of its own.
TO_GIVE_AGAIN = (InvalidInputError, SignInRefusedError, WrongPasswordError)


def ask(number: str, revision: int, kind: str, refusal: DocctlError | None = None) -> ResponseReturnValue:
    """Ask for the signature over what the person was shown; raises StaleRevisionError where that has changed."""
    shown = sent("shown") or request.args.get("shown", "")
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        progress = approval_progress(reading, person(), draft)
        if not shown:
            return redirect(url_for("reviewing.read", number=number, revision=revision))
        draft.require_shown(shown)
        _require_not_returned(reading, draft)
        if progress.kind != kind:
            raise NotYourTurnError(
                "%(name)s does not wait for your signature now; see its approval route.", name=draft.name
            )
        return render_template(
            "approval/sign.html",
            draft=draft,
            progress=progress,
            shown=shown,
            kind=kind,
            remark=sent("comment"),
            needs=signer_needs(control(), reading, person(), current_user.get_id()),
            refusal=refusal,
        )


def sign(number: str, revision: int, kind: str, act: Callable[..., None]) -> ResponseReturnValue:
    """Sign with what the dialog sent, and show where the revision stands then."""
    with control().reading() as reading:
        draft = require_part(person(), revision_at_work(reading, person(), number, revision))
        _require_not_returned(reading, draft)
    try:
        if sent("declaration"):
            actions.accept_declaration(control(), person().id, sent_credentials(), sent("declaration"))
        once(
            lambda: act(
                control(),
                draft.id,
                person().id,
                shown=sent("shown"),
                credentials=sent_credentials(),
                comment=sent("comment"),
                request_id=sent_key(),
            )
        )
    except NotFoundError:
        # It may have been recalled while the password was checked; then that is what the signer is told.
        with control().reading() as reading:
            revision_at_work(reading, person(), number, revision)
        raise
    return after_signing(number, revision)


def _require_not_returned(reading: Session, draft: Revision) -> None:
    """Raise RevisionReturnedError to whoever may follow a revision, and was asked to sign it before it went back."""
    returned = returned_from(reading, person(), draft) if draft.state == State.DRAFT else None
    if returned is not None:
        raise RevisionReturnedError(returned.sentence(draft.name))


def after_signing(number: str, revision: int) -> ResponseReturnValue:
    """Lead from a signature to the page that says what came of it."""
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        if draft.state not in WAITING_STATES and draft.state != State.DRAFT:
            return redirect(url_for("publishing.show", number=number, revision=revision), code=303)
        flash(_("Your signature is recorded. %(name)s now waits for the others.", name=draft.name), "success")
    return redirect(url_for("reviewing.read", number=number, revision=revision), code=303)


ASK_VIEWS = {REVIEW: "reviewing.ask_to_review", APPROVE: "approving.ask_to_approve"}
