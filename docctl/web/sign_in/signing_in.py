"""Signing in and out; every page asks for it unless it is open to all."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException

from docctl.actions.settings import administering
from docctl.actions.sign_in import signing_in as actions
from docctl.domain.errors import (
    DocctlError,
    InvalidInputError,
    SessionEndedError,
    SignInRefusedError,
    SignInThrottledError,
)
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.sign_in.password import SHORTEST_PASSWORD, Credentials
from docctl.domain.sign_in.web_session import TimeLeft, warning_before
from docctl.registers.sign_in.own_account import links_issued_unseen, links_mailed_unseen
from docctl.web import control, open_to_all, organisation
from docctl.web.frame.again import shown_again
from docctl.web.frame.errors import answer, status_of
from docctl.web.frame.formatting import moment
from docctl.web.frame.sent_forms import sent
from docctl.web.sign_in.known_browsers import name_of_browser, remember_browser

bp = Blueprint("signing_in", __name__)
AWAITING = "awaiting_code"
ASKED_UNSEEN = "signing_in.time_left"


class SignedInPerson(UserMixin):  # type: ignore[misc]  # Flask-Login does not say its types
    """The person at the browser: their account as it is now, read again for every request."""

    def __init__(self, reader: Reader, secret: str, time_left: TimeLeft | None = None) -> None:
        self.reader, self.secret, self.time_left = reader, secret, time_left

    def __getattr__(self, name: str) -> Any:
        if name == "reader":
            raise AttributeError(name)
        return getattr(self.reader, name)

    def get_id(self) -> str:
        """The secret of the session, by which the server finds it again."""
        return self.secret


def find_signed_in(secret: str) -> SignedInPerson | None:
    """Find whose session it is; nobody's once it was ended on the server."""
    is_seen = request.endpoint != ASKED_UNSEEN
    found = actions.running_session(control(), secret, current_app.permanent_session_lifetime, is_seen=is_seen)
    if found is None:
        return None
    control().session_at_hand.begin(found.reader.id, found.signed_in_by)
    return SignedInPerson(found.reader, secret, found.time_left)


def forget_session_at_hand(_: BaseException | None = None) -> None:
    """Let nothing act by the sign-in of a request that the same thread answered before."""
    control().session_at_hand.end()


def session_here() -> dict[str, str]:
    """Return in which session, and from where, a form that asks for a password or a code was sent."""
    return {"session": current_user.get_id(), "address": request.remote_addr or ""}


def sent_credentials() -> Credentials:
    """Return what a form gives to show who sends it, in which session, and from where."""
    return Credentials(sent("password"), sent("login"), sent("code"), **session_here())


def forget_browser() -> None:
    """Take back what the browser holds of a session."""
    logout_user()
    session.clear()


def safe_next(target: str) -> str:
    """Return the page to go to after signing in: a path of this site, otherwise the first page."""
    if not target.startswith("/") or "\\" in target or " " in target or not target.isprintable():
        return "/"
    parts = urlsplit(target)
    path = parts.path.lower()
    if parts.scheme or parts.netloc or "//" in target.partition("?")[0] or path.startswith(("/%2f", "/%5c")):
        return "/"
    return target


def ask_to_sign_in() -> ResponseReturnValue | None:
    """Send a person who is not signed in to the login page, unless the page is open to all."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static" or getattr(view, "open_to_all", False):
        return None
    if current_user.is_authenticated:
        return None
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return redirect(url_for("signing_in.sign_in", next=page_to_return_to()))
    refusal = SignInRefusedError("You are no longer signed in, so nothing was changed. Sign in and try again.")
    if request.headers.get("HX-Request") or request.accept_mimetypes.best == "application/json":
        raise refusal
    return _login_page(refusal=refusal, leads_to=page_to_return_to()), status_of(refusal)


def page_to_return_to() -> str:
    """Return the page that was asked for, or the one whose form was sent; the first page where neither can be told."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return "/"
    path = came_from.path.removeprefix(request.script_root)
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return "/"
    return safe_next(f"{path}?{came_from.query}".rstrip("?"))


@bp.get("/sign-in")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """Show the login page."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next", "/")))
    return _login_page()


@bp.post("/sign-in")
@open_to_all
def sign_in_with_password() -> ResponseReturnValue:
    """Check login name and password and open the person's session."""
    login = request.form.get("login", "")
    try:
        password, known = request.form.get("password", ""), name_of_browser(login)
        user, secret = actions.sign_in(
            control(), login, password, request.remote_addr or "", _browser(), known_browser=known
        )
    except SignInRefusedError as error:
        wait = {"Retry-After": str(error.seconds)} if isinstance(error, SignInThrottledError) else {}
        return _login_page(login=login, refusal=error), status_of(error), wait
    _end_session()
    if actions.awaits_code(control(), secret):
        session[AWAITING] = secret
        return redirect(url_for("signing_in.ask_code", next=safe_next(request.form.get("next", "/"))), code=303)
    return _welcome(user, secret)


@bp.get("/sign-in/code")
@open_to_all
def ask_code() -> ResponseReturnValue:
    """Ask for the code of the second factor."""
    if not actions.awaits_code(control(), session.get(AWAITING, "")):
        return redirect(url_for("signing_in.sign_in"))
    return _code_page()


