"""Approval routes: who is asked to sign, whether that can be fulfilled, and a trial for a document."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.rights import laying_routes
from docctl.actions.settings import retiring
from docctl.document_control.laid_routes import faults_of_routes
from docctl.domain.approval.approval_route import ANY, APPROVE, MEANINGS, REVIEW, RouteStep
from docctl.domain.errors import DocctlError, NotFoundError
from docctl.domain.people.user import Role
from docctl.domain.rights.asked_signer import SIGNING_ROLES
from docctl.domain.rights.permission import Right
from docctl.registers.approval.route_trial import RouteTrial, try_for
from docctl.registers.settings import administration
from docctl.web import control, only_with, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import sent, sent_ids
from docctl.web.settings.administering import ROLES

bp = Blueprint("routes", __name__)

MOST_STEPS = 6


@bp.get("/administration/routes")
@only_with(Right.CONTROL)
def overview() -> str:
    """Show the approval routes, and which of them nobody can fulfil now."""
    with control().reading() as reading:
        found = administration.approval_routes(reading)
        names = administration.names(reading, (number for route, _used in found for number in route.named))
        faults = faults_of_routes(reading)
    asked = {route.id: [_asked_in_words(step, names) for step in route.steps] for route, _used in found}
    return render_template("settings/routes.html", routes=found, asked=asked, faults=faults)


@bp.get("/administration/routes/new")
@only_with(Right.CONTROL)
def new(refusal: DocctlError | None = None) -> str:
    """Show the form for a new approval route."""
    copied = request.args.get("copy", "")
    return _page(None, refusal, int(copied) if copied.isascii() and copied.isdigit() and len(copied) < 10 else None)


@bp.post("/administration/routes/new")
@only_with(Right.CONTROL)
@shown_again(new)
def add() -> ResponseReturnValue:
    """Add an approval route."""
    laying_routes.set_route(control(), person().id, sent("name"), _steps_sent(), is_new=True)
    flash(_("The approval route is set."), "success")
    return redirect(url_for("routes.overview"), code=303)


@bp.get("/administration/routes/<int:route_id>")
@only_with(Right.CONTROL)
def show(route_id: int, refusal: DocctlError | None = None) -> str:
    """Show one approval route, whether it can be fulfilled, and whom it would ask for a document."""
    return _page(route_id, refusal)


@bp.post("/administration/routes/<int:route_id>")
@only_with(Right.CONTROL)
@shown_again(show)
def change(route_id: int) -> ResponseReturnValue:
    """Change an approval route; revisions under way keep the one they were submitted on."""
    with control().reading() as reading:
        name = administration.approval_route(reading, route_id).name
    laying_routes.set_route(control(), person().id, name, _steps_sent())
    flash(_("The approval route is changed; revisions under way keep theirs."), "success")
    return redirect(url_for("routes.overview"), code=303)


@bp.post("/administration/routes/<int:route_id>/name")
@only_with(Right.CONTROL)
@shown_again(show)
def rename(route_id: int) -> ResponseReturnValue:
    """Give an approval route another name."""
    retiring.rename_route(control(), person().id, route_id, sent("new_name"))
    flash(_("The approval route is renamed."), "success")
    return redirect(url_for("routes.overview"), code=303)


@bp.post("/administration/routes/<int:route_id>/retired")
@only_with(Right.CONTROL)
@shown_again(show)
def retire(route_id: int) -> ResponseReturnValue:
    """Retire an approval route that no document type uses, or offer it again."""
    with control().reading() as reading:
        name = administration.approval_route(reading, route_id).name
    retired = sent("retired") == "yes"
    (retiring.retire_route if retired else retiring.reinstate_route)(control(), person().id, route_id)
    said = _("The route “%(name)s” is retired.") if retired else _("The route “%(name)s” is offered again.")
    flash(said % {"name": name}, "success")
    return redirect(url_for("routes.overview"), code=303)


def _page(route_id: int | None, refusal: DocctlError | None, copied_id: int | None = None) -> str:
    with control().reading() as reading:
        found = administration.approval_route(reading, route_id) if route_id is not None else None
        fault = faults_of_routes(reading).get(found.id) if found is not None else None
        copied = administration.approval_route(reading, copied_id) if copied_id is not None else None
        laid = found or copied
        trial: RouteTrial | None = None
        missing: DocctlError | None = None
        number = request.args.get("document", "").strip()
        if found is not None and number:
            try:
                trial = try_for(control(), reading, person(), found, number)
            except NotFoundError as absent:
                missing = absent
    return render_template(
        "settings/route.html",
        found=found,
        fault=fault,
        copied=copied,
        steps=laid.steps if laid is not None else (),
        rows=range(MOST_STEPS),
        meanings=MEANINGS,
        roles=[(role.value, label) for role, label in ROLES if role in SIGNING_ROLES],
        number=number,
        trial=trial,
        missing=missing,
        refusal=refusal,
    )


def _asked_in_words(step: RouteStep, names: dict[int, str]) -> str:
    return ", ".join([*step.roles, *(names.get(user_id, _("somebody who left")) for user_id in step.people)])


def _steps_sent() -> list[RouteStep]:
    """Return the steps of the form that say whom they ask, in the order of their rows."""
    steps = []
    for place in range(MOST_STEPS):
        people = tuple(sorted(sent_ids(f"people-{place}")))
        roles = tuple(role for role in request.form.getlist(f"roles-{place}") if role in set(Role))
        if people or roles:
            kind = APPROVE if sent(f"kind-{place}") == APPROVE else REVIEW
            needed = sent(f"needed-{place}").strip().lower() or ANY
            meaning = sent(f"meaning-{place}").strip() or MEANINGS[kind]
            steps.append(RouteStep(kind, meaning, needed, people, roles))
    return steps
