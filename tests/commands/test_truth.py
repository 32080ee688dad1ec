"""The chapter Truth of the command line: what an auditor's witnesses say is told in sentences and in the exit."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from docctl.actions.issued_files import exporting
from docctl.actions.trail.checkpointing import take_checkpoint, write_checkpoint
from docctl.actions.trail.rotating_keys import rotate_key
from docctl.cli import main
from docctl.domain.trail.outcome import Outcome
from docctl.followers.catching_up import catch_up
from tests.factories.databases import address_of
from tests.factories.library import Office, found_library

EMPTY = Path(__file__).resolve().parents[2] / "templates" / "form.docx"


@pytest.fixture
def kept(office: Office) -> Office:
    """A library with a document under way, everything caught up with."""
    office.write()
    catch_up(office.control)
    return office


def other_checkpoint(tmp_path: Path) -> Path:
    """Take a checkpoint of another library."""
    other = found_library(tmp_path / "other")
    return write_checkpoint(other, take_checkpoint(other), tmp_path)


def edited_checkpoint(office: Office, tmp_path: Path) -> Path:
    """Take a checkpoint and change what it says."""
    path = write_checkpoint(office.control, take_checkpoint(office.control), tmp_path)
    path.write_text(path.read_text().replace("\nseq ", "\nseq 9"))
    return path


@pytest.mark.only_sqlite
@pytest.mark.parametrize("kind", ["of another library", "edited", "no checkpoint"])
def test_what_is_no_checkpoint_of_this_library_is_wrong_usage_and_nothing_is_remembered(
    kept: Office, tmp_path: Path, kind: str
) -> None:
    path = edited_checkpoint(kept, tmp_path) if kind == "edited" else other_checkpoint(tmp_path)
    if kind == "no checkpoint":
        path.write_text("A letter.\n")
    catch_up(kept.control)
    done = docctl(kept, "verify", "--checkpoint", path)
    assert done.exit_code == Outcome.MISUSED, done.output
    assert "checkpoint" in done.output
    assert kept.control.distrust == ""
    assert not (kept.control.data / "distrusted_by_witnesses").exists()


@pytest.mark.only_sqlite
def test_a_library_put_back_to_before_a_rotation_is_at_fault_and_not_its_newer_checkpoint(
    kept: Office, tmp_path: Path
) -> None:
    before = shutil.copytree(kept.control.data, tmp_path / "before")
    rotate_key(kept.control, "Yearly change of the key")
    path = write_checkpoint(kept.control, take_checkpoint(kept.control), tmp_path)
    done = CliRunner().invoke(main, ["--data", str(before), "verify", "--checkpoint", str(path)])
    assert done.exit_code == Outcome.CHANGED, done.output
    assert "gone" in done.output
    assert "a rotation of its key is gone as well" in done.output
    assert (before / "distrusted_by_witnesses").exists()


def docctl(office: Office, *arguments: str | Path) -> Result:
    """Run the command on the library."""
    return CliRunner().invoke(main, ["--data", str(office.control.data), *map(str, arguments)], input="")


def test_checkpoint_goes_where_it_is_told_or_where_the_setting_says(
    kept: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Keep it" in docctl(kept, "checkpoint", "--to", tmp_path / "told").output
    monkeypatch.setenv("DOCCTL_CHECKPOINT_FOLDER", str(tmp_path / "set"))
    assert docctl(kept, "checkpoint").exit_code == 0
    catch_up(kept.control)
    written = [*(tmp_path / "told").glob("*.txt"), *(tmp_path / "set").glob("*.txt")]
    assert len(written) == 2
    checked = docctl(kept, "verify", *(part for path in written for part in ("--checkpoint", path)))
    assert checked.exit_code == 0, checked.output


def test_verify_tells_what_a_printed_head_misses(kept: Office) -> None:
    checked = docctl(kept, "verify", "--head", "9999:abcdefabcdef")
    assert checked.exit_code == 2
    assert "An issued PDF knew 9999 events" in checked.output
    refused = docctl(kept, "verify", "--head", "9999")
    assert refused.exit_code == 64
    assert "is not a head of the chain" in refused.stderr


def test_read_back_says_where_word_file_and_pdf_differ_from_the_page(
    kept: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = docctl(kept, "read-back", "POL-001")
    assert (said.exit_code, said.output) == (0, "Word file and PDF of POL-001 revision 1 say what the page says.\n")
    monkeypatch.setattr(exporting, "issued_file", lambda *_: ("POL-001-1.docx", EMPTY.read_bytes()))
    said = docctl(kept, "read-back", "POL-001")
    assert said.exit_code == 1
    assert "This document says what we do." in said.output
    assert "the PDF nothing." in said.output


@pytest.mark.both_databases
def test_verify_looks_at_the_tables_wherever_they_are(kept: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCCTL_DATABASE_URL", address_of(kept.control.data))
    checked = docctl(kept, "verify")
    assert checked.exit_code == Outcome.SOUND, checked.output
    with kept.control.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    checked = docctl(kept, "verify")
    assert (checked.exit_code, "schema 9999" in checked.output) == (Outcome.UNCHECKED, True), checked.output


def test_a_library_is_sound_at_once_after_a_command_that_acted(kept: Office, tmp_path: Path) -> None:
    """An operator's script says ``rotate-key && verify`` while nobody serves the library."""
    for acting in (
        ("rotate-key",),
        ("backup", tmp_path / "backup"),
        ("evidence", "POL-001", "--to", tmp_path / "pack.zip"),
        ("add-user", "new", "Nell Newcomer"),
        ("checkpoint", "--to", tmp_path),
        ("maintenance", "begin", "A new disk"),
        ("maintenance", "end"),
    ):
        did = docctl(kept, *acting)
        assert did.exit_code == 0, did.output
        checked = docctl(kept, "verify")
        assert checked.exit_code == 0, (acting, checked.output)
