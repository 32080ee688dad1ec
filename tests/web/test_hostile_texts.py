"""Whatever people type into any field is text on every page that shows it: nothing runs, nothing is broken open."""

import io
import re
import threading
import zipfile
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from docctl.app import create_app
from docctl.domain.approval.signature import ReviewComment
from docctl.domain.notices.letter import MailServer
from docctl.domain.notices.notice import Notice
from docctl.followers.catching_up import catch_up
from tests.adapters.test_reading_view import ATTACKS
from tests.factories.library import PASSWORD, Office
from tests.web.conftest import SignedIn
from tests.web.forms import hidden_fields, page_of
from tests.web.rights.matrix import expectations

HOSTILE = "\"'><img src=x onerror=alert(1)><svg/onload=alert(2)><script>alert(3)</script>{{7*7}}"
SHORT = '"><svg/onload=alert(4)>{{7*7}}'
MARK = "onload=alert("
ONE = "/documents/POL-001/revisions/1"
LEFT_OUT = {"static", "healthz", "readyz", "signing_in.choose_password"}
FOUND = """() => [...document.querySelectorAll('*')].flatMap((each) => [...each.attributes]
  .filter((one) => /^on/i.test(one.name) || /^\\s*(javascript|data:text|vbscript)/i.test(one.value))
  .filter((one) => ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(one.name) || /^on/i.test(one.name))
  .map((one) => each.tagName + ' ' + one.name + '=' + one.value))"""


def done(browser: FlaskClient, address: str, **fields: object) -> None:
    """Send a form that has to be taken."""
    answer = browser.post(address, data=fields)
    assert answer.status_code in (200, 303), f"{answer.status_code} at {address}: {answer.text[-1500:]}"


def of_people(admin: FlaskClient, carla: FlaskClient, people: dict[str, int]) -> None:
    """Fill in the forms about people and the organisation."""
    done(carla, "/administration/organisation", name=HOSTILE, time_zone="UTC")
    done(carla, "/administration/departments", name=SHORT)
    done(carla, "/administration/units/7/rename", name=f"Seven {SHORT}")
    route = {"name": SHORT, "kind-0": "approve", "meaning-0": HOSTILE, "needed-0": "any", "roles-0": "approver"}
    done(carla, "/administration/routes/new", **route)
    person = {"name": HOSTILE, "login": "hostile", "person": SHORT, "department": SHORT, "roles": "reviewer"}
    done(admin, "/administration/people/new", **person)
    for login in ("rob", "ann", "alice"):
        role = {"rob": "reviewer", "ann": "approver", "alice": "author"}[login]
        done(admin, f"/administration/people/{login}", name=f"{login} {SHORT}", department=SHORT, roles=role,
             email=f"{login}@riverton.example")  # fmt: skip
    days = {"from_day": "2026-03-02", "until_day": "2026-03-20"}
    done(carla, "/absence", delegate=people["ann"], reason=HOSTILE, **days)
    engagement = {"auditor": people["audra"], "purpose": HOSTILE, "begins_on": "2026-03-02", "ends_on": "2026-04-01"}
    done(carla, "/administration/audit-engagements/new", **engagement, departments=SHORT, everything="")


def let_differences_stand(controller: FlaskClient) -> None:
    """Let stand whatever the files say otherwise, because pictures that are nowhere have no place on the page."""
    while "/let-stand" in (page := page_of(controller, f"{ONE}/files")):
        done(controller, f"{ONE}/let-stand", **hidden_fields(page), reason=HOSTILE)


def of_documents(office: Office, signed_in: SignedIn) -> None:
    """Fill in the forms of a document from its first draft to its end."""
    alice, rob, ann, carla = (signed_in(login) for login in ("alice", "rob", "ann", "carla"))
    described = {"title": HOSTILE, "owner": HOSTILE, "department": SHORT, "language": "en", "keywords": SHORT}
    done(alice, "/documents/new", number="POL-001", type="policy", classification="internal", **described)
    html = f"<h1>{SHORT.replace('<', '&lt;')}</h1><p>unmistakable</p>" + "".join(f"<p>{each}</p>" for each in ATTACKS)
    shown = office.revision(1).fingerprint
    done(alice, f"{ONE}/write", html=html, reason=HOSTILE, based_on=shown)
    shown = office.revision(1).fingerprint
    let_differences_stand(carla)
    done(alice, f"{ONE}/submit", change_summary=HOSTILE, based_on=shown, despite_barriers="yes")
    done(rob, f"{ONE}/comments", text=HOSTILE, section="Purpose", anchor="s-purpose")
    done(rob, f"{ONE}/request-changes", reason=HOSTILE, shown=shown)
    with office.control.reading() as session:
        comment = session.scalars(select(ReviewComment.id)).one()
    done(alice, f"{ONE}/comments/{comment}/close", decision="done", answer=HOSTILE)
    done(alice, f"{ONE}/submit", change_summary=HOSTILE, based_on=shown, despite_barriers="yes")
    done(rob, f"{ONE}/review", shown=shown, password=PASSWORD, comment=HOSTILE)
    done(ann, f"{ONE}/approve", shown=shown, password=PASSWORD, comment=HOSTILE)
    done(alice, "/documents/POL-001/revise", reason=HOSTILE)
    done(carla, "/documents/POL-001/hold", reason=HOSTILE, reference=SHORT)
    sent = (io.BytesIO(f"---\ntitle: '{SHORT}'\n---\n# {SHORT}\n\nText.\n".encode()), f"{SHORT}.md")
    done(carla, "/import", files=sent)
    catch_up(office.control)


