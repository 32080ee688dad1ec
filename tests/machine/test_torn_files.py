"""What was begun in this start of the machine is whole up to where it ended; nothing else is."""

from pathlib import Path

import pytest

from docctl.machine import torn_files
from docctl.machine.torn_files import mark_unfinished, may_be_torn


def test_what_a_killed_process_left_is_not_torn(tmp_path: Path) -> None:
    mark_unfinished(tmp_path / "mark")
    assert not may_be_torn(tmp_path / "mark")
    assert not may_be_torn(tmp_path / "no mark")


@pytest.mark.parametrize("said", [b"", b"another start", b"\xff\0"])
def test_what_the_machine_went_down_over_may_be_torn(tmp_path: Path, said: bytes) -> None:
    (tmp_path / "mark").write_bytes(said)
    assert may_be_torn(tmp_path / "mark")


def test_where_no_start_can_be_told_from_another_everything_may_be_torn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torn_files, "_THIS_START", tmp_path / "absent")
    mark_unfinished(tmp_path / "mark")
    assert may_be_torn(tmp_path / "mark")
