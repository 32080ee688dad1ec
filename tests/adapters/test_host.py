"""What is cleared away on the machine that a library runs on."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from docctl.adapters import host
from docctl.adapters.host import ABANDONED_AFTER_SECONDS


def test_folders_of_conversions_that_were_killed_are_cleared_after_hours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    long_ago = time.time() - ABANDONED_AFTER_SECONDS - 60
    for name in ("docctl-pandoc-old", "docctl-pdf-new", "somebody-else"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "input").write_text("A secret sentence.")
    (tmp_path / "docctl-scan-link").symlink_to(tmp_path / "somebody-else")
    for name in ("docctl-pandoc-old", "somebody-else"):
        os.utime(tmp_path / name, (long_ago, long_ago))
    assert host.clear_abandoned_folders(time.time()) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["docctl-pdf-new", "docctl-scan-link", "somebody-else"]
    assert (tmp_path / "somebody-else" / "input").exists()