@pytest.fixture
def typed(office: Office, signed_in: SignedIn) -> Office:
    """A library in which every field was filled in with something hostile."""
    office.control.mail_server = MailServer("mail.riverton.example", 25, "docs@riverton.example", site="https://x")
    of_people(signed_in("admin"), signed_in("carla"), office.people)
    of_documents(office, signed_in)
    return office


@pytest.fixture
def address(typed: Office) -> Iterator[str]:
    """Where the library is served."""
    server = make_server("127.0.0.1", 0, create_app(typed.control, {}), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def pages(app: Flask) -> list[str]:
    """Every page that can be read, from the map of pages."""
    known = {"number": "POL-001", "login": "hostile", "name": "policy", "standard_id": "iso-9001-2015", "clause": "7.5"}
    found = [f"/search?q={quote(HOSTILE)}", "/search?q=unmistakable", f"/documents?q={quote(SHORT)}", "/nothing"]
    for rule in app.url_map.iter_rules():
        is_file = re.search(r"any\(|/(pdf|word|file|evidence\.zip|report\.json)$|preview\.|assets|pictures", rule.rule)
        is_page = "GET" in (rule.methods or ()) and rule.endpoint in set(expectations()) - LEFT_OUT
        if is_page and not is_file and "key" not in rule.arguments:
            found.append(re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda part: known.get(part[1], "1"), rule.rule))
    return sorted(found)


def look_at(page: Page, address: str, paths: list[str]) -> tuple[list[str], list[str]]:
    """Open every page; return what ran or was left of a handler, and the pages that showed what was typed."""
    faults: list[str] = []
    page.on("dialog", lambda dialog: (faults.append(f"{page.url}: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if "Polic" in said.text else None)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    showing = []
    for path in paths:
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status < 500, path
        faults += [f"{path}: {left}" for left in page.evaluate(FOUND)]
        if MARK in page.content():
            showing.append(path)
    return faults, showing


def test_nothing_that_was_typed_runs_on_any_page(typed: Office, address: str, app: Flask, browser: Browser) -> None:
    paths, shown = pages(app), set()
    for login in ("carla", "admin"):
        looked_at = paths if login == "carla" else [path for path in paths if "administration" in path]
        page = browser.new_context().new_page()
        page.goto(f"{address}/sign-in")
        page.get_by_label("Login name").fill(login)
        page.get_by_label("Password").fill(PASSWORD)
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button", name="Sign in").click()
        faults, showing = look_at(page, address, looked_at)
        page.context.close()
        assert not faults, "\n".join(faults[:10])
        shown |= set(showing)
    assert len(shown) > 25, sorted(shown)


def test_in_files_tables_and_letters_it_is_text_as_well(typed: Office, signed_in: SignedIn) -> None:
    carla = signed_in("carla")
    word = zipfile.ZipFile(io.BytesIO(carla.get(f"{ONE}/word").data))
    markup = "".join(word.read(name).decode() for name in word.namelist() if name.endswith(".xml"))
    assert "{{7*7}}" in markup
    assert HOSTILE in unescape(re.sub(r"<[^>]+>", "", markup))
    assert carla.get(f"{ONE}/pdf").data.startswith(b"%PDF")
    for table in ("/documents.csv", "/audit-log.csv"):
        assert not [line for line in carla.get(table).text.splitlines() if line.startswith(("=", "+", "@", "-"))]
    with typed.control.reading() as session:
        notices = session.scalars(select(Notice)).all()
    assert notices
    assert all(notice.subject.isprintable() for notice in notices)
