"""The pieces that pages are made of: every macros.html reaches every template by the name of its folder."""

from pathlib import PurePosixPath

from flask import Flask
from flask_login import current_user

PIECES = "macros.html"


def init_app(app: Flask) -> None:
    """Let templates use the pieces of the frame as ui, and those of another folder as its name with _ui."""
    environment = app.jinja_env
    environment.globals["current_user"] = current_user  # pieces know only what is global
    for name in environment.list_templates(filter_func=lambda name: name.endswith(f"/{PIECES}")):
        folder = PurePosixPath(name).parent.name
        environment.globals["ui" if folder == "frame" else f"{folder}_ui"] = environment.get_template(name).module
