"""The audit log in the browser: for those with the right, filtered, page by page, and taken away."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from docctl.domain.trail.audit_trail import Act
from docctl.web.trail.acts_in_words import ACTS
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]


def test_the_audit_log_is_for_those_with_the_right(signed_in: SignedIn, client: FlaskClient) -> None:
    assert client.get("/audit-log").status_code == 302
    for login, status in {"audra": 200, "carla": 200, "admin": 200, "alice": 403, "rob": 403, "eve": 403}.items():
        browser = signed_in(login)
        for place in ("/audit-log", "/audit-log.csv", "/audit-log.xlsx"):
            assert browser.get(place).status_code == status, (login, place)


def test_events_are_narrowed_by_act_person_subject_and_day(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    audra = signed_in("audra")
    assert "approved a revision" in audra.get("/audit-log?act=revision:").text
    page = audra.get("/audit-log?act=revision:approved&actor=Ann&subject=POL-001").text
    assert page.count('<th scope="row" class="num">') == 1
    assert "No event fits these filters." in audra.get("/audit-log?until=2000-01-01").text
    assert audra.get("/audit-log?since=nonsense&before=99999999999999999999").status_code == 200


def test_older_events_are_reached_without_counting_pages(signed_in: SignedIn, office: Office) -> None:
    for number in range(1, 13):
        office.publish(f"POL-0{number:02d}")
    audra = signed_in("audra")
    newest = audra.get("/audit-log").text
    assert "Older" in newest
    older = audra.get("/audit-log?before=10").text
    assert older.count('<th scope="row" class="num">') == 9
    assert "Newest" in older


def test_what_was_typed_as_a_reason_stays_text(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    office.open_revision("POL-001", "<script>alert(1)</script>")
    page = signed_in("audra").get("/audit-log").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_the_log_is_taken_away_oldest_first(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    lines = signed_in("audra").get("/audit-log.csv?act=revision:").text.splitlines()
    assert lines[1].split(",")[3] == "revision:opened"
    assert signed_in("audra").get("/audit-log.xlsx").data.startswith(b"PK")


@pytest.mark.parametrize("act", list(Act))
def test_every_act_has_its_words(act: Act) -> None:
    assert act in ACTS
