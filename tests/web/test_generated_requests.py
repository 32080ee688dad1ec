"""Requests made from the application's own map of pages: whatever an address or a form holds, no page breaks on it."""

import ast
import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.routing import Rule

from docctl.actions.approval import reviewing
from docctl.actions.retention import retaining
from docctl.app import create_app
from docctl.domain.approval.signature import ReviewComment
from docctl.domain.documents.revision import Revision
from docctl.domain.mapping import Record
from docctl.domain.people.user import User
from docctl.domain.retention.retention import LegalHold
from tests.checks.drawn_cases import Draw
from tests.factories.databases import copy_library
from tests.factories.library import PASSWORD, Clock, Office, open_library
from tests.web.conftest import SignedIn
from tests.web.rights.matrix import expectations

WEB = Path(__file__).resolve().parents[2] / "docctl" / "web"
ASKS = {"sent", "sent_day", "sent_ids", "request.form.get", "request.form.getlist", "request.values.get"}
ASKS |= {"request.args.get", "asked_text", "asked_day", "asked_number"}
VALUES = {
    "number": "POL-002", "revision": "1", "draft": "1", "kind": "csv", "login": "eve", "route_id": "1", "clause": "7.5",
    "standard_id": "iso-9001-2015", "secret": "guessed", "filename": "docctl.css", "key": "0" * 32, "name": "policy",
    "code": "0" * 12 + "-1", "template": "policy.docx", "kinds": "sites",
}  # fmt: skip
UNHEARD_OF = {
    "a number": ("1" + "0" * 400, "\u0661", "-1", "9" * 18, "1e3"),
    "a sign in code": ("%00", "%0a1", "..%2f1", "%ff"),
}
DATES = ("0001-01-01", "9999-12-31", "2026-02-30", "\uff12\uff10\uff12\uff16-01-01")
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.sampled_from(("9" * 5000, "\ud800", "\0", "-1", "\u0663", "x" * 5000, "\r\nX: y", "[[{{%", "NaN", *DATES)),
)
LEFT_OUT = {"signing_in.sign_out", "administering.set_disabled", "readyz"}


