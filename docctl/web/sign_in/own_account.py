"""My account: who I am here, where I am signed in, and what happened to my account; sessions are ended here."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from docctl import tools
from docctl.actions.sign_in import ending_sessions as actions
from docctl.domain.rights.permission import Right
from docctl.registers.settings import administration
from docctl.registers.sign_in.own_account import happened_lately, running_sessions
from docctl.web import control, only_with, person
from docctl.web.frame.sent_forms import sent
from docctl.web.trail.acts_in_words import ACTS

bp = Blueprint("own_account", __name__)


@bp.get("/account")
def show() -> str:
    """Show one's own account and sessions."""
    idle = current_app.permanent_session_lifetime
    with control().reading() as reading:
        sessions = running_sessions(reading, person().account, control().now(), idle)
        events = happened_lately(reading, person())
    return render_template(
        "sign_in/own_account.html",
        sessions=sessions,
        events=events,
        acts=ACTS,
        this_one=tools.password_hasher.hash_secret(current_user.get_id()),
    )


@bp.post("/account/sessions/end")
def end_session() -> ResponseReturnValue:
    """End one of one's own sessions."""
    return _ended(actions.end_session(control(), person().id, sent("session")))


@bp.post("/account/sessions/end-others")
def end_others() -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    return _ended(actions.end_other_sessions(control(), person().id, current_user.get_id()))


@bp.post("/administration/people/<login>/sessions")
@only_with(Right.ADMINISTER)
def end_sessions_of(login: str) -> ResponseReturnValue:
    """End every session of somebody."""
    with control().reading() as reading:
        found = administration.account(reading, person(), login)
    _tell(actions.end_sessions_of(control(), person().id, found.id))
    return redirect(url_for("administering.person_page", login=login), code=303)


def _ended(count: int) -> ResponseReturnValue:
    _tell(count)
    return redirect(url_for("own_account.show"), code=303)


def _tell(count: int) -> None:
    flash(ngettext("%(num)s session is ended.", "%(num)s sessions are ended.", count), "success")
