"""Locks on files that processes share: whoever waits says for what after some seconds, and does not wait for ever."""

import fcntl
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from docctl.domain.errors import LibraryBusyError

SAID_AFTER_SECONDS = 4
LOOK_EVERY_SECONDS = 0.005
LOOK_SELDOM_SECONDS = 0.1
_HELD = Path("/proc/locks")
log = logging.getLogger(__name__)


def take_lock(
    descriptor: int, name: str, within: float, *, alone: bool = True, state: Callable[[], object] = lambda: None
) -> None:
    """Take the lock of an open file; raise LibraryBusyError where another process keeps it and does not get on.

    Somebody who holds it may work for long: the time counts anew whenever the state of what it guards is another.
    """
    kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    began = since = time.monotonic()
    seen: object = None
    is_said = False
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            now = time.monotonic()
        if (found := state()) != seen:
            seen, since = found, now
        if now - since >= within:
            raise LibraryBusyError(
                "Another process%(holder)s has held the lock of %(name)s for %(waited)s seconds, so nothing "
                "was done there; what was recorded before stays. If that process hangs, end it, and try "
                "again.",
                holder=_holder(descriptor),
                name=name,
                waited=f"{now - began:.0f}",
            )
        if not is_said and now - began >= SAID_AFTER_SECONDS:
            is_said = True
            log.warning("Waiting for the lock of %s, which another process%s holds.", name, _holder(descriptor))
        time.sleep(LOOK_EVERY_SECONDS if now - began < 1 else LOOK_SELDOM_SECONDS)


def _holder(descriptor: int) -> str:
    """Return the number of the process that holds the lock of a file, where the machine tells."""
    found = os.fstat(descriptor)
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    try:
        locks = [line.split() for line in _HELD.read_text().splitlines()]
    except OSError:
        return ""
    holders = [words[4] for words in locks if words[1] == "FLOCK" and words[5] == place]
    return f" (number {holders[0]})" if holders and holders[0] not in ("0", "-1") else ""
