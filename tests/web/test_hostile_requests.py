"""Requests that no browser of ours would send: they are refused cleanly, and nothing of theirs is believed."""

import json
import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.domain.trail.audit_trail import Event
from tests.factories.library import PASSWORD, Office
from tests.web.forms import hidden_fields

SignedIn = Callable[[str], FlaskClient]
ELSEWHERE = (
    "//evil.example", "/\\evil.example", "%2f%2fevil.example", "/%2f/evil.example", "/%5cevil.example",
    "https:evil.example", "https://evil.example/", "\t//evil.example", "/\t/evil.example", "/\x0b/evil.example",
    "///evil.example", "/\u2028//evil.example", "http:///evil.example", "javascript:alert(1)", "data:text/html,x",
    "/ok\r\nLocation: https://evil.example", "@evil.example", "/.//evil.example", "/documents/..//evil.example",
)  # fmt: skip


def test_signing_in_leads_to_no_other_site(app: Flask) -> None:
    led = {}
    for target in ELSEWHERE:
        client = app.test_client()
        sent = client.post("/sign-in", data={"login": "eve", "password": PASSWORD, "next": target})
        again = client.get("/sign-in", query_string={"next": target})
        led[target] = (sent.status_code, sent.location, again.status_code, again.location)
    assert led == dict.fromkeys(ELSEWHERE, (303, "/", 302, "/"))


def test_the_login_page_itself_carries_no_address_of_another_site(client: FlaskClient) -> None:
    for target in ELSEWHERE:
        page = client.get("/sign-in", query_string={"next": target}).text
        assert "evil.example" not in page
        assert "next" not in hidden_fields(page) or hidden_fields(page)["next"] == "/"


SITE = "https://documents.example"
FORGED = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Proto": "https",
    "Forwarded": "for=6.6.6.6;host=evil.example",
    "X-Original-URL": "/administration",
    "X-Rewrite-URL": "/administration",
}


@pytest.fixture
def published_site(control: DocumentControl) -> Callable[[str, str, str], TestResponse]:
    """Ask a site whose address is configured, as a person whose browser claims another host."""
    app = create_app(control, {"BASE_URL": SITE, "WTF_CSRF_ENABLED": False})
    admin = app.test_client()
    admin.post("/sign-in", data={"login": "admin", "password": PASSWORD}, base_url=SITE)
    cookie = admin.get_cookie("__Host-docctl", domain="documents.example")
    assert cookie is not None
    held = f"__Host-docctl={cookie.value}"

    def ask(method: str, address: str, cookies: str = held) -> TestResponse:
        stranger = app.test_client(use_cookies=False)
        return stranger.open(address, method=method, base_url=SITE, headers={**FORGED, "Cookie": cookies})

    return ask


def test_a_forged_host_is_in_no_page_and_no_address(
    published_site: Callable[..., TestResponse], office: Office
) -> None:
    office.publish()
    for address in ("/", "/documents/POL-001", "/documents/pol-001", "/administration/people/eve", "/no"):
        for cookies in ({}, {"cookies": ""}):
            answer = published_site("GET", address, **cookies)
            assert answer.status_code < 500, address
            assert "evil.example" not in answer.text + str(answer.headers), address


def test_a_one_time_link_uses_the_address_that_was_configured(published_site: Callable[..., TestResponse]) -> None:
    told = published_site("POST", "/administration/people/eve/link")
    assert told.status_code == 200
    assert f"{SITE}/choose-password/" in told.text
    assert "evil.example" not in told.text


def test_the_address_of_the_peer_is_recorded_and_not_what_a_header_claims(
    client: FlaskClient, control: DocumentControl
) -> None:
    client.post("/sign-in", data={"login": "eve", "password": "wrong"}, headers=FORGED)
    with control.reading() as session:
        refused = session.scalars(select(Event).where(Event.act == "user:sign_in_refused")).one()
    assert refused.plain_values["address"] == "127.0.0.1"


def test_a_trusted_proxy_is_believed_for_the_hop_it_adds(control: DocumentControl) -> None:
    client = create_app(control, {"TRUSTED_PROXIES": 1, "WTF_CSRF_ENABLED": False}).test_client()
    forged = {"X-Forwarded-For": "6.6.6.6, 192.0.2.77"}
    client.post("/sign-in", data={"login": "eve", "password": "wrong"}, headers=forged)
    with control.reading() as session:
        refused = session.scalars(select(Event).where(Event.act == "user:sign_in_refused")).one()
    assert refused.plain_values["address"] == "192.0.2.77"


BROKEN_LINE = "x\r\nSet-Cookie: docctl=forged\r\n\r\nX-Forged: yes"


