"""Contests: several processes want the same thing at once; exactly one gets it, and the others are told why (F7)."""

import json
import random
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from docctl.domain.errors import DocctlError
from docctl.followers.catching_up import catch_up
from tests.checks.faults import crew
from tests.checks.faults.outcome import Outcome
from tests.checks.faults.scenes import Scenes

DONE, BUSY = "done", "LibraryBusyError"
PROCESSES, MOVES, DOCUMENTS = 8, 500, 20
BUSY_AT_MOST = 0.005
TOO_LATE = {DONE, "WrongStateError", "AlreadySignedError"}
FOLLOWED_EVERY = 10


class Told:
    """What one process was told: one word for each attempt, and how often the library was busy."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.busy = 0

    def attempt(self, attempt: Callable[..., object], *given: Any) -> None:
        """Try something until the library is not busy; any other refusal is an answer, anything else ends this."""
        while True:
            try:
                attempt(*given)
                self.words.append(DONE)
            except crew.LibraryBusyError:
                self.busy += 1
                continue
            except DocctlError as refusal:
                self.words.append(type(refusal).__name__)
            return


def _started_together(
    data: Path, gate: Any, outcomes: Path, worker: int, work: Callable[..., None], *given: Any
) -> None:
    """Open the library, wait until everybody has, work, and write down what came of each attempt."""
    crew.quick_issue()
    office, told = crew.office_at(data), Told()
    gate.wait(crew.WITHIN_SECONDS)
    try:
        work(office, told, worker, gate, *given)
    finally:
        (outcomes / f"{worker}.json").write_text(json.dumps([told.words, told.busy]))


def together(data: Path, workers: int, work: Callable[..., None], *given: Any) -> list[Told]:
    """Let so many processes work at once; return what each was told. One that ends with a traceback fails this."""
    outcomes = data.with_name("outcomes")
    outcomes.mkdir(exist_ok=True)
    gate = crew.PROCESSES.Barrier(workers)
    processes = [
        crew.PROCESSES.Process(target=_started_together, args=(data, gate, outcomes, worker, work, *given))
        for worker in range(workers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    ended = [process.exitcode for process in processes]
    assert ended == [0] * workers, f"processes ended with {ended}"
    everybody = []
    for worker in range(workers):
        told = Told()
        told.words, told.busy = json.loads((outcomes / f"{worker}.json").read_text())
        everybody.append(told)
    return everybody


def approve_each(office: crew.Office, told: Told, worker: int, gate: Any, numbers: Sequence[str]) -> None:
    """Approve one document after the other, each at the same instant as everybody else."""
    for number in numbers:
        gate.wait(crew.WITHIN_SECONDS)
        told.attempt(crew.approve, office, number, f"approve-{number}-by-{worker}")


def do_anything(
    office: crew.Office, told: Told, worker: int, gate: Any, numbers: Sequence[str], moves: int, seed: int
) -> None:
    """Do one thing after another, whatever comes to mind, and follow now and then."""
    chance = random.Random(seed + worker)
    for move in range(moves):
        action, number = chance.choice(sorted(crew.ACTIONS)), chance.choice(numbers)
        told.attempt(crew.ACTIONS[action], office, number, f"{worker}-{move}-{action}")
        if move % FOLLOWED_EVERY == worker % FOLLOWED_EVERY:
            told.attempt(catch_up, office.control)


def prepare(office: crew.Office, numbers: Iterable[str]) -> None:
    """Bring documents to where one signature is lacking."""
    for number in numbers:
        for step in (crew.create, crew.submit, crew.review):
            step(office, number, "")


def races(data: Path, workers: int, numbers: Sequence[str]) -> list[str]:
    """Let everybody approve the same documents at the same instants; return what is wrong."""
    prepare(crew.office_at(data), numbers)
    everybody = together(data, workers, approve_each, numbers)
    wrong = []
    for place, number in enumerate(numbers):
        words = Counter(told.words[place] for told in everybody)
        if words[DONE] != 1 or words.keys() - TOO_LATE:
            wrong.append(f"{number}: {dict(words)}")
    return wrong + _wrong_at_the_end(data, numbers)


def crowd(data: Path, workers: int, numbers: Sequence[str], moves: int, seed: int) -> tuple[list[Told], list[str]]:
    """Let everybody do anything to the same documents; return what they were told, and what is wrong."""
    office = crew.office_at(data)
    for number in numbers:
        crew.create(office, number, "")
    everybody = together(data, workers, do_anything, numbers, moves, seed)
    return everybody, _wrong_at_the_end(data, numbers)


def _wrong_at_the_end(data: Path, numbers: Iterable[str]) -> list[str]:
    """Start again; the library must be sound, and each line of history without branches."""
    office = crew.recover(data)
    wrong = [*crew.half_in_force(office.control), *crew.faults(office.control)]
    library = office.control.library
    for ref in library.refs().keys() & {"refs/heads/ledger", *(f"refs/heads/documents/{number}" for number in numbers)}:
        command = ["git", "-C", str(library.folder), "rev-list", "--min-parents=2", ref, "--"]
        if subprocess.run(command, capture_output=True, text=True, check=True).stdout:
            wrong.append(f"{ref} is no line")
    office.control.engine.dispose()
    return wrong


def run(scenes: Scenes, rounds: int, seed: int) -> Outcome:
    """Race for the same documents, then let a crowd do anything."""
    data = scenes.copy(scenes.founded())
    wrong = races(data, PROCESSES, [f"POL-{number:03}" for number in range(rounds)])
    scenes.discard(data)
    data = scenes.copy(scenes.founded())
    moves = min(MOVES, rounds * MOVES // 200)
    everybody, wrong_in_crowd = crowd(data, PROCESSES, [f"SOP-{at:02}" for at in range(DOCUMENTS)], moves, seed)
    scenes.discard(data)
    attempts, busy = sum(len(told.words) for told in everybody), sum(told.busy for told in everybody)
    share = busy / max(attempts, 1)
    return Outcome(
        {
            f"races of {PROCESSES} for one document": str(rounds),
            f"attempts of {PROCESSES} at {DOCUMENTS} documents": f"{attempts:,}",
            "actions carried out": f"{sum(told.words.count(DONE) for told in everybody):,}",
            "refused because the library was busy": f"{share:.2%}",
        },
        wrong + wrong_in_crowd + ([f"busy in {share:.2%} of all attempts"] if share > BUSY_AT_MOST else []),
    )
