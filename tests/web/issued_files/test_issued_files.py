"""Issued files: named as the document, given as attachments, to those who may read the revision."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]


def test_word_file_and_pdf_are_attachments_that_nobody_keeps(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    eve = signed_in("eve")
    for kind, name, beginning in (("word", "POL-001-1.docx", b"PK"), ("pdf", "POL-001-1.pdf", b"%PDF")):
        answer = eve.get(f"/documents/POL-001/revisions/1/{kind}")
        assert answer.status_code == 200
        assert answer.data.startswith(beginning)
        assert answer.headers["Content-Disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_files_of_a_draft_are_not_given_to_readers(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    office.open_revision("POL-001")
    assert signed_in("eve").get("/documents/POL-001/revisions/2/pdf").status_code == 404
    assert signed_in("eve").get("/documents/POL-001/revisions/2/word").status_code == 404
