"""The log of requests, and the security log: who was refused what; no path, query, form or cookie is written down."""

import logging
import secrets
import time

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFError

from docctl.domain import errors as refusals

log = logging.getLogger("docctl.requests")
security = logging.getLogger("docctl.security")
SECRET = "secret"  # noqa: S105
QUIET = {"static", "healthz", "metrics.show", "readyz"}
SECURITY_EVENTS: dict[type[Exception], str] = {
    refusals.SessionEndedError: "session_ended",
    refusals.SignInThrottledError: "sign_in_throttled",
    refusals.SignInRefusedError: "sign_in_refused",
    refusals.WrongPasswordError: "signature_refused",
    refusals.NotPermittedError: "forbidden",
    refusals.TooManyUploadsError: "upload_quota",
    refusals.TooManyConversionsError: "conversion_quota",
    refusals.RefusedUploadError: "upload_refused",
    CSRFError: "csrf",
}


def give_request_id() -> None:
    """Name the request, so that a person can quote it and the log can be searched for it."""
    g.request_id = secrets.token_hex(8)


def start_clock() -> None:
    """Note when the request came in."""
    g.started = time.monotonic()


def note(response: Response) -> Response:
    """Write one line for the request, and one in the security log where somebody was refused."""
    said = _particulars(response)
    line = "{method} {route} {status} in {ms} ms".format(**said)
    if request.endpoint not in QUIET or response.status_code >= 400:
        log.info(line, extra=said)
    refusal = g.get("refusal")
    event = next((SECURITY_EVENTS[kind] for kind in type(refusal).__mro__ if kind in SECURITY_EVENTS), None)
    if event is not None:
        security.warning("%s: %s", event, line, extra={**said, "event": event})
    return response


def _particulars(response: Response) -> dict[str, object]:
    """Return what is written of a request: the rule of its address, not the address, for some hold a secret."""
    signed_in = getattr(g.get("_login_user"), "reader", None)
    return {
        "request_id": g.get("request_id", ""),
        "peer": request.remote_addr or "",
        "user": signed_in.id if signed_in is not None else None,
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule is not None else "(no such page)",
        "arguments": {name: value for name, value in (request.view_args or {}).items() if name != SECRET},
        "status": response.status_code,
        "ms": round((time.monotonic() - g.get("started", time.monotonic())) * 1000),
    }


def init_app(app: Flask) -> None:
    """Write down every request."""
    app.before_request(start_clock)
    app.before_request(give_request_id)
    app.after_request(note)
