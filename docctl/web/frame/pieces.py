"""The pieces that pages are made of: every macros.html reaches every template by the name of its folder."""

from pathlib import PurePosixPath

from flask import Flask
from flask_login import current_user

PIECES = "macros.html"
FRAME = "frame/macros.html"


def init_app(app: Flask) -> None:
    """Let templates use the pieces of the frame as ui, and those of another folder as its name with _ui."""
    environment = app.jinja_env
    environment.globals["current_user"] = current_user
    # A piece looks its globals up once, when it is loaded: those of the frame come first, the others are made of them.
    environment.globals["ui"] = environment.get_template(FRAME).module
    chapters = environment.list_templates(filter_func=lambda name: name.endswith(f"/{PIECES}") and name != FRAME)
    for name in chapters:
        environment.globals[f"{PurePosixPath(name).parent.name}_ui"] = environment.get_template(name).module
