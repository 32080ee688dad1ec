"""Whoever is cut off while making a library can simply begin again."""

import os
import subprocess
from pathlib import Path

import pytest

from docctl.document_control import DocumentControl
from docctl.domain.errors import DataFolderClosedError, LibraryMissingError
from docctl.machine.crash_point import EXIT_CODE
from docctl.registers.integrity import verifying
from tests.checks.faults import crew
from tests.checks.faults.command_line import docctl
from tests.factories.library import Clock, open_library, people_of

NOBODY = 65534
POINTS = (
    "founding begun",
    "tables laid out",
    "keys made",
    "data folder laid down",
    "write lock taken",
    "committed",
    "committed:2",
    "committed:3",
)


def _init(data: Path, crash_at: str = "") -> subprocess.CompletedProcess[str]:
    return docctl("--data", data, "init", "--organisation", "Town of Weights", crash_at=crash_at)


@pytest.mark.parametrize("point", POINTS)
def test_a_making_that_was_cut_off_is_told_and_made_good_by_another_init(tmp_path: Path, point: str) -> None:
    data = tmp_path / "data"
    assert _init(data, point).returncode == EXIT_CODE
    with pytest.raises(LibraryMissingError, match="cut off"):
        open_library(data, Clock())
    again = _init(data)
    assert again.returncode == 0, again.stderr
    control = open_library(data, Clock())
    assert people_of(control) == {"admin": 1}
    assert verifying.verify(control).exit_code == verifying.SOUND


def test_a_library_that_is_whole_is_not_thrown_away_by_another_init(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert _init(data).returncode == 0
    before = people_of(open_library(data, Clock()))
    refused = _init(data)
    assert refused.returncode == 1
    assert "There already is a library" in refused.stderr
    assert people_of(open_library(data, Clock())) == before


def test_nothing_of_somebody_else_in_the_folder_is_thrown_away(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "minutes.txt").write_text("of the board")
    (data / "templates").mkdir()
    (data / "templates" / "ours.docx").write_bytes(b"a template made before")
    assert _init(data, "keys made").returncode == EXIT_CODE
    assert _init(data).returncode == 0
    assert (data / "minutes.txt").read_text() == "of the board"
    assert (data / "templates" / "ours.docx").read_bytes() == b"a template made before"


def test_what_makes_a_library_secret_is_only_its_owners_to_read(tmp_path: Path) -> None:
    DocumentControl.found(tmp_path / "data", f"sqlite:///{tmp_path}/data/docctl.db")
    for name in ("secret_key", "keys/ledger_key"):
        assert (tmp_path / "data" / name).stat().st_mode & 0o077 == 0


def _open_as_somebody_else(data: Path, said: Path) -> None:
    with said.open("w") as file:
        if os.getuid() == 0:
            os.setgroups([])
            os.setuid(NOBODY)
        try:
            DocumentControl.open(data, f"sqlite:///{data}/docctl.db")
        except DataFolderClosedError as refusal:
            file.write(str(refusal))


def test_a_data_folder_of_another_account_is_told_as_that(tmp_path: Path) -> None:
    data, said = tmp_path / "data", tmp_path / "said"
    DocumentControl.found(data, f"sqlite:///{data}/docctl.db").engine.dispose()
    data.chmod(0)
    assert crew.run(_open_as_somebody_else, data, said) == 0
    data.chmod(0o700)
    assert f"may not read the data folder {data}; run it as the account that the folder belongs to" in said.read_text()
