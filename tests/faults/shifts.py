"""Shifts: processes that write or follow until they are killed, on the same documents or on their own."""

import os
import random
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from docctl.domain.errors import AlreadyDoneError
from docctl.followers.catching_up import catch_up
from tests.faults import crew

LIFE = ("create", "save", "submit", "review", "approve", "revise", "save", "submit", "review", "approve", "withdraw")
STAND_OFF_SECONDS = 0.01
LONGEST_SHIFT_SECONDS = 1.0


def write_documents(data: Path, answers: Path, name: str) -> None:
    """Carry document after document through its life, and note every answer before asking for the next thing."""
    os.setpgid(0, 0)
    crew.quick_issue()
    office = crew.office_at(data)
    for turn in range(10_000):
        number = f"POL-{name}{turn:03}"
        for step, action in enumerate(LIFE if turn % 3 else ("adopt", "revise", *LIFE[1:5])):
            request_id = f"{number}.{step}"
            _until_answered(office, action, number, request_id)
            crew.acknowledge(answers, request_id)


def _until_answered(office: crew.Office, action: str, number: str, request_id: str) -> None:
    """Ask again while the library is busy, with the same request id, as a page does."""
    while True:
        try:
            crew.ACTIONS[action](office, number, request_id)
        except AlreadyDoneError:
            return
        except crew.LibraryBusyError:
            time.sleep(STAND_OFF_SECONDS)
        else:
            return


def follow_trail(data: Path) -> None:
    """Follow the audit trail without end."""
    os.setpgid(0, 0)
    crew.quick_issue()
    office = crew.office_at(data)
    while True:
        try:
            catch_up(office.control)
        except crew.LibraryBusyError:
            time.sleep(STAND_OFF_SECONDS)


@dataclass
class Ended:
    """What rounds of killing came to."""

    rounds: int = 0
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    recovered_in: list[float] = field(default_factory=list)

    @property
    def slowest_of_hundred(self) -> float:
        """The time within which 99 of 100 recoveries were done."""
        ordered = sorted(self.recovered_in)
        return ordered[int(len(ordered) * 0.99)] if ordered else 0.0


def kill_rounds(data: Path, answers: Path, rounds: int, seed: int, check_every: int) -> Ended:
    """Let two write and one follow, kill them at some instant, start again; count what is lost or only half there."""
    chance, ended = random.Random(seed), Ended()
    for turn in range(rounds):
        names = [f"{turn:04}{letter}" for letter in "AB"]
        work = [crew.PROCESSES.Process(target=write_documents, args=(data, answers, name)) for name in names]
        work.append(crew.PROCESSES.Process(target=follow_trail, args=(data,)))
        for process in work:
            process.start()
        _wait_for_answers(answers, ended.answered)
        time.sleep(chance.uniform(0, LONGEST_SHIFT_SECONDS))
        _kill(work, whole_groups=bool(turn % 2))
        ended.rounds += 1
        began = time.monotonic()
        office = crew.recover(data)
        ended.recovered_in.append(time.monotonic() - began)
        answered = crew.acknowledged(answers)
        ended.lost += sorted(set(answered) - crew.requests_carried_out(office.control))
        ended.answered = len(answered)
        if turn % check_every == check_every - 1 or turn == rounds - 1:
            ended.faults += crew.faults(office.control)
        office.control.engine.dispose()
        if ended.lost or ended.faults:
            break
    return ended


def _wait_for_answers(answers: Path, before: int) -> None:
    until = time.monotonic() + crew.WITHIN_SECONDS
    while len(crew.acknowledged(answers)) <= before:
        if time.monotonic() > until:
            raise AssertionError(f"nothing was answered for {crew.WITHIN_SECONDS} seconds")
        time.sleep(0.01)


def _kill(work: Iterable[BaseProcess], *, whole_groups: bool) -> None:
    """Kill processes; with their whole groups, or so that Git's children outlive them."""
    for process in work:
        if process.is_alive() and process.pid is not None:
            has_group = whole_groups and os.getpgid(process.pid) == process.pid
            (os.killpg if has_group else os.kill)(process.pid, signal.SIGKILL)
    for process in work:
        process.join()
