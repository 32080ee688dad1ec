"""Pages for writing: new documents, the draft, its pictures, saving, discarding, revising."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from docctl.document_control import DocumentControl
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import CONTENT
from docctl.registers.lookup import document_numbered
from tests.factories.library import Office
from tests.web.forms import page_of, send

SignedIn = Callable[[str], FlaskClient]
DRAFT = "/documents/POL-001/revisions/1"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63606060f80f00010401005fe5c34b0000000049454e44ae426082"
)
ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
NEW = {"type": "policy", "title": "Quality policy", "language": "en", "classification": "internal"}


def text_of(office: Office, revision_id: int) -> str:
    """The stored text of a revision."""
    content = office.revision(revision_id).current.file(CONTENT)
    assert content is not None
    return office.control.library.read_file(content).decode()


def first_revision(office: Office, number: str) -> Revision:
    """The first revision of a document."""
    with office.control.reading() as session:
        return document_numbered(session, number).revision(1)


def test_a_new_document_gets_the_next_number_and_starts_from_its_template(
    signed_in: SignedIn, office: Office
) -> None:  # fmt: skip
    office.write("POL-004")
    alice = signed_in("alice")
    assert "POL-005" in page_of(alice, "/documents/new?type=policy")
    answer = send(alice, "/documents/new?type=policy", **NEW, number="POL-005", owner="Head of Quality")
    assert (answer.status_code, answer.location) == (303, "/documents/POL-005/revisions/1/write")
    assert first_revision(office, "POL-005").owner == "Head of Quality"
    assert "<h1" in page_of(alice, "/documents/POL-005/revisions/1/write")


@pytest.mark.parametrize(
    "number",
    [
        "../../etc/x",
        "POL-1\n",
        "POL-٣",
        "ＰＯＬ-1",
        "POL-1.",
        "CON",
        ".git",
        "x.lock",
        "-h",
        "--output=x",
        "",
        "P" * 60,
    ],
)
def test_a_number_that_cannot_be_one_is_refused_and_nothing_typed_is_lost(signed_in: SignedIn, number: str) -> None:
    answer = send(signed_in("alice"), "/documents/new?type=policy", **{**NEW, "title": "Kept title"}, number=number)
    assert answer.status_code == 422
    assert "Kept title" in answer.get_data(as_text=True)


def test_a_number_in_use_is_refused_whatever_its_case(signed_in: SignedIn, office: Office) -> None:
    office.write("POL-004")
    answer = send(signed_in("alice"), "/documents/new?type=policy", **NEW, number="pol-004")
    assert answer.status_code == 409
    assert "never given twice" in answer.get_data(as_text=True)


def test_the_form_sent_twice_creates_one_document(signed_in: SignedIn, office: Office) -> None:
    alice = signed_in("alice")
    fields = {**NEW, "number": "POL-007", "request_id": "once"}
    first, second = (alice.post("/documents/new", data=fields) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location


def test_a_restricted_document_names_only_people_and_departments_that_there_are(
    signed_in: SignedIn, office: Office
) -> None:  # fmt: skip
    fields = {**NEW, "classification": "restricted", "departments": ["Quality", "Nowhere"], "people": ["99999", "x"]}
    assert send(signed_in("alice"), "/documents/new?type=policy", **fields, number="POL-008").status_code == 303
    revision = first_revision(office, "POL-008")
    assert revision.audience == "|department:Quality|"


def test_an_external_document_says_where_it_comes_from(signed_in: SignedIn, office: Office) -> None:
    fields = {**NEW, "type": "external document", "issuer": "ISO", "edition": "2015", "checked_on": "2026-02-01"}
    alice = signed_in("alice")
    assert send(alice, "/documents/new?type=external+document", **fields, number="EXT-009").status_code == 303
    external = first_revision(office, "EXT-009").document_metadata.external
    assert (external.issuer, external.checked_on) == ("ISO", "2026-02-01")
    refused = send(alice, "/documents/new?type=external+document", **{**fields, "checked_on": "soon"}, number="EXT-010")
    assert refused.status_code == 422


@pytest.mark.parametrize("login", ["eve", "audra", "rob", "admin"])
def test_only_those_who_write_come_to_the_pages_for_writing(signed_in: SignedIn, office: Office, login: str) -> None:
    office.write()
    browser = signed_in(login)
    for page in ("/drafts", "/documents/new", f"{DRAFT}/write", f"{DRAFT}/metadata", f"{DRAFT}/submit"):
        assert browser.get(page).status_code == 403
    assert browser.post(f"{DRAFT}/write", data={"html": "<p>x</p>", "reason": "x"}).status_code == 403
    assert browser.post("/documents/new", data={**NEW, "number": "POL-100"}).status_code == 403


def test_a_draft_that_one_may_not_know_of_is_answered_as_an_absent_one(signed_in: SignedIn, office: Office) -> None:
    office.write("POL-001", departments=("Procurement",), author="carla")
    alice, eve = signed_in("alice"), signed_in("eve")
    for each in (alice, eve):
        each.get("/documents")  # the first page tells what happened to the account
    for browser, page in ((alice, "write"), (alice, "metadata"), (eve, "review"), (eve, "preview"), (eve, "saved")):
        known, absent = (browser.get(f"/documents/{n}/revisions/1/{page}") for n in ("POL-001", "POL-999"))
        assert known.status_code == absent.status_code == 404
        assert len(known.data) == len(absent.data)


def test_what_is_written_is_saved_with_its_reason(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    alice = signed_in("alice")
    table = "<table><thead><tr><th>Role</th></tr></thead><tbody><tr><td>Owner</td></tr></tbody></table>"
    answer = send(alice, f"{DRAFT}/write", html=f"<h1>Purpose</h1><p>New text.</p>{table}", reason="Say it shorter")
    assert answer.status_code == 303
    assert text_of(office, revision_id).startswith("# Purpose\n\nNew text.\n\n| Role")
    assert "Say it shorter" in page_of(alice, f"{DRAFT}/saved")


def test_a_save_without_a_reason_is_refused_and_keeps_the_text(signed_in: SignedIn, office: Office) -> None:
    office.write()
    answer = send(signed_in("alice"), f"{DRAFT}/write", html="<p>My long text</p>", reason="  ")
    assert answer.status_code == 422
    assert "My long text" in answer.get_data(as_text=True)


def test_nothing_typed_into_a_field_comes_back_alive(signed_in: SignedIn, office: Office) -> None:
    office.write(title=ATTACK, owner=ATTACK, keywords=(ATTACK,))  # type: ignore[arg-type]
    alice = signed_in("alice")
    assert send(alice, f"{DRAFT}/write", html=f"<p>Text {ATTACK}</p>", reason=ATTACK).status_code == 303
    pages = ("write", "metadata", "clauses", "write-in-word", "saved", "saved/2", "preview", "submit", "discard")
    for page in (*(f"{DRAFT}/{name}" for name in pages), "/drafts"):
        shown = page_of(alice, page)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_a_picture_is_taken_shown_and_saved_with_the_text(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    alice = signed_in("alice")
    answer = alice.post(f"{DRAFT}/pictures", data={"file": (io.BytesIO(PIXEL), "plan.png")})
    source = answer.get_json()["src"]
    assert answer.status_code == 200
    shown = alice.get(f"{DRAFT}/{source}")
    assert shown.data == PIXEL
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Content-Disposition"] == "attachment"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    html = f'<p><img src="{source}" alt="The plan"></p>'
    assert send(alice, f"{DRAFT}/write", html=html, reason="Picture").status_code == 303
    stored = office.revision(revision_id).current.file(source)
    assert stored is not None
    assert office.control.library.read_file(stored) == PIXEL
    assert send(alice, f"{DRAFT}/write", html="<p>none</p>", reason="Taken out").status_code == 303
    assert send(alice, f"{DRAFT}/write", html=html, reason="Put back").status_code == 303
    assert office.revision(revision_id).current.file(source) == stored
    assert source.split("/")[1] in page_of(alice, f"{DRAFT}/saved/2")


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"MZ", b"", PIXEL[:40], b"%PDF-1.7"])
def test_a_file_that_is_no_picture_is_refused_by_its_content(
    signed_in: SignedIn, office: Office, content: bytes
) -> None:  # fmt: skip
    office.write()
    answer = signed_in("alice").post(
        f"{DRAFT}/pictures",
        data={"file": (io.BytesIO(content), "x.png")},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.get_json()["error"]


def test_a_picture_of_one_draft_is_not_reached_through_another(signed_in: SignedIn, office: Office) -> None:
    office.write("POL-001")
    office.write("POL-002")
    alice = signed_in("alice")
    source = alice.post(f"{DRAFT}/pictures", data={"file": (io.BytesIO(PIXEL), "a.png")}).get_json()["src"]
    assert alice.get(f"/documents/POL-002/revisions/1/{source}").status_code == 404
    assert alice.get(f"{DRAFT}/assets/..%2f..%2fdocctl.db").status_code == 404
    assert signed_in("eve").get(f"{DRAFT}/{source}").status_code == 404


def test_a_draft_is_discarded_with_a_reason(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    alice = signed_in("alice")
    assert send(alice, f"{DRAFT}/discard", reason="").status_code == 422
    assert send(alice, f"{DRAFT}/discard", reason="Not needed").status_code == 303
    assert office.revision(revision_id).state == "DISCARDED"
    assert "Not needed" in page_of(alice, f"{DRAFT}/write")


def test_the_next_revision_is_opened_with_a_reason_and_only_once(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001")
    alice = signed_in("alice")
    assert send(alice, "/documents/POL-001/revise", reason="").status_code == 422
    answer = send(alice, "/documents/POL-001/revise", reason="Yearly review")
    assert answer.location == "/documents/POL-001/revisions/2/write"
    assert alice.post("/documents/POL-001/revise", data={"reason": "Again"}).status_code == 409
    assert "Go to revision 2" in page_of(alice, "/documents/POL-001/revise")


def test_a_form_cannot_set_what_it_does_not_offer(
    signed_in: SignedIn, office: Office, control: DocumentControl
) -> None:  # fmt: skip
    revision_id = office.write()
    extra = {"state": "IN_FORCE", "author_id": str(office.people["rob"]), "created_at": "1999-01-01", "number": "9"}
    assert send(signed_in("alice"), f"{DRAFT}/write", html="<p>x</p>", reason="Mine", **extra).status_code == 303
    revision = office.revision(revision_id)
    assert revision.state == "DRAFT"
    with control.reading() as session:
        assert session.merge(revision.current, load=False).author_id == office.people["alice"]
