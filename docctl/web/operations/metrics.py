"""Metrics: the figures of the library, for a machine that shows the token of the settings."""

import hmac

from flask import Blueprint, Response, abort, current_app, request

from docctl import tools
from docctl.registers.operations.figures import figures
from docctl.web import control, open_to_all

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
@open_to_all
def show() -> Response:
    """Give the figures to whoever shows the token; without one in the settings there is no such page."""
    token = str(current_app.config["METRICS_TOKEN"])
    shown = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        abort(404)
    return Response(tools.metrics.as_text(figures(control())), content_type=tools.metrics.MEDIA_TYPE)
