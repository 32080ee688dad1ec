"""Pages for writing in Word: taking the draft, downloading it, uploading it after a look at what changed."""

import io
import zipfile
from collections.abc import Callable

from flask.testing import FlaskClient

from docctl.domain.stored_file import CONTENT, WORD_SOURCE
from tests.factories.library import TEXT, Office
from tests.web.forms import hidden_fields, page_of

SignedIn = Callable[[str], FlaskClient]
DRAFT = "/documents/POL-001/revisions/1"
WORD = f"{DRAFT}/write-in-word"


def edited(data: bytes, old: str, new: str) -> bytes:
    """A Word file in which somebody changed some words."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            content = before.read(entry)
            if entry.filename == "word/document.xml":
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            after.writestr(entry.filename, content)
    return changed.getvalue()


def test_others_are_told_who_has_the_draft_in_word(signed_in: SignedIn, office: Office) -> None:
    office.write()
    alice, carla = signed_in("alice"), signed_in("carla")
    assert alice.post(f"{WORD}/take").status_code == 303
    assert "Alice Author has had this draft in Word since" in page_of(carla, f"{DRAFT}/write")
    assert alice.post(f"{WORD}/give-back").status_code == 303
    assert "has had this draft" not in page_of(carla, f"{DRAFT}/write")


def test_a_draft_goes_to_word_and_comes_back_after_a_look_at_what_changed(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    alice = signed_in("alice")
    alice.post(f"{WORD}/take")
    answer = alice.get(f"{WORD}/file")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="POL-001-1.docx"'
    word = edited(answer.data, "everybody", "all employees")
    page = alice.post(WORD, data={"file": (io.BytesIO(word), "POL-001-1.docx")}).get_data(as_text=True)
    assert "all employees</ins>" in page
    assert "everybody</del>" in page
    assert office.revision(revision_id).current.number == 1
    fields = hidden_fields(page)
    assert alice.post(f"{WORD}/save", data={**fields, "reason": " "}).status_code == 422
    assert alice.post(f"{WORD}/save", data={**fields, "reason": "Clearer"}).status_code == 303
    current = office.revision(revision_id).current
    content = current.file(CONTENT)
    assert content is not None
    assert office.control.library.read_file(content).decode() == TEXT.replace("everybody", "all employees")
    assert current.source == "word"
    assert current.file(WORD_SOURCE) is not None
    assert office.revision(revision_id).held_by_id is None


def test_what_is_no_word_file_is_refused_and_nothing_is_stored(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    alice = signed_in("alice")
    for name, data in (("x.docx", b"not a package"), ("x.exe", b"MZ"), ("x.docx", b""), ("", b"")):
        assert alice.post(WORD, data={"file": (io.BytesIO(data), name)}).status_code == 422
    assert alice.post(f"{WORD}/save", data={"file": "../../docctl.db", "reason": "x"}).status_code == 404
    assert alice.post(f"{WORD}/save", data={"file": "0" * 64, "reason": "x"}).status_code == 404
    assert len(office.revision(revision_id).current.files) == 2


def test_a_word_file_is_not_taken_for_another_draft(signed_in: SignedIn, office: Office) -> None:
    office.write("POL-001")
    office.write("POL-002")
    alice = signed_in("alice")
    word = alice.get(f"{WORD}/file").data
    page = alice.post(WORD, data={"file": (io.BytesIO(word), "a.docx")}).get_data(as_text=True)
    other = "/documents/POL-002/revisions/1/write-in-word/save"
    assert alice.post(other, data={**hidden_fields(page), "reason": "x"}).status_code == 404


def test_a_preview_is_given_as_word_and_pdf_marked_as_a_draft(signed_in: SignedIn, office: Office) -> None:
    office.write()
    alice = signed_in("alice")
    for kind, beginning in (("pdf", b"%PDF-"), ("docx", b"PK")):
        answer = alice.get(f"{DRAFT}/preview.{kind}")
        assert answer.data.startswith(beginning)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert alice.get(f"{DRAFT}/preview.exe").status_code == 404
