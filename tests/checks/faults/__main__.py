"""The fault tests in full, with their figures: ``make faults``, or ``python -m tests.checks.faults --help``."""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from tests.checks.faults import calls, clean_runs, contests, full_disks, histories, mutations, packings, shifts
from tests.checks.faults.outcome import Outcome
from tests.checks.faults.scenes import Scenes
from tests.factories.databases import DATABASES, server_room


@dataclass(frozen=True)
class Part:
    """One kind of fault: what runs it, and how many rounds are all of it."""

    run: Callable[[Scenes, int, int], Outcome]
    rounds: int
    what: str


PARTS = {
    "kills": Part(shifts.run, 340, "two writers and a follower killed at a random instant, three kills each (F2)"),
    "packings": Part(packings.run, 200, "packing killed at a random instant while one writes and one reads"),
    "calls": Part(calls.run, 10_000, "every Nth system call killed or failing (F3)"),
    "clean": Part(clean_runs.run, 1000, "clean libraries that must raise no alarm (F11)"),
    "disks": Part(full_disks.run, 200, "a disk that fills up, and room again (F4)"),
    "races": Part(contests.run, 200, "eight processes at one document, and at twenty (F7)"),
    "histories": Part(histories.run, 50, "random histories of 30 steps, checked after each (F8)"),
    "mutations": Part(mutations.run, 100, "safeguards taken out one by one (F14)"),
}


def main() -> int:
    """Run the parts that were asked for on each database, and print their figures; the exit is 0 where all is well."""
    asked = _asked()
    print(f"seed {asked.seed}; Word and PDF files are stand-ins", flush=True)
    failed = False
    with tempfile.TemporaryDirectory(prefix="docctl-faults-") as folder, server_room() as room:
        for database in asked.database:
            scenes = Scenes(Path(folder) / database, database, room)
            for name in asked.part:
                began = time.monotonic()
                outcome = PARTS[name].run(scenes, asked.rounds or PARTS[name].rounds, asked.seed)
                _print(database, name, outcome, time.monotonic() - began)
                failed = failed or bool(outcome.failures)
    print("Something failed." if failed else "All is well.")
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    shown = "; ".join(f"{name}: {part.what}, {part.rounds:,} rounds" for name, part in PARTS.items())
    parser = argparse.ArgumentParser(prog="python -m tests.checks.faults", description=f"Fault tests. Parts: {shown}.")
    parser.add_argument("--part", type=_some_of(PARTS), default=list(PARTS), help="parts, separated by commas")
    parser.add_argument("--database", type=_some_of(DATABASES), default=list(DATABASES), help="one database only")
    parser.add_argument("--rounds", type=int, default=0, help="so many rounds of each part, instead of all")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="the chance of an earlier run")
    return parser.parse_args()


def _some_of(known: Collection[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)} is none of {', '.join(known)}")
        return names

    return read


def _print(database: str, name: str, outcome: Outcome, seconds: float) -> None:
    print(f"\n{name} on {database}, {seconds:,.0f} s")
    for what, figure in outcome.figures.items():
        print(f"  {what:<46} {figure:>24}")
    print(f"  {'failures':<46} {len(outcome.failures):>24}")
    for each in outcome.failures[:20]:
        print(f"    {each}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
