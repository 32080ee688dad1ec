"""Whoever is told to end amid making, upgrading, restoring or rehearsing leaves nothing half behind."""

import os
import signal
from pathlib import Path

import pytest

from docctl import document_control
from docctl.cli import main
from docctl.domain.errors import LibraryMissingError
from docctl.machine.crash_point import EXIT_CODE
from docctl.recovery import drilling, restoring, upgrading
from docctl.recovery.backing_up import back_up
from tests.checks.faults import crew
from tests.checks.faults.command_line import docctl
from tests.factories.earlier_library import lay_down_earlier, unpack
from tests.factories.library import Clock, Office, open_library
from tests.factories.once.made_once import made_once

TOLD_TO_END = 128 + signal.SIGTERM
POINT_OF_A_DRILL = "drill compared"


def _end_at(point: str, arguments: list[str]) -> None:
    """Run a command whose process is told to end at a named place."""

    def tell(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGTERM)

    for module in (document_control, drilling, restoring, upgrading):
        vars(module)["crash_point"] = tell
    main(arguments, prog_name="docctl")


def _ended(point: str, *arguments: object) -> int:
    return crew.run(_end_at, point, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def earlier(once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of an earlier version."""
    data = tmp_path_factory.mktemp("earlier") / "data"
    lay_down_earlier(data, made_once(once / "earlier", unpack))
    return data


def test_a_restore_that_is_told_to_end_leaves_nothing(office: Office, tmp_path: Path) -> None:
    made, data = back_up(office.control, tmp_path / "backup"), tmp_path / "elsewhere"
    keys = office.control.data / "keys"
    assert _ended("restored tables", "--data", data, "restore", made.folder, "--keys", keys) == TOLD_TO_END
    assert not data.exists()


def test_an_upgrade_that_is_told_to_end_leaves_the_old_library_and_its_backup_alone(earlier: Path) -> None:
    before = {path.name for path in earlier.iterdir()}
    for point in ("upgraded copy verified", "restored tables"):
        assert _ended(point, "--data", earlier, "upgrade") == TOLD_TO_END
    left = {path.name for path in earlier.iterdir()} - before
    assert {name for name in left if not name.endswith(".lock")} == {"backups"}
    assert docctl("--data", earlier, "upgrade").returncode == 0


@pytest.mark.only_sqlite
def test_a_rehearsal_that_is_told_to_end_leaves_nothing(office: Office, tmp_path: Path) -> None:
    made, data = back_up(office.control, tmp_path / "backup"), office.control.data
    assert _ended(POINT_OF_A_DRILL, "--data", data, "drill", made.folder) == TOLD_TO_END
    assert not (data / "rehearsal").exists()


def test_a_demonstration_that_is_cut_off_is_not_opened_and_is_built_anew(tmp_path: Path) -> None:
    data = tmp_path / "data"
    building = ("--data", data, "demo", "--build-only")
    for _ in range(2):
        assert docctl(*building, crash_at="committed:20").returncode == EXIT_CODE
        with pytest.raises(LibraryMissingError, match="cut off"):
            open_library(data, Clock())
    assert _ended("committed", *building) == TOLD_TO_END
    assert list(data.iterdir()) == []
