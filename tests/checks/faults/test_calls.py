"""A system call that kills or fails loses nothing that was answered, and leaves nothing half done (F3)."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from tests.checks.faults import calls
from tests.checks.faults.calls import Injection
from tests.checks.faults.scenes import put_to_work
from tests.checks.faults.test_order_of_writing import strace
from tests.factories.databases import copy_library

__all__ = ["strace"]
CHOSEN = [
    Injection("create", "fsync", "signal=SIGKILL", 2),
    Injection("approve", "pwrite64", "error=ENOSPC", 3),
    Injection("approve", "fdatasync", "error=EIO", 1),
    Injection("approve", "rename", "signal=SIGKILL", 1),
    Injection("create", "link", "error=ENOSPC", 1),
    Injection("approve", "fsync", "error=EIO", 4),
    Injection("approve", "unlink", "signal=SIGKILL", 2),
]


@pytest.fixture(scope="module")
def at_work(founded_library: tuple[Path, dict[str, int], datetime], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a document in each stage of life; no test changes it."""
    data = tmp_path_factory.mktemp("at-work") / "data"
    copy_library(founded_library[0], data)
    put_to_work(data, founded_library[2])
    return data


@pytest.mark.parametrize("injection", CHOSEN, ids=str)
@pytest.mark.usefixtures("strace")
def test_a_call_that_kills_or_fails_loses_nothing(at_work: Path, tmp_path: Path, injection: Injection) -> None:
    copy_library(at_work, tmp_path / "data")
    met, wrong = calls.inject(tmp_path / "data", injection)
    assert wrong == []
    assert met or os.environ.get("CI") != "true", f"{injection} was never met"
