"""What somebody may no longer see is gone with their next request, wherever they look."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from docctl.actions.settings import administering
from docctl.domain.people.user import Role
from docctl.followers.catching_up import catch_up
from tests.factories.library import TEXT, Office
from tests.web.conftest import SignedIn
from tests.web.documents.test_documents import PNG

WORD = "unmistakable"
PAGES = (
    "/documents/POL-001", "/documents/POL-001/revisions/1", "/documents/POL-001/history",
    "/documents/POL-001/revisions/1/word", "/documents/POL-001/revisions/1/pictures/image1.png",
)  # fmt: skip
LISTS = (
    f"/search?q={WORD}",
    "/search?q=POL-001",
    "/search/titles?beginning=Secret",
    "/documents",
    "/",
    "/documents.csv",
)


def move(office: Office, department: str = "Quality", roles: tuple[Role, ...] = ()) -> None:
    """Give eve another department, or other roles."""
    change = {"name": "Eve Employee", "email": "", "department": department, "roles": roles}
    administering.change_user(office.control, office.people["admin"], office.people["eve"], **change)


def restrict_further(office: Office) -> None:
    """Bring a revision into force that is meant for others."""
    made = office.open_revision("POL-001")
    metadata = replace(office.revision(made).document_metadata, departments=("Management",))
    office.save(made, metadata=metadata)
    office.carry_through(made)


@pytest.mark.parametrize("taken", [move, restrict_further])
def test_a_right_that_was_taken_away_holds_from_the_next_request(
    office: Office, signed_in: SignedIn, taken: Callable[[Office], None]
) -> None:
    text = f"{TEXT}\n{WORD}\n\n![A square](assets/image1.png)\n"
    office.publish("POL-001", "Secret policy", text, departments=("Procurement",), assets={"assets/image1.png": PNG})
    catch_up(office.control)
    eve = signed_in("eve")
    assert [eve.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert [page for page in LISTS if "Secret" not in eve.get(page, follow_redirects=True).text] == []
    taken(office)
    assert [eve.get(page).status_code for page in PAGES] == [404] * len(PAGES)
    for page in LISTS:
        shown = eve.get(page, follow_redirects=True).text.replace('value="POL-001"', "").replace("“POL-001”", "")
        assert "Secret" not in shown.replace('value="Secret"', ""), page
        assert not [line for line in shown.splitlines() if "/documents/POL-001" in line], page


def test_whoever_lost_a_role_is_refused_with_the_form_still_open(office: Office, signed_in: SignedIn) -> None:
    move(office, roles=(Role.CONTROLLER,))
    eve: FlaskClient = signed_in("eve")
    office.publish("POL-001", "Policy")
    assert eve.get("/documents/POL-001/withdraw").status_code == 200
    move(office)
    assert eve.post("/documents/POL-001/withdraw", data={"reason": "Because"}).status_code == 403
    assert eve.get("/registers").status_code == 403
    assert office.revision(1).state == "IN_FORCE"
