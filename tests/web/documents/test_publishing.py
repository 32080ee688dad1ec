"""Pages for what is approved and in force, and for withdrawing."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from tests.factories.library import Clock, Office
from tests.web.forms import page_of, send

SignedIn = Callable[[str], FlaskClient]
DRAFT = "/documents/POL-001/revisions/1"


def test_an_approved_revision_waits_for_its_day_unless_it_is_published_now(
    signed_in: SignedIn, office: Office, clock: Clock
) -> None:  # fmt: skip
    revision_id = office.write()
    office.carry_through(revision_id, effective=(clock.instant + timedelta(days=20)).date())
    carla = signed_in("carla")
    assert "comes into force by itself on 22 March 2026" in page_of(carla, f"{DRAFT}/publication")
    assert "Bring it into force now" not in page_of(signed_in("alice"), f"{DRAFT}/publication")
    assert signed_in("alice").post(f"{DRAFT}/publish").status_code == 403
    assert carla.post(f"{DRAFT}/publish", data={"request_id": "x"}).status_code == 303
    assert office.revision(revision_id).state == "IN_FORCE"
    assert carla.post(f"{DRAFT}/publish", data={"request_id": "y"}).status_code == 409


def test_a_superseded_revision_says_so(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001")
    office.revise("POL-001", "# Purpose\n\nNew.\n")
    carla = signed_in("carla")
    assert "Superseded by revision 2" in page_of(carla, f"{DRAFT}/publication")
    assert "Revision 1, superseded" in page_of(carla, "/documents/POL-001/revisions/2/publication")


def test_a_document_is_withdrawn_by_the_controller_with_a_reason(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.publish("POL-001")
    assert signed_in("alice").get("/documents/POL-001/withdraw").status_code == 403
    carla = signed_in("carla")
    assert carla.get("/documents/POL-999/withdraw").status_code == 404
    assert send(carla, "/documents/POL-001/withdraw", reason="").status_code == 422
    assert send(carla, "/documents/POL-001/withdraw", reason="Taken up in POL-002").status_code == 303
    assert office.revision(revision_id).state == "OBSOLETE"
    assert "Taken up in POL-002" in page_of(carla, f"{DRAFT}/publication")
    assert carla.post("/documents/POL-001/withdraw", data={"reason": "again"}).status_code == 409


def test_a_document_with_an_open_revision_is_not_withdrawn(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001")
    office.open_revision("POL-001")
    assert send(signed_in("carla"), "/documents/POL-001/withdraw", reason="Gone").status_code == 409
