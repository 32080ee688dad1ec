"""Forgotten passwords: the same page for everybody, whether there is such an account or not."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from docctl.actions.sign_in import recovering_access as actions
from docctl.domain.errors import DocctlError
from docctl.domain.sign_in.access_request import MAILED_LINK_MINUTES
from docctl.web import control, open_to_all
from docctl.web.frame.again import shown_again
from docctl.web.frame.sent_forms import sent

bp = Blueprint("recovering_access", __name__)


@bp.get("/forgotten-password")
@open_to_all
def ask(refusal: DocctlError | None = None) -> str:
    """Show where a one-time link is asked for, or who gives one where no mail is set up."""
    is_mailed = control().mail_server is not None
    return render_template("sign_in/forgotten_password.html", is_mailed=is_mailed, refusal=refusal)


@bp.post("/forgotten-password")
@open_to_all
@shown_again(ask)
def ask_for_link() -> ResponseReturnValue:
    """Ask for a one-time link by mail; the answer is the same for everybody."""
    actions.ask_for_link(control(), sent("named"), request.remote_addr or "")
    flash(
        _(
            "If there is such an account and it has a mail address, a link is on its way to it. It works once, within "
            "%(minutes)s minutes. If nothing comes, ask an administrator.",
            minutes=MAILED_LINK_MINUTES,
        ),
        "info",
    )
    return redirect(url_for("signing_in.sign_in"), code=303)
