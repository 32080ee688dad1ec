"""Packing: loose objects and small packs become one pack, while people read and write.

Only what somebody names as needed is packed. Packs follow each other in size, each at least twice as large as all
smaller ones together, so that an object is written anew only a few times however large the library grows.
"""

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from git.exc import GitCommandError

from docctl.adapters.git_library import aside
from docctl.adapters.git_library.on_disk import Pack, is_without_deltas, loose_objects, named_in, packs_in
from docctl.adapters.git_library.reachable import NOTHING_LOST, Lost, list_reached
from docctl.adapters.git_library.repository import GitLibrary
from docctl.adapters.git_library.troubles import raise_disk_trouble
from docctl.domain.errors import LibraryBusyError
from docctl.machine.crash_point import crash_point

Progress = Callable[[str, int, int], None]
_TIMES_LARGER = 2
_MEMORY_AND_CORES = ("--window-memory=64m", "--threads=1", "--depth=50", "--delta-base-offset")
# Trees and events of the ledger resemble each other far apart, and are compared with many once.
_AFRESH = ("--window=50", "--no-reuse-delta", "--no-reuse-object")
_AS_THEY_ARE = ("--window=10",)
_PICTURES = "".join(f"*.{ending} -delta\n" for ending in ("pdf", "png", "jpg", "jpeg", "gif"))
# Word files are compared with each other while they are new; there are too many to do so again.
_NOT_COMPARED = {True: _PICTURES, False: _PICTURES + "*.docx -delta\n"}
_LARGE_FILES = ("-c", "core.bigFileThreshold=4m")
_STEPS = 4


@dataclass(frozen=True)
class Packed:
    """What a packing came to: objects packed, files that it replaced, and objects that nothing leads to."""

    objects: int = 0
    replaced: int = 0
    left_over: frozenset[str] = frozenset()


def packs_to_fold(packs: Iterable[Pack]) -> list[Pack]:
    """Return the smallest packs, to become one, so that each pack is twice as large as all smaller ones together."""
    ordered = sorted(packs, key=lambda pack: pack.objects)
    below = folded = 0
    for place, pack in enumerate(ordered, start=1):
        if pack.objects < _TIMES_LARGER * below:
            folded = place
        below += pack.objects
    return ordered[:folded]


def pack(
    library: GitLibrary,
    roots: Collection[str],
    progress: Progress,
    *,
    whole: bool = False,
    within: float | None = None,
    lost: Lost = NOTHING_LOST,
) -> Packed:
    """Pack what commits lead to and is loose, or was written in a pack at once; what nothing leads to stays as it is.

    With ``whole`` also what is packed is looked through, and what nothing leads to is named. ``within`` bounds the
    seconds in which a pack is written. What is lost and was accepted is passed over. Raises LibraryBusyError where it
    could not be done: nothing changed then.
    """
    folder = library.folder.with_name(aside.PACKING)
    beside = GitLibrary(folder, folder.with_suffix(".lock"))
    with beside.locked(), _troubles():
        aside.settle(library)
        packs = packs_in(library.folder)
        written = [each for each in packs if is_without_deltas(each.index)]
        kept = [each for each in packs if each not in written]
        task = _Task(library, beside, roots, progress, within, lost)
        packed = task.run(set(loose_objects(library.folder)), written, kept, _AFRESH, whole=whole)
        packs = packs_in(library.folder)
        folded = packs_to_fold(packs)
        if len(folded) > 1:
            task.run(set(), folded, [each for each in packs if each not in folded], _AS_THEY_ARE)
    return packed


@dataclass(frozen=True)
class _Task:
    library: GitLibrary
    beside: GitLibrary
    roots: Collection[str]
    progress: Progress
    within: float | None
    lost: Lost

    def run(
        self, loose: set[str], packs: list[Pack], kept: list[Pack], how: Sequence[str], *, whole: bool = False
    ) -> Packed:
        """Make one pack of loose objects and packs, as far as commits lead to them and not only by what is kept."""
        aside.made_beside(self.library, self.beside.folder, self.beside.folder.with_suffix(".lock"))
        aside.keep(self.beside, () if whole else kept)
        crash_point("packing begun")
        self.progress("Packing", 0, _STEPS)
        with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as wanted:
            self._walk(lines, whole=whole)
            self.progress("Packing", 1, _STEPS)
            left_over = _without_reached(lines, loose, [*packs, *(kept if whole else ())])
            # A pack that holds what nothing leads to stays whole until that is swept.
            packs = [each for each in packs if left_over.isdisjoint(named_in(each.index))]
            taken = loose - left_over
            count = _list(lines, taken.union(*(named_in(each.index) for each in packs)), wanted)
            if count:
                self._write(wanted, how)
                aside.take_in(self.library, self.beside.folder, packs, taken)
        replaced = aside.settle(self.library)
        self.progress("Packing", _STEPS, _STEPS)
        return Packed(count, replaced, frozenset(left_over) if whole else frozenset())

    def _walk(self, lines: IO[bytes], *, whole: bool) -> None:
        """List what commits lead to with its paths, which tell Git what resembles what; kept packs are left out."""
        kept = () if whole else ("--no-kept-objects=on-disk",)
        list_reached(self.library, self.beside, lines, self.roots, *kept, lost=self.lost)

    def _write(self, wanted: IO[bytes], how: Sequence[str]) -> None:
        """Write the pack beside the library, and read all of it before anything may be removed for it."""
        (self.beside.folder / "info" / "attributes").write_text(_NOT_COMPARED[how is _AFRESH])
        place = self.beside.folder / "objects" / "pack" / "pack"
        command = [*_LARGE_FILES, "pack-objects", "-q", *_MEMORY_AND_CORES, *how, str(place)]
        name = self.beside.plumb(*command, istream=wanted, kill_after_timeout=self.within)
        self.progress("Packing", 2, _STEPS)
        crash_point("pack written")
        # Git names each object by its bytes anew: what it was given with other bytes ends here.
        self.beside.plumb("verify-pack", str(Path(f"{place}-{name}.idx")), kill_after_timeout=self.within)
        self.progress("Packing", 3, _STEPS)
        crash_point("pack checked")


def _names(lines: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    lines.seek(0)
    return ((line[:40].decode(), line) for line in lines)


def _without_reached(lines: IO[bytes], loose: set[str], packs: Iterable[Pack]) -> set[str]:
    """Return the objects that are loose or in packs and that no line names."""
    left = loose.union(*(named_in(pack.index) for pack in packs))
    for name, _ in _names(lines):
        left.discard(name)
    return left


def _list(lines: IO[bytes], chosen: set[str], wanted: IO[bytes]) -> int:
    count = 0
    for name, line in _names(lines):
        if name in chosen:
            wanted.write(line)
            count += 1
    wanted.seek(0)
    return count


@contextmanager
def _troubles() -> Iterator[None]:
    try:
        yield
    except GitCommandError as error:
        raise_disk_trouble(error)
        said = " ".join(str(error.stderr).split()) or "it was ended from outside"
        raise LibraryBusyError(
            "Git could not pack the library, which stays as it was (%(reason)s). It is tried again; if it goes on, "
            "run docctl verify.",
            reason=said[:160],
        ) from error
