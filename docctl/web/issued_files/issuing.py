"""Issuing: what reading the files of a revision back found, letting it stand, trying again, sending back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.approval import sending_back
from docctl.actions.issued_files import issuing, letting_stand
from docctl.actions.issued_files.reading_back import measure
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.rights.permission import Right, require_writable
from docctl.registers.approval.approval_progress import revision_at_work
from docctl.web import control, only_with, person
from docctl.web.documents.drafting import ONE_REVISION
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import once, sent, sent_key, tell_done

bp = Blueprint("issuing", __name__)


@bp.get(f"{ONE_REVISION}/files")
@only_with(Right.WRITE)
def files(number: str, revision: int, refusal: DocctlError | None = None) -> ResponseReturnValue:
    """Show whether the files of a revision say what its page says, as a page or as a piece of the submission."""
    with control().reading() as reading:
        draft = require_writable(person(), revision_at_work(reading, person(), number, revision))
        lets_stand = letting_stand.may_let_stand(person(), draft)
    measured = measure(control(), draft.id)
    is_piece = "HX-Request" in request.headers
    with control().reading() as reading:
        draft = revision_at_work(reading, person(), number, revision)
        return render_template(
            "issued_files/measured_files.html" if is_piece else "issued_files/files.html",
            draft=draft,
            measured=measured.without(draft.standing_keys),
            lets_stand=lets_stand,
            refusal=refusal,
        )


@bp.post(f"{ONE_REVISION}/let-stand")
@only_with(Right.CONTROL)
@shown_again(files, only=(InvalidInputError,))
def let_stand(number: str, revision: int) -> ResponseReturnValue:
    """Let one difference stand with a reason."""
    found = _revision(number, revision)
    key, reason, shown = sent("key"), sent("reason"), sent("shown")
    once(
        lambda: letting_stand.let_stand(
            control(), found.id, person().id, key, reason, shown=shown, request_id=sent_key()
        )
    )
    tell_done(_("The difference stands; every signer is shown it."))
    return redirect(url_for("issuing.files", number=number, revision=revision), code=303)


@bp.post(f"{ONE_REVISION}/issue-again")
@only_with(Right.CONTROL)
def issue_again(number: str, revision: int) -> ResponseReturnValue:
    """Try again now to make the files."""
    found = _revision(number, revision)
    left = issuing.issue_again(control(), found.id, person().id)
    if left.is_sound:
        flash(_("The files of %(name)s say what its page says.", name=found.name), "success")
    else:
        flash(left.in_words(found.name), "danger")
    return redirect(url_for("publishing.show", number=number, revision=revision), code=303)


@bp.post(f"{ONE_REVISION}/send-back")
@only_with(Right.CONTROL)
def send_back(number: str, revision: int) -> ResponseReturnValue:
    """Send a revision whose files cannot be issued back to those who write."""
    found, drafts = _revision(number, revision), [revision]
    reason = sent("reason")
    if once(
        lambda: drafts.append(sending_back.send_back(control(), found.id, person().id, reason, request_id=sent_key()))
    ):
        tell_done(_("%(number)s is a draft again, with what is in the way as the reason.", number=number))
    return redirect(url_for("drafting.write", number=number, revision=drafts[-1]), code=303)


def _revision(number: str, revision: int) -> Revision:
    with control().reading() as reading:
        return revision_at_work(reading, person(), number, revision)
