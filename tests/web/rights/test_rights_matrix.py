"""Every page for every role: what the application's own map of pages does, held against the one table in rights.py."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from docctl import tools
from docctl.actions.approval import reviewing
from docctl.actions.settings import administering
from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain.approval.signature import ReviewComment
from docctl.domain.documents.revision import Revision
from docctl.domain.issued_files.copy_link import code_of
from docctl.domain.mapping import Record
from docctl.domain.people.user import User
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from tests.checks.drawn_cases import Draw
from tests.factories.databases import copy_library
from tests.factories.library import PASSWORD, TEXT, Clock, Office, choose_passwords, open_library
from tests.factories.stand_ins import print_quickly
from tests.web.documents.test_documents import PNG
from tests.web.rights.matrix import COLUMNS, DOCUMENTS, LET_IN, OPEN, OWN_ACCOUNT, REFUSED, expectations

NOTES = {"sessions", "sign_in_attempts", "watermarks", "chain_head", "auditor_views", "second_factors"}
PICTURED = TEXT + "\n![A square](assets/image1.png)\n"
LOGINS = {
    "reader": "eve",
    "author": "arthur",
    "reviewer": "rita",
    "approver": "amos",
    "controller": "carla",
    "auditor": "audra",
    "administrator": "admin",
    "writer": "alice",
    "asked": "rob",
}
ABSENT = "POL-999"


@dataclass(frozen=True)
class World:
    """A library with a document of each kind, its pages, and a browser for each column of the table."""

    app: Flask
    control: DocumentControl
    browsers: dict[str, FlaskClient]
    values: dict[str, Any]


@pytest.fixture(scope="module")
def world(
    founded_library: tuple[Path, dict[str, int], datetime], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A library in which alice wrote everything, rob and ann were asked, and the others came afterwards."""
    data, people, instant = founded_library
    mine = tmp_path_factory.mktemp("rights") / "data"
    copy_library(data, mine)
    clock = Clock(instant)
    control = open_library(mine, clock)
    office = Office(control, dict(people))
    pictures = {"assets/image1.png": PNG}
    office.publish("POL-001", "In force", PICTURED, assets=pictures)
    office.revise("POL-001", PICTURED + "\nMore.\n")
    office.write("POL-002", "A draft", PICTURED, assets=pictures)
    in_review = office.write("POL-003", "In review", PICTURED, assets=pictures)
    office.submit(in_review)
    reviewing.comment(control, in_review, people["rob"], "Is that so?", "Purpose")
    office.publish("POL-004", "Hidden", PICTURED, assets=pictures, departments=("Finance",))
    office.write("POL-005", "Hidden draft", PICTURED, assets=pictures, departments=("Finance",))
    for login, role in (
        ("arthur", "author"),
        ("rita", "reviewer"),
        ("amos", "approver"),
        ("dora", "controller"),
        ("leaver", "reader"),
    ):
        name = f"{login.title()} Outsider"
        added = administering.add_user(control, people["admin"], login=login, name=name, roles=[role])
        choose_passwords(control, added)
    with control.reading() as session:
        comment_id = session.scalars(select(ReviewComment.id)).first()
        commented = session.scalars(select(Event.seq).where(Event.act == Act.REVISION_COMMENTED)).one()
    catch_up(control, issuing=False)
    late = clock.instant + timedelta(seconds=30)
    control._clock = lambda: late
    app = create_app(control, {"TESTING": True, "WTF_CSRF_ENABLED": False})
    browsers = {column: app.test_client() for column in COLUMNS}
    for column, login in {**LOGINS, "disabled": "dora"}.items():
        sign_in(browsers[column], login)
    with control.reading() as session:
        dora = session.scalars(select(User.id).where(User.login == "dora")).one()
        revisions = session.scalars(select(Revision)).all()
        codes = {(each.document.number, each.number): code_of(each.fingerprint, each.number) for each in revisions}
    administering.set_disabled(control, people["admin"], dora, True)
    with pytest.MonkeyPatch.context() as patch:
        print_quickly(patch)
        patch.setattr(tools.reading_back, "differences", lambda *_, **__: ())
        yield World(app, control, browsers, {"comment_id": comment_id, "codes": codes, "seq": commented})
    control.engine.dispose()


def sign_in(browser: FlaskClient, login: str) -> None:
    """Sign a person in."""
    assert browser.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
    with browser.application.extensions["document_control"].remembering() as session:
        session.execute(update(WebSession).values(signed_at=WebSession.created_at))


def rules_of(app: Flask) -> dict[str, Rule]:
    """Every page by its name."""
    return {rule.endpoint: rule for rule in app.url_map.iter_rules()}


def address_of(world: World, rule: Rule, number: str, revision: int) -> str:
    """Where a page is for one document."""
    known = {
        "number": number,
        "revision": revision,
        "name": "policy" if "types" in rule.rule else "image1.png",
        "name_of_chapter": "reading",
        "draft": 1,
        "kind": "pdf" if "preview" in rule.rule else "docx" if "sample" in rule.rule else "csv",
        "template": "policy.docx",
        "login": "leaver",
        "route_id": 1,
        "key": "0" * 32,
        "standard_id": "iso-9001-2015",
        "clause": "7.5",
        "secret": "guessed",
        "code": world.values["codes"].get((number, revision), ABSENT),
        "filename": "docctl.css",
        "delegation_id": 999,
        "engagement_id": 1,
        "unit_id": 1,
        "person_number": 1,
        "kinds": "sites",
        "comment_id": world.values["comment_id"],
        "seq": world.values.get("seq", 1),
    }
    with world.app.test_request_context():
        return str(world.app.url_map.bind("").build(rule.endpoint, {name: known[name] for name in rule.arguments}))


