"""What is answered is on disk before: bytes, then their folders, then the database, then the answer (F5)."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.checks.faults import crew
from tests.factories.databases import copy_library
from tests.factories.library import HOME, Clock, Office, open_library

pytestmark = pytest.mark.only_sqlite

TRACED = "fsync,fdatasync,rename,link,unlink,write"
ANSWER = "request-under-trace"
HOW_TO_INSTALL = "strace is not installed; install it with: apt-get install strace"
SYSTEM_CALL = re.compile(r"^\d+\s+(\w+)\((.*?)\)?\s+(?:=|<unfinished)")


def acknowledged_under_trace(data: str, action: str, number: str, answers: str) -> None:
    """Do one thing and answer; this runs in the process that is traced."""
    office = crew.office_at(Path(data))
    crew.ACTIONS[action](office, number, ANSWER)
    crew.acknowledge(Path(answers), ANSWER)


@pytest.fixture
def strace() -> str:
    """The program that tells which system calls a process makes."""
    found = shutil.which("strace")
    if found is None:
        assert os.environ.get("CI") != "true", HOW_TO_INSTALL
        pytest.skip(HOW_TO_INSTALL)
    trial = subprocess.run([found, "-e", "trace=fsync", "true"], capture_output=True, text=True, check=False)
    if trial.returncode != 0:
        pytest.skip(f"strace may trace nothing here: {trial.stderr.strip()[:200]}")
    return found


def _trace(strace: str, tmp_path: Path, data: Path, action: str, number: str) -> list[tuple[str, str]]:
    """Return name and arguments of every traced system call of one action, in the order they were begun."""
    told, code = tmp_path / "trace", "import sys; from tests.faults.test_order_of_writing import *; "
    code += "acknowledged_under_trace(*sys.argv[1:])"
    command = [strace, "-f", "-y", "-s", "80", "-e", f"trace={TRACED}", "-o", str(told)]
    command += [sys.executable, "-c", code, str(data), action, number, str(tmp_path / "answers")]
    subprocess.run(command, cwd=HOME, check=True, capture_output=True, timeout=300)
    calls = (SYSTEM_CALL.match(line) for line in told.read_text(errors="replace").splitlines())
    return [(call[1], call[2]) for call in calls if call is not None]


def _last(calls: list[tuple[str, str]], wanted: Callable[[str, str], bool]) -> int:
    return max(place for place, (name, given) in enumerate(calls) if wanted(name, given))


@pytest.mark.parametrize(("action", "number"), [("create", "POL-002"), ("submit", "POL-001")])
def test_bytes_folders_database_answer_become_durable_in_this_order(
    strace: str,
    founded_library: tuple[Path, dict[str, int], datetime],
    tmp_path: Path,
    action: str,
    number: str,
) -> None:
    data = tmp_path / "data"
    copy_library(founded_library[0], data)
    control = open_library(data, Clock(founded_library[2]))
    crew.create(Office(control, founded_library[1]), "POL-001", "")
    control.engine.dispose()
    calls = _trace(strace, tmp_path, data, action, number)

    def is_sync(name: str) -> bool:
        return name in ("fsync", "fdatasync")

    objects = _last(calls, lambda name, given: is_sync(name) and "/objects/" in given and "tmp_obj" in given)
    folders = _last(calls, lambda name, given: is_sync(name) and re.search(r"/objects(/..)?>", given) is not None)
    database = _last(calls, lambda name, given: is_sync(name) and given.endswith("/docctl.db>"))
    journal_gone = _last(calls, lambda name, given: name == "unlink" and "docctl.db-journal" in given)
    decided = _last(calls, lambda name, given: is_sync(name) and given.endswith(f"{data}>"))
    answer = _last(calls, lambda name, given: name == "write" and ANSWER in given)
    assert objects < folders < database < journal_gone < decided < answer
    moved = [given for name, given in calls if name in ("rename", "link") and "tmp_obj" in given]
    synced = {given.partition("<")[2].rstrip(">") for name, given in calls if is_sync(name)}
    unsynced = [
        given for given in moved if not any(f'"{path}"' in given or path.endswith(_first(given)) for path in synced)
    ]
    assert moved
    assert unsynced == [], "an object got its name before its bytes were on disk"


def _first(given: str) -> str:
    return given.split('"')[1].removeprefix("./").removeprefix(".")
