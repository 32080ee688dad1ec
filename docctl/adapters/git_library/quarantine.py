"""Quarantine: objects whose bytes are not what their name says are moved beside the repository, never deleted."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from docctl.adapters.git_library.on_disk import loose_path, named_in, sync_folders
from docctl.adapters.git_library.repository import GitLibrary
from docctl.machine.crash_point import crash_point

_ENDINGS = (".pack", ".rev", ".mtimes", ".promisor", ".keep", ".bitmap", ".idx")


def set_apart(library: GitLibrary, objects: Collection[str], folder: Path) -> list[str]:
    """Move the files that hold some objects, loose or in packs, to a repository of their own; return their names.

    What else a pack held has to be written anew afterwards: it can be read from where it lies then.
    """
    moved: list[str] = []
    with library.locked():
        for path in _files(library.folder, objects):
            if not (folder / "HEAD").exists():
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                GitLibrary(folder, folder.with_suffix(".lock")).plumb("init", "--quiet", "--bare")
            name = path.relative_to(library.folder)
            target = _free(folder / name)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.rename(path, target)
            sync_folders({target.parent, path.parent})
            moved.append(str(name))
            crash_point("object set apart")
        library.let_go()
    return moved


def clear_rests(library: GitLibrary) -> None:
    """Take away the indexes of packs that are gone, as one leaves behind whose setting apart was cut off."""
    with library.locked():
        for path in (library.folder / "objects" / "pack").glob("pack-*"):
            if path.suffix in _ENDINGS and not path.with_suffix(".pack").exists():
                path.unlink(missing_ok=True)


def kept_apart(folder: Path) -> list[GitLibrary]:
    """Return the repositories of what was set apart, whose objects are good where their bytes are."""
    return [GitLibrary(path.parent, path.parent.with_suffix(".lock")) for path in sorted(folder.glob("*.git/HEAD"))]


def _files(repository: Path, objects: Collection[str]) -> Iterator[Path]:
    """Give the files that hold the objects; of a pack its index comes last, so that a kill in between is gone on with.

    Objects of a pack are found by its index, which is trusted for nothing else.
    """
    for each in sorted(objects):
        path = loose_path(repository, each)
        if path.exists():
            yield path
    for index in sorted((repository / "objects" / "pack").glob("pack-*.idx")):
        if not set(objects).isdisjoint(named_in(index)):
            yield from (path for ending in _ENDINGS if (path := index.with_suffix(ending)).exists())


def _free(path: Path) -> Path:
    place, free = 1, path
    while free.exists():
        place += 1
        free = path.with_name(f"{path.name}.{place}")
    return free
