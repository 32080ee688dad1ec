"""Whether Git shows the repository as it is: its head, where else it looks for objects, and its settings."""

from git.exc import GitCommandError

from docctl.adapters.git_library.on_disk import SETTINGS, SIGNERS_SETTING
from docctl.adapters.git_library.repository import GitLibrary

_HEAD = "ref: refs/heads/library\n"
# Any of them lets Git show another history than the library's, or objects that are not in it.
_ELSEWHERE = ("shallow", "info/grafts", "objects/info/alternates", "objects/info/http-alternates", "commondir")
_OF_THE_DISK = ("core.filemode", "core.ignorecase", "core.precomposeunicode", "core.symlinks")
_GIVEN = {"core.repositoryformatversion": "0", "core.bare": "true"} | SETTINGS


def moved(library: GitLibrary) -> list[str]:
    """Return in a sentence each what makes Git show something else than the library wrote."""
    told = [
        f"library.git/{name} is there, so Git shows something else than the library holds."
        for name in _ELSEWHERE
        if (library.folder / name).exists()
    ]
    try:
        is_moved = (library.folder / "HEAD").read_text(errors="replace") != _HEAD
    except OSError:
        is_moved = True
    return told + (["library.git/HEAD does not name the set in force, refs/heads/library."] if is_moved else [])


def settings_changed(library: GitLibrary) -> list[str]:
    """Return the settings of the repository that are not as the library wrote them, each with what it says."""
    try:
        listed = library.plumb("config", "--file", str(library.folder / "config"), "--list", "--null")
    except GitCommandError:
        return ["the file cannot be read"]
    said = dict(entry.partition("\n")[::2] for entry in listed.split("\0") if entry)
    wanted = {name.lower(): value for name, value in _GIVEN.items()}
    free = {name.lower() for name in (*_OF_THE_DISK, SIGNERS_SETTING)}
    lacking = [f"{name} is missing" for name in sorted(wanted.keys() - said.keys())]
    return lacking + [
        f"{name} is “{said[name]}”" for name in sorted(said) if said[name] != wanted.get(name) and name not in free
    ]
