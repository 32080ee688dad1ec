"""Which page and status answer a refusal: one table for the whole application."""

import errno
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy import exc as database_errors
from werkzeug.exceptions import HTTPException, MethodNotAllowed

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
DATABASE_AWAY = ErrorPage(
    503,
    lazy_gettext("The library cannot be used at the moment"),
    lazy_gettext(
        "Its database does not answer, so nothing was changed. Try again in a minute, or tell the administrator."
    ),
)
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

TOLD_WHEN = (refusals.TooManyUploadsError, refusals.TooManyConversionsError, refusals.SignInThrottledError)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
ROOM_AWAY = lazy_gettext("The disk is full, so nothing was recorded; the administrator has to make room.")
EXPIRED = lazy_gettext("The form had expired, so nothing was changed. Reload the page and send it again.")
MISLED = lazy_gettext(
    "Nothing was changed: the server is told another name of this site than your browser. The administrator lets the "
    "proxy in front of docctl pass on the name (Host)."
)

REFUSAL_PAGES: dict[type[refusals.DocctlError], ErrorPage] = {
    refusals.DocctlError: REFUSED,
    refusals.NotFoundError: MISSING,
    refusals.NotPermittedError: FORBIDDEN,
    refusals.SignInRefusedError: ErrorPage(401, lazy_gettext("You are not signed in")),
    refusals.SignInThrottledError: ErrorPage(429, lazy_gettext("Wait a moment before you sign in")),
    refusals.WrongPasswordError: ErrorPage(401, lazy_gettext("Your signature was not given")),
    refusals.TooManyUploadsError: ErrorPage(429, lazy_gettext("Wait a moment before you send more")),
    refusals.TooManyConversionsError: ErrorPage(503, lazy_gettext("Wait a moment and try again")),
    refusals.NumberTakenError: CONFLICT,
    refusals.WrongStateError: CONFLICT,
    refusals.RevisionReturnedError: ErrorPage(409, lazy_gettext("This no longer waits for you")),
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
    refusals.PartDistrustedError: CONFLICT,
    refusals.MaintenanceError: ErrorPage(503, lazy_gettext("The library is in maintenance")),
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


WITHOUT_DATABASE = (
    database_errors.OperationalError,
    database_errors.InterfaceError,
    database_errors.InternalError,
    database_errors.TimeoutError,
    refusals.DatabaseUnreachableError,
    refusals.LibraryMissingError,
    refusals.LibraryMismatchError,
)
BARE_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{heading}</title>'
    '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="{root}/static/docctl.css"></head>'
    '<body><main class="error-page"><p>{status}</p><h1>{heading}</h1><p>{sentence}</p>'
    '<p><a href="{root}/">docctl</a></p><p>Request id <code>{request_id}</code></p></main></body></html>'
)
BARE_PIECE = Markup('<div class="alert alert-danger" role="alert"><strong>{heading}.</strong> {sentence}</div>')


def page_for(error: Exception) -> ErrorPage:
    """Find the page of an error: its own, or that of the nearest refusal it is a kind of."""
    if isinstance(error, database_errors.SQLAlchemyError) and _is_database_away(error):
        return DATABASE_AWAY
    for kind in type(error).__mro__:
        if kind in REFUSAL_PAGES:
            return REFUSAL_PAGES[kind]
    if isinstance(error, HTTPException):
        return HTTP_PAGES.get(error.code or 500) or ErrorPage(error.code or 500, error.name)
    return BROKEN


def sentence_of(error: refusals.DocctlError) -> str:
    """Return what a refusal says to people, in the language of the page."""
    if isinstance(error, refusals.SignInThrottledError):
        words = ngettext(
            "There were too many refused attempts, so this one was not looked at; try again in %(num)s second.",
            "There were too many refused attempts, so this one was not looked at; try again in %(num)s seconds.",
            error.seconds,
        )
        return str(words)
    return refusals.worded(error, lambda sentence: _in_words(lazy_gettext(sentence)))


