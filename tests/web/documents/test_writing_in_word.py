"""Pages for writing in Word: taking the draft, downloading it, uploading it after a look at what changed."""

import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from docctl import tools
from docctl.actions.issued_files import exporting
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import CONTENT, WORD_SOURCE
from docctl.registers.lookup import document_numbered
from tests.factories.files.libreoffice import needs_libreoffice
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


LONG = "# Purpose\n\nThis is for everybody.\n\nSecond thoughts.\n\nThird thoughts.\n\nFourth thoughts.\n"


def text_now(office: Office, revision_id: int) -> str:
    """The text of a draft as it is now."""
    content = office.revision(revision_id).current.file(CONTENT)
    assert content is not None
    return office.control.library.read_file(content).decode()


def upload(browser: FlaskClient, data: bytes, name: str = "POL-001-1.docx", at: str = WORD) -> TestResponse:
    """Upload a Word file."""
    return browser.post(at, data={"file": (io.BytesIO(data), name)})


@pytest.fixture
def saved_meanwhile(office: Office, signed_in: SignedIn) -> tuple[FlaskClient, int, bytes]:
    """Alice has the file in Word and changed a word; carla saved another place in the browser meanwhile."""
    revision_id = office.write(text=LONG)
    alice = signed_in("alice")
    word = edited(alice.get(f"{WORD}/file").data, "everybody", "all employees")
    office.save(revision_id, LONG.replace("Fourth thoughts", "The words of Carla"), author="carla", reason="Carla adds")
    return alice, revision_id, word


def test_what_was_saved_meanwhile_is_shown_and_never_taken_away_unseen(
    saved_meanwhile: tuple[FlaskClient, int, bytes], office: Office
) -> None:
    alice, revision_id, word = saved_meanwhile
    page = upload(alice, word).get_data(as_text=True)
    assert "The draft was saved since you downloaded this file" in page
    assert "Carla adds" in page
    assert "The words of Carla" in page
    assert "all employees</ins>" in page
    form = {**hidden_fields(page), "reason": "Clearer"}
    for choice in ({}, {"choice": "replace"}, {"choice": "nonsense"}):
        refused = alice.post(f"{WORD}/save", data={**form, **choice})
        assert refused.status_code == 422
        assert "The words of Carla" in text_now(office, revision_id)
    assert alice.post(f"{WORD}/save", data={**form, "choice": "replace", "seen": "yes"}).status_code == 303
    assert "The words of Carla" not in text_now(office, revision_id)


def test_both_are_put_together_where_they_changed_different_places(
    saved_meanwhile: tuple[FlaskClient, int, bytes], office: Office
) -> None:
    alice, revision_id, word = saved_meanwhile
    page = upload(alice, word).get_data(as_text=True)
    assert "Put both together" in page
    form = {**hidden_fields(page), "reason": "Clearer", "choice": "merge"}
    assert alice.post(f"{WORD}/save", data=form).status_code == 303
    now = text_now(office, revision_id)
    assert "The words of Carla" in now
    assert "all employees" in now


