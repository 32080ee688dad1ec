"""The pages of everybody who works here, with or without an account."""

from collections.abc import Callable

from flask.testing import FlaskClient

from docctl.actions.people import keeping_people
from docctl.domain.people.person import PersonalData
from tests.factories.library import Clock, Office

SignedIn = Callable[[str], FlaskClient]
PAGE = "/administration/personnel"
HANS = {"name": "Hans Depot", "personnel_number": "4711", "started_on": "2026-01-02", "supervisor": "#5"}


def test_somebody_is_added_changed_ended_and_disposed_of_in_the_browser(
    signed_in: SignedIn, office: Office, clock: Clock
) -> None:
    admin = signed_in("admin")
    added = admin.post(f"{PAGE}/new", data=HANS)
    one = added.headers["Location"]
    page = admin.get(one).text
    assert "Hans Depot is added." in page
    assert 'value="4711"' in page
    assert 'value="#5"' in page
    assert "Ann Approver" in page
    assert "person:8" in page
    assert one in admin.get(f"{PAGE}/5").text
    assert admin.post(one, data=HANS | {"name": "Hans Yard", "supervisor": ""}).status_code == 303
    assert "<h1>Hans Yard</h1>" in admin.get(one).text
    today = clock.instant.date().isoformat()
    assert admin.post(f"{one}/end", data={"last_day": today}).status_code == 303
    assert "Dispose of the records" not in admin.get(one).text
    assert admin.post(f"{one}/end-taken-back", data={"reason": "Stays"}).status_code == 303
    assert admin.post(f"{one}/end", data={"last_day": today, "reason": "Left"}).status_code == 303
    clock.forward(days=1)
    admin = signed_in("admin")
    assert "Dispose of the records" in admin.get(one).text
    assert admin.post(f"{one}/dispose", data={"reason": "Left"}).status_code == 303
    assert "4711" not in admin.get(one).text


def test_a_refusal_stands_on_the_page_with_what_was_typed(signed_in: SignedIn) -> None:
    admin = signed_in("admin")
    refused = admin.post(f"{PAGE}/new", data=HANS | {"supervisor": "99"})
    assert refused.status_code == 422
    assert "Nobody has the personnel number “99”" in refused.text
    assert 'value="Hans Depot"' in refused.text
    assert "is not a date" in admin.post(f"{PAGE}/6", data=HANS | {"started_on": "3/4/26"}).text
    assert "Name the last day." in admin.post(f"{PAGE}/6/end", data={"last_day": ""}).text
    assert admin.get(f"{PAGE}/999").status_code == 404


def test_everybody_is_found_by_parts_of_name_number_and_address_a_page_at_a_time(
    signed_in: SignedIn, office: Office
) -> None:
    for count in range(101):
        data = PersonalData(f"Worker {count:03}", f"W{count:03}", f"w{count:03}@yard.example")
        keeping_people.add_person(office.control, office.people["admin"], data)
    admin = signed_in("admin")
    first = admin.get(f"{PAGE}?q=worker").text
    assert "101 people" in first
    assert ("Worker 000" in first, "Worker 099" in first, "Worker 100" in first) == (True, True, False)
    assert "Worker 100" in admin.get(f"{PAGE}?q=worker&page=2").text
    assert "Worker 000" in admin.get(f"{PAGE}?q=worker&page=9").text
    for words in ("w042 worker", "W042", "w042@yard"):
        found = admin.get(PAGE, query_string={"q": words}).text
        assert ("Worker 042" in found, "Worker 041" in found) == (True, False)
    assert "Nobody is found." in admin.get(f"{PAGE}?q=nothing").text
    rows = admin.get(f"{PAGE}.csv?q=worker").text.splitlines()
    assert len(rows) == 102


def test_an_open_account_of_somebody_who_left_is_named(signed_in: SignedIn, office: Office, clock: Clock) -> None:
    keeping_people.end_person(office.control, office.people["admin"], 6, clock.instant.date())
    assert "still open" not in signed_in("admin").get(f"{PAGE}/6").text
    clock.forward(days=1)
    admin = signed_in("admin")
    assert "These accounts are still open" in admin.get(f"{PAGE}/6").text
    assert "Still open" in admin.get(f"{PAGE}?q=eve").text
