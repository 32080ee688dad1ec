"""Packings killed at random instants, with Git's children or without them, while one writes and one reads all there is.

Nothing that was answered is lost, no reader misses anything, and every object is as it was.
"""

import os
import random
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from docctl import tools
from docctl.adapters.git_library import GitLibrary
from docctl.adapters.git_library.on_disk import named_in
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.trail.audit_trail import Event
from docctl.followers import packing
from tests.checks.faults import crew, shifts
from tests.checks.faults.outcome import Outcome
from tests.checks.faults.scenes import Scenes

LONGEST_SECONDS = 1.5
WAITS_FOR_A_PACKING = 0.7
CHECK_EVERY = 10


def everything(data: Path) -> dict[str, bytes]:
    """Return every object that the Git library of a data folder holds, loose or packed."""
    library = GitLibrary(data / "library.git", data / "git.lock")
    found = {name: library.read(name) for name in set(_names(data))}
    library.let_go()
    return found


def twice_there(data: Path) -> list[str]:
    """Return the objects that lie in more than one place."""
    return [name for name, times in Counter(_names(data)).items() if times > 1]


def _names(data: Path) -> list[str]:
    folder = data / "library.git"
    packed = [name for each in tools.git_library.packs_in(folder) for name in named_in(each.index)]
    return [*tools.git_library.loose_objects(folder), *packed]


def pack_without_end(data: Path, packed: Path) -> None:
    """Pack again and again, and note each time that it was done."""
    os.setpgid(0, 0)
    office = crew.office_at(data)
    for turn in range(100_000):
        try:
            packing.pack(office.control, sweeping=bool(turn % 2))
        except crew.LibraryBusyError:
            time.sleep(shifts.STAND_OFF_SECONDS)
        else:
            crew.acknowledge(packed, str(turn))


def read_without_end(data: Path, missed: Path) -> None:
    """Read files and signed events by one reader that stays open, and note what it misses."""
    os.setpgid(0, 0)
    office = crew.office_at(data)
    while True:
        with office.control.reading() as session:
            files = [file for draft in session.scalars(select(SavedDraft)) for file in draft.files]
            commits = list(session.scalars(select(Event.ledger_commit)))
        try:
            for file in files:
                office.control.library.read_file(file)
            for commit in commits:
                office.control.library.tree_of(commit)
        except LibraryMismatchError as error:
            crew.acknowledge(missed, str(error).replace(" ", "_"))


def _wait_for(notes: Path) -> None:
    before, until = len(crew.acknowledged(notes)), time.monotonic() + crew.WITHIN_SECONDS
    while len(crew.acknowledged(notes)) == before:
        assert time.monotonic() < until, f"nothing was packed for {crew.WITHIN_SECONDS} seconds"
        time.sleep(0.01)


def run(scenes: Scenes, rounds: int, seed: int) -> Outcome:
    """Kill the packing, and those who write and read beside it, at random instants."""
    data = scenes.copy(scenes.at_work())
    answers, packed, missed = (data.with_name(name) for name in ("answers", "packed", "missed"))
    chance, wrong, answered, seq = random.Random(seed), list[str](), 0, shifts.newest_event_in(data)
    for turn in range(rounds):
        before = everything(data)
        work = [
            crew.PROCESSES.Process(target=shifts.write_documents, args=(data, answers, f"{turn:04}")),
            crew.PROCESSES.Process(target=pack_without_end, args=(data, packed)),
            crew.PROCESSES.Process(target=read_without_end, args=(data, missed)),
        ]
        for process in work:
            process.start()
        if chance.random() < WAITS_FOR_A_PACKING:
            _wait_for(packed)
        time.sleep(chance.uniform(0, LONGEST_SECONDS))
        shifts.kill(work, whole_groups=bool(turn % 2))
        office = crew.recover(data)
        now = everything(data)
        wrong += [f"round {turn}: {name} is gone or another" for name in before if now.get(name) != before[name]]
        known = crew.acknowledged(answers)
        carried_out = crew.requests_carried_out(office.control, seq)
        wrong += [f"round {turn}: lost {each}" for each in sorted(set(known[answered:]) - carried_out)]
        wrong += [f"round {turn}: a reader missed {each}" for each in crew.acknowledged(missed)]
        answered, seq = len(known), crew.newest_event(office.control)
        if turn % CHECK_EVERY == CHECK_EVERY - 1 or turn == rounds - 1:
            packing.pack(office.control, sweeping=True)
            wrong += [f"round {turn}: {each} lies there twice" for each in twice_there(data)]
            wrong += [f"round {turn}: {each}" for each in crew.faults(office.control)]
        office.control.engine.dispose()
        if wrong:
            break
    done = len(crew.acknowledged(packed))
    return Outcome(
        {
            "packings killed": f"{turn + 1:,}",
            "packings done before": f"{done:,}",
            "actions answered beside them": f"{answered:,}",
            "objects at the end": f"{len(_names(data)):,}",
        },
        [*wrong, *([] if done and answered else ["nothing was packed, or nothing answered"])],
    )