@pytest.fixture(scope="module")
def site(
    founded_library: tuple[Path, dict[str, int], datetime], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A library with a document in force and a draft."""
    data, people, instant = founded_library
    mine = tmp_path_factory.mktemp("generated") / "data"
    copy_library(data, mine)
    control = open_library(mine, Clock(instant))
    office = Office(control, dict(people))
    office.publish("POL-001", "In force")
    office.write("POL-002", "A draft")
    yield office
    control.engine.dispose()


@pytest.fixture(scope="module")
def browsers(site: Office) -> dict[str, FlaskClient]:
    """A browser of a controller, and one of an administrator; an error of ours is answered as people would see it."""
    app = create_app(site.control, {"WTF_CSRF_ENABLED": False})
    found = {login: app.test_client() for login in ("carla", "admin")}
    for login, browser in found.items():
        assert browser.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
    return found


def fields_of_pages() -> list[str]:
    """Every name that a page asks of a form or of an address."""
    found: set[str] = set()
    for path in WEB.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and call.args and ast.unparse(call.func) in ASKS:
                asked = call.args[0]
                if isinstance(asked, ast.Constant) and isinstance(asked.value, str):
                    found.add(asked.value)
                elif isinstance(asked, ast.JoinedStr) and isinstance(asked.values[0], ast.Constant):
                    found |= {f"{asked.values[0].value}{place}" for place in range(3)}
    return sorted(found)


FIELDS = fields_of_pages()


def rules(browser: FlaskClient) -> dict[str, Rule]:
    """Every page by its name."""
    return {rule.endpoint: rule for rule in browser.application.url_map.iter_rules()}


def address(rule: Rule, **other: str) -> str:
    """Where a page is, with something else in the place of one of its arguments."""
    known = {**VALUES, **other}
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: known.get(found[1], "1"), rule.rule)


def who(rule: Rule, browsers: dict[str, FlaskClient]) -> FlaskClient:
    """The browser of somebody whom the page lets in."""
    cells = next(iter(expectations()[rule.endpoint].values()))
    return browsers["admin" if cells[8] == "y" and cells[6] != "y" else "carla"]


def body(text: str, names: list[str]) -> bytes:
    """A form in which every field holds the text, half characters and all."""
    return urlencode(dict.fromkeys(names, text), errors="surrogatepass").encode()


FORM = "application/x-www-form-urlencoded"


def send(browser: FlaskClient, rule: Rule, at: str, sent: bytes) -> int:
    """Ask for a page or send its form; return the status."""
    if "GET" in (rule.methods or ()):
        return browser.get(f"{at}?{sent[:3000].decode()}").status_code
    return browser.post(at, data=sent, content_type=FORM).status_code


@pytest.mark.drawn(more=90)
@pytest.mark.parametrize("endpoint", sorted(name for name in expectations() if name not in LEFT_OUT))
def test_no_page_breaks_on_what_an_address_or_a_field_holds(
    site: Office, browsers: dict[str, FlaskClient], drawn: Draw, endpoint: str
) -> None:
    rule = rules(browsers["carla"])[endpoint]
    browser = who(rule, browsers)
    for argument in sorted(rule.arguments):
        for _, value in drawn([(kind, each) for kind in UNHEARD_OF for each in UNHEARD_OF[kind]], lambda it: {it[0]}):
            status = send(browser, rule, address(rule, **{argument: value}), b"")
            assert status < 500, (endpoint, argument, value)
            assert status not in (200, 201) or endpoint.startswith("signing_in"), (endpoint, argument, value)

    @settings(max_examples=4, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(TEXTS)
    def property_of(text: str) -> None:
        assert send(browser, rule, address(rule), body(text, FIELDS)) < 500, (endpoint, text[:40])

    property_of()
    for day in DATES:
        assert send(browser, rule, address(rule), body(day, FIELDS)) < 500, (endpoint, day)


VALID: dict[str, tuple[str, dict[str, str]]] = {
    "/documents/POL-002/revisions/1/metadata": (
        "carla",
        {"title": "New title", "department": "Quality", "language": "en", "classification": "internal", "reason": "x"},
    ),
    "/documents/new": (
        "carla",
        {"title": "Third", "number": "POL-003", "type": "policy", "department": "Quality", "language": "en",
         "classification": "internal"},
    ),
    "/documents/POL-001/revise": ("carla", {"reason": "Another round"}),
    "/documents/POL-001/hold": ("carla", {"reason": "Lawsuit"}),
    "/administration/people/eve": ("admin", {"name": "Eve Renamed", "department": "Quality"}),
    "/administration/organisation": ("carla", {"name": "Renamed", "time_zone": "UTC"}),
    "/administration/departments": ("carla", {"name": "Law"}),
}  # fmt: skip


@pytest.mark.parametrize("at", sorted(VALID))
def test_a_form_takes_nothing_but_its_own_fields(office: Office, signed_in: SignedIn, at: str) -> None:
    office.publish("POL-001", "In force")
    draft = office.write("POL-002", "A draft")
    login, fields = VALID[at]
    columns = {column.name for table in Record.metadata.sorted_tables for column in table.columns}
    names = columns | {"role", "status", "author", "version", "is_admin"}
    more = dict.fromkeys(names - {"roles", "disabled", "is_default", "keywords", "email"} - set(fields), "1")
    more |= {"role": "administrator", "state": "IN_FORCE", "created_at": "2001-01-01", "session_key": "mine"}
    before = {login: kept(office.person(login).account) for login in office.people}
    sent = {**more, **fields, "based_on": office.revision(draft).fingerprint, "request_id": ""}
    assert signed_in(login).post(at, data=sent).status_code == 303
    assert {login: kept(office.person(login).account) for login in office.people} == before
    with office.control.reading() as session:
        for revision in session.scalars(select(Revision)):
            is_first = revision.document.number == "POL-001" and revision.number == 1
            assert revision.state == ("IN_FORCE" if is_first else "DRAFT")
            assert {saved.author.login for saved in revision.saved_drafts} <= {"alice", "carla"}
            assert all(saved.saved_at.year == 2026 for saved in revision.saved_drafts)


def kept(user: User) -> tuple[object, ...]:
    """What of an account no form of these changes."""
    return user.login, user.person, tuple(user.roles), user.disabled, user.password_hash, user.created_at


def test_no_page_hands_a_whole_form_on() -> None:
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("request.form", "request.values"):
                reads_one = node.attr in ("get", "getlist")
                assert reads_one or path.name == "answering.py", f"{path.name} reads {ast.unparse(node)}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "setattr", f"{path.name} sets an attribute by name"


@pytest.mark.parametrize("number", ["9" * 5000, "1" + "0" * 400, "\u0663", "-1", "1e9", "0x1", "", "\0"])
def test_an_import_takes_no_number_of_a_type_that_is_none(office: Office, signed_in: SignedIn, number: str) -> None:
    carla = signed_in("carla")
    batch = carla.post("/import", data={"files": (io.BytesIO(b"# Scope\n\nText.\n"), "POL-009 Screens.md")}).location
    form = {"wanted": ["0", number], "number-0": "POL-009", "title-0": "Screens", "type-0": number, "as": "draft"}
    assert carla.post(batch, data=form).status_code in (303, 422)
    form |= {"number-0": number or "x" * 400, "type-0": "1"}
    assert carla.post(batch, data=form).status_code in (303, 422)


def test_what_belongs_to_one_document_is_not_reached_under_another(office: Office, signed_in: SignedIn) -> None:
    one, other = office.write("POL-001"), office.write("POL-002")
    office.submit(one)
    office.submit(other)
    control, people = office.control, office.people
    reviewing.comment(control, one, people["rob"], "Is that so?", "Purpose")
    retaining.place_hold(control, office.document_id("POL-001"), people["carla"], "Lawsuit", "")
    carla, alice = signed_in("carla"), signed_in("alice")
    assert alice.post("/documents/POL-002/revisions/1/comments/1/close").status_code == 404
    lifted = carla.post("/documents/POL-002/hold/lift", data={"hold": "1", "because": "Settled"})
    assert lifted.status_code == 404
    for page in ("saved/2", "saved/2/both", "assets/image1.png", "pictures/image1.png"):
        assert carla.get(f"/documents/POL-002/revisions/1/{page}").status_code == 404
    with control.reading() as session:
        assert session.scalars(select(ReviewComment.closed_at)).one() is None
        assert session.scalars(select(LegalHold.lifted_at)).one() is None
    assert alice.post("/documents/POL-001/revisions/1/comments/1/close").status_code in (303, 409)
