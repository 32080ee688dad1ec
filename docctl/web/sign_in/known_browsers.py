"""Known browsers: a browser keeps a sealed note of who signed in with it, so that others' guesses do not stop them."""

import hashlib
import hmac
import secrets

from flask import Flask, Response, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from docctl.web import control

KEPT_DAYS = 180
MOST_PEOPLE = 5


def name_of_browser(login: str) -> str:
    """Return the name of this browser where the owner of a login has signed in with it lately, or nothing."""
    name, people = _held()
    return name if _hashed(login) in people else ""


def remember_browser(login: str) -> None:
    """Let the browser keep that the owner of a login has signed in with it; it keeps no login, only its hash."""
    g.signed_in_here = login


class Sessions(SecureCookieSessionInterface):
    """The cookies of sessions, and after them the note of who signed in; none with a file that is the same for all."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Let the browser keep both."""
        if request.endpoint == "static":
            return
        super().save_session(app, session, response)
        if login := g.pop("signed_in_here", ""):
            _let_keep(response, login)


def init_app(app: Flask) -> None:
    """Know browsers again."""
    app.session_interface = Sessions()


def _let_keep(response: Response, login: str) -> None:
    name, people = _held()
    me = _hashed(login)
    people = [me, *(each for each in people if each != me)][:MOST_PEOPLE]
    response.set_cookie(
        _cookie(),
        _sealed(".".join([str(_today()), name or secrets.token_urlsafe(16), *people])),
        max_age=KEPT_DAYS * 24 * 3600,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _held() -> tuple[str, list[str]]:
    """Return what this browser is called and who signed in with it, as far as it was sealed here and lately."""
    sealed = request.cookies.get(_cookie(), "")
    note = sealed.rpartition(".")[0]
    if not hmac.compare_digest(_sealed(note).encode(), sealed.encode()):
        return "", []
    day, name, *people = note.split(".")
    return (name, people) if _today() - int(day) <= KEPT_DAYS else ("", [])


def _sealed(note: str) -> str:
    key = f"known browser {current_app.config['SECRET_KEY']}"
    return f"{note}.{hmac.new(key.encode(), note.encode(), hashlib.sha256).hexdigest()}"


def _today() -> int:
    return control().now().toordinal()


def _hashed(login: str) -> str:
    return hashlib.sha256(login.strip().lower().encode()).hexdigest()[:16]


def _cookie() -> str:
    return "__Host-docctl-known" if current_app.config["SESSION_COOKIE_SECURE"] else "docctl-known"
