"""My tasks in the browser: what waits for each person leads to where it is done."""

from collections.abc import Callable

from flask.testing import FlaskClient

from docctl.actions.approval import reviewing
from docctl.document_control import DocumentControl
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]


def test_each_person_sees_what_waits_for_them(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    assert "My drafts" in signed_in("alice").get("/tasks").text
    office.submit(revision_id)
    page = signed_in("rob").get("/tasks").text
    assert "To review" in page
    assert 'href="/documents/POL-001/revisions/1/review"' in page
    assert "Nothing waits for you." in signed_in("ann").get("/tasks").text
    office.review(revision_id)
    assert "To approve" in signed_in("ann").get("/tasks").text
    assert "Waiting for others" in signed_in("alice").get("/tasks").text
    assert "POL-001" not in signed_in("eve").get("/tasks").text


def test_a_draft_sent_back_is_shown_once_with_its_reason(
    signed_in: SignedIn, office: Office, control: DocumentControl, people: dict[str, int]
) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    shown = office.revision(revision_id).fingerprint
    reviewing.request_changes(control, revision_id, people["rob"], "The scope is missing", shown=shown)
    page = signed_in("alice").get("/tasks").text
    assert "Changes requested" in page
    assert "The scope is missing" in page
    assert "My drafts" not in page
