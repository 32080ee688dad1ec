"""The pages of the second factor, from setting it up to signing in with it."""

import re

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from docctl.actions.sign_in import setting_up_factor
from docctl.document_control import DocumentControl
from tests.factories.library import PASSWORD, Clock
from tests.web.conftest import SignedIn


def set_up(browser: FlaskClient, control: DocumentControl) -> tuple[pyotp.TOTP, TestResponse]:
    """Set a device up as a person does, who types the key into the app."""
    browser.post("/second-factor/begin")
    page = browser.get("/second-factor").text
    assert "<svg" in page
    key = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)
    assert key is not None
    device = pyotp.TOTP(key[1].replace(" ", ""))
    code = device.at(control.now())
    return device, browser.post("/second-factor/confirm", data={"password": PASSWORD, "code": code})


def test_a_device_is_set_up_and_asked_for_at_the_next_sign_in(
    app: Flask, control: DocumentControl, clock: Clock, signed_in: SignedIn
) -> None:
    device, codes = set_up(signed_in("rob"), control)
    recovery = re.findall(r"<code[^>]*>([a-z0-9-]{19})</code>", codes.text)
    assert len(recovery) == 10
    assert codes.headers["Cache-Control"].startswith("no-store")
    clock.forward(minutes=1)
    browser = app.test_client()
    answer = browser.post("/sign-in", data={"login": "rob", "password": PASSWORD, "next": "/tasks"})
    assert answer.location == "/sign-in/code?next=/tasks"
    assert browser.get("/tasks").location.startswith("/sign-in")
    assert browser.get("/sign-in/code?next=/tasks").status_code == 200
    wrong = browser.post("/sign-in/code", data={"code": "000000"})
    assert wrong.status_code == 401
    assert "wait for the next one" in wrong.text
    right = browser.post("/sign-in/code", data={"code": device.at(control.now()), "next": "/tasks"})
    assert right.location == "/tasks"
    assert browser.get("/tasks").status_code == 200
    assert browser.get("/sign-in/code").location == "/sign-in"


def test_the_code_leads_to_no_other_site(
    app: Flask, control: DocumentControl, clock: Clock, signed_in: SignedIn
) -> None:
    device, _ = set_up(signed_in("rob"), control)
    clock.forward(minutes=1)
    browser = app.test_client()
    browser.post("/sign-in", data={"login": "rob", "password": PASSWORD})
    answer = browser.post("/sign-in/code", data={"code": device.at(control.now()), "next": "//evil.example"})
    assert answer.location == "/"


def test_what_was_confirmed_is_never_shown_again(control: DocumentControl, signed_in: SignedIn) -> None:
    browser = signed_in("rob")
    device, _ = set_up(browser, control)
    page = browser.get("/second-factor").text
    assert device.secret not in page.replace(" ", "")
    assert "qr-code" not in page
    assert "10" in page
    assert browser.post("/second-factor/begin").status_code == 409


def test_whoever_needs_a_second_factor_sets_it_up_before_anything_else(
    control: DocumentControl, people: dict[str, int], signed_in: SignedIn
) -> None:
    browser, other = signed_in("rob"), signed_in("eve")
    assert browser.get("/tasks").status_code == 200
    administrator = signed_in("admin")
    assert administrator.post("/administration/second-factor", data={"roles": ["reviewer"]}).status_code == 303
    assert browser.get("/tasks").location == "/second-factor"
    refused = browser.post("/absence")
    assert refused.status_code == 403
    assert "set it up first" in refused.text
    assert other.get("/tasks").status_code == 200
    assert "asks for a second factor" in browser.get("/second-factor").text
    set_up(browser, control)
    assert browser.get("/tasks").status_code == 200
    assert browser.post("/sign-out").status_code == 303


def test_an_administrator_takes_a_lost_device_away(control: DocumentControl, signed_in: SignedIn) -> None:
    browser, administrator = signed_in("rob"), signed_in("admin")
    set_up(browser, control)
    page = administrator.get("/administration/people/rob").text
    assert "Take the second factor away" in page
    assert administrator.post("/administration/people/rob/second-factor", data={}).status_code == 422
    answer = administrator.post("/administration/people/rob/second-factor", data={"reason": "Stolen"})
    assert answer.status_code == 303
    assert browser.get("/tasks").location.startswith("/sign-in")
    assert "Take the second factor away" not in administrator.get("/administration/people/rob").text


def test_the_first_signature_asks_for_the_code_too(
    app: Flask, control: DocumentControl, people: dict[str, int], clock: Clock, office
) -> None:
    revision = office.write("POL-001")
    office.submit(revision)
    device = pyotp.TOTP(setting_up_factor.begin(control, people["rob"]))
    setting_up_factor.confirm(control, people["rob"], PASSWORD, device.at(control.now()))
    clock.forward(minutes=1)
    browser = app.test_client()
    browser.post("/sign-in", data={"login": "rob", "password": PASSWORD})
    browser.post("/sign-in/code", data={"code": device.at(control.now())})
    clock.forward(minutes=1)
    address, shown = "/documents/POL-001/revisions/1/review", office.revision(revision).fingerprint
    assert 'name="code"' in browser.get(f"{address}/sign?shown={shown}").text
    form = {"shown": shown, "login": "rob", "password": PASSWORD}
    assert browser.post(address, data=form).status_code == 401
    assert browser.post(address, data=form | {"code": device.at(control.now())}).status_code == 303
