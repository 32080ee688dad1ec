"""Sessions as browsers meet them: copied cookies, forged ones, ended ones, and wrong passwords while signing."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import select, text

from docctl.actions.settings import administering
from docctl.document_control import DocumentControl
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event
from tests.factories.library import PASSWORD, Office

SignedIn = Callable[[str], FlaskClient]


def copy_of(browser: FlaskClient, app: Flask) -> FlaskClient:
    """A second browser with the cookie of the first."""
    thief = app.test_client()
    cookie = browser.get_cookie("docctl")
    assert cookie is not None
    thief.set_cookie("docctl", cookie.value)
    return thief


def is_signed_in(browser: FlaskClient) -> bool:
    """Say whether the browser is shown the pages."""
    return browser.get("/documents").status_code == 200


def test_what_is_done_in_a_session_names_its_sign_in_and_nothing_of_the_session_before(
    control: DocumentControl, people: dict[str, int], signed_in: SignedIn
) -> None:
    signed_in("admin").post("/administration/people/new", data={"login": "new", "name": "N", "roles": "author"})
    administering.issue_link(control, people["admin"], people["eve"])
    with control.reading() as session:
        events = [read_event(event) for event in session.scalars(select(Event).order_by(Event.seq))]
    signed, added, _, linked = events[-4:]
    assert (signed.action, added.action) == (Act.USER_SIGNED_IN, Act.USER_ADDED)
    assert added.credential == [signed.seq]
    assert added.authority == signed.authority
    assert len(added.authority or []) == 1
    assert (linked.actor, linked.credential) == (people["admin"], [])


def test_an_account_that_was_changed_behind_the_library_is_signed_out_and_told_why(
    control: DocumentControl, signed_in: SignedIn
) -> None:
    browser = signed_in("eve")
    with control.engine.begin() as connection:
        connection.execute(text("UPDATE users SET roles = '[\"controller\"]' WHERE login = 'eve'"))
    assert browser.get("/documents").status_code == 302
    refused = browser.post("/sign-in", data={"login": "eve", "password": PASSWORD})
    assert refused.status_code == 403
    assert "The account of Eve Employee is not as its events made it" in refused.text


def test_a_copied_cookie_is_worthless_after_signing_out(app: Flask, signed_in: SignedIn) -> None:
    browser = signed_in("eve")
    thief = copy_of(browser, app)
    assert is_signed_in(thief)
    browser.post("/sign-out")
    assert not is_signed_in(thief)
    assert thief.post("/documents/new").status_code == 401


def test_a_copied_cookie_is_worthless_after_a_new_password_and_after_disabling(
    app: Flask, control: DocumentControl, people: dict[str, int], signed_in: SignedIn
) -> None:
    thief = copy_of(signed_in("eve"), app)
    link = administering.issue_link(control, people["admin"], people["eve"])
    administering.choose_password(control, link, "another horse that staples")
    assert not is_signed_in(thief)
    other = copy_of(signed_in("rob"), app)
    administering.set_disabled(control, people["admin"], people["rob"], True, left_open="Left")
    assert not is_signed_in(other)


def test_signing_in_again_gives_a_new_session_and_ends_the_old(app: Flask, signed_in: SignedIn) -> None:
    browser = signed_in("eve")
    thief = copy_of(browser, app)
    with browser.session_transaction() as held:
        old = held["_user_id"]
    browser.post("/sign-in", data={"login": "eve", "password": PASSWORD})
    with browser.session_transaction() as held:
        assert held["_user_id"] != old
    assert not is_signed_in(thief)
    assert is_signed_in(browser)


@pytest.mark.parametrize("key", ["dev", "change-me", "secret" * 8])
def test_a_cookie_sealed_with_a_guessed_key_is_not_believed(app: Flask, signed_in: SignedIn, key: str) -> None:
    with signed_in("admin").session_transaction() as held:
        secret = held["_user_id"]
    forger = Flask("forger")
    forger.secret_key = key
    sealer = SecureCookieSessionInterface().get_signing_serializer(forger)
    assert sealer is not None
    browser = app.test_client()
    browser.set_cookie("docctl", sealer.dumps({"_user_id": secret, "_fresh": True}))
    assert not is_signed_in(browser)


@pytest.mark.parametrize("held", ["1", "1.", "guessed", ""])
def test_a_cookie_sealed_with_the_right_key_names_nobody_without_a_session(app: Flask, held: str) -> None:
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"] = held
    assert not is_signed_in(browser)


def test_many_refused_sign_ins_are_asked_to_wait(client: FlaskClient) -> None:
    answers = [
        client.post(
            "/sign-in", data={"login": "eve", "password": "wrong"}, headers={"X-Forwarded-For": f"203.0.113.{number}"}
        )
        for number in range(20)
    ]
    assert answers[0].status_code == 401
    throttled = [answer for answer in answers if answer.status_code == 429]
    assert throttled
    assert int(throttled[0].headers["Retry-After"]) > 0
    assert "try again in" in throttled[0].text


def test_five_wrong_passwords_while_signing_end_the_session(
    app: Flask, control: DocumentControl, office: Office, signed_in: SignedIn
) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    rob, elsewhere = signed_in("rob"), signed_in("rob")
    form = {"shown": office.revision(revision_id).fingerprint, "password": "wrong", "comment": ""}
    answers = [rob.post("/documents/POL-001/revisions/1/review", data=form) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 5
    assert "type it again" in answers[3].text
    assert "you were signed out" in answers[4].text
    assert not is_signed_in(rob)
    assert is_signed_in(elsewhere)
    with control.reading() as session:
        acts = list(session.scalars(select(Event.act)))
    assert acts.count("revision:signing_refused") == 5
    assert acts.count("user:session_ended") == 1
    assert office.revision(revision_id).state == "IN_REVIEW"


def test_a_right_password_forgives_the_wrong_ones_before_it(app: Flask, office: Office, signed_in: SignedIn) -> None:
    rob = signed_in("rob")
    for number in ("POL-001", "POL-002"):
        revision_id = office.write(number)
        office.submit(revision_id)
        form = {"shown": office.revision(revision_id).fingerprint, "comment": ""}
        for _ in range(4):
            address = f"/documents/{number}/revisions/1/review"
            assert rob.post(address, data={**form, "password": "wrong"}).status_code == 401
        assert rob.post(address, data={**form, "password": PASSWORD}).status_code == 303
    assert is_signed_in(rob)