def test_why_both_cannot_be_put_together_is_said_with_the_place(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write(text=LONG)
    alice = signed_in("alice")
    word = edited(alice.get(f"{WORD}/file").data, "everybody", "all employees")
    office.save(revision_id, LONG.replace("everybody", "guests"), author="carla", reason="Carla changes")
    page = upload(alice, word).get_data(as_text=True)
    assert "Put both together" not in page
    assert "Both changed the same place or the lines beside it, at “This is for everybody.”" in page
    form = {**hidden_fields(page), "reason": "Clearer", "choice": "merge"}
    refused = alice.post(f"{WORD}/save", data=form)
    assert refused.status_code == 422
    assert "so the two cannot be put together" in refused.text
    assert "guests" in text_now(office, revision_id)


def test_both_are_kept_where_the_author_wants_to_compare_them(
    saved_meanwhile: tuple[FlaskClient, int, bytes], office: Office
) -> None:
    alice, revision_id, word = saved_meanwhile
    form = {**hidden_fields(upload(alice, word).get_data(as_text=True)), "reason": "Clearer", "choice": "keep both"}
    assert alice.post(f"{WORD}/save", data=form).status_code == 303
    assert "The words of Carla" in text_now(office, revision_id)
    with office.control.reading() as session:
        assert session.get_one(Revision, revision_id).saved_drafts[-1].aside


def test_a_file_that_does_not_say_its_base_needs_a_look_at_what_was_saved(
    saved_meanwhile: tuple[FlaskClient, int, bytes], office: Office
) -> None:
    alice, revision_id, word = saved_meanwhile
    unmarked = tools.word_document.without_base_marks(word)
    page = upload(alice, unmarked).get_data(as_text=True)
    assert "The file does not say what it was downloaded as" in page
    assert "So the two cannot be put together here." in page
    assert "The words of Carla" in page
    form = {**hidden_fields(page), "reason": "Clearer"}
    assert alice.post(f"{WORD}/save", data=form).status_code == 422
    assert alice.post(f"{WORD}/save", data={**form, "choice": "merge"}).status_code == 422
    assert "The words of Carla" in text_now(office, revision_id)
    assert alice.post(f"{WORD}/save", data={**form, "seen": "yes"}).status_code == 303


def test_a_mark_made_up_by_somebody_is_no_mark(saved_meanwhile: tuple[FlaskClient, int, bytes], office: Office) -> None:
    alice, revision_id, word = saved_meanwhile
    own = tools.word_document.base_marks_in(word)[0]
    newer = office.revision(revision_id).current.id
    forged = edited(word, own, re.sub(r"_\d+_", f"_{newer}_", own))
    forged = edited(forged, own.replace("base_", "base2_"), "docctl_base2_1_aaaaaaaaaaaaaaaa")
    assert "does not say what it was downloaded as" in upload(alice, forged).get_data(as_text=True)


def test_the_file_of_another_document_or_revision_or_a_template_is_refused_by_name(
    office: Office, signed_in: SignedIn
) -> None:
    office.publish("POL-001")
    office.write("POL-002")
    alice = signed_in("alice")
    older = issued_word(office, "POL-001", 1)
    office.open_revision("POL-001")
    other = alice.get("/documents/POL-002/revisions/1/write-in-word/file").data
    here = "/documents/POL-001/revisions/2/write-in-word"
    unmarked = tools.word_document.without_base_marks(other)
    template = (office.control.templates / "policy.docx").read_bytes()
    for data, name in (
        (other, "POL-002 revision 1"),
        (unmarked, "POL-002"),
        (older, "POL-001 revision 1"),
        (template, "Word template"),
    ):
        refused = upload(alice, data, at=here)
        assert refused.status_code == 422, name
        assert name in refused.get_data(as_text=True)
    assert upload(alice, alice.get(f"{here}/file").data, at=here).status_code == 200


def issued_word(office: Office, number: str, revision: int) -> bytes:
    """The Word file of a revision in force."""
    with office.control.reading() as session:
        found = next(each for each in document_numbered(session, number).revisions if each.number == revision)
        sheet = exporting.issue_sheet(office.control, session, found)
        template = exporting.template_for(office.control, session, found)
    assert template is not None
    body = tools.conversion.markdown_to_word(TEXT, {}, template.data)
    return bytes(tools.word_document.fill_word(template.data, body, sheet))


@needs_libreoffice
def test_the_mark_survives_libreoffice(saved_meanwhile: tuple[FlaskClient, int, bytes], tmp_path: Path) -> None:
    alice, _, word = saved_meanwhile
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "POL-001-1.docx").write_bytes(word)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "docx",
               "--outdir", str(tmp_path), str(tmp_path / "in" / "POL-001-1.docx")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    page = upload(alice, (tmp_path / "POL-001-1.docx").read_bytes()).get_data(as_text=True)
    assert "The draft was saved since you downloaded this file" in page
