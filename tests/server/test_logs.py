"""Log lines: one JSON object a line, nothing forged, no secret, whatever people send."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docctl.actions.settings import administering
from docctl.app import create_app
from docctl.domain.errors import InvalidInputError
from docctl.server import logs, serving
from docctl.settings import Settings
from tests.factories.library import PASSWORD, Office

HOSTILE = 'a\n{"level":"INFO","forged":1}\r\nb\x0b\x1b[2J\u2028c\x85d'


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """A file that everything is logged to, as while serving."""
    root, ours = logging.getLogger(), logging.getLogger("docctl")
    before = root.level, list(root.handlers), ours.level
    logs.set_up(logs.JSON, str(tmp_path / "log"))
    yield tmp_path / "log"
    logging.captureWarnings(False)
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before[1]
    root.setLevel(before[0])
    ours.setLevel(before[2])


def _records(log_file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log_file.read_bytes().splitlines()]


@pytest.fixture
def app(office: Office) -> Flask:
    """The pages, as they are served."""
    app = create_app(office.control, {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False})

    @app.get("/trial/broken")
    def broken() -> str:
        raise RuntimeError("cannot open /choose-password/canary-in-an-error\nsecond line")

    return app


def test_hostile_text_stays_in_its_own_line(log_file: Path, tmp_path: Path) -> None:
    logging.getLogger("docctl.trial").warning("sent: %s", HOSTILE, extra={"peer": HOSTILE})
    (record,) = _records(log_file)
    assert record["message"] == f"sent: {HOSTILE}"
    assert "forged" not in record
    record = logging.LogRecord("docctl", logging.INFO, "", 1, HOSTILE, (), None)
    first, *rest = logs.PlainLines().format(record).splitlines()
    assert rest
    assert all(line.startswith("    | ") for line in rest)
    assert "\x1b" not in first + "".join(rest)


def test_each_request_is_one_line_with_who_what_and_how_it_ended(log_file: Path, app: Flask) -> None:
    browser = app.test_client()
    browser.post("/sign-in", data={"login": "alice", "password": PASSWORD})
    answer = browser.get("/documents/POL-999?q=asked-for")
    browser.get("/healthz")
    record = _records(log_file)[-1]
    assert record["request_id"] == answer.headers["X-Request-ID"]
    assert (record["route"], record["arguments"]) == ("/documents/<number>", {"number": "POL-999"})
    assert (record["status"], record["peer"], record["logger"]) == (404, "127.0.0.1", "docctl.requests")
    assert isinstance(record["user"], int)
    assert isinstance(record["ms"], int)
    assert str(record["time"]).endswith("Z")


def test_who_was_refused_is_in_the_security_log(log_file: Path, office: Office, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    for _ in range(12):
        browser.post("/sign-in", data={"login": "eve", "password": "canary"})
    browser.post("/sign-in", data={"login": "alice", "password": PASSWORD})
    browser.get("/administration/people")
    app.config["WTF_CSRF_ENABLED"] = True
    browser.post("/sign-out")
    told = [record["event"] for record in _records(log_file) if record["logger"] == "docctl.security"]
    assert list(dict.fromkeys(told)) == ["sign_in_refused", "sign_in_throttled", "forbidden", "csrf"]


def test_no_log_holds_a_password_a_cookie_a_token_or_a_one_time_link(
    log_file: Path, office: Office, app: Flask
) -> None:
    link = administering.issue_link(office.control, office.people["admin"], office.people["eve"])
    revision = office.write("POL-001")
    office.submit(revision)
    browser = app.test_client()
    browser.get(f"/choose-password/{link}")
    browser.post(f"/choose-password/{link}", data={"password": "canary-short", "password_again": "canary-other"})
    browser.post("/sign-in", data={"login": "canary-as-login", "password": "canary-password"})
    browser.post("/sign-in", data={"login": "rob", "password": PASSWORD})
    cookie = browser.get_cookie("docctl")
    assert cookie is not None
    address = "/documents/POL-001/revisions/1/review"
    browser.post(address, data={"password": "canary-signature", "shown": office.revision(revision).fingerprint})
    browser.get("/choose-password/canary-in-an-address/and/more")
    browser.get("/?token=canary-in-a-query", headers={"Referer": f"http://localhost/choose-password/{link}"})
    broken = browser.get("/trial/broken", headers={"X-Trial": "canary-in-a-header"})
    assert broken.status_code == 500
    assert broken.headers["X-Request-ID"] in broken.text
    written = log_file.read_text()
    assert broken.headers["X-Request-ID"] in written
    assert "RuntimeError" in written
    for secret in ("canary", PASSWORD, link, cookie.value, office.control.secret_key):
        assert secret not in written
        assert secret not in broken.text


def test_gunicorn_writes_no_address_of_a_one_time_link(log_file: Path) -> None:
    logging.getLogger("docctl").error("Error handling request %s", "/choose-password/canary?x")
    assert _records(log_file)[0]["message"] == "Error handling request /choose-password/[secret]?x"


def test_a_form_of_log_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="DOCCTL_LOG_FORMAT"):
        logs.set_up("xml")


def test_a_log_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    for file in (tmp_path / "nowhere" / "x.log", tmp_path):
        with pytest.raises(InvalidInputError, match="nothing can be written there"):
            logs.set_up("text", str(file))


@pytest.mark.parametrize(("name", "value"), [("FLASK_DEBUG", "1"), ("FLASK_ENV", "development")])
def test_nothing_is_served_with_a_debugger(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInputError, match=name):
        serving.serve(Settings())


def test_there_is_no_console(client_of_nobody: FlaskClient) -> None:
    assert client_of_nobody.get("/console", headers={"Accept": "text/html"}).status_code == 404


@pytest.fixture
def client_of_nobody(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


def test_the_password_of_the_mail_server_is_in_no_traceback(tmp_path: Path) -> None:
    script = "from docctl.settings import Settings; print(Settings.read({})); raise RuntimeError(Settings.read({}))"
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={"DOCCTL_MAIL_PASSWORD": "canary", "PYTHONPATH": str(Path(serving.__file__).resolve().parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Settings(" in run.stdout
    assert "canary" not in run.stdout + run.stderr
