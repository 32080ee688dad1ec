"""The pages of the departments, and what a renamed one looks like on other pages."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from docctl.actions.people import organising
from docctl.document_control import DocumentControl
from docctl.followers.catching_up import catch_up
from tests.factories.library import Clock, Office

SignedIn = Callable[[str], FlaskClient]
PAGE = "/administration/departments"
ONE = "/administration/units"
QUALITY, PROCUREMENT = 2, 7


def test_a_department_is_added_renamed_merged_split_and_retired_in_the_browser(signed_in: SignedIn) -> None:
    carla = signed_in("carla")
    assert carla.post(PAGE, data={"name": "Law"}).status_code == 303
    assert "Law" in carla.get(PAGE).text
    assert carla.post(f"{ONE}/8/rename", data={"name": "Law and Contracts"}).status_code == 303
    page = carla.get(f"{ONE}/8").text
    assert "Law and Contracts" in page
    assert "Nobody belongs to it." in page
    assert carla.post(f"{ONE}/{PROCUREMENT}/merge", data={"into": "8", "reason": "One team"}).status_code == 303
    assert "Eve Employee" in carla.get(f"{ONE}/8").text
    assert "Merged into Law and Contracts on" in carla.get(f"{ONE}/{PROCUREMENT}").text
    split = {"part": "Laboratory", "reason": "It grew", "members": "4"}
    assert carla.post(f"{ONE}/{QUALITY}/split", data=split).status_code == 303
    laboratory = carla.get(f"{ONE}/9").text
    assert "Rob Reviewer" in laboratory
    assert "also reads what says: Quality." in laboratory
    assert carla.post(f"{ONE}/4/retire", data={"reason": "Nobody is left"}).status_code == 303
    assert "Retired on" in carla.get(f"{ONE}/4").text
    assert "department,Law and Contracts,Law," in carla.get(f"{PAGE}.csv").text


def test_a_refusal_stands_on_the_page_with_what_was_typed(signed_in: SignedIn) -> None:
    carla = signed_in("carla")
    again = carla.post(PAGE, data={"name": "Quality"})
    assert again.status_code == 422
    assert "“Quality” is there already" in again.text
    kept = carla.post(f"{ONE}/{PROCUREMENT}/retire", data={"reason": "Not needed"})
    assert "1 belong to it (Eve Employee)" in kept.text
    nowhere = carla.post(f"{ONE}/{PROCUREMENT}/merge", data={"into": "", "reason": "Not needed"})
    assert "Choose what takes this one in." in nowhere.text
    assert carla.get(f"{ONE}/999").status_code == 404


def test_the_administrator_sees_who_belongs_to_it_and_may_go_to_them(signed_in: SignedIn) -> None:
    assert "/administration/people/eve" in signed_in("admin").get(f"{ONE}/{PROCUREMENT}").text
    assert "/administration/people/eve" not in signed_in("carla").get(f"{ONE}/{PROCUREMENT}").text


def test_a_document_says_its_department_as_it_is_called_now_and_as_the_revision_says(
    signed_in: SignedIn, office: Office, control: DocumentControl
) -> None:
    office.publish("POL-001", department="Procurement", departments=("Procurement", "Quality"))
    carla = signed_in("carla")
    carla.post(f"{ONE}/{PROCUREMENT}/rename", data={"name": "Purchasing"})
    catch_up(control)
    eve = signed_in("eve")
    page = eve.get("/documents/POL-001").text
    assert "Purchasing (in this revision: Procurement)" in page
    assert "Restricted: Purchasing, Quality" in page
    assert "POL-001" in eve.get("/documents?department=Purchasing").text
    assert "POL-001" in eve.get("/search?q=document&department=Purchasing").text


def test_a_draft_described_anew_keeps_its_readers_under_their_present_names(
    signed_in: SignedIn, office: Office
) -> None:
    made = office.write("POL-001", author="carla", department="Procurement", departments=("Procurement", "Finance"))
    carla = signed_in("carla")
    carla.post(f"{ONE}/{PROCUREMENT}/rename", data={"name": "Purchasing"})
    form = carla.get("/documents/POL-001/revisions/1/metadata").text
    for name in ("Purchasing", "Finance"):
        assert f'name="departments" value="{name}" checked' in form
    said = {
        "title": "Quality policy", "owner": "Head", "department": "Purchasing", "language": "en",
        "classification": "restricted", "departments": ["Purchasing", "Finance"], "keywords": "", "reason": "Tidied",
        "based_on": office.revision(made).fingerprint,
    }  # fmt: skip
    assert carla.post("/documents/POL-001/revisions/1/metadata", data=said).status_code == 303
    described = office.revision(made).document_metadata
    assert (described.department, described.departments) == ("Purchasing", ("Purchasing", "Finance"))


def test_a_day_shows_who_belonged_to_a_department_and_what_it_was_called(
    signed_in: SignedIn, office: Office, clock: Clock
) -> None:
    first = clock.instant.date().isoformat()
    clock.forward(days=20)
    organising.rename_unit(office.control, office.people["carla"], PROCUREMENT, "Purchasing")
    organising.merge_units(office.control, office.people["carla"], PROCUREMENT, 1, "One team")
    carla = signed_in("carla")
    listed = carla.get(f"{PAGE}?on={first}").text
    assert f'href="{ONE}/{PROCUREMENT}?on={first}">Procurement</a>' in listed
    assert "Eve Employee" in carla.get(f"{ONE}/{PROCUREMENT}?on={first}").text
    assert "Nobody belonged to it then." in carla.get(f"{ONE}/{PROCUREMENT}?on=2000-01-01").text
    assert carla.get(f"{PAGE}?on=yesterday").status_code == 200


@pytest.mark.parametrize(
    ("kinds", "heading"), [("sites", "Sites"), ("positions", "Positions"), ("groups", "Groups")]
)  # fmt: skip
def test_sites_positions_and_groups_have_pages_of_their_own(signed_in: SignedIn, kinds: str, heading: str) -> None:
    carla, page = signed_in("carla"), f"/administration/{kinds}"
    assert f"There is no {kinds[:-1]} yet." in carla.get(page).text
    assert carla.post(page, data={"name": "Quality"}).headers["Location"] == page
    assert f"{kinds[:-1]},Quality," in carla.get(f"{page}.csv").text
    one = carla.get(f"{ONE}/8").text
    assert f'<a href="{page}">{heading}</a>' in one
    assert "in force say" not in one
    assert carla.post(f"{ONE}/8/rename", data={"name": "Assurance"}).status_code == 303
    listed = carla.get(page).text
    assert f"<h1>{heading}</h1>" in listed
    assert f'<a href="{ONE}/8">Assurance</a>' in listed
    assert f'href="{ONE}/{QUALITY}"' not in listed


def test_there_are_no_other_kinds(signed_in: SignedIn) -> None:
    assert signed_in("carla").get("/administration/teams").status_code == 404


def test_the_head_of_a_department_is_named_and_stands_on_the_pages_of_a_leaver(signed_in: SignedIn) -> None:
    carla = signed_in("carla")
    assert carla.post(f"{ONE}/{QUALITY}/head", data={"head": "rob"}).status_code == 303
    assert "Head: Rob Reviewer" in " ".join(carla.get(f"{ONE}/{QUALITY}").text.split())
    admin = signed_in("admin")
    for page in ("/administration/people/rob", "/administration/personnel/4"):
        assert f'<a href="{ONE}/{QUALITY}">Quality</a>' in admin.get(page).text
        assert f'<a href="{ONE}/{QUALITY}">' not in admin.get(page.replace("rob", "eve").replace("/4", "/6")).text
    refused = carla.post(f"{ONE}/{QUALITY}/head", data={"head": "#99"})
    assert (refused.status_code, 'value="#99"' in refused.text) == (422, True)
    assert carla.post(f"{ONE}/{QUALITY}/head", data={"head": ""}).status_code == 303
    assert "Head: " not in " ".join(carla.get(f"{ONE}/{QUALITY}").text.split())
