"""What every page has: signing in, refusals as pages, headers, and the frame."""

import re
from collections.abc import Callable

import pytest
from flask import Blueprint, Flask, flash, render_template_string
from flask.testing import FlaskClient

from docctl.actions.settings import administering
from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain import errors as refusals
from docctl.domain.rights.permission import Right
from docctl.web import only_with, open_to_all, person
from docctl.web.frame.errors import REFUSAL_PAGES, page_for
from docctl.web.sign_in.signing_in import safe_next
from tests.factories.library import PASSWORD

SignedIn = Callable[[str], FlaskClient]


def token_in(page: str) -> str:
    """The CSRF token that a page carries."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture(autouse=True)
def trial_pages(app: Flask) -> None:
    """Pages that exist for these tests only."""
    bp = Blueprint("trial", __name__)

    @bp.get("/trial")
    def plain() -> str:
        flash("Saved.", "success")
        return render_template_string(
            '{% extends "frame/base.html" %}{% block main %}<h1>{{ name }}</h1>{% endblock %}', name=person().name
        )

    @bp.get("/trial/control")
    @only_with(Right.CONTROL)
    def for_control() -> str:
        return "for the controller"

    @bp.route("/trial/refused/<kind>", methods=["GET", "POST"])
    @open_to_all
    def refused(kind: str) -> str:
        raise getattr(refusals, kind)("A sentence with <b>marks</b>.")

    @bp.get("/trial/broken")
    @open_to_all
    def broken() -> str:
        raise ValueError("a secret detail")

    app.register_blueprint(bp)


def test_a_person_who_is_not_signed_in_is_sent_to_the_login_page_and_back(client: FlaskClient) -> None:
    sent = client.get("/trial?page=2")
    assert sent.status_code == 302
    assert sent.location == "/sign-in?next=/trial?page%3D2"
    back = client.post("/sign-in", data={"login": "eve", "password": PASSWORD, "next": "/trial?page=2"})
    assert (back.status_code, back.location) == (303, "/trial?page=2")
    assert "Eve Employee" in client.get("/trial").text


def test_an_action_without_a_sign_in_is_refused_and_not_redirected(client: FlaskClient, app: Flask) -> None:
    app.add_url_rule("/trial/act", "act", lambda: "done", methods=["POST"])
    assert client.post("/trial/act").status_code == 401


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "%2f%2fevil.example",
        "/%2fevil.example",
        "https:evil.example",
        "https://evil.example/",
        "\t//evil.example",
        "/\t/evil.example",
        "/a\nb",
        "javascript:alert(1)",
        "evil.example",
        "///evil.example",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    assert safe_next(target) == "/"
    answer = client.post("/sign-in", data={"login": "eve", "password": PASSWORD, "next": target})
    assert answer.location == "/"


def test_refused_sign_ins_read_alike_whatever_was_wrong(client: FlaskClient) -> None:
    pages = []
    for login, given in (("eve", "wrong"), ("nobody", PASSWORD)):
        answer = client.post("/sign-in", data={"login": login, "password": given})
        assert answer.status_code == 401
        pages.append(re.sub(rf'value="{login}"|(content|value)="[\w.-]{{32,}}"', "", answer.text))
    assert pages[0] == pages[1]
    assert "do not belong together" in pages[0]


def test_signing_in_replaces_what_the_session_held_before(client: FlaskClient) -> None:
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    client.post("/sign-in", data={"login": "eve", "password": PASSWORD})
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after["_user_id"]


def test_signing_out_ends_the_session(signed_in: SignedIn) -> None:
    browser = signed_in("eve")
    assert browser.get("/trial").status_code == 200
    assert browser.post("/sign-out").status_code == 303
    assert browser.get("/trial").status_code == 302


def test_a_disabled_person_is_out_with_the_next_request(
    control: DocumentControl, people: dict[str, int], app: Flask, signed_in: SignedIn
) -> None:
    administrator = people["admin"]
    user_id = administering.add_user(control, administrator, login="leaver", name="Leaver", roles={"reader"})
    administering.choose_password(control, administering.issue_link(control, administrator, user_id), PASSWORD)
    browser = signed_in("leaver")
    assert browser.get("/trial").status_code == 200
    administering.set_disabled(control, administrator, user_id, True)
    assert browser.get("/trial").status_code == 302
    administering.set_disabled(control, administrator, user_id, False)
    assert browser.get("/trial").status_code == 302


def test_a_person_chooses_a_password_by_a_one_time_link_once(
    control: DocumentControl, people: dict[str, int], client: FlaskClient
) -> None:
    administrator = people["admin"]
    user_id = administering.add_user(control, administrator, login="newcomer", name="New", roles={"reader"})
    address = f"/choose-password/{administering.issue_link(control, administrator, user_id)}"
    assert "Choose a password" in client.get(address).text
    differing = client.post(address, data={"password": PASSWORD, "password_again": "other"})
    assert (differing.status_code, "differ" in differing.text) == (422, True)
    both = {"password": PASSWORD, "password_again": PASSWORD}
    assert client.post(address, data=both).status_code == 303
    assert client.post(address, data=both).status_code == 401
    assert client.post("/sign-in", data={"login": "newcomer", "password": PASSWORD}).status_code == 303


def test_a_page_for_some_rights_is_refused_to_others(signed_in: SignedIn) -> None:
    assert signed_in("carla").get("/trial/control").text == "for the controller"
    refused = signed_in("alice").get("/trial/control")
    assert refused.status_code == 403
    assert "Your roles do not include this page" in refused.text


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("NotFoundError", 404),
        ("NotPermittedError", 403),
        ("SelfApprovalError", 403),
        ("InvalidInputError", 422),
        ("RefusedUploadError", 422),
        ("UploadTooLargeError", 413),
        ("NumberTakenError", 409),
        ("StaleDraftError", 409),
        ("WrongPasswordError", 401),
        ("LibraryBusyError", 503),
    ],
)
def test_a_refusal_is_a_page_with_its_sentence_and_status(client: FlaskClient, kind: str, status: int) -> None:
    answer = client.get(f"/trial/refused/{kind}")
    assert answer.status_code == status
    assert "A sentence with &lt;b&gt;marks&lt;/b&gt;." in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


def test_every_kind_of_refusal_has_a_page_that_is_no_server_error_of_ours() -> None:
    kinds = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert set(REFUSAL_PAGES) <= set(kinds)
    assert all(page_for(kind("x")).status != 500 for kind in kinds)


def test_a_refusal_is_told_as_json_or_as_a_piece_of_a_page_when_that_was_asked_for(client: FlaskClient) -> None:
    told = client.get("/trial/refused/WrongStateError", headers={"Accept": "application/json"})
    assert (told.status_code, told.json["error"]) == (409, "A sentence with <b>marks</b>.")
    piece = client.get("/trial/refused/WrongStateError", headers={"HX-Request": "true"})
    assert piece.status_code == 409
    assert "<html" not in piece.text
    assert 'role="alert"' in piece.text


def test_an_unforeseen_error_tells_only_its_request_id(client: FlaskClient, app: Flask) -> None:
    answer = client.get("/trial/broken")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


def test_a_page_that_is_not_there_and_an_unknown_method_are_refused_cleanly(client: FlaskClient) -> None:
    assert client.get("/nothing-here").status_code == 404
    assert client.get("/static/../../app.py").status_code == 404
    assert client.get("/static/%2e%2e/app.py").status_code == 404
    refused = client.delete("/sign-in")
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]


@pytest.mark.parametrize("address", ["/sign-in", "/trial", "/nothing-here", "/trial/broken", "/healthz"])
def test_every_answer_carries_the_security_headers_and_is_kept_by_nobody(
    signed_in: SignedIn, client: FlaskClient, address: str
) -> None:
    for browser in (client, signed_in("eve")):
        headers = browser.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "Cookie" in headers["Vary"]
        assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-ID"])


def test_the_session_cookie_is_close_and_of_this_host_only(app: Flask) -> None:
    assert app.config["SESSION_COOKIE_HTTPONLY"]
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    browser = app.test_client()
    cookie = browser.post("/sign-in", data={"login": "eve", "password": PASSWORD}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("secret", ["", "dev", "change-me"])
def test_pages_are_not_served_with_a_secret_that_can_be_guessed(control: DocumentControl, secret: str) -> None:
    with pytest.raises(refusals.InvalidInputError, match="secret key"):
        create_app(control, {"SECRET_KEY": secret})


def test_cookies_of_a_library_served_over_https_are_bound_to_its_host(control: DocumentControl) -> None:
    browser = create_app(control, {"BASE_URL": "https://documents.example", "WTF_CSRF_ENABLED": False}).test_client()
    form = {"login": "eve", "password": PASSWORD}
    cookie = browser.post("/sign-in", data=form, base_url="https://documents.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-docctl=")
    assert "Secure" in cookie


def test_a_flood_of_form_fields_is_refused(client: FlaskClient) -> None:
    fields = {f"field{number}": "x" for number in range(10_000)}
    answer = client.post("/sign-in", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_a_form_without_its_token_changes_nothing(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    form = {"login": "eve", "password": PASSWORD}
    refused = client.post("/sign-in", data=form)
    assert refused.status_code == 400
    assert "The form had expired" in refused.text
    token = token_in(client.get("/sign-in").text)
    assert client.post("/sign-in", data={**form, "csrf_token": token}).status_code == 303


def test_a_proxy_that_keeps_the_name_to_itself_is_told_as_that(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    inside, outside = "https://127.0.0.1:5000", {"Referer": "https://docs.riverton.example/sign-in"}
    form = {"login": "eve", "password": PASSWORD, "csrf_token": token_in(client.get("/sign-in", base_url=inside).text)}
    refused = client.post("/sign-in", data=form, base_url=inside, headers=outside)
    assert refused.status_code == 400
    assert "pass on the name (Host)" in refused.text
    assert "expired" not in refused.text


def test_a_script_sends_the_token_in_a_header(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    token = token_in(client.get("/sign-in").text)
    assert client.post("/sign-out", headers={"X-CSRFToken": token}).status_code == 303
    assert client.post("/sign-out").status_code == 400


def test_pages_hold_no_inline_script_or_style(client: FlaskClient, signed_in: SignedIn) -> None:
    for page in (client.get("/sign-in").text, signed_in("eve").get("/trial").text, client.get("/x").text):
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)
        assert 'class="skip-link"' in page
        assert page.count("<h1") == 1 or "sign-in" in page


def test_messages_are_shown_once_with_their_kind(signed_in: SignedIn) -> None:
    page = signed_in("eve").get("/trial").text
    assert page.count("notice-success") == 1
    assert "Saved." in page


def test_static_files_may_be_kept_because_their_address_changes_with_them(client: FlaskClient) -> None:
    address = re.search(r'href="(/static/docctl\.css\?v=[0-9a-f]{10})"', client.get("/sign-in").text)
    assert address is not None
    answer = client.get(address[1])
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_the_health_page_answers_without_a_sign_in(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_demonstration_logins_are_shown_only_in_a_demonstration(
    client: FlaskClient, control: DocumentControl, people: dict[str, int]
) -> None:
    assert "Logins of the demonstration" not in client.get("/sign-in").text
    shown = {"login": "eve", "password": "shown", "name": "Eve Employee", "roles": ["reader"]}
    administering.mark_demonstration(control, people["admin"], [shown], [])
    page = client.get("/sign-in").text
    assert "Logins of the demonstration" in page
    assert "<code>shown</code>" in page
