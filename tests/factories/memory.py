"""Where throw-away libraries stand: in memory where there is room, for a disk would flush each of them for nothing."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30


def throw_away_in_memory() -> None:
    """Make memory the place of temporary files, unless TMPDIR names another or there is too little of it."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and _runs_programs() and _free() > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _runs_programs() -> bool:
    return not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC


def _free() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    available = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    return min(shutil.disk_usage(MEMORY).free, available * 1024)
