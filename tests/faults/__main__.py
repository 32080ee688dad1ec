"""The fault tests in full, with their figures: ``python -m tests.faults [rounds] [seed]``."""

import random
import sys
import tempfile
from pathlib import Path

from tests.factories.library import found_library
from tests.faults import shifts

ROUNDS = 1000
CHECK_EVERY = 50


def main() -> int:
    """Kill processes at random instants, and print what was lost; the exit is 0 where it is nothing."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000)
    with tempfile.TemporaryDirectory(prefix="docctl-faults-") as folder:
        data = Path(folder) / "data"
        found_library(data).engine.dispose()
        ended = shifts.kill_rounds(data, Path(folder) / "answers", rounds, seed, CHECK_EVERY)
    print(f"seed {seed}, SQLite; Word and PDF files are stand-ins")
    print(f"{ended.rounds:,} rounds of kills of two writers and one follower; {ended.answered:,} actions answered")
    print(f"answered actions lost: {len(ended.lost)}")
    print(f"findings of the full check, every {CHECK_EVERY} rounds and at the end: {len(ended.faults)}")
    print(f"recovered in {ended.slowest_of_hundred:.2f} s or less, 99 times of 100; steps by hand: 0")
    for each in (*ended.lost, *ended.faults):
        print(f"  {each}")
    return 1 if ended.lost or ended.faults or ended.rounds < rounds else 0


if __name__ == "__main__":
    sys.exit(main())
