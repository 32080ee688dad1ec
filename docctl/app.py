"""The web application: one document control, its pages, and what every answer carries."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect

from docctl.document_control import DocumentControl
from docctl.web import answering, errors, formatting, layout, signing_in

BLUEPRINTS = (signing_in.bp,)

DEFAULTS: Mapping[str, Any] = {
    "BASE_URL": "",
    "LANGUAGES": ("en",),
    "MAX_CONTENT_LENGTH": 26 * 1024 * 1024,
    "MAX_FORM_PARTS": 5000,
    "MAX_FORM_MEMORY_SIZE": 8 * 1024 * 1024,
    "SECURE_COOKIES": False,
    "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,
    "SESSION_IDLE_MINUTES": 60,
    "WTF_CSRF_TIME_LIMIT": None,
}


def create_app(control: DocumentControl, config: Mapping[str, Any]) -> Flask:
    """Build the pages around one document control; a library without a secret key is not served."""
    app = Flask("docctl.web")
    app.config.from_mapping({**DEFAULTS, **config})
    app.extensions["document_control"] = control
    answering.init_app(app)
    CSRFProtect(app)
    signing_in.init_app(app)
    formatting.init_app(app)
    layout.init_app(app)
    errors.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
