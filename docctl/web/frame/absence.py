"""Absence: what somebody may not see is answered like what does not exist, and after the same time."""

import time

from flask import Flask, Response, current_app, g

from docctl.domain.errors import NotFoundError


def keep_to_the_beat(response: Response) -> Response:
    """Give the answer that there is nothing at the next beat, because looking for what is there takes longer."""
    beat = current_app.config["ABSENT_BEAT_SECONDS"]
    if beat and isinstance(g.get("refusal"), NotFoundError):
        time.sleep(beat - (time.monotonic() - g.started) % beat)
    return response


def init_app(app: Flask) -> None:
    """Let nobody tell by the time of an answer whether there is something."""
    app.after_request(keep_to_the_beat)
