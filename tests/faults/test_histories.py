"""Whatever happens to a library in whatever order, it is where a plain model says, and sound (F8)."""

import random
from datetime import datetime
from pathlib import Path

import pytest

from tests.checks.faults import histories
from tests.factories.stand_ins import issue_quickly

pytestmark = pytest.mark.both_databases


def test_random_histories_leave_a_sound_library(
    founded_library: tuple[Path, dict[str, int], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = random.randrange(1_000_000)
    print(f"seed {chosen}")
    issue_quickly(monkeypatch)
    assert histories.live_through(founded_library[0], 1, 12, chosen) == []


def test_backups_restores_and_mixtures_of_them_lose_nothing_in_silence(
    founded_library: tuple[Path, dict[str, int], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_quickly(monkeypatch)
    machine = type("OneHistory", (histories.Histories,), {"source": founded_library[0]})()
    machine.open_a_library()
    machine.go_on(number="POL-001")
    machine.back_up()
    machine.restore_elsewhere()
    for _ in range(4):
        machine.go_on(number="POL-001")
    machine.put_an_old_database_back()
    machine.put_an_old_git_back()
    assert machine.model["POL-001"]["in force"]
    machine.everything_is_as_the_model_says()
    machine.teardown()
