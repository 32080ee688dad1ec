"""The quota of conversions: who converts more at once than one person may, waits a moment and is told to come again.

Whatever pandoc, Typst or LibreOffice makes takes a turn. Files that are sent have threads of their own and turns of
their own, so that they wait for each other and not the pages for them.
"""

from flask import Flask, current_app, request
from flask_login import current_user

from docctl.machine.conversion_turns import ConversionTurns, take_turns
from docctl.web import person
from docctl.web.frame.upload_quota import FORM_WITH_FILES

TURNS, UPLOAD_TURNS = "conversion_turns", "upload_conversion_turns"


def begin() -> None:
    """Let the conversions of this request take turns."""
    if request.endpoint != "static" and current_user.is_authenticated:
        kind = UPLOAD_TURNS if request.mimetype == FORM_WITH_FILES else TURNS
        take_turns(current_app.extensions[kind], person().id)
    else:
        take_turns(None)


def end(_: BaseException | None) -> None:
    """Leave nothing of the person to the next request of this thread."""
    take_turns(None)


def init_app(app: Flask) -> None:
    """Keep some threads of the process free of conversions."""
    threads = app.config["THREADS"]
    app.extensions[TURNS] = ConversionTurns(
        threads,
        app.config["CONVERSION_PATIENCE_SECONDS"],
        printing_patience=app.config["PRINTING_PATIENCE_SECONDS"],
    )
    patience = app.config["UPLOAD_CONVERSION_PATIENCE_SECONDS"]
    app.extensions[UPLOAD_TURNS] = ConversionTurns(threads, patience, all_may_wait=True)
    app.before_request(begin)
    app.teardown_request(end)
