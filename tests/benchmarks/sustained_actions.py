"""Controlled actions sustained on both databases: eight people at work at once, followers beside them.

``python -m tests.benchmarks.sustained_actions [--seconds N] [--database KIND]``
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import select

from docctl.domain.errors import LibraryBusyError
from docctl.domain.user import User
from docctl.followers.catching_up import catch_up
from docctl.followers.git_refs import NAME as REFERENCES
from docctl.followers.watermark import head_seq, read_watermark
from tests.factories.databases import DATABASES, POSTGRESQL, SQLITE, new_database, server_room
from tests.factories.library import PASSWORD, found_library
from tests.faults import crew

PEOPLE_AT_WORK = 8
SECONDS = 30
AT_LEAST_PER_SECOND = {SQLITE: 5.0, POSTGRESQL: 20.0}
P95_AT_MOST_MS = {SQLITE: None, POSTGRESQL: 500}
LIFE = ("create", "save", "submit", "review", "approve")


def work(data: Path, together: Any, seconds: int, name: str, told: Path) -> None:
    """Carry document after document from its first draft into force, and note how long each action took."""
    office = crew.office_at(data)
    _carry_through(office, f"POL-{name}-0")
    together.wait()
    end_at, took, busy = time.monotonic() + seconds, [], 0
    for turn in range(1, 100_000):
        for action in LIFE:
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
    control = crew.office_at(data).control
    together.wait()
    while True:
        try:
            catch_up(control)
        except LibraryBusyError:
            time.sleep(0.01)


def measure(data: Path, kind: str, seconds: int) -> bool:
    """Measure one database; print its figures, and say whether they are what they must be."""
    told = [data.parent / f"told-{name}.json" for name in "ABCDEFGH"[:PEOPLE_AT_WORK]]
    together = crew.PROCESSES.Barrier(len(told) + 1)
    working = [
        crew.PROCESSES.Process(target=work, args=(data, together, seconds, file.stem[-1], file)) for file in told
    ]
    following = crew.PROCESSES.Process(target=follow, args=(data, together))
    for process in (*working, following):
        process.start()
    for process in working:
        process.join()
    following.kill()
    following.join()
    answers = [json.loads(file.read_text()) for file in told]
    took = [(action, taken) for answer in answers for action, taken in answer["took"]]
    every = [taken for _, taken in took]
    rate, p95 = len(every) / seconds, statistics.quantiles(every, n=20)[-1] * 1000
    median, busy = statistics.median(every) * 1000, sum(answer["busy"] for answer in answers)
    print(f"\n{kind}: {rate:.1f} actions a second, median {median:.0f} ms, p95 {p95:.0f} ms")
    print(f"  slowest {max(every) * 1000:.0f} ms; told that it was busy: {busy}")
    for action in LIFE:
        each = [taken * 1000 for kind_of, taken in took if kind_of == action]
        print(f"  {action:8} {len(each):5}  median {statistics.median(each or [0]):6.0f} ms")
    control = crew.office_at(data).control
    with control.reading() as session:
        print(f"  events {head_seq(session)}, of which followed into references {read_watermark(session, REFERENCES)}")
    at_most = P95_AT_MOST_MS[kind]
    good = rate >= AT_LEAST_PER_SECOND[kind] and (at_most is None or p95 < at_most)
    print(f"  to reach: {AT_LEAST_PER_SECOND[kind]:.0f} a second" + (f", p95 below {at_most} ms" if at_most else "")
          + (": reached" if good else ": NOT REACHED"))  # fmt: skip
    return good


def main() -> int:
    """Measure, and return 1 where a figure was not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--database", choices=DATABASES, action="append")
    options = parser.parse_args()
    reached = []
    for kind in options.database or DATABASES:
        with tempfile.TemporaryDirectory(prefix="docctl-bench-") as folder, server_room() as room:
            data = Path(folder) / "data"
            new_database(data, kind, room)
            control = found_library(data)
            with control.remembering() as session:
                password_hash = control.passwords.hash_password(PASSWORD)
                for user in session.scalars(select(User)):
                    user.password_hash = password_hash
            control.engine.dispose()
            reached.append(measure(data, kind, options.seconds))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
