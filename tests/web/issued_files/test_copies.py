"""The page behind the link of a copy: whether it is in force, for whoever holds it, and nothing that is hidden."""

from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from docctl.actions.documents import withdrawing
from docctl.actions.issued_files.exporting import PDF, issued_file
from docctl.document_control import DocumentControl
from docctl.domain.documents.revision import Revision
from docctl.domain.issued_files.copy_link import code_of
from tests.factories.files.pdf_pages import open_pdf
from tests.factories.files.qr_codes import scanned_pages
from tests.factories.library import TEXT, Office

SignedIn = Callable[[str], FlaskClient]


def _code(control: DocumentControl, revision_id: int) -> str:
    with control.reading() as session:
        revision = session.get_one(Revision, revision_id)
        return code_of(revision.fingerprint, revision.number)


def _said(answer: TestResponse) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def test_the_code_on_every_page_leads_to_a_page_that_says_the_copy_is_in_force(
    control: DocumentControl, client: FlaskClient, office: Office
) -> None:
    control.address = "https://docs.riverton.example"
    revision_id = office.publish(text=TEXT + "\n\nWe keep to what was agreed." * 80)
    pages = scanned_pages(open_pdf(issued_file(control, revision_id, None, PDF)[1]))
    assert len(pages) > 1
    assert set(pages) == {f"{control.address}/c/{_code(control, revision_id)}"}
    answer = client.get(pages[0].removeprefix(control.address))
    assert answer.status_code == 200
    assert "This copy is in force." in _said(answer)
    assert b"docs.riverton.example/c/" not in answer.data


def test_a_copy_of_a_superseded_revision_names_the_one_that_took_its_place(
    control: DocumentControl, client: FlaskClient, office: Office
) -> None:
    first = office.publish()
    office.revise("POL-001", TEXT + "\nMore.\n")
    said = _said(client.get(f"/c/{_code(control, first)}".lower()))
    assert "This copy is superseded." in said
    assert "Revision 2 has taken its place" in said


def test_a_copy_of_a_withdrawn_document_says_so(
    control: DocumentControl, client: FlaskClient, office: Office, people: dict[str, int]
) -> None:
    revision_id = office.publish()
    withdrawing.withdraw(control, office.document_id("POL-001"), people["carla"], "No longer done")
    assert "This copy is obsolete." in _said(client.get(f"/c/{_code(control, revision_id)}"))


def test_a_copy_of_a_draft_says_that_it_was_changed_since(
    control: DocumentControl, client: FlaskClient, office: Office
) -> None:
    revision_id = office.write("POL-001")
    before = _code(control, revision_id)
    assert "It is not in force yet." in _said(client.get(f"/c/{before}"))
    office.save(revision_id, TEXT + "\nMore.\n")
    assert "has been changed since this copy was made" in _said(client.get(f"/c/{before}"))


def test_a_restricted_copy_and_none_at_all_are_told_in_the_same_words(
    control: DocumentControl, client: FlaskClient, office: Office, signed_in: SignedIn
) -> None:
    code = _code(control, office.publish(departments=("Finance",)))
    for browser in (client, signed_in("eve")):
        browser.get("/documents")  # the first page tells what happened to the account
        hidden, absent = (browser.get(f"/c/{each}") for each in (code, "0" * 12 + "-1"))
        assert hidden.status_code == absent.status_code
        assert _told(hidden, code) == _told(absent, "0" * 12 + "-1")
    assert "This copy is in force." in _said(signed_in("carla").get(f"/c/{code}"))


def _told(answer: TestResponse, code: str) -> str:
    """The page without the code that was asked for, the keys of its forms and the time left."""
    lines = answer.get_data(as_text=True).replace(code, "").splitlines()
    return "\n".join(line for line in lines if "csrf" not in line and "data-seconds" not in line)


def test_a_copy_tells_nobody_its_title_without_a_sign_in(
    control: DocumentControl, client: FlaskClient, office: Office
) -> None:
    revision_id = office.publish(title="Dismissals under way")
    answer = client.get(f"/c/{_code(control, revision_id)}")
    assert answer.status_code == 200
    assert b"Dismissals" not in answer.data
    assert answer.headers["Cache-Control"] == "no-store"
