"""An evidence pack proves itself: unpacked anywhere, it is checked without docctl, and names what was altered in it."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from docctl.actions.trail.exporting_evidence import evidence_pack
from docctl.adapters import evidence_zip
from docctl.domain.errors import NotFoundError
from docctl.followers.catching_up import catch_up
from tests.factories.library import Office
from tests.factories.stand_ins import issue_quickly


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    """Do what the pack's README.txt says."""
    command = [sys.executable, "-I", "-S", "verify_library.py", "POL-001-evidence.zip"]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True)


@pytest.fixture
def pack(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An evidence pack of a document with two revisions, unpacked."""
    issue_quickly(monkeypatch)
    office.publish("POL-001")
    office.revise("POL-001", "# Purpose\n\nThe second text.\n")
    office.publish("POL-002", "Secret policy", "# Secret text\n", departments=("Quality",))
    catch_up(office.control)
    name, data = evidence_pack(office.control, "pol-001")
    assert name == "POL-001-evidence.zip"
    zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path / "pack")
    (tmp_path / "pack" / name).write_bytes(data)
    return tmp_path / "pack"


def test_pack_is_checked_without_docctl(pack: Path) -> None:
    checked = check(pack)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("sound")
    assert "second text" in (pack / "files" / "content.md").read_text()
    assert (pack / "files" / "issued" / "POL-001-2.pdf").read_bytes() == b"PDF"
    signatures = json.loads((pack / "signatures.json").read_text())
    assert [row["revision"] for row in signatures if row["printed_name"] == "Ann Approver"] == [1, 2]
    rows = list(csv.reader((pack / "events.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 1 + len(json.loads((pack / "events.json").read_text()))
    heads = ["git", "bundle", "list-heads", "library.bundle"]
    listed = subprocess.run(heads, cwd=pack, capture_output=True, text=True, check=True).stdout
    assert "POL-001" in listed
    assert "POL-002" not in listed


def test_checkpoint_of_a_pack_that_was_edited_is_found(pack: Path) -> None:
    checkpoint = next(pack.glob("checkpoint-*.txt"))
    with zipfile.ZipFile(pack / "POL-001-evidence.zip") as read:
        files = {name: read.read(name) for name in read.namelist()}
    files[checkpoint.name] = files[checkpoint.name].replace(b"Town", b"Mown")
    (pack / "POL-001-evidence.zip").write_bytes(evidence_zip.pack(files, datetime(2026, 1, 1, tzinfo=UTC)))
    checked = check(pack)
    assert checked.returncode == 2
    assert f"{checkpoint.name} does not carry this library's signature" in checked.stdout
    assert f"{checkpoint.name} is not what the library put into the pack" in checked.stdout


def test_there_is_no_evidence_of_what_does_not_exist(office: Office) -> None:
    with pytest.raises(NotFoundError):
        evidence_pack(office.control, "POL-404")
