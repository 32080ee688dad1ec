"""The end of a session: people are told before it, may stay, and lose nothing of what they typed."""

import re
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_core_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import delete
from werkzeug.serving import make_server

from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain.sign_in.web_session import WebSession
from tests.browser import until
from tests.factories.library import PASSWORD, Clock, Office
from tests.web.conftest import SignedIn
from tests.web.forms import page_of

KEPT = "Object.keys(sessionStorage).filter((name) => name.startsWith('docctl')).length"
REVIEW = "/documents/POL-001/revisions/1/review"
COMMENTS = "/documents/POL-001/revisions/1/comments"


AN_HOUR = {"TESTING": True, "SESSION_IDLE_MINUTES": 60}


@pytest.fixture
def app(control: DocumentControl) -> Flask:
    """The application where a session ends after an hour in which nobody is seen."""
    return create_app(control, {**AN_HOUR, "WTF_CSRF_ENABLED": False})


def seconds_of(page: str) -> int:
    """How many seconds a page says that the session goes on."""
    found = re.search(r'data-seconds="(\d+)"', page)
    assert found is not None
    return int(found[1])


def test_a_page_says_how_long_the_session_goes_on_and_a_public_one_says_nothing(
    client: FlaskClient, signed_in: SignedIn
) -> None:
    eve = signed_in("eve")
    page = page_of(eve, "/documents")
    assert 3500 < seconds_of(page) <= 3600
    assert 'data-warning="120"' in page
    assert 'data-final=""' in page
    assert "session-end" not in client.get("/sign-in").text


def test_asking_does_not_keep_a_session_and_staying_does(signed_in: SignedIn, clock: Clock) -> None:
    eve = signed_in("eve")
    clock.forward(minutes=58)
    for _ in range(3):
        asked = eve.get("/session").json
    assert asked is not None
    assert 60 < asked["seconds"] < 120
    assert (asked["login"], asked["final"]) == ("eve", False)
    stayed = eve.post("/session/keep").json
    assert stayed is not None
    assert stayed["seconds"] == 3600
    clock.forward(minutes=61)
    assert eve.get("/session").json == {"seconds": 0}
    assert eve.post("/session/keep", headers={"Accept": "application/json"}).status_code == 401


def test_the_latest_end_of_a_session_is_said_to_be_the_latest(signed_in: SignedIn, clock: Clock) -> None:
    eve = signed_in("eve")
    for _ in range(12):
        clock.forward(minutes=58)
        eve.post("/session/keep")
    answer = eve.post("/session/keep").json
    assert answer is not None
    assert answer["final"] is True
    assert answer["seconds"] < 1500
    assert 'data-final="yes"' in page_of(eve, "/documents")


def test_staying_needs_the_token_of_the_page(control: DocumentControl, clock: Clock) -> None:
    browser = create_app(control, AN_HOUR).test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text)
    assert token is not None
    browser.post("/sign-in", data={"login": "eve", "password": PASSWORD, "csrf_token": token[1]})
    clock.forward(minutes=50)
    assert browser.post("/session/keep").status_code == 400
    answer = browser.get("/session").json
    assert answer is not None
    assert browser.post("/session/keep", headers={"X-CSRFToken": answer["token"]}).status_code == 200


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        (f"http://localhost{REVIEW}?show=changes", f"{REVIEW}?show=changes"),
        (f"http://localhost{COMMENTS}", "/"),
        (f"https://evil.example{REVIEW}", "/"),
        ("http://localhost/nowhere", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_after_the_end_is_refused_where_one_signs_in_and_leads_back_to_its_page(
    control: DocumentControl, came_from: str, leads_to: str
) -> None:
    stranger = create_app(control, AN_HOUR).test_client()  # the token went with the session
    answer = stranger.post(COMMENTS, data={"text": "x", "next": "/elsewhere"}, headers={"Referer": came_from})
    assert answer.status_code == 401
    assert "nothing was changed" in answer.text
    assert f'name="next" value="{leads_to}"' in answer.text


class Desk:
    """A browser at which people sign in, with a clock that goes with the server's."""

    def __init__(self, page: Page, clock: Clock, control: DocumentControl) -> None:
        self.page, self.clock, self.control = page, clock, control
        self.remark = page.get_by_label("Your remark on the whole document")

    def sign_in(self, login: str) -> None:
        """Sign in at the page that asks for it."""
        self.page.get_by_label("Login").fill(login)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: urlsplit(url).path == REVIEW)

    def write(self, text: str) -> None:
        """Begin a remark."""
        self.page.get_by_text("Remark on the whole document", exact=True).click()
        self.remark.fill(text)

    def wait(self, minutes: int) -> None:
        """Let time go by here and at the server."""
        self.clock.forward(minutes=minutes)
        self.page.clock.fast_forward(minutes * 60_000)

    def end_sessions(self) -> None:
        """End every session where the browser does not notice."""
        with self.control.remembering() as session:
            session.execute(delete(WebSession))

    def keeps_nothing(self) -> None:
        """Find that the browser keeps no text."""
        self.page.wait_for_load_state()
        until(self.page, f"{KEPT} === 0")


