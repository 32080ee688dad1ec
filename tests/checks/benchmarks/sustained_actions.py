"""Controlled actions sustained on both databases: eight people at work at once, followers beside them.

First as fast as they can, for the rate; then at the rate to reach, for the time that each action takes.

``python -m tests.checks.benchmarks.sustained_actions [--seconds N] [--database KIND]``
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from docctl.domain.errors import LibraryBusyError
from docctl.followers.catching_up import catch_up
from docctl.followers.git_refs import NAME as REFERENCES
from docctl.followers.watermark import head_seq, read_watermark
from docctl.server.serving import give_way, stay_loaded
from tests.checks.faults import crew
from tests.factories.databases import DATABASES, POSTGRESQL, SQLITE, new_database, server_room
from tests.factories.library import found_library

NAMES = "ABCDEFGH"
PEOPLE_AT_WORK = len(NAMES)
SECONDS = 30
AT_LEAST_PER_SECOND = {SQLITE: 5.0, POSTGRESQL: 20.0}
P95_AT_MOST_MS = 500
LIFE = ("create", "save", "submit", "review", "approve")


def work(data: Path, together: Any, seconds: int, name: str, told: Path, every: float) -> None:
    """Carry document after document from its first draft into force, and note how long each action took.

    Nobody begins an action sooner than so many seconds after the one before.
    """
    office = crew.office_at(data)
    _carry_through(office, f"POL-{name}-0")
    stay_loaded()
    together.wait()
    began, took, busy = time.monotonic(), [], 0
    end_at, began = began + seconds, began + every * NAMES.index(name) / PEOPLE_AT_WORK
    for turn in range(1, 100_000):
        for action in LIFE:
            time.sleep(max(0.0, began + every * len(took) - time.monotonic()))
            before = time.monotonic()
            busy += _until_done(office, action, f"POL-{name}-{turn}")
            if time.monotonic() >= end_at:
                told.write_text(json.dumps({"took": took, "busy": busy}))
                return
            took.append((action, time.monotonic() - before))


def _carry_through(office: crew.Office, number: str) -> None:
    for action in LIFE:
        _until_done(office, action, number)


def _until_done(office: crew.Office, action: str, number: str) -> int:
    """Do something, again where the library was busy; return how often it was."""
    for refused in range(1000):
        try:
            crew.ACTIONS[action](office, number, f"{number}-{action}")
        except LibraryBusyError:
            continue
        return refused
    raise AssertionError(f"{number} could not be brought on by {action}")


def follow(data: Path, together: Any) -> None:
    """Follow the trail beside them, with real Word and PDF files, until killed."""
    give_way()
    control = crew.office_at(data).control
    together.wait()
    while True:
        try:
            catch_up(control)
        except LibraryBusyError:
            time.sleep(0.01)


def measure(data: Path, kind: str, seconds: int, at_rate: float = 0.0) -> tuple[float, float]:
    """Measure one database, as fast as it can be or at a rate; print its figures, and return the rate and the p95."""
    told = [data.parent / f"told-{name}.json" for name in NAMES]
    together = crew.PROCESSES.Barrier(len(told) + 1)
    every = PEOPLE_AT_WORK / at_rate if at_rate else 0.0
    working = [
        crew.PROCESSES.Process(target=work, args=(data, together, seconds, file.stem[-1], file, every)) for file in told
    ]
    following = crew.PROCESSES.Process(target=follow, args=(data, together))
    for process in (*working, following):
        process.start()
    for process in working:
        process.join()
    following.kill()
    following.join()
    answers = [json.loads(file.read_text()) for file in told]
    took = [(action, taken * 1000) for answer in answers for action, taken in answer["took"]]
    times = [taken for _, taken in took]
    rate, p95 = len(times) / seconds, statistics.quantiles(times, n=20)[-1]
    asked = f"asked for {at_rate:.0f} a second" if at_rate else "as fast as they can"
    print(f"\n{kind}, {asked}: {rate:.1f} actions a second, median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms")
    print(f"  slowest {max(times):.0f} ms; told that it was busy: {sum(answer['busy'] for answer in answers)}")
    for action in LIFE:
        each = [taken for kind_of, taken in took if kind_of == action]
        print(f"  {action:8} {len(each):5}  median {statistics.median(each or [0]):6.0f} ms")
    control = crew.office_at(data).control
    with control.reading() as session:
        print(f"  events {head_seq(session)}, of which followed into references {read_watermark(session, REFERENCES)}")
    return rate, p95


def reached(kind: str, rate: float, p95: float) -> bool:
    """Say whether the figures of a database are what they must be."""
    good = rate >= AT_LEAST_PER_SECOND[kind] and p95 < P95_AT_MOST_MS
    print(f"  to reach: {AT_LEAST_PER_SECOND[kind]:.0f} a second, and p95 below {P95_AT_MOST_MS} ms at that rate: "
          + ("reached" if good else "NOT REACHED"))  # fmt: skip
    return good


def _new_library(folder: Path, kind: str, room: Any) -> Path:
    data = folder / "data"
    new_database(data, kind, room)
    found_library(data).engine.dispose()
    return data


def main() -> int:
    """Measure, and return 1 where a figure was not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--database", choices=DATABASES, action="append")
    options = parser.parse_args()
    good = True
    for kind in options.database or DATABASES:
        with tempfile.TemporaryDirectory(prefix="docctl-bench-") as folder, server_room() as room:
            (Path(folder) / "fast").mkdir()
            (Path(folder) / "paced").mkdir()
            rate, _ = measure(_new_library(Path(folder) / "fast", kind, room), kind, options.seconds)
            paced = _new_library(Path(folder) / "paced", kind, room)
            _, p95 = measure(paced, kind, options.seconds, AT_LEAST_PER_SECOND[kind])
            good = reached(kind, rate, p95) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
