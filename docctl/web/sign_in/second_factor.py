"""My second factor: a device is set up, its recovery codes shown once; administrators ask for it and take it away."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from docctl import tools
from docctl.actions.sign_in import setting_up_factor as actions
from docctl.domain.errors import DocctlError, SecondFactorMissingError
from docctl.domain.rights.permission import Right
from docctl.domain.sign_in.second_factor import must_have_factor
from docctl.registers.settings import administration
from docctl.registers.sign_in.second_factor import lacks_factor, own_factor
from docctl.web import control, only_with, organisation, person
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import sent
from docctl.web.sign_in.signing_in import session_here

bp = Blueprint("second_factor", __name__)
WITHOUT_IT = ("signing_in.sign_out", "signing_in.time_left", "signing_in.stay")


@bp.get("/second-factor")
def show(refusal: DocctlError | None = None) -> str:
    """Show where one's second factor stands, and what to do next."""
    with control().reading() as reading:
        factor = own_factor(control(), reading, person())
    drawing = Markup(tools.qr_code.drawing_of(factor.address)) if factor.address else ""  # noqa: S704
    return render_template("sign_in/second_factor.html", factor=factor, drawing=drawing, refusal=refusal)


@bp.post("/second-factor/begin")
@shown_again(show)
def begin() -> ResponseReturnValue:
    """Begin to set up a device."""
    actions.begin(control(), person().id)
    return redirect(url_for("second_factor.show"), code=303)


@bp.post("/second-factor/confirm")
@shown_again(show)
def confirm() -> ResponseReturnValue:
    """Let the device count, and show the recovery codes once."""
    return _show_codes(actions.confirm)


@bp.post("/second-factor/codes")
@shown_again(show)
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes, and show them once."""
    return _show_codes(actions.renew_codes)


@bp.post("/second-factor/remove")
@shown_again(show)
def remove() -> ResponseReturnValue:
    """Remove one's second factor."""
    actions.remove(control(), person().id, sent("password"), sent("code"), **session_here())
    flash(_("Your second factor is removed; the password alone signs you in."), "success")
    return redirect(url_for("second_factor.show"), code=303)


@bp.post("/administration/second-factor")
@only_with(Right.ADMINISTER)
def ask_of_roles() -> ResponseReturnValue:
    """Say which roles need a second factor."""
    actions.ask_of_roles(control(), person().id, request.form.getlist("roles"))
    flash(_("Whoever holds these roles sets up a second factor at the next page they open."), "success")
    return redirect(url_for("administering.people"), code=303)


@bp.post("/administration/people/<login>/second-factor")
@only_with(Right.ADMINISTER)
def take_away(login: str) -> ResponseReturnValue:
    """Take away the second factor of somebody who lost the device."""
    with control().reading() as reading:
        found = administration.account(reading, person(), login)
    actions.take_away(control(), person().id, found.id, sent("reason"))
    flash(_("The second factor of %(name)s is taken away, and they are told.", name=found.name), "success")
    return redirect(url_for("administering.person_page", login=login), code=303)


def _show_codes(make: actions.MakesCodes) -> ResponseReturnValue:
    codes = make(control(), person().id, sent("password"), sent("code"), **session_here())
    return render_template("sign_in/codes.html", codes=codes)


def ask_to_set_up() -> ResponseReturnValue | None:
    """Lead whoever needs a second factor and has none to where it is set up, and to no other page."""
    endpoint = request.endpoint or ""
    if endpoint in ("static", *WITHOUT_IT) or endpoint.startswith(f"{bp.name}.") or not current_user.is_authenticated:
        return None
    if not must_have_factor(person().roles, organisation().second_factor_roles):
        return None
    with control().reading() as reading:
        if not lacks_factor(reading, person()):
            return None
    if request.method not in ("GET", "HEAD") or request.headers.get("HX-Request"):
        raise SecondFactorMissingError(
            "Your organisation asks for a second factor, so nothing was changed; set it up first.",
        )
    return redirect(url_for("second_factor.show"))


def init_app(app: Flask) -> None:
    """Ask for a second factor before every page, of those who need one."""
    app.before_request(ask_to_set_up)
