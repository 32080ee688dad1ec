"""The safeguards taken out one by one, in a copy of the source: each must be missed by a test (F14)."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.checks.faults.outcome import Outcome
from tests.checks.faults.scenes import Scenes
from tests.factories.databases import POSTGRESQL, SQLITE
from tests.factories.library import HOME

REPOSITORY, DATABASE, INDEX = "git_library/repository.py", "database/connections.py", "search_index/__init__.py"
ON_DISK = "git_library/on_disk.py"
LEFT_OUT = (".git", ".venv", "data", "__pycache__", ".*_cache", ".hypothesis")
ORDER = "tests/faults/test_order_of_writing.py"
QUEUE = "tests/faults/test_queue.py::test_who_decides_waits_before_reading"
TESTS_FAILED = 1


@dataclass(frozen=True)
class Mutation:
    """A safeguard: where it stands, what takes its place, and the tests that have to miss it."""

    name: str
    file: str
    safeguard: str
    instead: str
    missed_by: str
    database: str = ""


MUTATIONS = (
    Mutation(
        "hash check at reading", REPOSITORY, "if sha256(data) != file.sha256:", "if file.sha256 == '':",
        "tests/adapters/git_library/test_git_library.py::test_swapped_bytes_are_noticed_at_reading",
    ),
    Mutation(
        "compare and swap of references", REPOSITORY, '.get(move.old, f" {move.old}")', '.get("", "")',
        "tests/adapters/git_library/test_git_library.py::test_a_reference_moves_only_from_where_it_is_expected",
    ),
    Mutation("BEGIN IMMEDIATE", DATABASE, '"BEGIN IMMEDIATE" if', '"BEGIN" if', QUEUE, SQLITE),
    Mutation(
        "queue of writers", DATABASE, "pg_advisory_xact_lock('chain_head'::regclass::bigint)", "1", QUEUE, POSTGRESQL,
    ),
    Mutation(
        "flock", REPOSITORY, 'take_lock(descriptor, "the Git library", LOCK_WITHIN_SECONDS, alone=alone)', "pass",
        "tests/faults/test_stale_state.py::test_an_orphan_that_hangs_is_named_and_nothing_is_recorded",
    ),
    Mutation("fsync of Git's objects", REPOSITORY, "core.fsync=all", "core.fsync=none", ORDER, SQLITE),
    Mutation("fsync of Git's folders", ON_DISK, "os.fsync(descriptor)", "pass", ORDER, SQLITE),
    Mutation("fsync of the database", DATABASE, '"synchronous=EXTRA"', '"synchronous=OFF"', ORDER, SQLITE),
    Mutation(
        "watermark read after the lock", INDEX,
        '            take_lock(lock.fileno(), "the search index", LOCK_WITHIN_SECONDS, state=self._files_there)\n'
        "            yield SearchUpdate(self._folder, self._secret, self._sound_watermark(), _whoosh_document)",
        "            watermark = self._sound_watermark()\n"
        '            take_lock(lock.fileno(), "the search index", LOCK_WITHIN_SECONDS, state=self._files_there)\n'
        "            yield SearchUpdate(self._folder, self._secret, watermark, _whoosh_document)",
        "tests/adapters/test_search_index.py::test_watermark_is_read_only_after_the_writer_before_is_done",
    ),
)  # fmt: skip


def without(mutation: Mutation, folder: Path) -> Path:
    """Copy the source into a folder, without a safeguard; return the copy."""
    copy = folder / mutation.name.replace(" ", "-").replace("'", "")
    shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
    file = copy / "docctl" / "adapters" / mutation.file
    source = file.read_text()
    assert source.count(mutation.safeguard) == 1, f"{mutation.file} has no such safeguard: {mutation.name}"
    file.write_text(source.replace(mutation.safeguard, mutation.instead))
    return copy


def is_missed(mutation: Mutation, folder: Path) -> bool:
    """Say whether the tests of a safeguard fail where it is taken out."""
    copy = without(mutation, folder)
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", mutation.missed_by]
    command += ["--database", mutation.database or SQLITE, "--basetemp", str(folder / "work")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["PYTHONPATH"] = str(copy)
    ended = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    shutil.rmtree(copy)
    assert ended.returncode in (0, TESTS_FAILED), ended.stdout + ended.stderr
    return ended.returncode == TESTS_FAILED


def run(scenes: Scenes, rounds: int, _: int) -> Outcome:
    """Take out each safeguard that matters with this database."""
    chosen = [each for each in MUTATIONS if each.database in ("", scenes.database)][:rounds]
    survived = [each.name for each in chosen if not is_missed(each, scenes.folder)]
    return Outcome(
        {"safeguards taken out": str(len(chosen)), "noticed by a test": str(len(chosen) - len(survived))},
        [f"no test misses: {name}" for name in survived],
    )
