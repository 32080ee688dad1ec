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
from tests.checks.faults import crew
from tests.checks.faults.outcome import Outcome
from tests.checks.faults.scenes import Scenes

LIFE = ("create", "save", "submit", "review", "approve", "revise", "save", "submit", "review", "approve", "withdraw")
STAND_OFF_SECONDS = 0.01
LONGEST_SHIFT_SECONDS = 0.6
WAITS_FOR_AN_ANSWER = 0.5
MANY_EVENTS = 10_000
CHECK_EVERY = 100
RECOVERED_WITHIN_SECONDS = 2.0


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
            if not catch_up(office.control):
                time.sleep(STAND_OFF_SECONDS)
        except crew.LibraryBusyError:
            time.sleep(STAND_OFF_SECONDS)


@dataclass
class Ended:
    """What rounds of killing came to."""

    rounds: int = 0
    killed: int = 0
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    half_in_force: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    recovered_in: list[float] = field(default_factory=list)

    @property
    def slowest_of_hundred(self) -> float:
        """The time within which 99 of 100 recoveries were done."""
        ordered = sorted(self.recovered_in)
        return ordered[int(len(ordered) * 0.99)] if ordered else 0.0


def kill_rounds(data: Path, answers: Path, rounds: int, seed: int, check_every: int) -> Ended:
    """Let two write and one follow, kill them at some instant, start again; count what is lost or only half there."""
    chance, ended, seq = random.Random(seed), Ended(), newest_event_in(data)
    for turn in range(rounds):
        names = [f"{turn:04}{letter}" for letter in "AB"]
        work = [crew.PROCESSES.Process(target=write_documents, args=(data, answers, name)) for name in names]
        work.append(crew.PROCESSES.Process(target=follow_trail, args=(data,)))
        for process in work:
            process.start()
        is_last_chance = turn == rounds - 1 and not ended.answered
        if chance.random() < WAITS_FOR_AN_ANSWER or is_last_chance:
            _wait_for_answers(answers, ended.answered)
        time.sleep(chance.uniform(0, LONGEST_SHIFT_SECONDS))
        ended.killed += kill(work, whole_groups=bool(turn % 2))
        ended.rounds += 1
        began = time.monotonic()
        office = crew.recover(data)
        ended.recovered_in.append(time.monotonic() - began)
        answered = crew.acknowledged(answers)
        ended.lost += sorted(set(answered[ended.answered :]) - crew.requests_carried_out(office.control, seq))
        ended.half_in_force += crew.half_in_force(office.control, seq)
        ended.answered, seq = len(answered), crew.newest_event(office.control)
        if turn % check_every == check_every - 1 or turn == rounds - 1:
            ended.lost += sorted(set(answered) - crew.requests_carried_out(office.control))
            ended.faults += crew.faults(office.control)
        office.control.engine.dispose()
        if ended.lost or ended.half_in_force or ended.faults:
            break
    return ended


def newest_event_in(data: Path) -> int:
    """Return the number of the newest event of a library that nobody works in."""
    control = crew.office_at(data).control
    newest = crew.newest_event(control)
    control.engine.dispose()
    return newest


def run(scenes: Scenes, rounds: int, seed: int) -> Outcome:
    """Kill a library of many events at random instants."""
    data = scenes.copy(scenes.grown(MANY_EVENTS))
    ended = kill_rounds(data, data.with_name("answers"), rounds, seed, CHECK_EVERY)
    slow = ended.slowest_of_hundred > RECOVERED_WITHIN_SECONDS
    return Outcome(
        {
            "processes killed": f"{ended.killed:,}",
            "at so many random instants": f"{ended.rounds:,}",
            "actions answered": f"{ended.answered:,}",
            "answered actions lost": str(len(ended.lost)),
            "documents half in force": str(len(ended.half_in_force)),
            "findings of the full check": str(len(ended.faults)),
            "steps by hand": "0",
            f"recovery at {MANY_EVENTS:,} events, p99": f"{ended.slowest_of_hundred:.2f} s",
        },
        [
            *(f"lost: {each}" for each in ended.lost),
            *ended.half_in_force,
            *ended.faults,
            *([f"recovery took {ended.slowest_of_hundred:.2f} s"] if slow else []),
        ],
    )


def _wait_for_answers(answers: Path, before: int) -> None:
    until = time.monotonic() + crew.WITHIN_SECONDS
    while len(crew.acknowledged(answers)) <= before:
        assert time.monotonic() < until, f"nothing was answered for {crew.WITHIN_SECONDS} seconds"
        time.sleep(0.01)


def kill(work: Iterable[BaseProcess], *, whole_groups: bool) -> int:
    """Kill processes, with their whole groups or so that Git's children outlive them; return how many were at work."""
    killed = 0
    for process in work:
        if process.is_alive() and process.pid is not None:
            has_group = whole_groups and os.getpgid(process.pid) == process.pid
            (os.killpg if has_group else os.kill)(process.pid, signal.SIGKILL)
            killed += 1
    for process in work:
        process.join()
    return killed
