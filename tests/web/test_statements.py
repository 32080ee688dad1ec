"""A page asks the database as often for fifteen rows as for three, because what rows need is read for all at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from docctl.actions.approval import delegating, reviewing
from docctl.actions.documents.recognising import ReadFile
from docctl.actions.intake import importing
from docctl.actions.people import organising
from docctl.actions.retention import retaining
from docctl.actions.rights import auditing, laying_routes
from docctl.actions.settings import administering, setting_types
from docctl.domain.approval.approval_route import APPROVE, RouteStep
from docctl.domain.documents.document_metadata import CitedClause, Classification, DocumentMetadata
from docctl.domain.documents.written_text import WrittenText
from tests.factories.library import Office
from tests.web.conftest import SignedIn

FEW, MANY = 3, 15
FIRST_DAY = date(2026, 3, 2)
# Pages of one thing each, with what they list: everything there is of it.
PAGES = {
    "carla": (
        "/", "/documents", "/documents?sort=-title", "/drafts", "/tasks", "/search?q=policy", "/audit-log",
        "/administration/types", "/administration/routes", "/administration/templates",
        "/administration/audit-engagements", "/administration/departments",
        "/administration/units/1?on=2026-03-02",
        "/delegations", "/retention", "/standards", "/standards/iso-9001-2015",
        "/standards/iso-9001-2015/7.5", "/documents/POL-900", "/documents/WI-001/revisions/1/saved",
        "/documents/WI-001/revisions/1/write", "/documents/SOP-01/revisions/1/review", "/documents/SOP-01/history",
    ),
    "admin": (
        "/administration/people", "/administration/personnel", "/administration/operations", "/account", "/absence",
        "/administration/people/auditor1/absence",
    ),
    "rob": ("/tasks", "/", "/absence", "/documents/SOP-01/revisions/1/review"),
}  # fmt: skip


@contextmanager
def statements(engine: Any) -> Iterator[list[str]]:
    """Keep every statement that is sent meanwhile."""
    sent: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def grow(office: Office, first: int, last: int, remarked: int, saved: int) -> None:
    """Let there be more of everything that pages list, each a little different from the others."""
    control, people = office.control, office.people
    wanted = [
        importing.WantedDocument(
            ReadFile(
                f"POL-{900 + place}.md", f"POL-{900 + place}", f"Policy {place}", "policy",
                DocumentMetadata(
                    title=f"Policy {place}", owner=f"Head {place}", department="Quality",
                    classification=Classification.INTERNAL, clauses=(CitedClause("iso-9001-2015", "7.5"),),
                ),
                WrittenText(f"# Policy {place}\n\nText {place}.\n"), "Adopted", f"{place:064x}",
            )
        )
        for place in range(first, last)
    ]  # fmt: skip
    made = importing.import_documents(
        control, people["carla"], wanted, adoption=importing.Adoption(FIRST_DAY, "Signed originals")
    )
    assert all(isinstance(each, importing.MadeDocument) for each in made), made
    for place in range(first, last):
        number = f"{place:02}"
        retaining.place_hold(
            control, office.document_id(f"POL-{900 + place}"), people["carla"], f"Case {place}", str(place)
        )
        office.write(f"WI-1{number}", f"Instruction {place}", type_name="work instruction")
        office.submit(office.write(f"SOP-{place + 10}", f"Procedure {place}", type_name="procedure"))
        reviewing.comment(control, remarked, people["rob"], f"Remark {place}", "Purpose")
        office.save(saved, f"# Purpose\n\nText {place}.\n")
        auditor = administering.add_user(
            control, people["admin"], login=f"auditor{place}", name=f"Auditor {place}", roles=["auditor"]
        )
        auditing.engage(
            control, people["admin"], auditor, purpose=f"Stage {place}", scope=["type:policy"],
            begins_on=FIRST_DAY, ends_on=FIRST_DAY + timedelta(days=9),
        )  # fmt: skip
        day = FIRST_DAY + timedelta(days=place)
        delegating.name_delegate(
            control, people["rob"], absent_id=people["rob"], delegate_id=people["ann"], from_day=day, until_day=day,
            reason="Away",
        )  # fmt: skip
        merged = organising.add_unit(control, people["carla"], f"Department {place}")
        organising.merge_units(control, people["carla"], merged, 1, "One team")
        laying_routes.set_route(
            control,
            people["carla"],
            f"Route {place}",
            [RouteStep(APPROVE, "Fit.", people=(people["ann"], people["carla"]))],
        )
        setting_types.set_type(
            control, people["carla"],
            setting_types.TypeSettings(f"type {place}", f"T{number}-###", "policy.docx", f"Route {place}"),
        )  # fmt: skip


def counts(app: Flask, browsers: dict[str, FlaskClient]) -> dict[str, list[str]]:
    """The statements of each page, once everything that is read but once has been read."""
    found = {}
    for login, addresses in PAGES.items():
        for address in addresses:
            assert browsers[login].get(address).status_code == 200, address
            with statements(app.extensions["document_control"].engine) as sent:
                browsers[login].get(address)
            found[f"{login} {address}"] = sent
    return found


def test_pages_ask_the_database_no_more_for_more_rows(office: Office, app: Flask, signed_in: SignedIn) -> None:
    saved = office.write("WI-001", "Written often", type_name="work instruction")
    remarked = office.write("SOP-01", "Remarked on often", type_name="procedure")
    office.submit(remarked)
    browsers = {login: signed_in(login) for login in PAGES}
    grow(office, 0, FEW, remarked, saved)
    few = counts(app, browsers)
    grow(office, FEW, MANY, remarked, saved)
    many = counts(app, browsers)
    more = {
        f"{page}: {len(few[page])} statements for few rows, {len(many[page])} for many; {_oftenest(many[page])}"
        for page in few
        if len(many[page]) != len(few[page])
    }
    assert not more, "\n".join(sorted(more))


def _oftenest(sent: list[str]) -> str:
    oftenest = max(set(sent), key=sent.count)
    return f"{sent.count(oftenest)} times {oftenest[oftenest.find('FROM') :][:80]!r}"
