"""The revision history in the browser: signatures for all, drafts and events for those who may know of them."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from docctl.actions.intake.importing import Adoption, import_files
from docctl.actions.issued_files.exporting import issue_sheet
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import sha256
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]


def test_the_history_shows_every_revision_with_its_signatures(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    office.revise("POL-001", "# Purpose\n\nNew.\n", "Shorter")
    page = signed_in("eve").get("/documents/POL-001/history").text
    for shown in ("Revision 2", "Revision 1", "Superseded", "Shorter", "Ann Approver", "Rob Reviewer", "CET"):
        assert shown in page
    assert 'href="/documents/POL-001/compare?older=1&amp;newer=2"' in page
    assert office.revision(1).fingerprint in page


def test_readers_see_neither_drafts_nor_events(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    office.open_revision("POL-001", "A secret reason")
    eve = signed_in("eve").get("/documents/POL-001/history").text
    assert "saved draft" not in eve
    assert "What happened" not in eve
    assert "A secret reason" not in eve
    assert "Revision 2" not in eve
    audra = signed_in("audra").get("/documents/POL-001/history").text
    assert "saved draft" in audra
    assert "What happened" in audra
    assert "A secret reason" in audra


def test_the_history_is_taken_away_as_csv_and_xlsx(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    csv = signed_in("eve").get("/documents/POL-001/history.csv")
    text = csv.data.decode("utf-8-sig")
    assert "I have reviewed" in text or "reviewed" in text
    assert text.count("Ann Approver") == 1
    assert "POL-001-revision-history.csv" in csv.headers["Content-Disposition"]
    assert signed_in("eve").get("/documents/POL-001/history.xlsx").data.startswith(b"PK")


def test_an_auditor_takes_away_a_pack_that_proves_itself(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    answer = signed_in("audra").get("/documents/POL-001/evidence.zip")
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
        assert {"README.txt", "verify_library.py", "library.bundle", "signatures.csv"} <= set(pack.namelist())
    assert signed_in("audra").get("/documents/POL-999/evidence.zip").status_code == 404
    assert signed_in("eve").get("/documents/POL-001/evidence.zip").status_code == 403


def test_the_fingerprint_of_a_file_stands_whole_once_in_the_history_of_what_was_adopted(
    signed_in: SignedIn, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "POL-009 Gates.md"
    file.write_text("# Purpose\n\nThe gate is kept shut.\n")
    adoption = Adoption(evidence="minutes of 12 January")
    (verdict,) = import_files(office.control, office.people["carla"], [file], adoption=adoption)
    whole = re.compile(rf"\b{sha256(file.read_bytes())}\b")
    page = signed_in("audra").get(f"/documents/{verdict.number}/history").text
    assert len(whole.findall(page)) == 1
    with office.control.reading() as session:
        revision = session.scalars(select(Revision)).one()
        (line,) = issue_sheet(office.control, session, revision).history
    assert len(whole.findall(line.summary)) == 1
    assert line.summary.startswith("Adopted as approved before: minutes of 12 January")
