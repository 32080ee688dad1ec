"""What takes room in a data folder, and what was left behind there and is old."""

import os
from pathlib import Path

import pytest

from docctl.adapters.data_folder import BATCH_DAYS, DAY, DRAFT_DAYS, clear_staging, room_taken

NOW = 1_800_000_000.0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a batch of imports, another, and files of a draft, all written just now."""
    for name in ("imports/a/0.json", "imports/a/files/one.docx", "imports/b/0.json", "7/x.docx", "7/picture.png"):
        path = tmp_path / "staging" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 5000)
    for path in tmp_path.rglob("*"):
        os.utime(path, (NOW, NOW))
    return tmp_path


def _left(data: Path) -> set[str]:
    return {path.relative_to(data / "staging").as_posix() for path in data.rglob("*") if path.is_file()}


def test_what_is_young_stays_and_what_nobody_confirmed_goes(data: Path) -> None:
    everything = _left(data)
    assert clear_staging(data, NOW + BATCH_DAYS * DAY - 1).files == 0
    assert _left(data) == everything
    os.utime(data / "staging" / "imports" / "a" / "files" / "one.docx", (NOW + DAY, NOW + DAY))
    assert clear_staging(data, NOW + BATCH_DAYS * DAY + 1).files == 1
    assert _left(data) == everything - {"imports/b/0.json"}
    os.utime(data / "staging" / "7" / "x.docx", (NOW + DAY, NOW + DAY))
    cleared = clear_staging(data, NOW + DRAFT_DAYS * DAY + 1)
    assert (cleared.files, cleared.size >= 3 * 5000) == (3, True)
    assert _left(data) == {"7/x.docx"}


def test_a_link_is_not_followed_out_of_the_folder(data: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "kept").write_bytes(b"x")
    (data / "staging" / "imports" / "c").symlink_to(outside)
    os.utime(data / "staging" / "imports" / "c", (NOW, NOW), follow_symlinks=False)
    clear_staging(data, NOW + 365 * DAY)
    assert (outside / "kept").exists()
    assert not (data / "staging" / "imports" / "c").is_symlink()


def test_a_folder_without_staging_is_left_alone(tmp_path: Path) -> None:
    assert clear_staging(tmp_path, NOW).files == 0


def test_room_is_counted_by_name_and_what_has_two_names_once(data: Path) -> None:
    (data / "docctl.db").write_bytes(b"x" * 10_000)
    (data / "backups").mkdir()
    (data / "backups" / "docctl.db").hardlink_to(data / "docctl.db")
    taken = room_taken(data)
    assert taken["staging"].files == 5
    assert taken["staging"].size >= 25_000
    assert [taken[name].files for name in ("backups", "docctl.db")] == [1, 0]
