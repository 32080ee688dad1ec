"""An action in which any line fails leaves nothing half done, and tells nobody but the log why (O04).

Each run lets a line of every few fail, as the day draws; make faults lets every line fail.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from docctl.app import create_app
from docctl.domain.approval.signature import ReviewComment
from docctl.domain.trail.audit_trail import Event
from docctl.followers.catching_up import catch_up
from tests.checks.drawn_cases import Draw
from tests.checks.faults import crew
from tests.factories.library import HOME, PASSWORD, Office

pytestmark = pytest.mark.both_databases
PLACES = (
    "document_control/__init__.py",
    "document_control/decision.py",
    "actions/approval/reviewing.py",
    "web/approval/reviewing.py",
)
WATCHED = {str(HOME / "docctl" / name) for name in PLACES}
FEW = 5
Line = tuple[str, int]


class Tracer:
    """Notes every line of the watched modules that is passed, and fails at one of them."""

    def __init__(self, failing: Line | None = None) -> None:
        self.passed: dict[Line, None] = {}
        self.failing = failing

    def __call__(self, frame: FrameType, kind: str, _: Any) -> Callable[..., Any] | None:
        """Follow a call into a watched module."""
        if frame.f_code.co_filename not in WATCHED:
            return None
        line = (frame.f_code.co_filename, frame.f_lineno)
        if kind == "line":
            self.passed[line] = None
            if line == self.failing:
                raise RuntimeError("canary of a failing line")
        return self


def _remark(browser: FlaskClient, tracer: Tracer) -> Any:
    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        return browser.post("/documents/POL-001/revisions/1/comments", data={"text": "Which scale?", "section": ""})
    finally:
        sys.settrace(before)


def test_whichever_line_of_an_action_fails_it_happened_or_it_did_not(
    office: Office, caplog: pytest.LogCaptureFixture, drawn: Draw
) -> None:
    office.submit(office.write("POL-001"))
    app = create_app(office.control, {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False})
    browser = app.test_client()
    browser.post("/sign-in", data={"login": "rob", "password": PASSWORD})
    whole = Tracer()
    assert _remark(browser, whole).status_code == 303
    assert len(whole.passed) > 60
    assert {name for name, _ in whole.passed} == WATCHED

    def counted() -> tuple[int, int]:
        with office.control.reading() as session:
            return (
                session.scalar(select(func.count(ReviewComment.id))) or 0,
                session.scalar(select(func.count(Event.seq)).where(Event.act == "revision:commented")) or 0,
            )

    for line in drawn(list(whole.passed), lambda line: {(line[0], line[1] // FEW)}):
        before = counted()
        answer = _remark(browser, Tracer(line))
        comments, events = counted()
        assert comments - before[0] == events - before[1] <= 1, line
        assert answer.status_code == 500, line
        assert answer.headers["X-Request-ID"] in answer.text
        assert answer.headers["X-Request-ID"] in caplog.text
        assert "canary" not in answer.text
        assert PASSWORD not in caplog.text
    assert counted()[0] < 10, "most lines lie before the commit"
    catch_up(office.control, issuing=False)
    assert crew.faults(office.control) == []
