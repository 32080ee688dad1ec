"""My absence: who signs in one's place, from which day until which; administrators name it for others."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.approval import delegating
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right
from docctl.registers.approval.signer import all_delegations, delegations_of
from docctl.registers.settings import administration
from docctl.registers.tables import of_people
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import once, sent, sent_day, sent_ids, sent_key, tell_done
from docctl.web.frame.taking_away import as_table_file

bp = Blueprint("delegating", __name__)


@bp.get("/absence")
def my_absence(refusal: DocctlError | None = None) -> str:
    """Show the person's delegations, and the form to name a delegate."""
    return _page(person().account, refusal)


@bp.post("/absence")
@shown_again(my_absence)
def name_delegate() -> ResponseReturnValue:
    """Name who signs in the person's place."""
    return _name(person().account, url_for("delegating.my_absence"))


@bp.get("/administration/people/<login>/absence")
@only_with(Right.ADMINISTER)
def absence_of(login: str, refusal: DocctlError | None = None) -> str:
    """Show somebody's delegations to an administrator."""
    return _page(_account(login), refusal)


@bp.post("/administration/people/<login>/absence")
@only_with(Right.ADMINISTER)
@shown_again(absence_of)
def name_delegate_of(login: str) -> ResponseReturnValue:
    """Name who signs in the place of somebody who cannot do it themselves."""
    return _name(_account(login), url_for("delegating.absence_of", login=login))


@bp.post("/absence/<int:delegation_id>/revoke")
def revoke(delegation_id: int) -> ResponseReturnValue:
    """End a delegation before its last day."""
    delegating.revoke_delegation(control(), person().id, delegation_id)
    flash(_("The delegation has ended; what was signed under it stands."), "success")
    return redirect(url_for("delegating.my_absence"), code=303)


@bp.get("/delegations")
@only_with(Right.CONTROL, Right.ADMINISTER, Right.READ_AUDIT_TRAIL)
def everybody() -> str:
    """Show every delegation to those who control documents, look after people or audit."""
    with control().reading() as reading:
        found, today = all_delegations(reading, person()), control().today(reading)
    return render_template("approval/delegations.html", delegations=found, today=today)


@bp.get("/delegations.<any(csv, xlsx):kind>")
@only_with(Right.CONTROL, Right.ADMINISTER, Right.READ_AUDIT_TRAIL)
def take_away(kind: str) -> Response:
    """Give every delegation as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_people.delegations(control(), reading, person()))


def _account(login: str) -> User:
    with control().reading() as reading:
        return administration.account(reading, person(), login)


def _name(absent: User, back: str) -> ResponseReturnValue:
    from_day, until_day = sent_day("from_day", _("The first day")), sent_day("until_day", _("The last day"))
    delegate = next(iter(sent_ids("delegate")), None)
    if from_day is None or until_day is None or delegate is None:
        raise InvalidInputError("Name the delegate, the first day and the last day of the absence.")
    first, last, chosen = from_day, until_day, delegate
    once(
        lambda: delegating.name_delegate(
            control(),
            person().id,
            absent_id=absent.id,
            delegate_id=chosen,
            from_day=first,
            until_day=last,
            reason=sent("reason"),
            request_id=sent_key(),
        )
    )
    tell_done(_("The delegate is named; signatures in this time carry both names."))
    return redirect(back, code=303)


def _page(absent: User, refusal: DocctlError | None) -> str:
    with control().reading() as reading:
        found = delegations_of(reading, person(), absent)
        today = control().today(reading)
    return render_template(
        "approval/absence.html",
        absent=absent,
        is_own=absent.id == person().id,
        delegations=found,
        today=today,
        given=request.form,
        refusal=refusal,
    )
