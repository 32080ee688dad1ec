"""Several processes want the same thing at once: exactly one gets it, and the others are told why not (F7)."""

import json
import random
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from docctl.domain.errors import AlreadyDoneError, DocctlError
from docctl.domain.revision import Revision
from docctl.followers.catching_up import catch_up
from tests.factories.databases import copy_library
from tests.factories.library import Office
from tests.faults import crew

pytestmark = pytest.mark.both_databases

WORKERS, MOVES = 4, 12
NUMBERS = ("POL-001", "POL-002", "POL-003")
DONE = "done"


def _started_together(
    data: Path, gate: Any, outcomes: Path, worker: int, work: Callable[..., None], *given: Any
) -> None:
    """Open the library, wait until everybody has, work, and write down what came of each attempt."""
    crew.quick_issue()
    office = crew.office_at(data)
    told: list[str] = []
    gate.wait(crew.WITHIN_SECONDS)
    try:
        work(office, told, worker, *given)
    finally:
        (outcomes / f"{worker}.json").write_text(json.dumps(told))


def _attempt(told: list[str], attempt: Callable[..., object], *given: Any) -> None:
    """Try something; a refusal of the domain is an answer, anything else ends the process with its traceback."""
    while True:
        try:
            attempt(*given)
            told.append(DONE)
        except crew.LibraryBusyError:
            continue
        except DocctlError as refusal:
            told.append(type(refusal).__name__)
        return


def _together(data: Path, outcomes: Path, work: Callable[..., None], *given: Any) -> list[list[str]]:
    outcomes.mkdir(exist_ok=True)
    gate = crew.PROCESSES.Barrier(WORKERS)
    processes = [
        crew.PROCESSES.Process(target=_started_together, args=(data, gate, outcomes, worker, work, *given))
        for worker in range(WORKERS)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(crew.WITHIN_SECONDS)
        if process.exitcode is None:
            process.kill()
    assert [process.exitcode for process in processes] == [0] * WORKERS
    return [json.loads((outcomes / f"{worker}.json").read_text()) for worker in range(WORKERS)]


def _approve_each(office: Office, told: list[str], worker: int) -> None:
    for number in NUMBERS:
        _attempt(told, crew.approve, office, number, f"approve-{number}-by-{worker}")


def _create_each(office: Office, told: list[str], worker: int) -> None:
    for number in NUMBERS:
        _attempt(told, crew.create, office, number, f"create-{number}-by-{worker}")


def _ask_again(office: Office, told: list[str], worker: int) -> None:
    _attempt(told, crew.create, office, "POL-001", "the same request")


def _do_anything(office: Office, told: list[str], worker: int, seed: int) -> None:
    chance = random.Random(seed + worker)
    for move in range(MOVES):
        action, number = chance.choice(sorted(crew.ACTIONS)), chance.choice(NUMBERS)
        _attempt(told, crew.ACTIONS[action], office, number, f"{worker}-{move}-{action}")
        if move % 4 == worker:
            _attempt(told, catch_up, office.control)


@pytest.fixture
def data(founded_library: tuple[Path, dict[str, int], datetime], tmp_path: Path) -> Path:
    """The data folder of a library of this test's own."""
    copy_library(founded_library[0], tmp_path / "data")
    return tmp_path / "data"


def test_a_document_approved_by_many_at_once_is_approved_once(data: Path, tmp_path: Path) -> None:
    office = crew.office_at(data)
    for number in NUMBERS:
        for step in (crew.create, crew.submit, crew.review):
            step(office, number, "")
    told = _together(data, tmp_path / "outcomes", _approve_each)
    for place, number in enumerate(NUMBERS):
        outcomes = Counter(each[place] for each in told)
        assert outcomes[DONE] == 1, outcomes
        assert outcomes.keys() <= {DONE, "WrongStateError", "AlreadySignedError"}
        with office.control.reading() as session:
            revision = session.get(Revision, crew.newest(office, number))
            assert sorted(signature.kind for signature in revision.valid_signatures) == ["approve", "review"]
    assert crew.faults(crew.recover(data).control) == []


def test_a_number_wanted_by_many_at_once_is_given_once(data: Path, tmp_path: Path) -> None:
    told = _together(data, tmp_path / "outcomes", _create_each)
    for place in range(len(NUMBERS)):
        assert Counter(each[place] for each in told) == {DONE: 1, "NumberTakenError": WORKERS - 1}
    assert crew.faults(crew.recover(data).control) == []


def test_a_request_sent_many_times_is_carried_out_once(data: Path, tmp_path: Path) -> None:
    told = _together(data, tmp_path / "outcomes", _ask_again)
    assert Counter(each[0] for each in told) == {DONE: 1, AlreadyDoneError.__name__: WORKERS - 1}
    assert crew.faults(crew.recover(data).control) == []


def test_many_at_anything_leave_one_line_of_history(data: Path, tmp_path: Path) -> None:
    seed, office = random.randrange(10_000), crew.office_at(data)
    for number in NUMBERS:
        crew.create(office, number, "")
    told = _together(data, tmp_path / "outcomes", _do_anything, seed)
    assert sum(each.count(DONE) for each in told) > WORKERS, f"seed {seed}"
    office = crew.recover(data)
    assert crew.faults(office.control) == [], f"seed {seed}"
    for ref in ("refs/heads/ledger", *(f"refs/heads/documents/{number}" for number in NUMBERS)):
        command = ["git", "-C", str(office.control.library.folder), "rev-list", "--min-parents=2", ref, "--"]
        if ref in office.control.library.refs():
            assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "", f"seed {seed}"
