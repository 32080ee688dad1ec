"""The pages of absences: who signs in whose place, for whom it may be named, and the register of all delegations."""

from datetime import timedelta

from docctl.document_control import DocumentControl
from tests.web.conftest import SignedIn


def wanted(control: DocumentControl, delegate: int, **changed: str) -> dict[str, str]:
    """The form of an absence of a week from today."""
    with control.reading() as reading:
        today = control.today(reading)
    until = today + timedelta(days=7)
    return {
        "delegate": str(delegate), "from_day": today.isoformat(), "until_day": until.isoformat(), "reason": "=holiday",
    } | changed  # fmt: skip


def test_an_absence_is_named_shown_and_revoked(
    control: DocumentControl, people: dict[str, int], signed_in: SignedIn
) -> None:
    ann = signed_in("ann")
    offered = ann.get("/people/found?whom=delegates&name=delegate&find-delegate=r&of=" + str(people["ann"])).text
    assert "Carla Controller" in offered
    assert "Rob Reviewer" not in offered  # who may only review does not approve in her place
    assert ann.post("/absence", data=wanted(control, people["rob"])).status_code == 422
    assert ann.post("/absence", data=wanted(control, people["carla"])).status_code == 303
    page = ann.get("/absence").text
    assert "Counts now" in page
    assert ann.post("/absence/1/revoke").status_code == 303
    assert "Revoked" in ann.get("/absence").text


def test_what_is_missing_is_said_and_nothing_is_lost(
    control: DocumentControl, people: dict[str, int], signed_in: SignedIn
) -> None:
    ann = signed_in("ann")
    answer = ann.post("/absence", data=wanted(control, people["rob"], until_day="tomorrow"))
    assert answer.status_code == 422
    assert "=holiday" in answer.text
    assert ann.post("/absence", data=wanted(control, people["ann"])).status_code in (403, 404, 422)


def test_the_register_of_delegations_can_be_taken_away(
    control: DocumentControl, people: dict[str, int], signed_in: SignedIn
) -> None:
    carla = signed_in("carla")
    assert "Nobody has named a delegate" in carla.get("/delegations").text
    signed_in("ann").post("/absence", data=wanted(control, people["carla"]))
    assert 'href="/delegations"' in carla.get("/registers").text
    assert "Ann Approver" in carla.get("/delegations").text
    table = carla.get("/delegations.csv").get_data(as_text=True)
    assert "Ann Approver" in table
    assert "'=holiday" in table
    assert carla.get("/delegations.xlsx").data[:2] == b"PK"
    assert signed_in("eve").get("/delegations.csv").status_code == 403
