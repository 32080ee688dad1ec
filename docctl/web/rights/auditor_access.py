"""What an auditor looks at is noted before it is shown: documents, their files, searches, registers taken away."""

from flask import Flask, request
from flask_login import current_user

from docctl.actions.trail import recording_access
from docctl.domain.people.user import Role
from docctl.web import control, person

UNTOLD = frozenset({"static", "healthz", "metrics.show", "readyz", "search.titles"})
LONGEST_QUERY = 300


def note_access() -> None:
    """Note what an auditor asks for; where it cannot be noted it is not shown either."""
    if request.endpoint in (None, *UNTOLD) or request.method not in ("GET", "HEAD"):
        return
    if not current_user.is_authenticated or not person().holds(Role.AUDITOR):
        return
    if str(request.endpoint).startswith("signing_in."):
        return
    asked = request.view_args or {}
    recording_access.note_view(
        control(),
        person(),
        str(request.endpoint),
        document=str(asked.get("number", "")),
        revision=asked.get("revision") if isinstance(asked.get("revision"), int) else None,
        asked=request.query_string.decode("ascii", "replace")[:LONGEST_QUERY],
    )


def init_app(app: Flask) -> None:
    """Note what auditors look at, once it is known who asks."""
    app.before_request(note_access)