def test_line_breaks_in_what_was_typed_reach_no_header(
    signed_in: SignedIn, client: FlaskClient, office: Office
) -> None:
    office.publish()
    carla = signed_in("carla")
    answers = [
        client.post("/sign-in", data={"login": BROKEN_LINE, "password": BROKEN_LINE, "next": BROKEN_LINE}),
        client.get("/sign-in", query_string={"next": BROKEN_LINE}),
        carla.get("/search", query_string={"q": BROKEN_LINE}),
        carla.get("/documents", query_string={"sort": BROKEN_LINE, "department": BROKEN_LINE}),
        carla.get("/documents.csv", query_string={"sort": BROKEN_LINE, "department": BROKEN_LINE}),
        carla.get("/documents/x%0d%0aX-Forged:%20yes"),
        carla.get("/documents/POL-001/revisions/1/pictures/x%0d%0aX-Forged:%20yes"),
        carla.post("/documents/POL-001/revise", data={"reason": BROKEN_LINE}),
        carla.post("/import", data={"x": BROKEN_LINE}, headers={"Accept": "application/json"}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert not [name for name, value in answer.headers if name == "X-Forged" or "forged" in value.lower()]


def test_every_event_is_one_line(control: DocumentControl, office: Office) -> None:
    with pytest.raises(InvalidInputError, match="cannot be printed"):
        office.write(title="Two\r\nlines")
    office.submit(office.write(), "A summary\r\nof two lines")
    with control.reading() as session:
        texts = list(session.scalars(select(Event.text)))
    assert all("\n" not in text and "\r" not in text and json.loads(text) for text in texts)


def test_the_log_of_a_failed_request_holds_no_line_that_the_sender_wrote(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> str:
        raise ValueError("broken")

    broken.open_to_all = True  # type: ignore[attr-defined]
    app.add_url_rule("/broken", "broken", broken)
    with caplog.at_level(logging.INFO):
        answer = app.test_client().get(
            "/broken?x=%0aforged", headers={"User-Agent": "forged", "X-Request-ID": "forged"}
        )
    assert answer.status_code == 500
    assert "forged" not in "\n".join(record.getMessage() for record in caplog.records)
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])


OUT_OF_ITS_FOLDER = (
    "/static/../app.py", "/static/../../config.py", "/static/%2e%2e/app.py", "/static/%252e%252e/app.py",
    "/static/..%2fapp.py", "/static/..%5capp.py", "/static//etc/passwd", "/static/%00", "/static/x%00.css",
    "/static/./../layout.py", "/data/", "/data/secret_key", "/data/docctl.db", "/.git/HEAD", "/.git/config",
    "/library.git/HEAD", "/docctl.db", "/config.py", "/keys/ledger_key", "/documents/..%2f..%2fsecret_key",
    "/documents/POL-001/revisions/1/pictures/..%2f..%2fcontent.md",
    "/documents/POL-001/revisions/1/pictures/%2e%2e%2fdocument.yaml",
    "/documents/POL-001/revisions/1/pictures/..", "/documents/POL-001/revisions/1/assets/..%2fcontent.md",
    "/documents/POL-001/revisions/99999999999999999999999999", "/documents/POL-001/revisions/-1",
    "/documents/POL-001/revisions/0", "/documents/%00", "/documents/POL-001%00",
    "/documents/POL-001/revisions/1/saved/99999999999999999999999", "/administration/routes/99999999999999999999",
)  # fmt: skip


def test_a_path_out_of_its_folder_finds_nothing(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    carla = signed_in("carla")
    assert carla.get("/documents/POL-001").status_code == 200
    answers = {address: carla.get(address, follow_redirects=True).status_code for address in OUT_OF_ITS_FOLDER}
    assert answers == dict.fromkeys(OUT_OF_ITS_FOLDER, 404)


def test_unknown_methods_are_refused(signed_in: SignedIn) -> None:
    carla = signed_in("carla")
    for method in ("TRACE", "TRACK", "CONNECT", "DELETE", "PUT", "PATCH", "PROPFIND", "GETT", "get\x00"):
        for address in ("/", "/sign-in", "/documents/new", "/healthz", "/nothing"):
            assert carla.open(address, method=method).status_code in (400, 401, 404, 405, 501), (method, address)


BROKEN_FORMS = (
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"--\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\ny\r\n"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="' + b"a" * 9000,
    ),
    ("multipart/form-data; boundary=" + "x" * 5000, b"--x"),
    ("application/x-www-form-urlencoded", b"%zz=%ff&=&&&==" * 100),
    ("application/x-www-form-urlencoded", b"login=\xff\xfe&password=%00"),
    ("application/json", b'{"login": '),
    ("text/plain", b"login=eve"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"login=+ADw-"),
    ("", b"\x00" * 100),
)


def test_broken_forms_are_no_server_error(signed_in: SignedIn, client: FlaskClient) -> None:
    pages = ((client, "/sign-in"), (signed_in("carla"), "/import"), (signed_in("alice"), "/documents/new"))
    for place, (content_type, body) in enumerate(BROKEN_FORMS):
        peer = {"REMOTE_ADDR": f"192.0.2.{place}"}  # so many wrong passwords from one address are slowed down
        for browser, address in pages:
            answer = browser.post(address, data=body, content_type=content_type, environ_overrides=peer)
            assert answer.status_code in (303, 400, 401, 404, 413, 415, 422), (address, content_type, body[:40])


def test_ten_thousand_fields_and_ten_megabytes_of_one_are_refused(signed_in: SignedIn, client: FlaskClient) -> None:
    flood = {f"field{number}": "x" for number in range(10_000)}
    for browser, address in ((client, "/sign-in"), (signed_in("alice"), "/documents/new")):
        assert browser.post(address, data=flood, content_type="multipart/form-data").status_code == 413
        assert browser.post(address, data=flood).status_code == 413
        assert browser.post(address, data={"login": "x" * 10 * 1024 * 1024}).status_code == 413


def test_a_header_of_ten_megabytes_and_a_broken_cookie_are_no_server_error(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"X-Long": "x" * 10 * 1024 * 1024}).status_code < 500
    for cookie in (
        "x" * 100_000,
        "docctl=" + "." * 5000,
        "docctl=\x7f\x01",
        "docctl=eyJfdXNlcl9pZCI6IjEifQ.x.y",
        "=;=;=",
    ):
        assert client.get("/documents", headers={"Cookie": cookie}).status_code == 302
