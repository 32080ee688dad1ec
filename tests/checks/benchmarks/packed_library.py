"""What the Git library takes and costs before and after it is packed: bytes an event, clone, reads, acts.

``python -m tests.checks.benchmarks.packed_library [--events N,M] [--pairs N]``
"""

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import select

from docctl import tools
from docctl.adapters.git_library import GitLibrary
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import StoredFile
from docctl.followers import git_refs, packing
from tests.checks.faults import crew
from tests.checks.faults.scenes import Scenes
from tests.factories.databases import SQLITE, server_room

BYTES_AN_EVENT = 1200
CLONED_WITHIN_SECONDS = 60
INDEX_ENTRY = 28
READS = 300
SLOWER_AT_MOST = 1.1
LIFE = ("create", "save", "submit", "review", "approve")


@dataclass(frozen=True)
class Ledger:
    """What the ledger takes in packs, beside the documents: its objects with their entries in the index."""

    events: int
    size: int

    @property
    def each(self) -> float:
        """The bytes that an event takes."""
        return self.size / self.events


def ledger_of(data: Path) -> Ledger:
    """Add up what each object of the ledger takes in its pack."""
    folder = data / "library.git"
    names = {line[:40] for line in _git(folder, "rev-list", "--objects", "refs/heads/ledger").splitlines()}
    size = 0
    for pack in tools.git_library.packs_in(folder):
        for line in _git(folder, "verify-pack", "-v", str(pack.index)).splitlines():
            name, *rest = line.split()
            if name in names:
                size += int(rest[2]) + INDEX_ENTRY
                names.remove(name)
    assert not names, f"{len(names)} objects of the ledger are in no pack"
    return Ledger(int(_git(folder, "rev-list", "--count", "refs/heads/ledger")), size)


def cloned(data: Path) -> float:
    """Clone the library as over a network; return the seconds."""
    with tempfile.TemporaryDirectory(dir=data.parent) as folder:
        began = time.monotonic()
        _git(data, "clone", "--quiet", "--mirror", f"file://{(data / 'library.git').resolve()}", f"{folder}/clone.git")
        return time.monotonic() - began


def reads(one: Path, other: Path) -> float:
    """Read the same old texts from both by turns; return how many times as long the other takes."""
    office = crew.office_at(one)
    with office.control.reading() as session:
        rows = [row for files in session.scalars(select(SavedDraft.file_rows)) for row in files]
    chosen = [StoredFile(**row) for row in random.Random(5).sample(rows, min(READS, len(rows)))]
    libraries = [GitLibrary(data / "library.git", data / "git.lock") for data in (one, other)]
    took: list[list[float]] = [[], []]
    for file in chosen:
        for turn in random.sample((0, 1), 2):
            began = time.perf_counter()
            libraries[turn].read_file(file)
            took[turn].append(time.perf_counter() - began)
    for library in libraries:
        library.let_go()
    office.control.engine.dispose()
    return statistics.median(took[1]) / statistics.median(took[0])


def acts(one: Path, other: Path, pairs: int) -> dict[str, tuple[float, float]]:
    """Do each act in both by turns; return the median CPU milliseconds of each, Git's included."""
    crew.quick_issue()
    offices = [crew.office_at(data) for data in (one, other)]
    took: dict[str, tuple[list[float], list[float]]] = {action: ([], []) for action in LIFE}
    for turn in range(pairs + 1):
        for action in LIFE:
            for place in random.sample((0, 1), 2):
                seconds = _cpu(partial(crew.ACTIONS[action], offices[place], f"POL-X{turn:03}", ""))
                if turn:
                    took[action][place].append(seconds * 1000)
        for office in offices:
            git_refs.follow(office.control)
    for office in offices:
        office.control.library.let_go()
        office.control.engine.dispose()
    return {action: (statistics.median(both[0]), statistics.median(both[1])) for action, both in took.items()}


def _cpu(work: Callable[[], object]) -> float:
    def spent() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(each.ru_utime + each.ru_stime for each in used)

    before = spent()
    work()
    return spent() - before


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=True).stdout


def measure(scenes: Scenes, events: int, pairs: int) -> bool:
    """Measure a library of so many events; print its figures, and say whether they are within their limits."""
    loose = scenes.copy(scenes.grown(events))
    packed = scenes.copy(loose)
    office = crew.office_at(packed)
    before = sum(path.stat().st_blocks * 512 for path in (packed / "library.git").rglob("*"))
    began, cpu = time.monotonic(), _cpu(lambda: packing.pack(office.control, sweeping=True))
    seconds = time.monotonic() - began
    office.control.engine.dispose()
    after = sum(path.stat().st_blocks * 512 for path in (packed / "library.git").rglob("*"))
    ledger, clone, ratio = ledger_of(packed), cloned(packed), reads(loose, packed)
    print(f"\n{ledger.events:,} events: {before / 1e6:,.1f} MB before, {after / 1e6:,.1f} MB packed, with documents")
    spent = f"packed in {seconds:.0f} s ({cpu:.0f} s of CPU); clone {clone:.1f} s"
    print(f"  ledger {ledger.each:,.0f} bytes an event; {spent}")
    print(f"  reading old texts takes {ratio:.2f} times as long as before")
    costs = acts(loose, packed, pairs)
    for action, (as_grown, now) in costs.items():
        print(f"  {action:8} {as_grown:6.1f} ms of CPU before, {now:6.1f} ms packed, {now / as_grown:.2f} times")
    dearer = sum(now for _, now in costs.values()) / sum(before for before, _ in costs.values())
    print(f"  all acts {dearer:.2f} times")
    sys.stdout.flush()
    held = ledger.each <= BYTES_AN_EVENT and clone <= CLONED_WITHIN_SECONDS
    return held and max(ratio, dearer) <= SLOWER_AT_MOST


def main() -> int:
    """Measure libraries of several sizes; the exit is 1 where anything is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", default="5000,20000", help="how many events, separated by commas")
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--keep", type=Path, help="a folder in which the libraries are kept for another run")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="docctl-packed-") as folder, server_room() as room:
        scenes = Scenes(asked.keep or Path(folder), SQLITE, room)
        held = [measure(scenes, int(events), asked.pairs) for events in asked.events.split(",")]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
