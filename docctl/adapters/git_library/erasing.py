"""Erasing: takes objects out of the Git library for good, out of loose files and out of packs, and nothing else."""

import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from docctl.adapters.git_library import aside
from docctl.adapters.git_library.on_disk import PACK_ENDINGS, loose_path, named_in, sync_folders
from docctl.adapters.git_library.repository import GitLibrary
from docctl.domain.errors import LibraryBusyError, LibraryMismatchError
from docctl.machine.crash_point import crash_point

# What Git derives from objects and would miss them in; it does without, and builds it again when it is told to.
_DERIVED = ("info/commit-graph", "info/commit-graphs/*", "pack/multi-pack-index*", "pack/*.bitmap")


def erase(library: GitLibrary, objects: Iterable[str]) -> int:
    """Erase objects in the order given, so that what is erased last can lead to the rest; return how many were there.

    Whoever calls knows that nothing else needs them. A pack that holds some of them is written anew without them.
    """
    wanted = list(dict.fromkeys(objects))
    with library.locked():
        library.clear_away()
        aside.settle(library)
        _clear_packs_without_index(library.folder)
        for name in _DERIVED:
            for path in (library.folder / "objects").glob(name):
                path.unlink(missing_ok=True)
        erased = _erase_packed(library, frozenset(wanted)) | set(_erase_loose(library.folder, wanted))
        library.let_go()
    return len(erased)


def missing(library: GitLibrary, objects: Collection[str]) -> set[str]:
    """Return which objects the library does not hold; asked anew, because a reader may still know what was erased."""
    packed = [each for each in objects if not loose_path(library.folder, each).exists()]
    return set(packed) - library.resolve(packed).keys() if packed else set()


def require_present(library: GitLibrary, blobs: Collection[str]) -> None:
    """Raise LibraryBusyError where files to be committed were erased between their writing and now."""
    if missing(library, blobs):
        raise LibraryBusyError(
            "A file of this text is not in the library, perhaps because a disposal was carried out at this moment; "
            "nothing was recorded, try again. If it happens twice, run docctl verify."
        )


def history(library: GitLibrary, tip: str) -> list[str]:
    """Return a line of commits as far back as it is still there, the oldest first."""
    found = []
    with suppress(LibraryMismatchError):
        for commit in library.line(tip):
            if missing(library, [commit]):
                break
            found.append(commit)
    return found[::-1]


def _erase_loose(folder: Path, wanted: Iterable[str]) -> Iterator[str]:
    touched = set()
    for place, each in enumerate(wanted):
        path = loose_path(folder, each)
        if path.exists():
            path.unlink()
            touched.add(path.parent)
            yield each
        if place == 0:
            crash_point("first object erased")
    sync_folders(touched)


def _erase_packed(library: GitLibrary, wanted: frozenset[str]) -> set[str]:
    folder, erased = library.folder / "objects" / "pack", set()
    for index in sorted(folder.glob("pack-*.idx")):
        inside = set(named_in(index))
        if inside.isdisjoint(wanted):
            continue
        if inside - wanted:
            _pack(library, inside - wanted)
        crash_point("pack written anew")
        for ending in PACK_ENDINGS:
            index.with_suffix(ending).unlink(missing_ok=True)
        sync_folders({folder})
        erased |= inside & wanted
    return erased


def _pack(library: GitLibrary, objects: Iterable[str]) -> None:
    """Write a pack of objects; none of them builds on one that is left out."""
    with tempfile.TemporaryFile() as names:
        names.write("".join(f"{each}\n" for each in sorted(objects)).encode())
        names.seek(0)
        library.plumb("pack-objects", "-q", str(library.folder / "objects" / "pack" / "pack"), istream=names)


def _clear_packs_without_index(folder: Path) -> None:
    """Take away what a killed process left of a pack whose index it had removed already."""
    packs = folder / "objects" / "pack"
    for path in packs.glob("pack-*"):
        if not path.with_suffix(".idx").exists():
            path.unlink(missing_ok=True)
