"""Bundles: the library's objects in one file, all of them, or all but those that are lost and accepted as such."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from git.exc import GitCommandError

from docctl.adapters.git_library.aside import made_beside
from docctl.adapters.git_library.erasing import missing
from docctl.adapters.git_library.on_disk import sync_folders
from docctl.adapters.git_library.reachable import NOTHING_LOST, Lost, list_reached
from docctl.adapters.git_library.repository import GitLibrary, RefMove
from docctl.adapters.git_library.troubles import raise_disk_trouble
from docctl.domain.errors import LibraryMismatchError, UnsuitableSourceError
from docctl.machine.durable_files import write_durably

_HEAD = b"# v2 git bundle\n"
_KNOWN = b"-"


def write_bundle(
    library: GitLibrary,
    path: Path,
    refs: Mapping[str, str],
    known: Iterable[str] = (),
    lost: Lost = NOTHING_LOST,
) -> None:
    """Write a bundle of exactly the references given, wherever the library's own may have moved meanwhile.

    What the known commits hold is left out; whoever reads the bundle has it from others. Left out, too, is what is lost
    and was accepted; Git then takes the bundle apart, but clones nothing from it. Raises LibraryMismatchError where Git
    has lost any other object that belongs into it.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".bundle-") as folder:
        beside = made_beside(library, Path(folder) / "aside.git", Path(folder) / "git.lock")
        try:
            if lost.gone_from(library):
                _write_without(library, beside, path, refs, known, lost)
            else:
                _write_whole(beside, path, refs, known)
        except GitCommandError as error:
            raise_disk_trouble(error)
            raise LibraryMismatchError(
                "Git has lost a file that a backup holds, so none was made; run docctl verify, which names it and "
                "how to fetch it back. Where no copy has it, two persons accept the loss; the rest is given out then."
            ) from error


def _write_whole(beside: GitLibrary, path: Path, refs: Mapping[str, str], known: Iterable[str]) -> None:
    beside.move_refs([RefMove(ref, commit) for ref, commit in refs.items()])
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"^{commit}\n" for commit in known).encode())
        asked.seek(0)
        beside.plumb("bundle", "create", "--quiet", str(path.resolve()), "--all", "--stdin", istream=asked)


def _write_without(
    library: GitLibrary, beside: GitLibrary, path: Path, refs: Mapping[str, str], known: Iterable[str], lost: Lost
) -> None:
    """Write a bundle as gitformat-bundle describes version 2: Git itself refuses to where an object is missing."""
    with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as wanted, path.open("wb") as bundle:
        list_reached(library, beside, lines, refs.values(), "--boundary", known=known, lost=lost)
        lines.seek(0)
        bundle.write(_HEAD)
        for line in lines:
            if line.startswith(_KNOWN):
                bundle.write(line.rstrip(b"\n") + b" \n")
            else:
                wanted.write(line)
        bundle.write("".join(f"{commit} {ref}\n" for ref, commit in refs.items()).encode() + b"\n")
        bundle.flush()
        wanted.seek(0)
        beside.plumb_into(bundle, "pack-objects", "--stdout", "-q", "--delta-base-offset", istream=wanted)


def refs_in_bundle(path: Path) -> dict[str, str]:
    """Return the references that a bundle holds, each with its commit."""
    return _head_of(path)[0]


def _head_of(path: Path) -> tuple[dict[str, str], int]:
    """Return the references that a bundle names, and where its pack begins."""
    found = {}
    with path.open("rb") as file:
        for line in file:
            if line == b"\n":
                break
            commit, _, ref = line.decode().rstrip("\n").partition(" ")
            if ref.startswith("refs/") and not commit.startswith("-"):
                found[ref] = commit
        return found, file.tell()


def read_bundle_as_it_is(library: GitLibrary, path: Path) -> None:
    """Take every object and reference of a bundle into an empty library, whatever may be lost of what they lead to.

    Git checks each object against its name; whoever calls knows what has to be there.
    """
    take_bundle_apart(library, path)
    refs = refs_in_bundle(path)
    gone = missing(library, list(refs.values()))
    library.move_refs([RefMove(ref, commit) for ref, commit in refs.items() if commit not in gone])
    name_lost(library, {ref: commit for ref, commit in refs.items() if commit in gone})


def name_lost(library: GitLibrary, refs: Mapping[str, str]) -> None:
    """Let references that are not there yet name commits that are lost: Git refuses to write such a reference."""
    with library.locked():
        for ref, commit in refs.items():
            path = library.folder / ref
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, f"{commit}\n".encode())
            sync_folders({path.parent})


def take_bundle_apart(library: GitLibrary, path: Path) -> None:
    """Take the objects of a bundle into a library, without asking what they lead to."""
    _, begins = _head_of(path)
    with path.open("rb", buffering=0) as pack:
        pack.seek(begins)
        _index(library, pack, path)


def take_objects(library: GitLibrary, source: Path) -> None:
    """Take all objects of a repository on this machine into a library, without asking what they lead to.

    They are read in a repository of our own beside it, so that none of the source's settings counts.
    """
    there = next((each for each in (source, source / ".git") if (each / "objects").is_dir()), None)
    if there is None:
        raise UnsuitableSourceError(
            "%(source)s is no Git repository; name a clone, a mirror or a bundle.", source=source
        )
    with tempfile.TemporaryDirectory(dir=library.folder.parent, prefix=".taken-") as folder:
        lock = Path(folder) / "git.lock"
        beside = made_beside(GitLibrary(there, lock), Path(folder) / "aside.git", lock)
        with (
            tempfile.TemporaryFile() as names,
            tempfile.TemporaryFile() as pack,
            Path(os.devnull).open("rb") as nothing,
        ):
            listing = ("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
            with _telling_of(source):
                beside.plumb_into(names, *listing, istream=nothing)
                names.seek(0)
                beside.plumb_into(pack, "pack-objects", "--stdout", "-q", istream=names)
            pack.seek(0)
            _index(library, pack, source)


def _index(library: GitLibrary, pack: object, source: Path) -> None:
    with _telling_of(source):
        library.plumb("index-pack", "--stdin", "--fix-thin", istream=pack)


@contextmanager
def _telling_of(source: Path) -> Iterator[None]:
    """Raise UnsuitableSourceError where Git cannot take what lies in a source."""
    try:
        yield
    except GitCommandError as error:
        raise_disk_trouble(error)
        raise UnsuitableSourceError(
            "%(source)s is damaged, or no bundle or repository of a library; take another copy.", source=source
        ) from error
