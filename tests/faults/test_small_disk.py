"""A library on a disk that fills up for real loses nothing that was answered, and goes on once there is room (F4)."""

import random
from datetime import datetime
from pathlib import Path

from tests.checks.faults import full_disks
from tests.factories.databases import copy_library

with full_disks.small_disk(1) as trial:
    MOUNTABLE = trial is not None

# Elsewhere than root may mount a disk, tests/faults/test_full_disk.py limits the size of files instead.
if MOUNTABLE:

    def test_on_a_disk_that_fills_up_nothing_answered_is_lost(
        founded_library: tuple[Path, dict[str, int], datetime], tmp_path: Path
    ) -> None:
        seed = random.randrange(10_000)
        with full_disks.small_disk() as disk:
            assert disk is not None
            copy_library(founded_library[0], disk / "data")
            wrong, refused, _ = full_disks.fill_rounds(disk / "data", tmp_path / "answers", 3, seed)
        assert wrong == [], f"seed {seed}"
        assert refused, f"seed {seed}"
