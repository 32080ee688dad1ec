"""The chapter Truth of the command line: what an auditor's witnesses say is told in sentences and in the exit."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docctl.cli import main
from docctl.followers.catching_up import catch_up
from tests.factories.library import Office


@pytest.fixture
def kept(office: Office) -> Office:
    """A library with a document under way, everything caught up with."""
    office.write()
    catch_up(office.control)
    return office


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
    assert refused.exit_code == 1
    assert "is not a head of the chain" in refused.stderr
