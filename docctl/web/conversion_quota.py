"""The quota of conversions: who converts more at once than one person may, waits a moment and is told to come again."""

from flask import Flask, current_app, request
from flask_login import current_user

from docctl import tools
from docctl.web import person
from docctl.web.upload_quota import FORM_WITH_FILES

TURNS = "conversion_turns"


def begin() -> None:
    """Let the conversions of this request take turns; files that are sent have threads and slots of their own."""
    is_counted = request.mimetype != FORM_WITH_FILES and current_user.is_authenticated
    turns = current_app.extensions[TURNS] if is_counted else None
    tools.conversion.take_turns(turns, person().id if is_counted else 0)


def end(_: BaseException | None) -> None:
    """Leave nothing of the person to the next request of this thread."""
    tools.conversion.take_turns(None)


def init_app(app: Flask) -> None:
    """Keep some threads of the process free of conversions."""
    turns = tools.conversion.ConversionTurns
    app.extensions[TURNS] = turns(app.config["THREADS"], app.config["CONVERSION_PATIENCE_SECONDS"])
    app.before_request(begin)
    app.teardown_request(end)
