"""Git's reader that stays: one process that is asked for one object after the other."""

import os
import subprocess
import weakref
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from docctl.adapters.git_library import shut_in

_WITHIN_SECONDS = 10


class MissingObjectError(ValueError):
    """Git has no object of that name."""


class ObjectReader:
    """Asks one process of Git for objects; to be asked by one thread at a time."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        # Git complains of a damaged pack at every object: in a pipe that nobody reads it would wait for ever.
        self._process = subprocess.Popen(
            ["git", *shut_in.SAFE, "cat-file", "--batch"],
            cwd=folder if folder.is_dir() else None,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.end = weakref.finalize(self, _end, self._process, os.getpid())

    def read(self, object_id: str) -> tuple[str, bytes]:
        """Return what an object is and its bytes; raise MissingObjectError, or EOFError where Git ended."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{object_id}\n".encode())
        process.stdin.flush()
        name, _, said = process.stdout.readline().decode().rstrip("\n").partition(" ")
        kind, _, size = said.partition(" ")
        if (name, said) == (object_id, "missing"):
            raise MissingObjectError(object_id)
        if name != object_id or not size.isdigit():
            raise EOFError("Git gave no answer")
        data = process.stdout.read(int(size))
        if len(data) != int(size) or process.stdout.read(1) != b"\n":
            raise EOFError("Git ended before it had given all of it")
        return kind, data


def _end(process: subprocess.Popen[bytes], begun_by: int) -> None:
    """End the reader, except in a process that was only forked off from the one that began it."""
    if os.getpid() != begun_by:
        return
    process.kill()
    process.wait(_WITHIN_SECONDS)
    for pipe in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):
            if pipe is not None:
                pipe.close()