def ask(browser: FlaskClient, method: str, address: str) -> TestResponse:
    """Ask for a page, or send its form with nothing in it but the right password."""
    if method == "GET":
        return browser.get(address)
    return browser.open(address, method=method, data={"password": PASSWORD})


def outcome(answer: TestResponse) -> str:
    """What an answer means to the person: let in (y), sign in first (s), may not (n), not there (-)."""
    if answer.status_code == 302 and answer.location.startswith("/sign-in"):
        return "s"
    return {**LET_IN, **REFUSED}.get(answer.status_code, f"[{answer.status_code}]")


def digest_of(control: DocumentControl) -> str:
    """A fingerprint of every table, but for notes that nobody decided and the record of sign-ins."""
    digest = hashlib.sha256()
    with control.reading() as session:
        for table in Record.metadata.sorted_tables:
            if table.name not in NOTES:
                asked = select(table).order_by(*table.primary_key.columns)
                if "act" in table.columns:
                    asked = asked.where(table.columns["act"].not_like("user:sign%"))
                digest.update(f"{table.name} {list(map(tuple, session.execute(asked)))}".encode())
    return digest.hexdigest()


def method_of(rule: Rule) -> str:
    """GET for what is read, otherwise the method that acts."""
    methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
    return "GET" if "GET" in methods else methods.pop()


def test_every_page_has_a_rule_and_every_rule_a_page(world: World) -> None:
    pages = {(rule.endpoint, method) for rule in world.app.url_map.iter_rules() for method in [method_of(rule)]}
    assert {endpoint for endpoint, _ in pages} == set(expectations()), (
        "write the new page into tests/web/rights/matrix.py"
    )
    two_methods = [r.endpoint for r in world.app.url_map.iter_rules() if len(r.methods - {"HEAD", "OPTIONS"}) != 1]
    assert not two_methods, "a page that is shown and one that acts are two views"


@pytest.mark.parametrize("endpoint", sorted(expectations()))
def test_a_page_answers_each_role_as_the_table_says(world: World, drawn: Draw, endpoint: str) -> None:
    rule = rules_of(world.app)[endpoint]
    method = method_of(rule)
    wrong = []
    # One kind of document for each different answer; of those with the same answer the day draws one.
    for kind, row in drawn(list(expectations()[endpoint].items()), lambda it: {it[1]}):
        number, revision = DOCUMENTS.get(kind, ("POL-001", 2))
        address = address_of(world, rule, number, revision)
        expected = dict(zip(COLUMNS, row, strict=True))
        let_in = [column for column, answer in expected.items() if answer == "y"]
        kept_out = [column for column in expected if column not in let_in]
        before = digest_of(world.control) if method != "GET" else ""
        found = {column: outcome(ask(world.browsers[column], method, address)) for column in kept_out}
        if method != "GET" and digest_of(world.control) != before:
            wrong.append(f"{', '.join(kept_out)}: one of them changed something by {method} {address}")
        for column in let_in:
            found[column] = outcome(ask(world.browsers[column], method, address))
            if endpoint == "signing_in.sign_out" and column in LOGINS:
                sign_in(world.browsers[column], LOGINS[column])
        differing = {column: answer for column, answer in found.items() if answer != expected[column]}
        if differing:
            wrong.append(f"{endpoint:34} {kind:17} {differing}   (the table says {expectations()[endpoint][kind]})")
    assert not wrong, "\n" + "\n".join(wrong)


def test_an_auditor_may_send_no_form_that_changes_something(world: World) -> None:
    before = digest_of(world.control)
    for rule in rules_of(world.app).values():
        if method_of(rule) != "GET" and rule.endpoint not in OPEN | OWN_ACCOUNT:
            for number, revision in DOCUMENTS.values():
                answer = ask(world.browsers["auditor"], "POST", address_of(world, rule, number, revision))
                assert answer.status_code >= 400, f"{rule.endpoint} let the auditor in"
    assert digest_of(world.control) == before


def shape_of(answer: TestResponse, number: str) -> tuple[Any, ...]:
    """All that an answer tells, but for its own request id and the number that was asked for."""
    body = re.sub(rf'{answer.headers["X-Request-ID"]}|(content|value)="[\w.-]{{32,}}"', "", answer.text)
    kept = [(n, v) for n, v in answer.headers if n not in ("X-Request-ID", "Set-Cookie", "Date")]
    return answer.status_code, body.replace(number, "NUMBER"), sorted(kept), len(answer.data)


@pytest.mark.parametrize("number", ["POL-004", "POL-005"])
@pytest.mark.parametrize("column", ["reader", "author", "reviewer", "approver", "administrator"])
def test_a_hidden_document_reads_exactly_as_one_that_does_not_exist(world: World, number: str, column: str) -> None:
    browser = world.browsers[column]
    compared = 0
    for rule in rules_of(world.app).values():
        if "number" in rule.arguments:
            method = method_of(rule)
            hidden = ask(browser, method, address_of(world, rule, number, 1))
            absent = ask(browser, method, address_of(world, rule, ABSENT, 1))
            assert hidden.status_code in (403, 404), rule.endpoint
            assert shape_of(hidden, number) == shape_of(absent, ABSENT), rule.endpoint
            compared += 1
    assert compared > 30
