"""Processes killed at random instants lose nothing that was answered (F2)."""

import random
from datetime import datetime
from pathlib import Path

import pytest

from tests.checks.faults import shifts
from tests.factories.databases import copy_library

pytestmark = pytest.mark.both_databases

ROUNDS = 6


def test_killed_at_random_nothing_answered_is_lost_and_nothing_is_half_done(
    founded_library: tuple[Path, dict[str, int], datetime], tmp_path: Path
) -> None:
    data, seed = tmp_path / "data", random.randrange(10_000)
    copy_library(founded_library[0], data)
    ended = shifts.kill_rounds(data, tmp_path / "answers", ROUNDS, seed, check_every=3)
    assert ended.lost == [], f"seed {seed}"
    assert ended.half_in_force == [], f"seed {seed}"
    assert ended.faults == [], f"seed {seed}"
    assert ended.rounds == ROUNDS
    assert ended.answered
