"""Whatever happens to a library in whatever order, it is where a plain model says, and sound (F8)."""

import random
from datetime import datetime
from pathlib import Path

import pytest

from tests.factories.stand_ins import issue_quickly
from tests.faults import histories

pytestmark = pytest.mark.both_databases


def test_random_histories_leave_a_sound_library(
    founded_library: tuple[Path, dict[str, int], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = random.randrange(1_000_000)
    print(f"seed {chosen}")
    issue_quickly(monkeypatch)
    histories.live_through(founded_library[0], 1, 12, chosen)
