"""Beside the library: a repository that reads its objects, where a pack is written before the library takes it in."""

import fcntl
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from docctl.adapters.git_library.on_disk import (
    PACK_ENDINGS,
    Pack,
    loose_objects,
    loose_path,
    named_in,
    sync_folders,
)
from docctl.adapters.git_library.repository import GitLibrary
from docctl.domain.errors import LibraryBusyError
from docctl.machine.crash_point import crash_point

PACKING = "packing"
_REPLACED = "replaced"
_TOGETHER = 1000


def made_beside(library: GitLibrary, folder: Path, lock_file: Path) -> GitLibrary:
    """Make a repository without objects of its own, that reads those of the library."""
    beside = GitLibrary(folder, lock_file)
    folder.mkdir()
    beside.plumb("init", "--quiet", "--bare", "--initial-branch=library")
    (folder / "objects" / "info" / "alternates").write_text(f"{(library.folder / 'objects').resolve()}\n")
    return beside


def keep(beside: GitLibrary, packs: Iterable[Pack]) -> None:
    """Let Git know, in the repository beside the library alone, which packs stay as they are."""
    for pack in packs:
        for ending in (".pack", ".idx"):
            source = pack.index.with_suffix(ending)
            os.link(source, _packs(beside.folder) / source.name)
        (_packs(beside.folder) / pack.index.with_suffix(".keep").name).touch()


def take_in(library: GitLibrary, folder: Path, replaced: Iterable[Pack], loose: Iterable[str]) -> None:
    """Let the library have the pack that was made beside it; raise LibraryBusyError where its sources changed.

    The index comes last: before it Git does not see the pack, after it all of it.
    """
    with library.locked():
        made, replaced = _made(folder), list(replaced)
        there = all(pack.index.exists() for pack in replaced)
        if not made or not there or any(not loose_path(library.folder, each).exists() for each in loose):
            raise LibraryBusyError(
                "Something was taken out of the library while it was packed, so it was left as it is; try again."
            )
        names = {pack.index.stem for pack in replaced} - {index.stem for index in made}
        (folder / _REPLACED).write_text("".join(f"{name}\n" for name in sorted(names)))
        for index in made:
            for path in sorted(index.parent.glob(f"{index.stem}.*"), key=lambda path: path.suffix == ".idx"):
                target = _packs(library.folder) / path.name
                if not target.exists():
                    os.link(path, target)
                crash_point("pack half taken in")
        sync_folders({_packs(library.folder)})
        crash_point("pack taken in")


def settle(library: GitLibrary) -> int:
    """Finish what a pack that was taken in replaces, and clear away one that was not; return how many files went.

    A killed packing is gone on with in the same way.
    """
    folder, gone = library.folder.with_name(PACKING), 0
    for index in _made(folder):
        target = _packs(library.folder) / index.name
        if target.exists():
            gone += _remove_replaced(library, folder, target) + _remove_loose(library, target)
        else:
            with library.locked():
                for ending in PACK_ENDINGS:
                    target.with_suffix(ending).unlink(missing_ok=True)
    # Moved away at once, so that a packing that still goes on cannot write into it while it is removed.
    away = folder.with_suffix(".gone")
    if away.exists():
        shutil.rmtree(away)
    if folder.exists():
        folder.rename(away)
        shutil.rmtree(away)
    return gone


def half_settled(library: GitLibrary) -> set[str]:
    """Return the packs of the library that a packing was taking in, or was taking out, when it was cut off."""
    folder = library.folder.with_name(PACKING)
    try:
        replaced = (folder / _REPLACED).read_text().split()
    except FileNotFoundError:
        return set()
    return {*replaced, *(index.stem for index in _made(folder))}


def was_cut_off(library: GitLibrary) -> bool:
    """Say whether a packing was killed, whose rest the next one clears away."""
    folder = library.folder.with_name(PACKING)
    if not folder.exists():
        return False
    with folder.with_suffix(".lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return folder.exists()


def _remove_replaced(library: GitLibrary, folder: Path, made: Path) -> int:
    note, gone = folder / _REPLACED, 0
    with library.locked():
        for name in note.read_text().split() if note.exists() and made.exists() else ():
            for ending in PACK_ENDINGS:
                path = made.with_name(name + ending)
                gone += path.exists()
                path.unlink(missing_ok=True)
                crash_point("pack replaced")
        library.let_go()
    return gone


def _remove_loose(library: GitLibrary, made: Path) -> int:
    """Remove the files of objects that are in a pack, some at a time, so that whoever writes need not wait for all."""
    inside = set(named_in(made))
    names = [each for each in loose_objects(library.folder) if each in inside]
    for at in range(0, len(names), _TOGETHER):
        with library.locked():
            if not made.exists():
                return at
            for each in names[at : at + _TOGETHER]:
                loose_path(library.folder, each).unlink(missing_ok=True)
                crash_point("loose object removed")
    return len(names)


def _made(folder: Path) -> list[Path]:
    """Return the indexes of what was packed; what is kept is the library's own."""
    return [index for index in _packs(folder).glob("pack-*.idx") if not index.with_suffix(".keep").exists()]


def _packs(folder: Path) -> Path:
    return folder / "objects" / "pack"
