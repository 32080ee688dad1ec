"""Administration: people and their roles, the organisation."""

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from docctl.actions.settings import administering
from docctl.document_control.pending_tasks import pending_tasks
from docctl.domain.errors import DocctlError, IncompleteRouteError
from docctl.domain.people.user import Role, User
from docctl.domain.rights.permission import Right, may
from docctl.registers.settings import administration
from docctl.registers.sign_in.second_factor import own_factor
from docctl.web import address_of_site, control, only_with, organisation, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.errors import sentence_of
from docctl.web.frame.sent_forms import once, sent, sent_ids, sent_key

bp = Blueprint("administering", __name__)

ROLES = (
    (Role.AUTHOR, lazy_gettext("Author: writes drafts")),
    (Role.REVIEWER, lazy_gettext("Reviewer: reviews and signs reviews")),
    (Role.APPROVER, lazy_gettext("Approver: signs approvals")),
    (Role.CONTROLLER, lazy_gettext("Document controller: imports, publishes, withdraws, sets types and routes")),
    (Role.AUDITOR, lazy_gettext("Auditor: reads every revision and the audit trail, changes nothing")),
    (Role.ADMINISTRATOR, lazy_gettext("Administrator: looks after people and their roles")),
)


@bp.get("/administration")
@only_with(Right.ADMINISTER, Right.CONTROL)
def overview() -> ResponseReturnValue:
    """Lead to what the person may administer."""
    return redirect(url_for("administering.people" if may(person(), Right.ADMINISTER) else "types.overview"))


@bp.get("/administration/people")
@only_with(Right.ADMINISTER)
def people() -> str:
    """Show everybody, with their roles."""
    with control().reading() as reading:
        found = administration.everybody(reading, person())
    return render_template("settings/people.html", people=found, roles=[(role.value, label) for role, label in ROLES])


@bp.get("/administration/people/new")
@only_with(Right.ADMINISTER)
def new_person(refusal: DocctlError | None = None) -> str:
    """Show the form for a new person."""
    return _person_page(None, refusal)


@bp.post("/administration/people/new")
@only_with(Right.ADMINISTER)
@shown_again(new_person)
def add_person() -> ResponseReturnValue:
    """Add a person and show the one-time link by which they choose their password."""
    added: list[int] = []
    new = once(lambda: added.append(_add_person()))
    if not new:
        return redirect(url_for("administering.people"), code=303)
    with control().reading() as reading:
        name = reading.get_one(User, added[0]).name
    return _link_page(added[0], name)


@bp.get("/administration/people/<login>")
@only_with(Right.ADMINISTER)
def person_page(login: str, refusal: DocctlError | None = None) -> str:
    """Show a person's particulars and roles."""
    with control().reading() as reading:
        found = administration.account(reading, person(), login)
    return _person_page(found, refusal)


@bp.post("/administration/people/<login>")
@only_with(Right.ADMINISTER)
@shown_again(person_page)
def change_person(login: str) -> ResponseReturnValue:
    """Change a person's particulars and roles."""
    with control().reading() as reading:
        found = administration.account(reading, person(), login)
    broken = administering.change_user(
        control(),
        person().id,
        found.id,
        name=sent("name"),
        email=sent("email"),
        department=sent("department"),
        roles=request.form.getlist("roles"),
    )
    flash(_("%(name)s is changed.", name=sent("name")), "success")
    _tell_broken(broken)
    return redirect(url_for("administering.people"), code=303)


@bp.post("/administration/people/<login>/link")
@only_with(Right.ADMINISTER)
def give_link(login: str) -> str:
    """Give a person a new one-time link to choose a password."""
    with control().reading() as reading:
        found = administration.account(reading, person(), login)
    return _link_page(found.id, found.name)


@bp.post("/administration/people/<login>/disabled")
@only_with(Right.ADMINISTER)
@shown_again(person_page)
def set_disabled(login: str) -> ResponseReturnValue:
    """Disable an account, or enable it again."""
    with control().reading() as reading:
        found = administration.account(reading, person(), login)
    disabled = sent("disabled") == "yes"
    successor = next(iter(sent_ids("successor")), None)
    broken = administering.set_disabled(
        control(), person().id, found.id, disabled, successor_id=successor, left_open=sent("left_open")
    )
    said = _("%(name)s can no longer sign in.") if disabled else _("%(name)s can sign in again.")
    flash(said % {"name": found.name}, "success")
    _tell_broken(broken)
    return redirect(url_for("administering.people"), code=303)


@bp.get("/administration/organisation")
@only_with(Right.CONTROL)
def organisation_page(refusal: DocctlError | None = None) -> str:
    """Show the organisation's name, time zone and standards."""
    standards = [(standard.id, f"{standard.code} — {standard.title}") for standard in control().catalogue.standards]
    return render_template(
        "settings/organisation.html", chosen=organisation(), standard_choices=standards, refusal=refusal
    )


@bp.post("/administration/organisation")
@only_with(Right.CONTROL)
@shown_again(organisation_page)
def change_organisation() -> ResponseReturnValue:
    """Change the organisation's name, time zone and standards."""
    administering.change_organisation(
        control(),
        person().id,
        name=sent("name"),
        time_zone=sent("time_zone").strip(),
        standards=request.form.getlist("standards"),
    )
    flash(_("The organisation is changed."), "success")
    return redirect(url_for("administering.organisation_page"), code=303)


def _tell_broken(routes: Iterable[IncompleteRouteError]) -> None:
    """Tell of each approval route that can no longer be fulfilled, why that is."""
    for fault in routes:
        flash(sentence_of(fault), "warning")


def _add_person() -> int:
    return administering.add_user(
        control(),
        person().id,
        login=sent("login"),
        name=sent("name"),
        email=sent("email"),
        department=sent("department"),
        person=sent("person"),
        roles=request.form.getlist("roles"),
        request_id=sent_key(),
    )


def _link_page(user_id: int, name: str) -> str:
    secret = administering.issue_link(control(), person().id, user_id)
    address = address_of_site(url_for("signing_in.choose_password", secret=secret))
    hours = administering.LINK_HOURS
    return render_template("settings/link.html", address=address, name=name, hours=hours)


def _person_page(found: User | None, refusal: DocctlError | None) -> str:
    with control().reading() as reading:
        pending = pending_tasks(reading, found) if found is not None and not found.disabled else None
        factor_since = own_factor(control(), reading, found).set_up_at if found is not None else None
        offered = administration.offered_departments(reading, found)
        heads = administration.headed_by_account(reading, person(), found) if found is not None else []
    return render_template(
        "settings/person.html",
        found=found,
        pending=pending,
        factor_since=factor_since,
        heads=heads,
        roles=[(role.value, label) for role, label in ROLES],
        department_choices=[(name, name) for name in offered],
        refusal=refusal,
    )
