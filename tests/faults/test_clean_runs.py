"""Clean libraries raise no alarm, neither with docctl nor with a stranger (F11)."""

import random
from datetime import datetime
from pathlib import Path

from tests.checks.faults import clean_runs, scenes
from tests.factories.databases import copy_library

RUNS = 2


def test_clean_libraries_raise_no_alarm(founded_library: tuple[Path, dict[str, int], datetime], tmp_path: Path) -> None:
    seed = random.randrange(100_000)
    chance = random.Random(seed)
    copy_library(founded_library[0], tmp_path / "at-work")
    scenes.put_to_work(tmp_path / "at-work", founded_library[2])
    for turn in range(RUNS):
        (tmp_path / str(turn)).mkdir()
        data = tmp_path / str(turn) / "data"
        copy_library(tmp_path / "at-work", data)
        alarms, events = clean_runs.clean_run(data, chance, asks_a_stranger=True)
        assert alarms == [], f"seed {seed}, run {turn}"
        assert events > 50