def status_of(error: Exception) -> int:
    """The status of a page that shows a refusal beside the form it concerns."""
    g.refusal = error
    return page_for(error).status


def answer(error: Exception) -> ResponseReturnValue:
    """Tell an error as a page, as a piece of a page, or as JSON, whichever was asked for."""
    g.refusal, page = error, page_for(error)
    if isinstance(error, refusals.DatabaseUnreachableError) and error.said:
        current_app.logger.error("request %s: the database says: %s", g.get("request_id", ""), error.said)
    said = sentence_of(error) if isinstance(error, refusals.DocctlError) else ""
    sentence = said or _in_words(page.text)
    if isinstance(error, refusals.AlreadyDoneError):
        sentence = _in_words(page.text)
    elif isinstance(error, CSRFError):
        sentence = _in_words(MISLED if "not match" in (error.description or "") else EXPIRED)
    elif isinstance(error, HTTPException) and not sentence:
        sentence = error.description or ""
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    headers = {"Allow": ", ".join(allowed)} if allowed else {}
    if page.status == 503 and not isinstance(error, TOLD_WHEN):
        headers["Retry-After"] = "30"
    if request.accept_mimetypes.best == "application/json":
        code = {"code": error.code} if isinstance(error, refusals.DocctlError) else {}
        return jsonify(error=sentence, request_id=g.get("request_id", ""), **code), page.status, headers
    return _shown(error, page, sentence), page.status, headers


def _is_database_away(error: Exception) -> bool:
    """Say whether the database cannot be used: it is away, locked or damaged, and no statement is at fault."""
    return isinstance(error, WITHOUT_DATABASE) or type(error) is database_errors.DatabaseError


def _shown(error: Exception, page: ErrorPage, sentence: str) -> str:
    """Return the page of an error within the frame of all pages, or bare where what the frame needs is away."""
    template, bare = ("frame/page.html", BARE_PAGE)
    if request.headers.get("HX-Request"):
        template, bare = ("frame/refusal.html", BARE_PIECE)
    request_id = g.get("request_id", "")
    if not _is_database_away(error):
        try:
            return render_template(template, page=page, sentence=sentence, request_id=request_id)
        except Exception:  # the page that tells an error may need nothing that can fail
            current_app.logger.exception("request %s: the page of an error could not be shown", request_id)
    return bare.format(
        heading=_in_words(page.heading),
        sentence=sentence,
        status=page.status,
        request_id=request_id,
        root=request.script_root,
    )


def _in_words(text: Any) -> str:
    """Return a text in the language of the page, or as it was written where translations are away."""
    try:
        return str(text)
    except Exception:  # whatever a missing catalogue, locale or table raises, the error itself is still told
        current_app.logger.exception("request %s: a text could not be translated", g.get("request_id", ""))
        return str(text._args[0]) if getattr(text, "_args", None) else ""


def answer_http(error: HTTPException) -> ResponseReturnValue:
    """Tell an error of HTTP; an answer that is complete already, such as a redirect, is left as it is."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    return answer(error)


def answer_unexpected(error: Exception) -> ResponseReturnValue:
    """Log what nobody foresaw under its request id, and tell the person only that id."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return answer(refusals.DiskFullError(_in_words(ROOM_AWAY)))
    current_app.logger.exception("request %s failed", g.get("request_id", ""), exc_info=error)
    return answer(error)


def say_when_again(response: Response) -> Response:
    """Say when to try again, beside a form that is sent back too."""
    if isinstance(refusal := g.get("refusal"), TOLD_WHEN):
        response.headers.setdefault("Retry-After", str(refusal.seconds))
    return response


def init_app(app: Flask) -> None:
    """Answer every error of the application from the table."""
    app.after_request(say_when_again)
    app.add_template_filter(sentence_of)
    app.register_error_handler(refusals.DocctlError, answer)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unexpected)