@pytest.fixture
def desk(control: DocumentControl, browser: Browser, clock: Clock) -> Iterator[Desk]:
    """Chromium before a library that is served; a break of the security policy or a script error fails the test."""
    app: Flask = create_app(control, AN_HOUR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    broken: list[str] = []
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.port}", viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.clock.install()
    page.on("console", lambda said: broken.append(said.text) if "Security Policy" in said.text else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield Desk(page, clock, control)
    context.close()
    server.shutdown()
    assert broken == []


def test_a_reviewer_is_warned_stays_and_loses_no_word_when_the_session_ends(desk: Desk, office: Office) -> None:
    office.submit(office.write())
    page = desk.page
    page.goto(REVIEW)
    desk.sign_in("rob")
    desk.write("Which scales are meant?")
    warning = page.get_by_role("alertdialog", name="Are you still there?")
    desk.wait(58)
    warning.wait_for()
    minutes, seconds = warning.locator("[data-clock]").first.inner_text().split(":")
    assert 20 <= int(minutes) * 60 + int(seconds) <= 120
    until(page, "document.activeElement.textContent === 'Stay signed in'")
    assert [found["id"] for found in Axe().run(page)["violations"]] == []
    page.keyboard.press("Escape")  # the harmless answer
    warning.wait_for(state="hidden")

    desk.wait(58)
    warning.wait_for()
    desk.wait(3)
    ended = page.get_by_role("alertdialog", name="You are no longer signed in")
    ended.get_by_role("link", name="Sign in again").click()
    desk.sign_in("rob")
    page.get_by_text("What you had typed was put back.").wait_for()
    assert desk.remark.input_value() == "Which scales are meant?"
    page.get_by_role("button", name="Add the remark").last.click()
    page.get_by_text("Remarks 1").wait_for()
    desk.keeps_nothing()

    desk.write("Sent too late")
    desk.end_sessions()
    page.get_by_role("button", name="Add the remark").last.click()
    page.get_by_text("nothing was changed").wait_for()
    desk.sign_in("rob")
    assert desk.remark.input_value() == "Sent too late"

    desk.end_sessions()
    page.reload()
    desk.sign_in("ann")
    desk.keeps_nothing()
    assert page.get_by_text("What you had typed").count() == 0


def test_work_in_another_tab_keeps_the_session_here_and_signing_out_there_forgets_what_was_typed_here(
    desk: Desk, office: Office
) -> None:
    office.submit(office.write())
    page = desk.page
    page.goto(REVIEW)
    desk.sign_in("rob")
    desk.write("For a moment only")
    until(page, f"{KEPT} === 1")
    other = page.context.new_page()
    desk.clock.forward(minutes=58)
    other.goto("/account")
    with page.expect_response("**/session"):
        page.clock.fast_forward(59 * 60_000)
    assert page.get_by_role("alertdialog").count() == 0
    other.locator(".person-menu summary").click()
    other.get_by_role("button", name="Sign out").click()
    other.get_by_text("You have signed out.").wait_for()
    desk.keeps_nothing()
    page.clock.fast_forward(59 * 60_000)
    page.get_by_role("alertdialog", name="You are no longer signed in").wait_for()
