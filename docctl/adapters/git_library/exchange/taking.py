"""Taking objects from a clone, a mirror or a bundle, and finding which of the library's own are not sound."""

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from git.exc import GitCommandError

from docctl.adapters.git_library import shut_in
from docctl.adapters.git_library.erasing import missing
from docctl.adapters.git_library.exchange.bundles import take_bundle_apart, take_objects
from docctl.adapters.git_library.objects import GitObject, parts_of
from docctl.adapters.git_library.on_disk import is_as_written, loose_objects, loose_path
from docctl.adapters.git_library.repository import GitLibrary
from docctl.domain.errors import InvalidInputError, LibraryMismatchError, UnsuitableSourceError

_PROTOCOLS = ("file", "https", "ssh")
_PROGRAM = "--upload-pack=git-upload-pack"
_HEADS, _OF_A_CLONE, _TAGS = "refs/heads/", "refs/remotes/origin/", "refs/tags/"


def read_bundle(library: GitLibrary, path: Path) -> None:
    """Take every object and reference of a bundle into an empty library."""
    fetch(library, path, ["refs/*:refs/*"])


def refs_of(library: GitLibrary, source: Path | str) -> dict[str, str]:
    """Return the references of a clone, mirror or bundle as the library itself would call them."""
    with _named(source) as environment:
        lines = _ask(library, source, "ls-remote", "--quiet", _PROGRAM, "source", environment=environment).splitlines()
    found: dict[str, str] = {}
    for name, commit in sorted((name, commit) for commit, _, name in (line.partition("\t") for line in lines)):
        if name.startswith((_HEADS, _TAGS)) and not name.endswith("^{}"):
            found[name] = commit
        elif name.startswith(_OF_A_CLONE) and not name.endswith("/HEAD"):
            # In an ordinary clone only what was checked out is a branch; everything is below origin.
            found[_HEADS + name.removeprefix(_OF_A_CLONE)] = commit
    return found


def fetch(library: GitLibrary, source: Path | str, refspecs: Iterable[str]) -> None:
    """Take objects from a clone, mirror or bundle; Git itself checks each against its name."""
    with tempfile.TemporaryFile() as asked, _named(source) as environment, library.locked():
        asked.write("".join(f"{spec}\n" for spec in refspecs).encode())
        asked.seek(0)
        _ask(
            library, source, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", _PROGRAM, "--stdin", "source",
            istream=asked, environment=environment,
        )  # fmt: skip


def fetch_what_is_there(library: GitLibrary, source: Path | str, refspecs: Iterable[str]) -> None:
    """Take objects from a source in which objects may be lost: all that are there, because Git then fetches none.

    Whoever calls looks at what came. Raises UnsuitableSourceError where the source is on another machine, too.
    """
    try:
        fetch(library, source, refspecs)
    except UnsuitableSourceError:
        path = Path(source)
        if path.is_file():
            take_bundle_apart(library, path)
        elif (path / "objects").is_dir() or (path / ".git" / "objects").is_dir():
            take_objects(library, path)
        else:
            raise


@contextmanager
def opened(
    source: Path | str | Sequence[Path], beside: Path, *, as_it_is: bool = False
) -> Iterator[GitLibrary]:  # fmt: skip
    """Open a clone, mirror or bundle, or bundles that go on from each other, to read single objects of it.

    Taken as it is, a source may have lost objects itself.
    """
    with tempfile.TemporaryDirectory(dir=beside, prefix=".fetched-") as folder:
        copy = GitLibrary(Path(folder) / "source.git", Path(folder) / "git.lock")
        copy.folder.mkdir()
        copy.plumb("init", "--quiet", "--bare")
        for each in (source,) if isinstance(source, Path | str) else source:
            (fetch_what_is_there if as_it_is else fetch)(copy, each, ["refs/*:refs/*"])
        try:
            yield copy
        finally:
            copy.let_go()


def sound(library: GitLibrary, object_id: str) -> GitObject | None:
    """Return an object where it is there and its bytes are what its name says; nothing otherwise.

    Git reads over what follows an object in its file, and prefers a pack, but then refuses to pack or to clone it.
    """
    return _read(library, object_id) if is_as_written(library.folder, object_id) else None


def harmed_files(library: GitLibrary) -> list[str]:
    """Return the objects that Git reads although the file of their own holds other bytes than Git wrote."""
    harmed = [each for each in loose_objects(library.folder) if not is_as_written(library.folder, each)]
    return [each for each in harmed if _read(library, each) is not None]


def _read(library: GitLibrary, object_id: str) -> GitObject | None:
    try:
        kind, data = library.read_kind(object_id)
    except LibraryMismatchError:
        return None
    made = GitObject(kind, data)
    return made if made.id == object_id else None


def wrong_bytes(library: GitLibrary, object_ids: Iterable[str]) -> tuple[str, ...]:
    """Return which objects hold other bytes than their names say, each with the SHA-256 of what lies in its place."""
    return tuple(f"{each}:{_in_its_place(library, each)}" for each in object_ids if not missing(library, [each]))


def _in_its_place(library: GitLibrary, object_id: str) -> str:
    path = loose_path(library.folder, object_id)
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        return hashlib.sha256(library.read(object_id)).hexdigest()
    except LibraryMismatchError:
        return "unreadable"


def unsound(library: GitLibrary) -> list[str]:
    """Return the objects that references lead to and that are missing or hold other bytes than their names say.

    Git reads every object first, which is quick; only where it complains is each one looked at that is still needed.
    """
    if not _complaint(library):
        return []
    found, stack = [], list(library.refs().values())
    seen = set(stack)
    while stack:
        object_id = stack.pop()
        made = sound(library, object_id)
        if made is None:
            found.append(object_id)
        if made is not None:
            new = set(parts_of(made)) - seen
            seen |= new
            stack += new
    return sorted(found)


def damaged_packs(library: GitLibrary) -> list[str]:
    """Return the names of packs that hold other bytes than were written, though their objects may still be read."""
    return sorted(set(re.findall(r"\bpack-[0-9a-f]{40}\.\w+", _complaint(library))))


def _complaint(library: GitLibrary) -> str:
    """Return what Git says of its objects after it read every one; nothing where all are sound."""
    try:
        library.plumb("fsck", "--full", "--no-dangling", "--no-progress")
    except GitCommandError as error:
        library.let_go()
        return f"{error.stderr}\n{error.stdout}"
    return ""


@contextmanager
def _named(source: Path | str) -> Iterator[dict[str, str]]:
    """Name a source in Git's environment, so that what somebody typed never stands on a command line."""
    text = str(source)
    local = Path(text)
    if local.exists():
        text = str(local.resolve())
    elif not re.match(r"(https|ssh)://[^-]|[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^:]", text, re.ASCII):
        raise InvalidInputError("There is no clone, mirror or bundle at %(text)s; name one that exists.", text=text)
    named = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "remote.source.url", "GIT_CONFIG_VALUE_0": text}
    yield {**shut_in.environment(*_PROTOCOLS), **named}


def _ask(library: GitLibrary, source: Path | str, *arguments: str, **given: object) -> str:
    try:
        return library.plumb(*arguments, **given)  # type: ignore[arg-type]
    except GitCommandError as error:
        lines = (str(error.stderr).strip(" \n'") or "no reason given").splitlines()
        said = next((line.partition("fatal:")[2] for line in lines if "fatal:" in line), lines[-1]).strip(" .")
        raise UnsuitableSourceError(
            "%(source)s cannot be read as a clone, mirror or bundle (%(reason)s); name a Git repository or a bundle.",
            source=source,
            reason=said[:200],
        ) from error