@bp.post("/sign-in/code")
@open_to_all
def give_code() -> ResponseReturnValue:
    """Check the code and open the person's session."""
    secret = session.get(AWAITING, "")
    try:
        code, known = request.form.get("code", ""), name_of_browser(actions.login_that_awaits_code(control(), secret))
        user, secret = actions.give_code(
            control(), secret, code, request.remote_addr or "", _browser(), known_browser=known
        )
    except SignInRefusedError as error:
        wait = {"Retry-After": str(error.seconds)} if isinstance(error, SignInThrottledError) else {}
        page = _code_page(error) if actions.awaits_code(control(), secret) else _login_page(refusal=error)
        return page, status_of(error), wait
    _end_session()
    return _welcome(user, secret)


def _browser() -> str:
    """Return what the browser calls itself, as far as it can be shown."""
    return "".join(letter for letter in str(request.user_agent) if letter.isprintable())


def _welcome(user: User, secret: str) -> ResponseReturnValue:
    """Let the browser hold the session, and tell the person what happened to their account meanwhile."""
    session.permanent = True
    with control().reading() as reading:
        login_user(SignedInPerson(control().reader(reading, user), secret))
        issued, mailed = links_issued_unseen(reading, user), links_mailed_unseen(reading, user)
    for at in issued:
        flash(_("An administrator issued a one-time link for your account on %(time)s.", time=moment(at)), "warning")
    for at, address in mailed:
        said = _("A link to choose a new password was asked for from %(address)s, and mailed to you on %(time)s.")
        flash(said % {"address": address or "–", "time": moment(at)}, "warning")
    remember_browser(user.login)
    return redirect(safe_next(request.form.get("next", "/")), code=303)


@bp.get("/choose-password/<secret>")
@open_to_all
def choose_password(secret: str, refusal: DocctlError | None = None) -> str:
    """Show the page that a one-time link leads to."""
    return render_template("sign_in/choose_password.html", secret=secret, refusal=refusal, shortest=SHORTEST_PASSWORD)


@bp.post("/choose-password/<secret>")
@open_to_all
@shown_again(choose_password)
def set_password(secret: str) -> ResponseReturnValue:
    """Set the password of the person to whom the one-time link was given."""
    password = request.form.get("password", "")
    if password != request.form.get("password_again", ""):
        raise InvalidInputError("The two passwords differ; type the same one twice.")
    login = administering.choose_password(control(), secret, password, request.remote_addr or "")
    flash(_("Your password is set. Sign in with the login name %(login)s.", login=login), "success")
    return redirect(url_for("signing_in.sign_in"), code=303)


@bp.post("/sign-out")
@open_to_all
def sign_out() -> ResponseReturnValue:
    """End the person's session."""
    _end_session()
    flash(_("You have signed out."), "info")
    return redirect(url_for("signing_in.sign_in"), code=303)


@bp.get("/session")
@open_to_all
def time_left() -> dict[str, object]:
    """Say how long the session goes on, without making it longer; pages ask before they warn of its end."""
    return _time_left(current_user.time_left) if current_user.is_authenticated else {"seconds": 0}


@bp.post("/session/keep")
def stay() -> dict[str, object]:
    """Note that the person is still there."""
    idle = current_app.permanent_session_lifetime
    return _time_left(actions.stay_signed_in(control(), current_user.get_id(), idle))


def _time_left(left: TimeLeft) -> dict[str, object]:
    """Tell a page how long the session goes on, whose it is, and what its forms carry."""
    return {
        "seconds": left.seconds,
        "final": left.is_final,
        "login": current_user.login,
        "token": generate_csrf(),
    }


def _end_session() -> None:
    """End the session that the browser holds, on the server and in the browser."""
    if current_user.is_authenticated:
        actions.sign_out(control(), current_user.get_id())
    forget_browser()


def _login_page(login: str = "", refusal: Exception | None = None, leads_to: str = "") -> str:
    """Show the login page; a demonstration also shows its logins."""
    library = organisation()
    logins = library.demonstration_logins if library.demonstration else []
    return render_template(
        "sign_in/sign_in.html",
        login=login,
        refusal=refusal,
        next=leads_to or safe_next(request.values.get("next", "/")),
        demonstration_logins=logins,
    )


def _code_page(refusal: Exception | None = None) -> str:
    return render_template("sign_in/code.html", refusal=refusal, next=safe_next(request.values.get("next", "/")))


def answer_ended(error: SessionEndedError) -> ResponseReturnValue:
    """Tell that the session has ended, and take back what the browser holds of it."""
    forget_browser()
    return answer(error)


def warning_seconds() -> int:
    """How many seconds before its end a page tells that the session ends."""
    return int(warning_before(current_app.permanent_session_lifetime).total_seconds())


def init_app(app: Flask) -> None:
    """Ask for a sign-in on every page that is not open to all."""
    login_manager = LoginManager(app)
    login_manager.session_protection = None
    login_manager.user_loader(find_signed_in)
    app.teardown_request(forget_session_at_hand)
    app.before_request(ask_to_sign_in)
    app.register_error_handler(SessionEndedError, answer_ended)
    app.jinja_env.globals.update(page_to_return_to=page_to_return_to, warning_seconds=warning_seconds)
