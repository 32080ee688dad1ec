"""Libraries that are packed while people work, killed at random instants, and what must still be in them."""

from collections import Counter
from pathlib import Path

from docctl import tools
from docctl.adapters.git_library import GitLibrary
from docctl.adapters.git_library.on_disk import named_in


def everything(data: Path) -> dict[str, bytes]:
    """Return every object that the Git library of a data folder holds, loose or packed."""
    library = GitLibrary(data / "library.git", data / "git.lock")
    found = {name: library.read(name) for name in set(_names(data))}
    library.let_go()
    return found


def twice_there(data: Path) -> list[str]:
    """Return the objects that lie in more than one place."""
    return [name for name, times in Counter(_names(data)).items() if times > 1]


def _names(data: Path) -> list[str]:
    folder = data / "library.git"
    packed = [name for each in tools.git_library.packs_in(folder) for name in named_in(each.index)]
    return [*tools.git_library.loose_objects(folder), *packed]
