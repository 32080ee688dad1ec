"""Audit engagements in the browser: opened, narrowed, ended, and what the auditor looked at."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]


def _days(office: Office, length: int = 10) -> dict[str, str]:
    with office.control.reading() as session:
        today = office.control.today(session)
    return {"begins_on": today.isoformat(), "ends_on": (today + timedelta(days=length)).isoformat()}


def test_a_controller_narrows_and_ends_an_engagement(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001")
    office.publish("POL-002", title="Other policy")
    carla, audra = signed_in("carla"), signed_in("audra")
    assert "Audra Auditor" in carla.get("/administration/audit-engagements").text
    narrowed = {**_days(office), "purpose": "Stage 1", "documents": "pol-002"}
    assert carla.post("/administration/audit-engagements/1", data=narrowed).status_code == 303
    assert (audra.get("/documents/POL-002").status_code, audra.get("/documents/POL-001").status_code) == (200, 404)
    assert carla.post("/administration/audit-engagements/1/end", data={"reason": ""}).status_code == 422
    assert carla.post("/administration/audit-engagements/1/end", data={"reason": "Over"}).status_code == 303
    assert audra.get("/documents/POL-002").status_code != 200


def test_an_auditor_is_engaged_for_a_document_type(signed_in: SignedIn, office: Office) -> None:
    carla = signed_in("carla")
    sent = {**_days(office), "auditor": str(office.people["audra"]), "types": "policy"}
    assert carla.post("/administration/audit-engagements/new", data=sent).status_code == 303
    assert "policy" in carla.get("/administration/audit-engagements").text
    wrong = carla.post("/administration/audit-engagements/new", data={**sent, "ends_on": ""})
    assert wrong.status_code == 422
    assert "first and the last day" in wrong.text


def test_what_an_auditor_looked_at_is_shown_and_taken_away(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001")
    signed_in("audra").get("/documents/POL-001")
    carla = signed_in("carla")
    page = carla.get("/registers/auditor-access").text
    assert "POL-001" in page
    assert "Audra Auditor" in page
    table = carla.get("/registers/auditor-access.csv?auditor=audra").text
    assert "Audra Auditor" in table
    assert "POL-001" in table
    assert "No auditor has looked" in carla.get("/registers/auditor-access?auditor=eve").text
