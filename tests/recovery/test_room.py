"""Where the disk has too little room, backup, rehearsal and upgrade say so before they write anything."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from docctl.cli import main
from docctl.domain.errors import DiskFullError
from docctl.domain.operations.exits import Exit
from docctl.recovery.backing_up import back_up
from docctl.recovery.drilling import drill
from docctl.recovery.room import require_room, room_for_backup, room_for_rehearsal
from tests.factories import library as offices


@pytest.mark.both_databases
def test_a_backup_takes_no_more_than_it_is_said_to(office: offices.Office, tmp_path: Path) -> None:
    office.publish("POL-001")
    made = back_up(office.control, tmp_path / "backup")
    assert 0 < made.size <= room_for_backup(office.control)
    assert room_for_rehearsal(office.control, made.size) > made.size
    assert room_for_backup(office.control, shared=True) < room_for_backup(office.control)


def test_too_little_room_is_said_before_anything_is_written(
    office: offices.Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = back_up(office.control, tmp_path / "kept").folder
    before = sorted(path.name for path in tmp_path.rglob("*"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100_000))
    with pytest.raises(DiskFullError, match=r"a backup takes up to .* MB, and 0 MB are free; make room"):
        back_up(office.control, tmp_path / "new" / "backup")
    with pytest.raises(DiskFullError, match="a rehearsal takes"):
        drill(office.control, kept)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.mark.only_sqlite
def test_a_command_that_finds_too_little_room_is_not_possible_now(
    office: offices.Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100_000))
    done = CliRunner().invoke(main, ["--data", str(office.control.data), "backup", str(tmp_path / "b"), "--keep", "3"])
    assert done.exit_code == Exit.UNABLE
    assert done.stderr.count("\n") == 1
    assert "Nothing was done." in done.stderr


def test_a_folder_that_is_not_there_yet_is_on_the_disk_of_the_one_above(tmp_path: Path) -> None:
    require_room(tmp_path / "not" / "there", 1, "a backup")
    with pytest.raises(DiskFullError, match=f"room in {tmp_path}:"):
        require_room(tmp_path / "not" / "there", 1 << 60, "a backup")
