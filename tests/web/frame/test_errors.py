"""The pages of errors need nothing that can fail: whatever is taken away under a running application, it is told."""

import errno
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import DictLoader

from docctl.adapters.database import open_database
from docctl.adapters.git_library.repository import GitLibrary
from docctl.document_control import DocumentControl
from docctl.web.documents import portal
from docctl.web.frame import errors
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]
ASKED = {"html": {}, "json": {"Accept": "application/json"}, "htmx": {"HX-Request": "true"}}
PATHS = ("/", "/documents", "/sign-in", "/documents/POL-001", "/search?q=zebra", "/no/such/page")


def overwrite(control: DocumentControl) -> None:
    """The file of the database holds something else."""
    control.engine.dispose()
    path = control.data / "docctl.db"
    path.write_bytes(b"not a database at all " * 5_000)


def empty(control: DocumentControl) -> None:
    """The file of the database is there, with nothing in it."""
    control.engine.dispose()
    (control.data / "docctl.db").write_bytes(b"")


def take_the_folder_away(control: DocumentControl) -> None:
    """The folder of the database is gone, as when its disk is not mounted."""
    control.engine.dispose()
    control.data.rename(control.data.with_name("elsewhere"))


def flip_its_pages(control: DocumentControl) -> None:
    """The pages of the database are damaged behind its first one."""
    control.engine.dispose()
    path = control.data / "docctl.db"
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


def ask_all(browser: FlaskClient, status: int) -> list[str]:
    """Ask for pages in every way, and return what was answered where the status is the one expected."""
    texts = []
    for headers in ASKED.values():
        for path in PATHS:
            answer = browser.get(path, headers=headers)
            assert answer.status_code in (status, 302, 401, 404), (path, answer.status_code)
            assert answer.status_code == 302 or answer.json or "<h1>" in answer.text or 'role="alert"' in answer.text
            if answer.status_code == status:
                assert "X-Request-ID" in answer.headers
                assert ("error" in (answer.json or {})) == ("Accept" in headers)
                texts.append(answer.text)
    return texts


@pytest.mark.only_sqlite
@pytest.mark.parametrize("damage", [overwrite, empty, take_the_folder_away, flip_its_pages])
def test_a_database_that_is_away_is_told_to_everybody(
    app: Flask, office: Office, signed_in: SignedIn, damage: Callable[[DocumentControl], None]
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    office.publish("POL-001")
    reader, stranger = signed_in("eve"), app.test_client()
    damage(office.control)
    for browser in (reader, stranger):
        told = ask_all(browser, 503)
        assert len(told) >= (12 if browser is reader else 1)
        assert all("does not answer" in text or "cannot be used" in text for text in told)
    answer = reader.post("/sign-in", data={"login": "eve", "password": "x"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


@pytest.mark.only_sqlite
@pytest.mark.parametrize("how", ASKED)
def test_pages_do_not_repeat_what_a_database_says(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    control: DocumentControl = app.extensions["document_control"]
    away = open_database("postgresql://docctl@127.0.0.1:1/riverton")
    monkeypatch.setattr(control, "engine", away)
    monkeypatch.setattr(control, "_reading_engine", away, raising=False)
    answer = app.test_client().post("/sign-in", data={"login": "eve", "password": "x"}, headers=ASKED[how])
    assert answer.status_code == 503
    assert "cannot be used" in answer.text
    assert not re.search(r"127\.0\.0\.1|riverton|connection|refused|psycopg", answer.text)
    assert "127.0.0.1" in caplog.text


def test_without_templates_an_error_is_still_told(app: Flask, signed_in: SignedIn) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    reader = signed_in("eve")
    app.jinja_env.loader = DictLoader({"frame/page.html": "{{ broken.page.of.all }}"})
    app.jinja_env.cache.clear()  # type: ignore[union-attr]
    for browser in (reader, app.test_client()):
        answer = browser.get("/no/such/page")
        assert (answer.status_code, "<h1>There is nothing here</h1>" in answer.text) == (404, True)
        assert "Request id <code>" in answer.text
    assert "<h1>Something went wrong</h1>" in reader.get("/documents").text
    assert reader.get("/documents", headers={"HX-Request": "true"}).text.startswith('<div class="alert alert-danger"')


def test_without_translations_an_error_is_still_told(
    app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    reader = signed_in("eve")

    def away(*_: object) -> None:
        raise LookupError("unknown locale")

    monkeypatch.setattr("flask_babel.get_translations", away)
    monkeypatch.setattr("flask_babel.Domain.get_translations", away, raising=False)
    answer = reader.get("/no/such/page")
    assert answer.status_code in (404, 500)
    assert "<h1>" in answer.text


def test_a_disk_without_room_is_told_with_its_own_status(
    app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    reader = signed_in("eve")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(portal, "render_template", full)
    answer = reader.get("/")
    assert (answer.status_code, "The disk is full" in answer.text) == (507, True)


def test_without_git_an_error_is_still_told(
    app: Flask, office: Office, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    office.publish("POL-001")
    reader = signed_in("eve")

    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory: 'git'")

    monkeypatch.setattr(GitLibrary, "read", missing)
    office.control.rendered_texts._recent.clear()
    answer = reader.get("/documents/POL-001")
    assert answer.status_code in (200, 500, 503)
    assert "<h1" in answer.text


def test_what_is_told_is_escaped(app: Flask) -> None:
    with app.test_request_context("/"):
        shown = errors._shown(errors.WITHOUT_DATABASE[0]("", {}, Exception()), errors.UNAVAILABLE, "<script>")
    assert "<script>" not in shown


def test_a_script_is_told_the_code_of_a_refusal(signed_in: SignedIn) -> None:
    answer = signed_in("carla").get("/documents/POL-404", headers=ASKED["json"])
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_a_refusal_is_worded_in_the_language_of_the_page(
    office: Office, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    german = {"%(document)s is not in force, so there is nothing to withdraw.": "%(document)s ist nicht in Kraft."}
    monkeypatch.setattr(errors, "lazy_gettext", lambda text: german.get(text, text))
    office.write("POL-001", "A draft")
    answer = signed_in("carla").post("/documents/POL-001/withdraw", data={"reason": "Nobody needs it"})
    assert answer.status_code == 409
    assert "POL-001 ist nicht in Kraft." in answer.text
