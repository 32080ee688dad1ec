"""Maintenance: people read on and are told why and until when; what they would do is refused in one sentence."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from docctl.actions.operations.maintaining import begin_maintenance, end_maintenance
from docctl.app import create_app
from docctl.cli import main
from docctl.domain.errors import InvalidInputError, WrongStateError
from docctl.domain.operations.exits import Exit
from docctl.domain.trail.audit_trail import Act, Event
from docctl.registers.integrity.verifying import verify
from docctl.registers.operations.operations import check_library
from tests.factories import library as offices
from tests.web.conftest import SignedIn

REASON = "The database moves to a new machine"


@pytest.fixture
def maintained(office: offices.Office) -> offices.Office:
    """A library with a document in force, on which an operator works."""
    office.publish("POL-001")
    begin_maintenance(office.control, REASON, office.control.now() + timedelta(hours=2))
    return office


def test_reading_goes_on_and_every_page_says_why_and_until_when(
    maintained: offices.Office, signed_in: SignedIn, client: FlaskClient
) -> None:
    assert REASON in client.get("/sign-in").text
    page = signed_in("eve").get("/documents/POL-001")
    assert page.status_code == 200
    assert "only read until 2 Mar 2026, 12:0" in page.text
    assert REASON in page.text


def test_what_people_would_do_is_refused_and_not_recorded(maintained: offices.Office, signed_in: SignedIn) -> None:
    carla, before = signed_in("carla"), _acts(maintained)
    answer = carla.post("/documents/POL-001/withdraw", data={"reason": "Not needed any more"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert f"{REASON}. Nothing was done." in answer.text
    assert Act.DOCUMENT_WITHDRAWN not in _acts(maintained)
    assert carla.post("/account/sessions/end-others").status_code == 303
    assert carla.post("/sign-out").status_code == 303
    assert _acts(maintained)[: len(before)] == before


def test_it_survives_a_restart_and_ends_when_an_operator_says_so(
    maintained: offices.Office, clock: offices.Clock
) -> None:
    again = offices.open_library(maintained.control.data, clock)
    client = create_app(again, {"TESTING": True, "WTF_CSRF_ENABLED": False}).test_client()
    assert "maintenance" in client.get("/readyz").json["missing"]
    state = {check.name: check for check in check_library(again)}["maintenance"]
    assert (state.state, REASON in state.sentence) == ("warning", True)
    clock.forward(hours=3)
    assert {check.name: check.state for check in check_library(again)}["maintenance"] == "fault"
    end_maintenance(again)
    assert "maintenance" not in client.get("/readyz").json.get("missing", [])
    assert REASON not in client.get("/sign-in").text
    with pytest.raises(WrongStateError, match="not in maintenance"):
        end_maintenance(again)
    assert verify(again).exit_code in (0, 1)


def test_begun_again_it_has_another_reason_and_end(maintained: offices.Office, client: FlaskClient) -> None:
    begin_maintenance(maintained.control, "It takes longer.")
    page = client.get("/sign-in").text
    assert "only read for now: It takes longer." in page
    assert REASON not in page
    with pytest.raises(InvalidInputError, match="has passed already"):
        begin_maintenance(maintained.control, "Too late", maintained.control.now() - timedelta(days=1))


@pytest.mark.only_sqlite
def test_an_operator_begins_and_ends_it_by_command(office: offices.Office, tmp_path: Path) -> None:
    def ran(*command: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["--data", str(office.control.data), "maintenance", *command])
        return done.exit_code, done.output

    assert ran("begin", REASON, "--until", "tomorrow")[0] == Exit.MISUSED
    assert ran("end")[0] == Exit.REFUSED
    assert ran("begin", REASON, "--until", "2098-01-31 18:00") == (
        Exit.DONE, "People only read from now on; “docctl maintenance end” lets them act again.\n",
    )  # fmt: skip
    with office.control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.MAINTENANCE_BEGUN)).one()
    assert event.plain_values["until"].startswith("2098-01-31T17:00")
    assert event.reason == REASON
    assert ran("end")[0] == Exit.DONE


def _acts(office: offices.Office) -> list[str]:
    with office.control.reading() as session:
        return list(session.scalars(select(Event.act).order_by(Event.seq)))
