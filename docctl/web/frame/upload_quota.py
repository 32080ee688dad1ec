"""The quota of uploads: a person who sends more files than one person may is told to wait, before anything is read."""

import os

from flask import Flask, current_app, g, request
from flask_login import current_user

from docctl.web import control, person

FORM_WITH_FILES = "multipart/form-data"


def take_slot() -> None:
    """Take one of the person's slots for a form with files; raises TooManyUploadsError where none is free."""
    if request.mimetype == FORM_WITH_FILES and current_user.is_authenticated:
        settings = current_app.config
        slots = control().upload_slots(settings["UPLOADS_AT_ONCE"], settings["UPLOADS_PER_MINUTE"])
        g.upload_slot = slots.take(person().id, settings["UPLOAD_PATIENCE_SECONDS"])


def give_back_slot(_: BaseException | None) -> None:
    """Give the slot back, whatever came of the upload."""
    if (slot := g.pop("upload_slot", None)) is not None:
        os.close(slot)


def init_app(app: Flask) -> None:
    """Count uploads before anything of them is read."""
    app.before_request(take_slot)
    app.teardown_request(give_back_slot)
