"""Filling what is large in a process of its own, held to limits of time and memory."""

import io
import os
import pickle
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from docctl.adapters.word_document import filling
from docctl.domain.errors import ConversionError, InvalidInputError, TemplateError
from docctl.domain.issued_files.issue_sheet import IssueSheet

CPU_SECONDS, WALL_SECONDS = 10, 30
MEMORY_MEGABYTES, OUTPUT_MEGABYTES = 512, 200
MEGABYTE = 1024 * 1024
MADE_HERE_BYTES = 10 * MEGABYTE
"""What a file may come to before it is filled in a process of its own; 200 pages come to a fifth of it."""

_CONTROL = b"docctl:"
_REFUSALS = {error.__name__: error for error in (ConversionError, InvalidInputError, TemplateError)}
_REFUSED = 3
_HOME = Path(__file__).resolve().parents[3]
_TOO_MUCH = (
    "The Word file was not made, because filling it in takes more time or memory than one document may; "
    "make its template, its text or its entries smaller."
)


def fill_word(
    template: bytes, body: bytes | None, sheet: IssueSheet, sections: Sequence[tuple[str, str]] = ()
) -> bytes:
    """The Word file of a revision: a template with the text put in, or, without a text, the author's own Word file.

    Raises TemplateError where there is no place for the text, InvalidInputError where a value cannot be printed,
    ConversionError where it would take too much time or memory.
    """
    is_large = may_come_to(template, body, sheet) > MADE_HERE_BYTES
    given = (template, body, sheet, tuple(sections))
    return _apart("fill_word", *given) if is_large else filling.fill_word(*given)


def prepare_for_editing(template: bytes, sheet: IssueSheet, body: bytes | None = None, mark: str = "") -> bytes:
    """The Word file an author downloads: what docctl fills in is locked, the text is free, and a mark says its base."""
    is_large = may_come_to(template, body, sheet) > MADE_HERE_BYTES
    made = _apart if is_large else lambda _, *given: filling.prepare_for_editing(*given)
    return made("prepare_for_editing", template, sheet, body, mark)


def may_come_to(template: bytes, body: bytes | None, sheet: IssueSheet) -> int:
    """Return how many bytes the filled file may come to: its own, and every value at every control."""
    own, controls = 0, 1
    for data in (template, body or b""):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                for entry in package.infolist():
                    own += entry.file_size
                    if entry.filename.endswith(".xml") and own <= MADE_HERE_BYTES:
                        controls += package.read(entry).count(_CONTROL)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
            continue
    return own + controls * len(str(astuple(sheet)))


def _apart(function: str, *given: Any) -> bytes:
    """Call a function of filling in a process of its own; raise ConversionError where it exceeds the limits."""
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join([str(_HOME), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "-m", __spec__.name],
        env=environment,
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        made, _ = process.communicate(pickle.dumps((function, given)), timeout=WALL_SECONDS)
    except subprocess.TimeoutExpired as late:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise ConversionError(_TOO_MUCH) from late
    if process.returncode == _REFUSED:
        name, _, sentence = made.decode().partition("\n")
        raise _REFUSALS[name](sentence)
    if process.returncode != 0 or not made:
        raise ConversionError(_TOO_MUCH)
    return made


def _work() -> int:
    """Fill one file as it was asked for over standard input, within the limits."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MEGABYTES * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_MEGABYTES * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    function, given = pickle.load(sys.stdin.buffer)  # noqa: S301 (it comes from the program itself, over its own pipe)
    try:
        made = getattr(filling, function)(*given)
    except (ConversionError, InvalidInputError, TemplateError) as refusal:
        name = next(kind.__name__ for kind in type(refusal).__mro__ if kind.__name__ in _REFUSALS)
        sys.stdout.buffer.write(f"{name}\n{refusal}".encode())
        return _REFUSED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(_work())
