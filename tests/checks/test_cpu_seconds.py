"""What processes of a test spend counts for the test, and the dearest file stands first."""

import os
import subprocess
import sys
from collections import Counter

from tests.checks.cpu_seconds import spent, table

TICK = 1 / os.sysconf("SC_CLK_TCK")
BURN = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()\n"


def test_what_a_process_spends_counts_while_it_runs_and_once_when_it_has_ended() -> None:
    before = spent()
    with subprocess.Popen([sys.executable, "-c", BURN], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        running = spent() - before
        child.communicate(b"\n")
    assert running > 0.25
    # Whole ticks are counted of each process alone, and of what has ended together.
    assert running - 4 * TICK <= spent() - before < running + 0.25


def test_the_dearest_file_stands_first_and_all_are_added_up() -> None:
    first, _, together = table(Counter(cheap=1, dear=7), Counter(cheap=2, dear=1))
    assert first.split() == ["7.0", "CPU", "s", "1", "tests", "dear"]
    assert together.split() == ["8.0", "CPU", "s", "3", "tests", "together"]
