"""A form that is refused: its page comes again with what was typed, or the refusal has a page of its own."""

import pytest
from flask import Flask

from docctl.domain.errors import (
    DocctlError,
    InvalidInputError,
    NotFoundError,
    SessionEndedError,
    TooManyUploadsError,
    WrongStateError,
)
from docctl.web import open_to_all
from docctl.web.frame.again import shown_again
from docctl.web.frame.reasons import ReasonAsked, reason_page
from tests.factories.library import Office
from tests.web.conftest import SignedIn

ASKED = ReasonAsked("Title", "Heading", "What happens.", "Why?", "Do it", "/tried", kind="danger")
RAISED = {
    "invalid": InvalidInputError("Refused for a test."),
    "state": WrongStateError("Not now."),
    "absent": NotFoundError("There is none."),
    "ended": SessionEndedError("It has ended."),
    "busy": TooManyUploadsError("Wait.", seconds=7),
}


@open_to_all
def asking(kind: str, refusal: DocctlError | None = None) -> str:
    """Ask why."""
    return reason_page(ASKED, refusal)


@open_to_all
@shown_again(asking, only=(InvalidInputError, NotFoundError, SessionEndedError, TooManyUploadsError))
def tried(kind: str) -> str:
    """Refuse as asked."""
    raise RAISED[kind]


@pytest.fixture
def refusing(app: Flask) -> Flask:
    """The application with a view that refuses whatever is sent."""
    app.add_url_rule("/tried/<kind>", "tried", tried, methods=["POST"])
    return app


def test_a_refused_form_is_shown_again_with_the_sentence_and_what_was_typed(refusing: Flask) -> None:
    answer = refusing.test_client().post("/tried/invalid", data={"reason": "Because I typed it"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Refused for a test." in page
    assert 'value="Because I typed it"' in page
    assert '<form action="/tried"' in page


@pytest.mark.parametrize(("kind", "status"), [("state", 409), ("absent", 404), ("ended", 401)])
def test_what_leaves_nothing_to_fill_in_again_has_a_page_of_its_own(refusing: Flask, kind: str, status: int) -> None:
    answer = refusing.test_client().post(f"/tried/{kind}", data={"reason": "Because"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert str(RAISED[kind]) in page
    assert "What happens." not in page


def test_whoever_has_to_wait_is_told_how_long_beside_the_form(refusing: Flask) -> None:
    answer = refusing.test_client().post("/tried/busy", data={"reason": "Because"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert "What happens." in answer.get_data(as_text=True)


def test_a_script_is_told_the_refusal_itself(refusing: Flask) -> None:
    answer = refusing.test_client().post("/tried/invalid", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]) == (422, "Refused for a test.")


def test_every_act_that_needs_a_reason_asks_for_it_on_the_same_page(office: Office, signed_in: SignedIn) -> None:
    office.publish("POL-001", "In force")
    office.write("POL-002", "A draft")
    office.submit(office.write("POL-003", "In review"))
    alice, carla = signed_in("alice"), signed_in("carla")
    for browser, address, question, button in (
        (carla, "/documents/POL-001/withdraw", "Why is it withdrawn?", "Withdraw the document"),
        (carla, "/documents/POL-001/revise", "Why is it revised?", "Open the revision"),
        (alice, "/documents/POL-002/revisions/1/discard", "Why is it given up?", "Discard the draft"),
        (alice, "/documents/POL-003/revisions/1/recall", "Why is it recalled?", "Recall it"),
        (carla, "/documents/POL-003/revisions/1/reassign", "Reason", "Ask this person"),
    ):
        page = browser.get(address).get_data(as_text=True)
        assert f'action="{address}"' in page, address
        assert f'<label for="reason" class="form-label">{question}</label>' in page
        assert f"{button}</button>" in page


def test_what_is_not_in_force_is_not_asked_a_reason_to_withdraw_it(office: Office, signed_in: SignedIn) -> None:
    office.write("POL-002", "A draft")
    page = signed_in("carla").get("/documents/POL-002/withdraw").get_data(as_text=True)
    assert "POL-002 is not in force, so there is nothing to withdraw." in page
    assert 'name="reason"' not in page
