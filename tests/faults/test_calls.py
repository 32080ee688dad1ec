"""A system call that kills or fails loses nothing that was answered, and leaves nothing half done (F3)."""

import os
from pathlib import Path

import pytest

from tests.checks.faults import calls
from tests.checks.faults.calls import Injection
from tests.checks.faults.scenes import put_to_work
from tests.factories.databases import copy_library
from tests.factories.kept_libraries import brought_to
from tests.factories.library import Clock, Founded, Office
from tests.faults.test_order_of_writing import strace

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
def at_work(founded_library: Founded, once: Path) -> Path:
    """A library with a document in each stage of life; no test changes it."""
    return brought_to(founded_library, once, _live).data


def _live(office: Office, clock: Clock) -> None:
    office.control.engine.dispose()
    put_to_work(office.control.data, clock.instant)


@pytest.mark.parametrize("injection", CHOSEN, ids=str)
@pytest.mark.usefixtures("strace")
def test_a_call_that_kills_or_fails_loses_nothing(at_work: Path, tmp_path: Path, injection: Injection) -> None:
    copy_library(at_work, tmp_path / "data")
    met, wrong = calls.inject(tmp_path / "data", injection)
    assert wrong == []
    assert met or os.environ.get("CI") != "true", f"{injection} was never met"
