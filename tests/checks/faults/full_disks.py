"""A disk that fills up: what is refused says so, nothing answered is lost, and all goes on with room again (F4)."""

import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docctl.domain.errors import DocctlError
from docctl.followers.catching_up import catch_up
from tests.checks.faults import crew
from tests.checks.faults.outcome import Outcome
from tests.checks.faults.scenes import Scenes

DISK_MB = 48
ROOM_LEFT = (4 * 1024, 400 * 1024)
LONGEST_TRIES = 40
WRITES_AGAIN_WITHIN_SECONDS = 5.0
CHECK_EVERY = 10
LIFE = ("create", "save", "submit", "review", "approve")
REFUSED, NEVER_REFUSED = 10, 11


@contextmanager
def small_disk(megabytes: int = DISK_MB) -> Iterator[Path | None]:
    """A disk of its own in memory; none where this process may not mount one."""
    with tempfile.TemporaryDirectory(prefix="docctl-disk-") as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "docctl-faults", folder]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def write_until_refused(data: Path, answers: Path, name: str) -> None:
    """Write documents until the library refuses; any end but a refusal of the domain shows as its traceback."""
    crew.quick_issue()
    tempfile.tempdir = str(data.parent)
    office = crew.office_at(data)
    for turn in range(LONGEST_TRIES):
        for action in LIFE:
            request_id = f"{name}{turn:02}.{action}"
            try:
                crew.ACTIONS[action](office, f"POL-{name}{turn:02}", request_id)
            except DocctlError:
                os._exit(REFUSED)
            crew.acknowledge(answers, request_id)
        try:
            catch_up(office.control)
        except (DocctlError, OSError):
            continue
    os._exit(NEVER_REFUSED)


def fill(disk: Path, room_left: int) -> Path:
    """Fill a disk up to so many bytes."""
    filler = disk / "filler"
    free = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free.f_bavail * free.f_frsize - room_left, 1))
    return filler


def fill_rounds(data: Path, answers: Path, rounds: int, seed: int) -> tuple[list[str], int, float]:
    """Fill a library's disk and free it again; return what is wrong, the refusals, and the longest wait to write."""
    chance, wrong, refused, slowest, known = random.Random(seed), [], 0, 0.0, 0
    for turn in range(rounds):
        filler = fill(data.parent, chance.randint(*ROOM_LEFT))
        ended = crew.run(write_until_refused, data, answers, f"{turn:04}")
        filler.unlink()
        refused += ended == REFUSED
        if ended not in (REFUSED, NEVER_REFUSED):
            wrong.append(f"round {turn}: a process ended with {ended} instead of a refusal")
        began = time.monotonic()
        office = crew.recover(data)
        crew.create(office, f"POL-{turn:04}AGAIN", "")
        slowest = max(slowest, time.monotonic() - began)
        answered = crew.acknowledged(answers)
        lost = set(answered[known:]) - crew.requests_carried_out(office.control)
        known = len(answered)
        wrong += [f"round {turn}: lost {each}" for each in sorted(lost)]
        if turn % CHECK_EVERY == CHECK_EVERY - 1 or turn == rounds - 1:
            catch_up(office.control)
            wrong += [f"round {turn}: {each}" for each in crew.half_in_force(office.control)]
            wrong += [f"round {turn}: {each}" for each in crew.faults(office.control)]
        office.control.engine.dispose()
        if wrong:
            break
    return wrong, refused, slowest


def run(scenes: Scenes, rounds: int, seed: int) -> Outcome:
    """Fill the disk of a library again and again; it begins anew now and then, for the disk is small."""
    wrong, refused, slowest, done, unmountable = list[str](), 0, 0.0, 0, False
    while done < rounds and not wrong and not unmountable:
        with small_disk() as disk:
            if disk is None:
                unmountable = True
                continue
            data, some = scenes.copy(scenes.founded(), disk), min(20, rounds - done)
            found, times, longest = fill_rounds(data, scenes.folder / f"answers-{done}", some, seed + done)
            wrong, refused, slowest, done = wrong + found, refused + times, max(slowest, longest), done + some
            scenes.discard(data)
    if slowest > WRITES_AGAIN_WITHIN_SECONDS:
        wrong.append(f"writing went on only {slowest:.1f} s after there was room")
    if unmountable:
        wrong.append("no disk could be mounted for this; run as root, or see tests/faults/test_full_disk.py")
    return Outcome(
        {
            "rounds of a full disk": str(done),
            "refused in a sentence": str(refused),
            "writes again, at the latest after": f"{slowest:.2f} s",
        },
        wrong,
    )
