"""What many tests begin with and none of them changes, made once for all processes of a run."""

import fcntl
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


def made_once(folder: Path, make: Callable[[Path], Made]) -> Made:
    """Return what was made in a folder by whichever process of the run came first; the others wait for it."""
    told = folder.with_name(f"{folder.name}.made")
    with folder.with_name(f"{folder.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            told.write_bytes(pickle.dumps(make(folder)))
    made: Made = pickle.loads(told.read_bytes())
    return made
