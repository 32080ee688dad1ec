"""The commands that the manual gives an auditor are run as they stand there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from docctl.actions.trail.checkpointing import take_checkpoint, write_checkpoint
from docctl.actions.trail.rotating_keys import rotate_key
from docctl.followers.catching_up import catch_up
from tests.factories import tampering
from tests.factories.library import HOME, Office
from tests.factories.stand_ins import issue_quickly

TOOLS = ("git", "ssh-keygen", "sha256sum", "bash")


def _commands() -> str:
    page = (HOME / "docs" / "auditing.md").read_text().partition("## How an auditor checks a clone")[2]
    return page.split("```")[1].strip()


def _run(folder: Path, library: Path, checkpoint: Path) -> subprocess.CompletedProcess[str]:
    folder.mkdir()
    environment = {"PATH": os.environ["PATH"], "LIBRARY": str(library), "CHECKPOINT": str(checkpoint)}
    command = ["bash", "-euo", "pipefail", "-c", _commands()]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="apt-get install git openssh-client coreutils bash")
def test_auditor_checks_a_clone_with_stock_tools(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_quickly(monkeypatch)
    office.publish("POL-001")
    catch_up(office.control)
    kept = write_checkpoint(office.control, take_checkpoint(office.control), tmp_path)
    rotate_key(office.control, "Yearly change of the key")
    office.revise("POL-001", "# New\n")
    catch_up(office.control)
    checked = _run(tmp_path / "sound", office.control.library.folder, kept)
    assert checked.returncode == 0, checked.stderr
    rewritten = write_checkpoint(office.control, take_checkpoint(office.control), tmp_path / "later")
    catch_up(office.control)
    tampering.cut_newest_everywhere(office)
    assert _run(tmp_path / "cut", office.control.library.folder, rewritten).returncode != 0
