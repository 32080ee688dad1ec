"""Operations: readiness for whoever asks, and for administrators what should be looked at."""

import shutil

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from docctl.domain.notices.notice import Notice
from docctl.domain.people.user import User
from docctl.domain.trail.host_clock import ClockLimits
from docctl.followers import notices
from docctl.followers.catching_up import catch_up
from tests.factories.library import Clock, Office
from tests.factories.post_office import PostOffice
from tests.web.conftest import SignedIn

TERABYTES = 1 << 22


@pytest.fixture
def ready(office: Office, client: FlaskClient) -> FlaskClient:
    """A browser at a library that is ready."""
    catch_up(office.control, issuing=False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})
    return client


def test_not_ready_is_said_in_a_word_while_reading_goes_on(office: Office, ready: FlaskClient, clock: Clock) -> None:
    office.control.disk.floor_mb = TERABYTES
    assert ready.get("/readyz").json == {"status": "not ready", "missing": ["disk"]}
    office.control.disk.floor_mb = 0
    office.write("POL-001")
    clock.forward(hours=1)
    assert ready.get("/readyz").json == {"status": "not ready", "missing": ["followers"]}
    assert ready.get("/healthz").status_code == 200
    catch_up(office.control, issuing=False)
    assert ready.get("/readyz").status_code == 200


def test_it_is_ready_while_only_some_things_stopped_and_counts_these(office: Office, ready: FlaskClient) -> None:
    stops = ["account eve", "account rob", "document POL-001", "document type policy", "approval route Two"]
    office.control.trust.remember("A row was changed.", "watch", "2026-03-02", stops=stops)
    counted = {"account": 2, "document": 1, "document type": 1, "approval route": 1}
    answer = ready.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready", "stopped": counted})
    office.control.trust.remember("The chain was changed.", "watch", "2026-03-02")
    answer = ready.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready", "missing": ["trust"]})


def test_without_key_or_repository_it_is_not_ready(office: Office, ready: FlaskClient) -> None:
    (office.control.data / "keys" / "ledger_key").unlink()
    shutil.rmtree(office.control.library.folder)
    answer = ready.get("/readyz")
    assert (answer.status_code, answer.json["missing"]) == (503, ["repository", "key"])


@pytest.mark.only_sqlite
def test_without_its_database_it_is_not_ready(office: Office, ready: FlaskClient) -> None:
    office.control.engine.dispose()
    shutil.move(office.control.data / "docctl.db", office.control.data / "elsewhere.db")
    (office.control.data / "docctl.db").mkdir()
    answer = ready.get("/readyz")
    assert (answer.status_code, answer.json["missing"]) == (503, ["database"])


def test_an_administrator_sees_what_did_not_arrive_and_sends_it_again(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    server = PostOffice(refused={"rob@town.example": 550}).open()
    office.control.mail_server = server.as_setting()
    with office.control.remembering() as session:
        session.scalars(select(User).where(User.login == "rob")).one().email = "rob@town.example"
    office.submit(office.write("POL-001", "Hidden title"))
    notices.follow(office.control)
    browser = signed_in("admin")
    page = browser.get("/administration/operations")
    assert page.status_code == 200
    assert "Rob Reviewer" in page.text
    assert "refuses the address (550)" in page.text
    assert "Hidden title" not in page.text
    assert "POL-001" not in page.text
    server.refused = {}
    assert browser.post("/administration/operations/notices").status_code == 303
    assert notices.follow(office.control) == 1
    assert "Rob Reviewer" not in browser.get("/administration/operations").text
    with office.control.reading() as session:
        assert session.scalars(select(Notice.sent_at)).one() is not None
    server.close()


def test_w13_an_administrator_sees_that_the_clock_jumped_and_confirms_it(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    browser = signed_in("admin")
    office.control.clock_limits = ClockLimits()
    assert "The clock jumped" not in browser.get("/administration/operations").text
    clock.forward(hours=-3)
    office.write("POL-001")
    page = browser.get("/administration/operations").text
    assert "The clock jumped" in page
    assert "before the newest event" in page
    browser.post("/administration/operations/clock", data={"reason": "The time server had failed"})
    assert "The clock jumped" not in browser.get("/administration/operations").text
