"""Rounds: all of the library is checked again and again while it is served, in a process behind all others.

A process of its own gives back the memory that it takes. What it finds it writes down for all who serve the library.
"""

import atexit
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from docctl.document_control import DocumentControl
from docctl.domain.operations.round_note import rest_after
from docctl.domain.trail.outcome import Outcome

log = logging.getLogger(__name__)
FIRST_AFTER_SECONDS = 60.0
LAST_OF_ALL = 19


def go_rounds(control: DocumentControl) -> None:
    """Go one round after the other, except while the library may only be read: then somebody has to look at it."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LAST_OF_ALL)
    rest = FIRST_AFTER_SECONDS
    while True:
        time.sleep(rest)
        began = time.monotonic()
        cpu = 0.0 if control.distrust else go_round(control.data)
        rest = max(rest_after(time.monotonic() - began, cpu), FIRST_AFTER_SECONDS)


def go_round(data: Path) -> float:
    """Check the library once; return the CPU seconds that it took."""
    command = [sys.executable, "-m", "docctl", "--data", str(data), "verify", "--round"]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    end = atexit.register(process.terminate)
    try:
        assert process.stdout is not None
        told = process.stdout.read().strip()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        atexit.unregister(end)
    if process.returncode == Outcome.CHANGED:
        log.critical("A round found the library changed, or something lost:\n%s", told)
    elif process.returncode != Outcome.SOUND:
        log.warning("A round did not find everything in order:\n%s", told)
    return used.ru_utime + used.ru_stime
