"""Reassigning: a document controller asks somebody else for a signature that somebody cannot give any more."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.people import leaving
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.rights.permission import Right
from docctl.registers.approval.approval_progress import asked_to_sign, revision_at_work
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.reasons import ReasonAsked, reason_page
from docctl.web.frame.sent_forms import once, sent, sent_ids, sent_key, tell_done

bp = Blueprint("reassigning", __name__)


@bp.get("/documents/<number>/revisions/<int:revision>/reassign")
@only_with(Right.CONTROL)
def ask(number: str, revision: int, refusal: DocctlError | None = None) -> str:
    """Ask who is asked instead of whom, and why."""
    with control().reading() as reading:
        found = revision_at_work(reading, person(), number, revision)
        asked = asked_to_sign(reading, found)
    question = ReasonAsked(
        title=_("Ask somebody else to sign %(name)s", name=found.name),
        heading=_("Ask somebody else to sign"),
        what_happens=_(
            "%(name)s waits for a signature that somebody cannot give. Signatures that were given stay as they are.",
            name=found.name,
        ),
        question=_("Reason"),
        button=_("Ask this person"),
        address=url_for("reassigning.reassign", number=number, revision=revision),
        impossible="" if asked else _("%(name)s does not wait for anybody's signature.", name=found.name),
    )
    return reason_page(
        question,
        refusal,
        "approval/reassign.html",
        signers=[(user.id, user.name) for user in asked],
        given={"instead_of": sent("instead_of")},
    )


@bp.post("/documents/<number>/revisions/<int:revision>/reassign")
@only_with(Right.CONTROL)
@shown_again(ask)
def reassign(number: str, revision: int) -> ResponseReturnValue:
    """Ask somebody else to sign."""
    with control().reading() as reading:
        found = revision_at_work(reading, person(), number, revision)
    instead_of, successor = next(iter(sent_ids("instead_of")), None), next(iter(sent_ids("successor")), None)
    if instead_of is None or successor is None:
        raise InvalidInputError("Choose who cannot sign, and who is asked instead.")
    old, new = instead_of, successor
    once(
        lambda: leaving.reassign(
            control(),
            found.id,
            person().id,
            instead_of_id=old,
            successor_id=new,
            reason=sent("reason"),
            request_id=sent_key(),
        )
    )
    tell_done(_("Somebody else is asked now; the reason is on record."))
    return redirect(url_for("reviewing.read", number=number, revision=revision), code=303)
