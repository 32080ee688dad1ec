"""Which page and status answer a refusal: one table for the whole application."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from docctl.domain import errors as refusals


@dataclass(frozen=True)
class ErrorPage:
    """How an error is told: the status, what the page is headed, and what it says where the error says nothing."""

    status: int
    heading: Any
    text: Any = ""


REFUSED = ErrorPage(422, lazy_gettext("This cannot be accepted"))
CONFLICT = ErrorPage(409, lazy_gettext("This is not possible now"))
DONE = ErrorPage(
    200,
    lazy_gettext("This was done already"),
    lazy_gettext("The same form was sent before, and its first answer stands; nothing was done a second time."),
)
UNAVAILABLE = ErrorPage(503, lazy_gettext("The library cannot be used at the moment"))
MISSING = ErrorPage(
    404,
    lazy_gettext("There is nothing here"),
    lazy_gettext("There is no such page, or you may not see it. Check the address, or search for the document."),
)
FORBIDDEN = ErrorPage(
    403,
    lazy_gettext("You may not do this"),
    lazy_gettext("Your roles do not include this; ask the document controller if you need it."),
)
TOO_LARGE = ErrorPage(
    413,
    lazy_gettext("The file is too large"),
    lazy_gettext(
        "What was sent is larger than allowed, and nothing of it was stored. Make it smaller and send it again."
    ),
)
BROKEN = ErrorPage(
    500,
    lazy_gettext("Something went wrong"),
    lazy_gettext(
        "Nothing was changed. Try again; if it happens again, give the request id below to the administrator."
    ),
)

REFUSAL_PAGES: dict[type[refusals.DocctlError], ErrorPage] = {
    refusals.DocctlError: REFUSED,
    refusals.NotFoundError: MISSING,
    refusals.NotPermittedError: FORBIDDEN,
    refusals.SignInRefusedError: ErrorPage(401, lazy_gettext("You are not signed in")),
    refusals.SignInThrottledError: ErrorPage(429, lazy_gettext("Wait a moment before you sign in")),
    refusals.WrongPasswordError: ErrorPage(401, lazy_gettext("Your signature was not given")),
    refusals.TooManyUploadsError: ErrorPage(429, lazy_gettext("Wait a moment before you send more")),
    refusals.NumberTakenError: CONFLICT,
    refusals.WrongStateError: CONFLICT,
    refusals.StaleRevisionError: CONFLICT,
    refusals.IncompleteRouteError: CONFLICT,
    refusals.DisposedError: ErrorPage(410, lazy_gettext("This was disposed of")),
    refusals.AlreadyDoneError: DONE,
    refusals.LibraryExistsError: CONFLICT,
    refusals.UploadTooLargeError: TOO_LARGE,
    refusals.LibraryMissingError: UNAVAILABLE,
    refusals.LibraryMismatchError: UNAVAILABLE,
    refusals.LibraryBusyError: UNAVAILABLE,
    refusals.LibraryDistrustedError: ErrorPage(503, lazy_gettext("The library is read-only at the moment")),
    refusals.DiskFullError: ErrorPage(507, lazy_gettext("There is no room to record anything")),
}

HTTP_PAGES: dict[int, ErrorPage] = {
    400: ErrorPage(400, lazy_gettext("This request could not be understood")),
    401: ErrorPage(401, lazy_gettext("Please sign in")),
    403: FORBIDDEN,
    404: MISSING,
    405: ErrorPage(
        405,
        lazy_gettext("This address is not a page"),
        lazy_gettext("It is used by a button on another page; go back and use the button."),
    ),
    413: TOO_LARGE,
    500: BROKEN,
}


def page_for(error: Exception) -> ErrorPage:
    """Find the page of an error: its own, or that of the nearest refusal it is a kind of."""
    for kind in type(error).__mro__:
        if kind in REFUSAL_PAGES:
            return REFUSAL_PAGES[kind]
    if isinstance(error, HTTPException):
        return HTTP_PAGES.get(error.code or 500) or ErrorPage(error.code or 500, error.name)
    return BROKEN


def status_of(error: Exception) -> int:
    """The status of a page that shows a refusal beside the form it concerns."""
    g.refusal = error
    return page_for(error).status


def answer(error: Exception) -> ResponseReturnValue:
    """Tell an error as a page, as a piece of a page, or as JSON, whichever was asked for."""
    g.refusal, page = error, page_for(error)
    sentence = str(error) if isinstance(error, refusals.DocctlError) and str(error) else str(page.text)
    if isinstance(error, refusals.AlreadyDoneError):
        sentence = str(page.text)
    elif isinstance(error, CSRFError):
        sentence = _("The form had expired, so nothing was changed. Reload the page and send it again.")
    elif isinstance(error, HTTPException) and not sentence:
        sentence = error.description or ""
    headers = {"Allow": ", ".join(error.valid_methods)} if getattr(error, "valid_methods", None) else {}
    if isinstance(error, refusals.TooManyUploadsError | refusals.SignInThrottledError):
        headers["Retry-After"] = str(error.seconds)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=sentence, request_id=g.get("request_id", "")), page.status, headers
    template = "errors/refusal.html" if request.headers.get("HX-Request") else "errors/page.html"
    shown = render_template(template, page=page, sentence=sentence, request_id=g.get("request_id", ""))
    return shown, page.status, headers


def answer_http(error: HTTPException) -> ResponseReturnValue:
    """Tell an error of HTTP; an answer that is complete already, such as a redirect, is left as it is."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    return answer(error)


def answer_unexpected(error: Exception) -> ResponseReturnValue:
    """Log what nobody foresaw under its request id, and tell the person only that id."""
    current_app.logger.exception("request %s failed", g.get("request_id", ""), exc_info=error)
    return answer(error)


def init_app(app: Flask) -> None:
    """Answer every error of the application from the table."""
    app.register_error_handler(refusals.DocctlError, answer)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unexpected)
