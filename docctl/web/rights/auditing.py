"""Auditing: who is engaged to look at what, from when until when, and what auditors looked at."""

from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.rights import auditing
from docctl.document_control.departments import departments
from docctl.domain.errors import DocctlError, InvalidInputError
from docctl.domain.rights.audit_engagement import DEPARTMENT, DOCUMENT, EVERYTHING, STANDARD, TYPE, USUAL_DAYS
from docctl.domain.rights.permission import Right
from docctl.registers.rights.audit_engagements import EngagementLine, auditors, engagement, engagements, looks
from docctl.registers.settings import administration
from docctl.registers.tables import of_people
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.asked import asked_text
from docctl.web.frame.sent_forms import once, sent, sent_day, sent_ids, sent_key, tell_done
from docctl.web.frame.taking_away import as_table_file

bp = Blueprint("auditing", __name__)


@bp.get("/administration/audit-engagements")
@only_with(Right.ENGAGE_AUDITORS)
def show() -> str:
    """Show every engagement."""
    with control().reading() as reading:
        found = engagements(control(), reading, person())
    return render_template("rights/engagements.html", engagements=found)


@bp.get("/administration/audit-engagements/new")
@only_with(Right.ENGAGE_AUDITORS)
def new(refusal: DocctlError | None = None) -> str:
    """Show the form for a new engagement."""
    return _page(None, refusal)


@bp.post("/administration/audit-engagements/new")
@only_with(Right.ENGAGE_AUDITORS)
@shown_again(new)
def engage() -> ResponseReturnValue:
    """Engage an auditor."""
    auditor = next(iter(sent_ids("auditor")), None)
    if auditor is None:
        raise InvalidInputError("Choose the auditor.")
    chosen, (first, last) = auditor, _days()
    once(
        lambda: auditing.engage(
            control(), person().id, chosen, purpose=sent("purpose"), scope=_scope(), begins_on=first, ends_on=last,
            request_id=sent_key(),
        )
    )  # fmt: skip
    tell_done(_("The auditor is engaged; what they look at is recorded."))
    return redirect(url_for("auditing.show"), code=303)


@bp.get("/administration/audit-engagements/<int:engagement_id>")
@only_with(Right.ENGAGE_AUDITORS)
def change(engagement_id: int, refusal: DocctlError | None = None) -> str:
    """Show the form of an engagement."""
    return _page(_found(engagement_id), refusal)


@bp.post("/administration/audit-engagements/<int:engagement_id>")
@only_with(Right.ENGAGE_AUDITORS)
@shown_again(change)
def save(engagement_id: int) -> ResponseReturnValue:
    """Change what an auditor may look at, or until when."""
    found = _found(engagement_id)
    first, last = _days()
    auditing.change_engagement(
        control(), person().id, found.id, purpose=sent("purpose"), scope=_scope(), begins_on=first, ends_on=last
    )
    flash(_("The engagement is changed."), "success")
    return redirect(url_for("auditing.show"), code=303)


@bp.post("/administration/audit-engagements/<int:engagement_id>/end")
@only_with(Right.ENGAGE_AUDITORS)
@shown_again(change)
def end(engagement_id: int) -> ResponseReturnValue:
    """End an engagement at once."""
    found = _found(engagement_id)
    auditing.end_engagement(control(), person().id, found.id, sent("reason"))
    flash(_("The engagement has ended; the auditor sees nothing any more."), "success")
    return redirect(url_for("auditing.show"), code=303)


@bp.get("/registers/auditor-access")
@only_with(Right.ENGAGE_AUDITORS)
def access() -> str:
    """Show what auditors looked at."""
    with control().reading() as reading:
        found = looks(reading, person(), asked_text("auditor"))
        people = [(user.login, user.name) for user in auditors(reading)]
    return render_template("rights/access.html", looks=found[:500], total=len(found), auditors=people)


@bp.get("/registers/auditor-access.<any(csv, xlsx):kind>")
@only_with(Right.ENGAGE_AUDITORS)
def take_away(kind: str) -> Response:
    """Give what auditors looked at as a table."""
    with control().reading() as reading:
        return as_table_file(kind, of_people.auditor_access(control(), reading, person(), asked_text("auditor")))


def _found(engagement_id: int) -> EngagementLine:
    with control().reading() as reading:
        return engagement(control(), reading, person(), engagement_id)


def _days() -> tuple[date, date]:
    first, last = sent_day("begins_on", _("The first day")), sent_day("ends_on", _("The last day"))
    if first is None or last is None:
        raise InvalidInputError("Name the first and the last day of the engagement.")
    return first, last


def _scope() -> list[str]:
    if sent("everything") == "yes":
        return [EVERYTHING]
    kinds = (("standards", STANDARD), ("types", TYPE), ("departments", DEPARTMENT))
    chosen = [kind + value for name, kind in kinds for value in request.form.getlist(name)]
    return chosen + [DOCUMENT + number for number in sent("documents").replace(",", " ").split()]


def _page(found: EngagementLine | None, refusal: DocctlError | None) -> str:
    with control().reading() as reading:
        today = control().today(reading)
        types = [(kind.name, kind.name.capitalize()) for kind, _count in administration.document_types(reading)]
        people = [(str(user.id), user.name) for user in auditors(reading)]
        standards = [(each.id, each.code) for each in control().catalogue.standards]
        known = departments(reading)
    return render_template(
        "rights/engagement.html",
        found=found,
        types=types,
        people=people,
        standards=standards,
        departments=[(name, name) for name in known.offered],
        first=found.begins_on if found else today,
        last=found.ends_on if found else today + timedelta(days=USUAL_DAYS),
        refusal=refusal,
    )
