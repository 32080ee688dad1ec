"""The files of objects/: whether Git can open each pack, and which of them neither docctl nor Git put there."""

import os
import re
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from docctl.adapters.git_library import aside
from docctl.adapters.git_library.on_disk import count_in, fan_out_of, head_of
from docctl.adapters.git_library.repository import DRAFTS, GitLibrary
from docctl.domain.errors import LibraryBusyError, LibraryMismatchError
from docctl.machine.file_lock import take_lock

_ENTRY, _LARGE_ENTRY, _CHECKSUM, _PACK_HEAD = 28, 8, 20, 12
_OBJECT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{38}", re.ASCII)
_OF_A_PACK = re.compile(r"pack/(pack-[0-9a-f]{40})\.(?:pack|idx|rev|bitmap|mtimes)", re.ASCII)
_BOTH = (".pack", ".idx")
# What alternates say is looked at elsewhere.
_LISTS = re.compile(r"info/(?:packs|alternates|http-alternates|commit-graph|commit-graphs/[\w.-]+)", re.ASCII)
_WRITERS_WITHIN_SECONDS = 5
LEFT_BEHIND_SECONDS = 86_400


def unopened_packs(library: GitLibrary) -> Iterator[str]:
    """Give the names of the packs that Git cannot open, because they or their indexes are damaged.

    Only the ends of both are read: what lies between is read with the objects. An index alone is no pack to Git.
    """
    for index in sorted((library.folder / "objects" / "pack").glob("*.idx")):
        try:
            fits = _belongs(index)
        except (LibraryMismatchError, OSError):
            fits = False
        if not fits and index.with_suffix(".pack").exists() and index.exists():
            yield index.stem


def _counted(index: Path) -> int:
    """Return how many objects an index counts; raise LibraryMismatchError where it is none of that length."""
    head = head_of(index)
    count, fan_out = count_in(head), fan_out_of(head)
    least = len(head) + count * _ENTRY + 2 * _CHECKSUM
    if list(fan_out) != sorted(fan_out) or not least <= index.stat().st_size <= least + count * _LARGE_ENTRY:
        raise LibraryMismatchError("A pack of the library has an index that cannot be read; run docctl verify.")
    return count


def _belongs(index: Path) -> bool:
    """Say whether the pack of an index is the one that it was made of."""
    with index.open("rb") as file, index.with_suffix(".pack").open("rb") as pack:
        begin = pack.read(_PACK_HEAD)
        file.seek(-2 * _CHECKSUM, 2)
        pack.seek(-_CHECKSUM, 2)
        return begin == b"PACK" + struct.pack(">II", 2, _counted(index)) and file.read(_CHECKSUM) == pack.read()


@dataclass(frozen=True)
class ForeignFile:
    """A file of objects/ that neither holds an object nor lists any, by its name there."""

    name: str
    may_be_left_behind: bool
    """Whether a writer that was killed lately may have left it."""

    @property
    def lets_git_look_elsewhere(self) -> bool:
        """Whether Git takes it as a sign that objects which are missing are somewhere else."""
        return self.name.endswith(".promisor")


def foreign_files(library: GitLibrary) -> list[ForeignFile]:
    """Return the files of objects/ that are neither objects nor lists of them; what is being written is none."""
    objects = library.folder / "objects"
    found = _foreign(library)
    if found:
        with _writers_done(library) as are_done:
            found = [each for each in _foreign(library) if are_done or not _is_rest(each)]
    return [ForeignFile(each, _is_rest(each) and _is_young(objects / each)) for each in found]


@contextmanager
def _writers_done(library: GitLibrary) -> Iterator[bool]:
    """Wait until nobody writes, and say whether that came; nothing is written for it."""
    try:
        descriptor = os.open(library.lock_file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield True
        return
    try:
        yield _is_taken(descriptor)
    finally:
        os.close(descriptor)


def _is_taken(descriptor: int) -> bool:
    try:
        take_lock(descriptor, "the Git library", _WRITERS_WITHIN_SECONDS)
    except (LibraryBusyError, OSError):
        return False
    return True


def _foreign(library: GitLibrary) -> list[str]:
    objects = library.folder / "objects"
    names = sorted(
        (Path(folder) / name).relative_to(objects).as_posix() for folder, _, files in os.walk(objects) for name in files
    )
    ends = [
        {found[1] for name in names if name.endswith(end) and (found := _OF_A_PACK.fullmatch(name))} for end in _BOTH
    ]
    known = set.intersection(*ends) | aside.half_settled(library)
    return [name for name in names if not _is_ours(name, known)]


def _is_ours(name: str, packs: set[str]) -> bool:
    if found := _OF_A_PACK.fullmatch(name):
        return found[1] in packs
    return _OBJECT.fullmatch(name) is not None or _LISTS.fullmatch(name) is not None


def _is_rest(name: str) -> bool:
    """Say whether a writer that is killed may leave it: what Git had not named yet, or a pack without its index."""
    return name.rpartition("/")[2].startswith(DRAFTS) or _OF_A_PACK.fullmatch(name) is not None


def _is_young(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_ctime < LEFT_BEHIND_SECONDS
    except FileNotFoundError:
        return True
