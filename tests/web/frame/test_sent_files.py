"""Every form that takes a file: what the virus scanner does not find clean comes in nowhere."""

import io
import logging
import os
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from docctl.actions.intake import importing
from docctl.actions.intake.files_of_folders import files_below
from docctl.adapters.virus_scanner import VirusScanner
from docctl.document_control import DocumentControl
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.intake import UploadRefused
from docctl.domain.trail.events.reading import read_event
from tests.factories.library import Office
from tests.web.conftest import SignedIn
from tests.web.documents.test_documents import PNG
from tests.web.forms import page_of

MARKED = b"# Purpose\n\nEICAR is in here.\n"
FILE_FORMS = ("/import", "/documents/POL-001/revisions/1/pictures", "/documents/POL-001/revisions/1/write-in-word")


@pytest.fixture
def scanned(control: DocumentControl) -> DocumentControl:
    """A library whose scanner finds EICAR, and gives no answer for what holds SLOW."""
    script = "if grep -q EICAR; then exit 1; fi; if grep -q SLOW {}; then exit 2; fi; exit 0"
    control.scanner = VirusScanner(("/bin/sh", "-c", script), 30)
    return control


def staged(data: Path) -> list[Path]:
    """Return the files that wait in the data folder."""
    return [path for path in (data / "staging").rglob("*") if path.is_file()]


@pytest.mark.parametrize("word", [b"EICAR", b"SLOW"])
def test_no_form_takes_what_is_not_found_clean(
    scanned: DocumentControl, office: Office, signed_in: SignedIn, word: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    office.write()
    carla = signed_in("carla")
    for address, name in zip(FILE_FORMS[1:], ("a.png", "a.docx"), strict=True):
        answer = carla.post(address, data={"file": (io.BytesIO(PNG + word), name)})
        assert answer.status_code == 422
        assert ("found something" if word == b"EICAR" else "could not be checked") in answer.text
        assert not staged(scanned.data)
    assert {record.name for record in caplog.records if "upload" in str(getattr(record, "event", ""))} == {
        "docctl.security"
    }


def test_an_import_names_the_infected_file_and_takes_the_others(scanned: DocumentControl, signed_in: SignedIn) -> None:
    files = [
        (io.BytesIO(MARKED), "bad.md"),
        (io.BytesIO(b"# Scope\n\nText.\n"), "good.md"),
        (io.BytesIO(PNG + b"EICAR"), "p.png"),
    ]
    carla = signed_in("carla")
    page = page_of(carla, carla.post("/import", data={"files": files}).location)
    assert page.count("The virus scanner found something") == 2
    assert "good.md" in page
    assert not [path for path in staged(scanned.data) if b"EICAR" in path.read_bytes()]
    with scanned.reading() as session:
        events = session.scalars(select(Event).where(Event.act == "upload:refused")).all()
    refused = [read_event(event).details for event in events]
    assert sorted(told.name for told in refused if isinstance(told, UploadRefused)) == ["bad.md", "p.png"]
    assert not [event.seq for event in events if "bad" in event.text + event.subject], "a name may tell of somebody"


def test_a_folder_is_imported_past_the_scanner_too(
    scanned: DocumentControl, people: dict[str, int], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "bad.md").write_bytes(MARKED)
    (folder / "good.md").write_bytes(b"# Scope\n\n![A square](square.png)\n\nText.\n")
    (folder / "square.png").write_bytes(PNG + b"EICAR")
    verdicts = list(importing.import_files(scanned, people["carla"], files_below([folder])))
    assert {Path(each.path).name: each.status for each in verdicts if each.path.endswith(".md")} == {
        "bad.md": "refused",
        "good.md": "imported",
    }
    with scanned.reading() as session:
        assert "EICAR" not in "".join(session.scalars(select(Event.text)))


def upload(browser: FlaskClient) -> TestResponse:
    """Send a form with a file."""
    return browser.post("/import", data={"files": (io.BytesIO(b"# Scope\n\nText.\n"), "a.md")})


def test_one_person_sends_so_many_files_at_once_and_others_are_not_held_up(
    control: DocumentControl, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    carla, alice = signed_in("carla"), signed_in("alice")
    slots = control.upload_slots(2, 600)
    taken = [slots.take(2), slots.take(2)]
    caplog.set_level(logging.WARNING, "docctl.security")
    refused = upload(carla)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "more than 2 files at once" in refused.text
    assert refused.headers["X-Request-ID"] in refused.text
    assert "upload_quota" in {getattr(record, "event", "") for record in caplog.records}
    assert upload(alice).status_code == 403
    assert carla.get("/import").status_code == 200
    for slot in taken:
        os.close(slot)
    assert upload(carla).status_code == 303
    assert upload(carla).status_code == 303, "the slot is given back"


def test_one_person_sends_so_many_files_in_a_minute(app: Flask, signed_in: SignedIn) -> None:
    app.config["UPLOADS_PER_MINUTE"] = 2
    carla = signed_in("carla")
    assert [upload(carla).status_code for _ in range(3)] == [303, 303, 429]
    told = carla.post("/import", data={"x": (io.BytesIO(b""), "")}, headers={"Accept": "application/json"})
    assert told.status_code == 429
    assert 0 < int(told.headers["Retry-After"]) <= 60
    assert "2 files within a minute" in told.get_json()["error"]
