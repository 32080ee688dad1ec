"""Every Nth system call of an action and its followers killed or failing (F3), by strace's injection."""

import os
import random
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docctl.domain.errors import DocctlError
from docctl.followers.catching_up import catch_up
from tests.checks.faults import crew
from tests.checks.faults.outcome import Outcome
from tests.checks.faults.scenes import READY_FOR, Scenes

STRACE = shutil.which("strace")
CALLS = ("fsync", "fdatasync", "rename", "link", "unlink", "pwrite64", "write", "ftruncate")
HARMS = ("signal=SIGKILL", "error=ENOSPC", "error=EIO")
TIMES = range(1, 9)
ACTIONS = ("create", "approve")
DONE, REFUSED, FOLLOWERS_FAILED = 0, 10, 11


@dataclass(frozen=True)
class Injection:
    """One system call, from which time on in each process, and what becomes of it."""

    action: str
    call: str
    harm: str
    when: int

    def __str__(self) -> str:
        return f"{self.action}: {self.call} number {self.when} of each process, {self.harm}"


def every_injection() -> Iterator[Injection]:
    """Give every injection there is, the earlier calls first."""
    for action in ACTIONS:
        for call in CALLS:
            for harm in HARMS:
                for when in TIMES:
                    yield Injection(action, call, harm, when)


def act_when_traced(data: Path, action: str, number: str, answers: Path) -> None:
    """Open the library, wait until somebody traces this process, then act, answer and follow."""
    crew.quick_issue()
    office = crew.office_at(data)
    ready, go = answers.with_name("ready"), answers.with_name("go")
    ready.touch()
    while not go.exists():
        time.sleep(0.005)
    try:
        crew.ACTIONS[action](office, number, "under-trace")
    except DocctlError:
        os._exit(REFUSED)
    crew.acknowledge(answers, "under-trace")
    try:
        catch_up(office.control)
    except (DocctlError, OSError):
        os._exit(FOLLOWERS_FAILED)
    os._exit(DONE)


def inject(data: Path, injection: Injection) -> tuple[bool, list[str]]:
    """Let one system call fail or kill in a library that may be spoilt; say whether it was met, and what is wrong."""
    place = data.parent
    number, answers, told = READY_FOR[injection.action], place / "answers", place / "trace"
    given = (data, injection.action, number, answers)
    process = crew.PROCESSES.Process(target=act_when_traced, args=given)
    process.start()
    _wait_for(place / "ready")
    order = f"inject={injection.call}:{injection.harm}:when={injection.when}"
    command = [str(STRACE), "-f", "-o", told, "-e", f"trace={injection.call}", "-e", order, "-p", str(process.pid)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    assert "attached" in tracer.stderr.readline()
    (place / "go").touch()
    process.join(crew.WITHIN_SECONDS)
    if process.exitcode is None:
        process.kill()
        tracer.kill()
        return True, [f"{injection}: it hung"]
    tracer.communicate(timeout=crew.WITHIN_SECONDS)
    met = "INJECTED" in told.read_text(errors="replace") or "killed by SIGKILL" in told.read_text(errors="replace")
    wrong = [f"{injection}: {each}" for each in _wrong_after(data, injection, number, answers)]
    if process.exitcode not in (DONE, REFUSED, FOLLOWERS_FAILED, -9) and "write" not in injection.call:
        wrong.append(f"{injection}: it ended with {process.exitcode}")
    return met, wrong


def _wrong_after(data: Path, injection: Injection, number: str, answers: Path) -> Iterator[str]:
    """Start again, and find what was lost, is half done, or cannot be done any more."""
    office = crew.recover(data)
    carried_out = crew.requests_carried_out(office.control)
    if "under-trace" in crew.acknowledged(answers) and "under-trace" not in carried_out:
        yield "the answered action is lost"
    yield from crew.faults(office.control)
    if "under-trace" not in carried_out:
        crew.ACTIONS[injection.action](office, number, "under-trace")
    catch_up(office.control)
    yield from crew.half_in_force(office.control)
    yield from crew.faults(office.control)
    office.control.engine.dispose()


def _wait_for(file: Path) -> None:
    until = time.monotonic() + crew.WITHIN_SECONDS
    while not file.exists():
        assert time.monotonic() < until, f"{file.name} never came"
        time.sleep(0.005)


def run(scenes: Scenes, rounds: int, seed: int) -> Outcome:
    """Inject every call at every time; a call that a process does not make so often is not tried later either."""
    if STRACE is None:
        return Outcome({"injected calls": "none"}, ["strace is not installed: apt-get install strace"])
    chosen = list(every_injection())
    if rounds < len(chosen):
        chosen = sorted(random.Random(seed).sample(chosen, rounds), key=list(every_injection()).index)
    outcome, met, done = Outcome(), Counter[str](), set[tuple[str, str, str]]()
    for injection in chosen:
        rarer = (injection.action, injection.call, injection.harm)
        if rarer in done:
            continue
        data = scenes.copy(scenes.at_work())
        was_met, wrong = inject(data, injection)
        met[injection.harm] += was_met
        outcome.failures += wrong
        if not was_met:
            done.add(rarer)
        scenes.discard(data)
    outcome.figures["injected calls"] = ", ".join(f"{count} {harm}" for harm, count in sorted(met.items()))
    return outcome
