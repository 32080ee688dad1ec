"""The page of a document: what it shows to whom, how it marks what is not in force, and its pictures and files."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from docctl.actions.documents import withdrawing
from docctl.document_control import DocumentControl
from tests.factories.files.hostile_word import png
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]
PNG = png()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EVERYBODY = ("admin", "carla", "alice", "rob", "ann", "eve", "audra")


def without_request(page: str) -> str:
    """A page without the parts that differ at every request."""
    return re.sub(r'[0-9a-f]{16,}|POL-\d+|name="csrf-?_?token" (content|value)="[^"]*"|data-seconds="\d+"', "", page)


def test_nobody_reads_a_document_without_signing_in(client: FlaskClient, office: Office) -> None:
    office.publish()
    assert client.get("/documents/POL-001").status_code == 302
    assert client.get("/documents/POL-001/revisions/1/pdf").status_code == 302


@pytest.mark.parametrize("login", EVERYBODY)
def test_everybody_reads_what_is_in_force(signed_in: SignedIn, office: Office, login: str) -> None:
    office.publish(clauses=[("iso-9001-2015", "5.2")])
    page = signed_in(login).get("/documents/POL-001")
    assert page.status_code == 200
    for shown in ("Quality policy", "This document says what we do.", "In force", "Ann Approver", "ISO 9001:2015"):
        assert shown in page.text


def test_a_number_in_another_case_leads_to_the_document(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    answer = signed_in("eve").get("/documents/pol-001")
    assert (answer.status_code, answer.location) == (302, "/documents/POL-001")


def test_a_draft_is_for_those_at_work_on_it_only(signed_in: SignedIn, office: Office) -> None:
    office.write()
    for login, status in {"alice": 200, "carla": 200, "audra": 200, "rob": 404, "eve": 404, "admin": 404}.items():
        browser = signed_in(login)
        assert browser.get("/documents/POL-001").status_code == status, login
        assert browser.get("/documents/POL-001/revisions/1").status_code == status, login
    assert "not in force; do not work by it" in signed_in("alice").get("/documents/POL-001").text


def test_an_open_revision_is_announced_to_those_who_may_read_it(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    office.open_revision("POL-001")
    assert "Revision 2 is at work" in signed_in("alice").get("/documents/POL-001").text
    page = signed_in("eve").get("/documents/POL-001").text
    assert "at work" not in page
    assert "Revision 2" not in page


def test_a_superseded_revision_says_so_and_leads_to_the_one_in_force(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    office.revise("POL-001", "# Purpose\n\nNew words.\n")
    page = signed_in("eve").get("/documents/POL-001/revisions/1").text
    assert "<strong>Superseded.</strong>" in page
    assert "Read revision 2, which is in force" in page
    assert "This document says what we do." in page
    assert "New words." in signed_in("eve").get("/documents/POL-001").text


def test_an_obsolete_document_says_so_and_why(
    signed_in: SignedIn, office: Office, control: DocumentControl, people: dict[str, int]
) -> None:
    office.publish()
    withdrawing.withdraw(control, office.document_id("POL-001"), people["carla"], "Merged into the manual")
    page = signed_in("eve").get("/documents/POL-001").text
    assert "<strong>Obsolete.</strong>" in page
    assert "Merged into the manual" in page


def test_a_restricted_document_is_answered_as_one_that_does_not_exist(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-009", "Secret plans", departments=("Quality",), assets={"assets/image1.png": PNG})
    eve = signed_in("eve")
    eve.get("/documents")  # the first page tells what happened to the account
    for place in (
        "",
        "/revisions/1",
        "/revisions/1/pictures/image1.png",
        "/revisions/1/word",
        "/revisions/1/pdf",
        "/history",
        "/history.csv",
        "/compare",
    ):
        hidden, absent = eve.get(f"/documents/POL-009{place}"), eve.get(f"/documents/POL-008{place}")
        assert hidden.status_code == absent.status_code == 404
        assert without_request(hidden.text) == without_request(absent.text)
        assert len(hidden.data) == len(absent.data)


def test_a_restricted_document_is_for_its_department(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-009", "Secret plans", departments=("Quality",))
    assert signed_in("rob").get("/documents/POL-009").status_code == 200
    assert signed_in("audra").get("/documents/POL-009").status_code == 200
    assert signed_in("ann").get("/documents/POL-009").status_code == 200, "who signed it may read it"


def test_numbers_in_the_text_are_links_marked_where_the_document_is_obsolete_or_missing(
    signed_in: SignedIn, office: Office, control: DocumentControl, people: dict[str, int]
) -> None:
    office.publish("POL-002", "Old policy")
    withdrawing.withdraw(control, office.document_id("POL-002"), people["carla"], "Not needed")
    office.publish("POL-003", "Good policy")
    office.publish("POL-009", "Secret plans", departments=("Quality",))
    office.publish("POL-001", text="# Purpose\n\nSee POL-002, POL-003, POL-009 and POL-555; files are UTF-8.\n")
    page = signed_in("eve").get("/documents/POL-001").text
    assert 'href="/documents/POL-003" title="Good policy">POL-003</a>' in page
    assert re.search(
        r'href="/documents/POL-002" class="reference-obsolete"[^>]*>POL-002</a> <span [^>]*>\(obsolete\)', page
    )
    assert "Secret plans" not in page
    for number in ("POL-009", "POL-555"):
        assert re.search(rf'<span data-reference="{number}" class="missing-reference">{number}</span>', page)
        assert f'href="/documents/{number}"' not in page
    assert 'data-reference="UTF-8"' not in page


@pytest.mark.parametrize("written", ["POL\u2011003", "POL\u2010003", "POL\u2013003", "POL-\u200b003", "POL\u00a0003"])
def test_a_number_is_a_link_whatever_hyphen_it_is_written_with(
    signed_in: SignedIn, office: Office, written: str
) -> None:
    office.publish("POL-003", "Good policy")
    office.publish("POL-001", "Bad policy", text=f"# Purpose\n\nFollow {written}.\n")
    page = signed_in("eve").get("/documents/POL-001").text
    assert f'href="/documents/POL-003" title="Good policy">{written}</a>.' in page
    assert "Bad policy" in signed_in("eve").get("/documents/POL-003").text


def test_a_restricted_document_is_not_among_those_that_refer_to_one(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001")
    office.publish("POL-003", "Open policy", text="See POL-001.\n")
    office.publish("POL-009", "Secret plans", text="See POL-001.\n", departments=("Quality",))
    page = signed_in("eve").get("/documents/POL-001").text
    assert "Open policy" in page
    assert "POL-009" not in page
    assert "POL-009" in signed_in("rob").get("/documents/POL-001").text


def test_pictures_are_shown_by_their_content_and_what_could_run_is_a_file(signed_in: SignedIn, office: Office) -> None:
    office.publish(
        text="![A picture](assets/image1.png)\n", assets={"assets/image1.png": PNG, "assets/image2.png": SVG}
    )
    eve = signed_in("eve")
    assert '<img src="/documents/POL-001/revisions/1/pictures/image1.png"' in eve.get("/documents/POL-001").text
    shown = eve.get("/documents/POL-001/revisions/1/pictures/image1.png")
    assert (shown.content_type, shown.data) == ("image/png", PNG)
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    kept = eve.get("/documents/POL-001/revisions/1/pictures/image2.png")
    assert kept.content_type == "application/octet-stream"
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in kept.headers["Content-Security-Policy"]


def test_a_picture_of_one_document_is_not_found_under_another(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001", assets={"assets/image1.png": PNG})
    office.publish("POL-002")
    assert signed_in("eve").get("/documents/POL-002/revisions/1/pictures/image1.png").status_code == 404
    assert signed_in("eve").get("/documents/POL-001/revisions/1/pictures/..%2Fcontent.md").status_code == 404


def test_only_those_who_may_are_offered_to_revise_and_withdraw(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    offered = {
        login: ("Open the next revision" in page, "Withdraw this document" in page)
        for login in ("carla", "alice", "rob", "eve", "audra")
        for page in [signed_in(login).get("/documents/POL-001").text]
    }
    assert offered == {
        "carla": (True, True),
        "alice": (True, False),
        "rob": (False, False),
        "eve": (False, False),
        "audra": (False, False),
    }


def test_what_is_typed_into_the_metadata_stays_text(signed_in: SignedIn, office: Office) -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    office.publish(title=f"Title {attack}", owner=f"Owner {attack}", department=f"Unit {attack}")
    for login in ("eve", "carla"):
        for place in (
            "/documents/POL-001",
            "/documents/POL-001/history",
            "/documents",
            "/",
            "/documents/POL-001/compare",
        ):
            page = signed_in(login).get(place, follow_redirects=True).text
            assert "<script>alert" not in page
            assert "<img src=x" not in page
