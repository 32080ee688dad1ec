"""Slots for uploads: how many files a person may send at a time and in a minute, counted over all processes."""

import fcntl
import os
import re
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docctl.domain.errors import TooManyUploadsError
from docctl.machine.file_lock import take_lock

MINUTE = 60.0
LOOKED_FOR_EVERY = 0.05
LOCK_WITHIN_SECONDS = 30
_TIME = struct.Struct("<d")
_EARLIEST, _LATEST = 1e9, 1e11
_NAME = re.compile(r"\d+(?:-\d+)?\.(slot|times)", re.ASCII)


class UploadSlots:
    """What each person sends now and sent lately, in files that the kernel unlocks when a process ends."""

    def __init__(self, folder: Path, at_once: int, per_minute: int) -> None:
        self._folder, self._at_once, self._per_minute = folder, at_once, per_minute

    def take(self, person_id: int, patience: float = 0) -> int:
        """Take a slot, to be given back by closing the descriptor; raise TooManyUploadsError where none gets free.

        The patience is how many seconds somebody waits for one.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        until = time.monotonic() + patience
        while (slot := self._free_slot(person_id)) is None and time.monotonic() < until:
            time.sleep(LOOKED_FOR_EVERY)
        if slot is None:
            raise TooManyUploadsError(
                "You are sending more than %(most)s files at once, so this one was not taken in; wait until "
                "the others are there, and send it again.",
                seconds=2,
                most=self._at_once,
            )
        try:
            self._count(person_id)
        except TooManyUploadsError:
            os.close(slot)
            raise
        return slot

    def foreign_files(self) -> list[str]:
        """Return the files in the folder that are neither a slot, which is empty, nor times of uploads."""
        files = sorted(path for path in self._folder.rglob("*") if not path.is_dir())
        return [path.relative_to(self._folder).as_posix() for path in files if not self._is_ours(path)]

    def _is_ours(self, path: Path) -> bool:
        if path.parent != self._folder or (found := _NAME.fullmatch(path.name)) is None:
            return False
        data = path.read_bytes()
        usable = data[: len(data) // _TIME.size * _TIME.size]
        return all(_EARLIEST < at < _LATEST for (at,) in _TIME.iter_unpack(usable)) if found[1] == "times" else not data

    def _free_slot(self, person_id: int) -> int | None:
        for place in range(self._at_once):
            descriptor = self._open(f"{person_id}-{place}.slot")
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
            else:
                return descriptor
        return None

    def _count(self, person_id: int) -> None:
        """Note one more upload of this minute."""
        now = time.time()
        with self._times(person_id) as descriptor:
            written = os.pread(descriptor, _TIME.size * self._per_minute, 0)
            usable = written[: len(written) // _TIME.size * _TIME.size]
            lately = [at for (at,) in _TIME.iter_unpack(usable) if now - MINUTE < at <= now]
            if len(lately) >= self._per_minute:
                raise TooManyUploadsError(
                    "You have sent %(most)s files within a minute, so this one was not taken in; wait a "
                    "moment, and send it again.",
                    seconds=max(1, round(lately[0] + MINUTE - now)),
                    most=self._per_minute,
                )
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, b"".join(map(_TIME.pack, [*lately, now])), 0)

    @contextmanager
    def _times(self, person_id: int) -> Iterator[int]:
        descriptor = self._open(f"{person_id}.times")
        try:
            take_lock(descriptor, "the count of uploads", LOCK_WITHIN_SECONDS)
            yield descriptor
        finally:
            os.close(descriptor)

    def _open(self, name: str) -> int:
        return os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
