"""Whether Git shows the repository as it is: its head, where else it looks for objects, and its settings."""

import re
from collections.abc import Collection
from pathlib import Path

from git.exc import GitCommandError

from docctl.adapters.git_library.on_disk import SETTINGS, SIGNERS_SETTING
from docctl.adapters.git_library.repository import GitLibrary

_HEAD = "ref: refs/heads/library\n"
# Any of them lets Git show another history than the library's, or objects that are not in it.
_ELSEWHERE = ("shallow", "info/grafts", "objects/info/alternates", "objects/info/http-alternates", "commondir")
_OF_THE_DISK = ("core.filemode", "core.ignorecase", "core.precomposeunicode", "core.symlinks")
_ELSEWHERE_TO_GIT = ("~", "%")  # what Git puts a folder in the place of
_KEY = re.compile(r"\bAAAA[\w+/]+=*", re.ASCII)
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


def settings_changed(library: GitLibrary, signers_file: Path, keys: Collection[str]) -> list[str]:
    """Return the settings of the repository that are not as the library wrote them, each with what it says.

    The keys are those of the ledger, which alone may be among the signers that Git is told to believe.
    """
    try:
        listed = library.plumb("config", "--file", str(library.folder / "config"), "--list", "--null")
    except GitCommandError:
        return ["the file cannot be read"]
    said = dict(entry.partition("\n")[::2] for entry in listed.split("\0") if entry)
    wanted = {name.lower(): value for name, value in _GIVEN.items()}
    free, signers = {name.lower() for name in _OF_THE_DISK}, SIGNERS_SETTING.lower()
    if signers in said and _names_our_signers(said[signers], signers_file, keys):
        free.add(signers)
    lacking = [f"{name} is missing" for name in sorted({*wanted, signers} - said.keys())]
    return lacking + [
        f"{name} is “{said[name]}”" for name in sorted(said) if said[name] != wanted.get(name) and name not in free
    ]


def _names_our_signers(value: str, signers_file: Path, keys: Collection[str]) -> bool:
    """Say whether Git is told of our signers: where they are, or where they were before the data folder was moved.

    What lies there now, as in the folder that this one is a copy of, may list none but the ledger's keys; what is not
    there, or cannot be read by whoever asks, is not read by their Git either.
    """
    named = Path(value)
    if named.absolute() == signers_file.absolute():
        return True
    if named.parts[-2:] != signers_file.parts[-2:] or value.startswith(_ELSEWHERE_TO_GIT):
        return False
    try:
        listed = set(_KEY.findall(named.read_text(errors="replace")))
    except (FileNotFoundError, PermissionError):
        return True
    except OSError:
        return False
    return listed <= {found for key in keys for found in _KEY.findall(key)}
