"""What every answer carries: its request id, the security headers, and that nobody keeps a copy of it."""

from datetime import timedelta

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import NotFound, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from docctl.domain.errors import InvalidInputError, LibraryBusyError, MaintenanceError
from docctl.registers.operations.operations import files_held_up, unready
from docctl.web import control, maintenance, open_to_all, organisation
from docctl.web.frame.formatting import maintenance_in_words

SHORTEST_SECRET_KEY = 32
FEWEST_CHARACTERS = 10
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

# Where people sign in and out, choose a password and end their sessions.
STILL_OPEN = ("signing_in", "recovering_access", "own_account")
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def refuse_flood() -> None:
    """Refuse a form of more fields or text than any page has; forms with files are counted while they are read."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    if len(list(request.form.items(multi=True))) > current_app.config["MAX_FORM_PARTS"]:
        raise RequestEntityTooLarge


def refuse_what_no_text_holds() -> None:
    """Refuse the character NUL, which no field of a page holds and no database keeps, before anything looks for it."""
    if "\0" in request.path:
        raise NotFound
    if any("\0" in name or "\0" in value for name, value in request.form.items(multi=True)):
        raise InvalidInputError("What was sent holds characters that no text has; type it again as plain text.")


def refuse_without_room() -> None:
    """Refuse what would be recorded on a nearly full disk before an upload is put down; people may still sign in."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and request.blueprint not in STILL_OPEN[:2]:
        control().disk.require()


def refuse_in_maintenance() -> None:
    """Refuse what would be decided while an operator works on the library; people may still sign in, out and read."""
    if request.method in ("GET", "HEAD", "OPTIONS") or request.blueprint in STILL_OPEN or maintenance() is None:
        return
    raise MaintenanceError("%(maintenance)s Nothing was done.", maintenance=maintenance_in_words())


class RowNumber(IntegerConverter):
    """A number in an address: no longer than the numbers that a database counts rows with."""

    regex = r"[0-9]{1,9}"


def complete(response: Response) -> Response:
    """Add the headers that every answer carries; a page may have set a stricter one of its own."""
    response.headers["X-Request-ID"] = g.get("request_id", "")
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.vary.add("Cookie")
        response.headers["Cache-Control"] = "no-store"
    return response


@open_to_all
def healthz() -> dict[str, str]:
    """Say that the application answers and its database can be read."""
    organisation()
    return {"status": "ok"}


@open_to_all
def readyz() -> tuple[dict[str, object], int]:
    """Say whether work can be done here, for whoever sends people here; a word for each thing that is in the way.

    Files that cannot be issued, and things that stopped because a check found them changed, are counted; they keep
    nobody from all other work.
    """
    try:
        found = unready(control())
        with control().reading() as reading:
            held_up = files_held_up(reading)
    except LibraryBusyError:
        found, held_up = ["database"], 0
    told: dict[str, object] = {"files_held_up": held_up} if held_up else {}
    if stopped := control().trust.stopped.counted:
        told["stopped"] = stopped
    return ({"status": "not ready", "missing": found}, 503) if found else ({"status": "ready", **told}, 200)


def _require_strong(secret_key: str) -> None:
    """Raise InvalidInputError for a secret key that is short, or an example somebody copied."""
    if len(secret_key) < SHORTEST_SECRET_KEY or len(set(secret_key)) < FEWEST_CHARACTERS:
        raise InvalidInputError(
            "The secret key has fewer than %(shortest_secret_key)s characters or is too simple, so sessions "
            "could be forged; put a long random one into the data folder's file secret_key.",
            shortest_secret_key=SHORTEST_SECRET_KEY,
        )


def init_app(app: Flask) -> None:
    """Complete every answer of the application, keep its cookies close, and believe only proxies that are trusted."""
    _require_strong(app.config["SECRET_KEY"])
    secure = str(app.config["BASE_URL"]).startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-docctl" if secure else "docctl",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=app.config["SESSION_IDLE_MINUTES"]),
    )
    hops = int(app.config["TRUSTED_PROXIES"])
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.url_map.converters["int"] = RowNumber
    app.before_request(refuse_flood)
    app.before_request(refuse_what_no_text_holds)
    app.before_request(refuse_without_room)
    app.before_request(refuse_in_maintenance)
    app.after_request(complete)
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
