"""Sweeping: takes away what no reference, no row and no act leads to, as a killed process leaves it, by its age."""

import tempfile
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from docctl.adapters.git_library.aside import made_beside
from docctl.adapters.git_library.erasing import erase
from docctl.adapters.git_library.objects import GitObject, parts_of
from docctl.adapters.git_library.on_disk import loose_path, named_in, packs_in
from docctl.adapters.git_library.reachable import NOTHING_LOST, Lost, list_reached
from docctl.adapters.git_library.repository import GitLibrary
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.trail.ledger_keys import LEDGER_PRINCIPAL

KEPT_SECONDS = 30 * 86_400


@dataclass(frozen=True)
class Swept:
    """An object that was swept: its name, what it was, and how many bytes it had."""

    id: str
    kind: str
    size: int


def sweep(
    library: GitLibrary,
    left_over: Collection[str],
    before: Collection[str],
    now: Collection[str],
    named: Collection[str],
    lost: Lost = NOTHING_LOST,
) -> list[Swept]:
    """Erase what nothing leads to and nobody wrote for a month; return what it was.

    Nothing led to it from the commits ``before``; whoever calls lets nobody decide, and gives those of ``now``.
    What acts name stays with all it consists of, and so does every signed event: who rewrote the ledger shows by it.
    """
    with library.locked():
        old = set(left_over) - _young(library, left_over)
        old -= _reached_since(library, before, now, lost) if old else set()
        kept = _with_parts(library, [each for each in old if each in named or _is_event(library, each)], old)
        gone = [_seen(library, each) for each in sorted(old - kept)]
        erase(library, [each.id for each in gone])
    return gone


def _young(library: GitLibrary, objects: Iterable[str]) -> set[str]:
    """Return what was written, or asked to be written again, in the last month; Git notes that by the file's time."""
    since, young = time.time() - KEPT_SECONDS, set[str]()
    for each in objects:
        with suppress(FileNotFoundError):
            if loose_path(library.folder, each).stat().st_mtime > since:
                young.add(each)
    for pack in packs_in(library.folder):
        if pack.index.with_suffix(".pack").stat().st_mtime > since:
            young.update(named_in(pack.index))
    return young


def _reached_since(library: GitLibrary, before: Collection[str], now: Collection[str], lost: Lost) -> set[str]:
    new = set(now) - set(before)
    if not new:
        return set()
    with (
        tempfile.TemporaryDirectory(dir=library.folder.parent, prefix=".swept-") as folder,
        tempfile.TemporaryFile() as lines,
    ):
        beside = made_beside(library, Path(folder) / "aside.git", Path(folder) / "git.lock")
        list_reached(library, beside, lines, new, known=set(now) - new, lost=lost)
        lines.seek(0)
        return {line[:40].decode() for line in lines}


def _is_event(library: GitLibrary, object_id: str) -> bool:
    kind, data = _read(library, object_id)
    return kind == "commit" and f"<{LEDGER_PRINCIPAL}>".encode() in data.partition(b"\n\n")[0]


def _with_parts(library: GitLibrary, objects: Iterable[str], among: Collection[str]) -> set[str]:
    stack = list(objects)
    found = set(stack)
    while stack:
        for each in parts_of(GitObject(*_read(library, stack.pop()))):
            if each in among and each not in found:
                found.add(each)
                stack.append(each)
    return found


def _seen(library: GitLibrary, object_id: str) -> Swept:
    kind, data = _read(library, object_id)
    return Swept(object_id, kind, len(data))


def _read(library: GitLibrary, object_id: str) -> tuple[str, bytes]:
    """Read an object; one that is damaged is none of which anything is known."""
    try:
        return library.read_kind(object_id)
    except LibraryMismatchError:
        return "damaged", b""
