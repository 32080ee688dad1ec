"""Publishing: what came of the last signature, and bringing an approved revision into force before its day."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.issued_files import publishing
from docctl.domain.documents.lifecycle import PUBLISHED_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import NotFoundError
from docctl.domain.rights.permission import ABSENT, Right, may, may_read_history
from docctl.registers.approval.approval_progress import approval_progress, revision_at_work
from docctl.registers.lookup import document_numbered
from docctl.web import control, only_with, person
from docctl.web.documents.drafting import ONE_REVISION
from docctl.web.frame.sent_forms import once, sent_key, tell_done

bp = Blueprint("publishing", __name__)


@bp.get(f"{ONE_REVISION}/publication")
def show(number: str, revision: int) -> ResponseReturnValue:
    """Show an approved revision with its signatures, and whether it is in force or when it will be."""
    with control().reading() as reading:
        found = next((each for each in document_numbered(reading, number).revisions if each.number == revision), None)
        if found is None or not may_read_history(person(), found):
            raise NotFoundError(ABSENT)
        if found.state not in (*PUBLISHED_STATES, State.APPROVED):
            return redirect(url_for("reviewing.read", number=number, revision=revision))
        return render_template(
            "documents/publication.html",
            draft=found,
            progress=approval_progress(reading, person(), found),
            before=_one_before(found),
            controls=may(person(), Right.CONTROL),
            may_publish=found.state == State.APPROVED and may(person(), Right.CONTROL),
        )


@bp.post(f"{ONE_REVISION}/publish")
@only_with(Right.CONTROL)
def publish(number: str, revision: int) -> ResponseReturnValue:
    """Bring an approved revision into force now."""
    with control().reading() as reading:
        found = revision_at_work(reading, person(), number, revision)
    if once(lambda: publishing.publish_now(control(), found.id, person().id, request_id=sent_key())):
        tell_done(_("%(name)s is in force.", name=found.name))
    return redirect(url_for("publishing.show", number=number, revision=revision), code=303)


def _one_before(revision: Revision) -> Revision | None:
    earlier = (each for each in reversed(revision.document.revisions) if each.number < revision.number)
    return next((each for each in earlier if each.state in PUBLISHED_STATES), None)
