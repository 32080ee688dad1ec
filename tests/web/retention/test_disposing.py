"""The pages of retention: a rule for a type, holds, the schedule, and a disposal by two people."""

from html import unescape

import pytest

from docctl.actions.settings import administering
from docctl.domain.approval.declaration import DECLARATION, DECLARATION_VERSION
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity import verifying
from tests.factories.library import PASSWORD, Clock, Office, choose_passwords
from tests.factories.stand_ins import issue_quickly
from tests.web.conftest import SignedIn
from tests.web.forms import page_of, send

RULE = {"then": "dispose", "years": "1", "months": "0", "basis": "Archives Act"}
RULE_PAGE = "/administration/types/policy/retention"


@pytest.fixture
def dora(office: Office) -> str:
    """A second document controller."""
    control, people = office.control, office.people
    added = administering.add_user(control, people["admin"], login="dora", name="Dora Second", roles=["controller"])
    choose_passwords(control, added)
    return "dora"


def test_two_controllers_dispose_of_a_document_and_its_page_says_so(
    office: Office, signed_in: SignedIn, clock: Clock, dora: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_quickly(monkeypatch)
    office.publish()
    carla = signed_in("carla")
    assert send(carla, RULE_PAGE, **RULE).status_code == 303
    assert "Keep for 1 year, then dispose of it (Archives Act)" in page_of(carla, RULE_PAGE)
    carla.post("/documents/POL-001/withdraw", data={"reason": "Not needed"})
    assert "is to be kept until" in page_of(carla, "/documents/POL-001/disposal")
    early = carla.post("/documents/POL-001/disposal", data={"reason": "Too early"})
    assert early.status_code == 409
    catch_up(office.control)
    clock.forward(days=366)
    carla = signed_in("carla")
    assert "Due for disposal" in page_of(carla, "/retention")
    assert send(carla, "/documents/POL-001/disposal", reason="Its time is up").status_code == 303
    own = carla.post("/documents/POL-001/disposal/authorise", data={"password": PASSWORD})
    assert own.status_code == 403
    second = signed_in(dora)
    page = page_of(second, "/documents/POL-001/disposal")
    assert "Its time is up" in page
    address = "/documents/POL-001/disposal/authorise"
    assert second.post(address, data={"password": "guessed"}).status_code == 401
    undeclared = second.post(address, data={"password": PASSWORD})
    assert undeclared.status_code == 422
    assert DECLARATION in unescape(undeclared.text)
    form = {"password": PASSWORD, "declaration": DECLARATION_VERSION}
    assert second.post(address, data=form).status_code == 303
    catch_up(office.control)
    shown = page_of(second, "/documents/POL-001")
    assert "was disposed of on" in shown
    assert "Archives Act" in shown
    assert "This document says what we do" not in shown
    assert "was disposed of on" in page_of(signed_in("eve"), "/documents/POL-001")
    for address in ("revisions/1/pdf", "revisions/1/word"):
        assert second.get(f"/documents/POL-001/{address}").status_code == 410
    assert "Dora Second" in page_of(second, "/documents/POL-001/disposal")
    assert page_of(second, "/documents/POL-001/history")
    assert "Disposed of" in page_of(second, "/retention")
    assert "Disposed of" in page_of(second, "/documents?state=OBSOLETE")
    assert second.get("/retention.csv").text.count("Dora Second") == 1
    assert second.get("/documents/POL-001/compare?older=1&newer=1").status_code in (404, 410)
    catch_up(office.control)
    assert verifying.verify(office.control).findings == ()


def test_a_proposal_is_declined_with_a_reason(office: Office, signed_in: SignedIn, clock: Clock, dora: str) -> None:
    office.publish()
    carla = signed_in("carla")
    send(carla, RULE_PAGE, **RULE)
    carla.post("/documents/POL-001/withdraw", data={"reason": "Not needed"})
    clock.forward(days=366)
    carla = signed_in("carla")
    carla.post("/documents/POL-001/disposal", data={"reason": "Its time is up"})
    second = signed_in(dora)
    assert second.post("/documents/POL-001/disposal/decline", data={"because": " "}).status_code == 422
    assert second.post("/documents/POL-001/disposal/decline", data={"because": "Still asked for"}).status_code == 303
    assert "Propose the disposal" in page_of(second, "/documents/POL-001/disposal")


def test_a_hold_is_placed_shown_and_lifted(office: Office, signed_in: SignedIn) -> None:
    office.publish()
    carla = signed_in("carla")
    assert carla.post("/documents/POL-001/hold", data={"reason": ""}).status_code == 422
    placed = carla.post("/documents/POL-001/hold", data={"reason": "Lawsuit", "reference": "Case 12"})
    assert placed.status_code == 303
    for address in ("/documents/POL-001", "/documents/POL-001/hold", "/retention", "/documents?hold=yes"):
        page = page_of(carla, address)
        assert "egal hold" in page, address
        assert "POL-001" in page, address
    assert "Lawsuit" not in page_of(signed_in("eve"), "/documents/POL-001")
    lifted = carla.post("/documents/POL-001/hold/lift", data={"hold": "1", "because": "Settled"})
    assert lifted.status_code == 303
    assert "Nothing has ended yet" in page_of(carla, "/retention")


@pytest.mark.parametrize("wrong", [{"basis": ""}, {"years": "-1"}, {"years": "0"}, {"years": "500"}, {"then": "burn"}])
def test_what_is_no_rule_is_refused_on_the_page(signed_in: SignedIn, wrong: dict[str, str]) -> None:
    carla = signed_in("carla")
    assert carla.post(RULE_PAGE, data=RULE | wrong).status_code == 422
    assert carla.post(RULE_PAGE, data=RULE | {"then": "keep", "years": "x"}).status_code == 303
