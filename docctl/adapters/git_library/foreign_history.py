"""The history of a repository that is not ours: read from a copy of its objects, so that none of its settings counts.

Whatever its configuration, hooks and attributes say, files are read as they were committed, and nothing of it runs.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from docctl.adapters.git_library import shut_in
from docctl.adapters.git_library.exchange.taking import opened, refs_of
from docctl.adapters.git_library.repository import GitLibrary
from docctl.domain.documents.authorship import Authorship
from docctl.domain.errors import InvalidInputError, LibraryMismatchError

LINK, SUBMODULE, FOLDER = "120000", "160000", "40000"
_BRANCHES, _TAGS = "refs/heads/", "refs/tags/"
_USUAL = ("main", "master", "trunk")
_AUTHOR = re.compile(rb"(.*?) ?<([^<>]*)> (-?\d+) [+-]\d{4}")
_ALIKE = "-M50%"
_RENAMES_LOOKED_FOR = "-l2000"
LATEST_SECOND = 253_402_300_799


@dataclass(frozen=True)
class ForeignCommit:
    """A commit of somebody else's: who wrote it when, when it was committed, and the first line of what it says."""

    id: str
    parents: tuple[str, ...]
    written: Authorship
    committed_at: datetime
    summary: str


@dataclass(frozen=True)
class ForeignChange:
    """What happened to one file from one point of a history to the next."""

    kind: str
    mode: str
    blob: str
    path: str
    before: str = ""


@dataclass(frozen=True)
class ForeignPoint:
    """A point of a history: a commit, its name where it has one, and the point it follows."""

    commit: str
    before: str
    name: str = ""
    changes: tuple[ForeignChange, ...] = field(default=())


class ForeignHistory:
    """A copy of a repository's objects, and where its branches and tags point."""

    def __init__(self, copy: GitLibrary, refs: dict[str, str], head: str) -> None:
        self._copy = copy
        self._head = head
        self.branches = {ref.removeprefix(_BRANCHES): at for ref, at in refs.items() if ref.startswith(_BRANCHES)}
        self.tags = {ref.removeprefix(_TAGS): at for ref, at in refs.items() if ref.startswith(_TAGS)}

    def tip(self, branch: str = "") -> str:
        """Return the newest commit of a branch, or of the one checked out; raise InvalidInputError for none."""
        if branch:
            if branch not in self.branches:
                known = ", ".join(sorted(self.branches)[:8]) or "none"
                raise InvalidInputError(
                    "The repository has no branch “%(branch)s”; it has %(known)s.", branch=branch, known=known
                )
            return self.branches[branch]
        if self._head:
            return self._head
        for name in (*_USUAL, *(self.branches if len(self.branches) == 1 else ())):
            if name in self.branches:
                return self.branches[name]
        if not self.branches:
            raise InvalidInputError("The repository has no commit that can be read; it is empty or was cloned in part.")
        raise InvalidInputError(
            "Say which branch is to be adopted: %(branches)s.", branches=", ".join(sorted(self.branches)[:8])
        )

    def points(self, tip: str, *, only_tags: bool = False) -> list[ForeignPoint]:
        """Return the points of a branch, the oldest first: its own commits, or those that carry a tag."""
        line = self._copy.plumb("rev-list", "--first-parent", "--reverse", tip).split()
        names = self._names_of(set(line))
        if only_tags:
            line = [commit for commit in line if commit in names]
        pairs = list(pairwise(["", *line]))
        changes = self._changes(pairs)
        return [
            ForeignPoint(commit, before, names.get(commit, ""), tuple(changes.get(commit, ())))
            for before, commit in pairs
        ]

    def commit(self, commit_id: str) -> ForeignCommit:
        """Return what a commit says, in whatever encoding it is written."""
        head, _, body = self._copy.read(commit_id).partition(b"\n\n")
        lines = dict.fromkeys((b"author", b"committer", b"encoding"), b"")
        parents = []
        for line in head.split(b"\n"):
            name, _, value = line.partition(b" ")
            if name == b"parent":
                parents.append(value.decode())
            elif name in lines:
                lines[name] = lines[name] or value
        encoding = lines[b"encoding"].decode("ascii", "replace")
        written = _authorship(lines[b"author"], encoding)
        summary = next((line for line in _text(body, encoding).splitlines() if line.strip()), "")
        return ForeignCommit(commit_id, tuple(parents), written, _authorship(lines[b"committer"], encoding).at, summary)

    def writers(self, point: ForeignPoint, path: str) -> list[ForeignCommit]:
        """Return the commits by which a file came from the point before to this one: more than one after a merge."""
        own = self.commit(point.commit)
        if own.parents == ((point.before,) if point.before else ()):
            return [own]
        asked = f"{point.commit}\n" + (f"^{point.before}\n" if point.before else "") + f"--\n{path}\n"
        found = self._fed("rev-list", "--no-merges", "--reverse", "--stdin", fed=asked).split()
        return [self.commit(commit) for commit in found] or [own]

    def sizes(self, blobs: Iterable[str]) -> dict[str, int]:
        """Return how large files are, without reading them; what is missing has no size."""
        fed = "".join(f"{blob}\n" for blob in blobs)
        answers = self._fed("cat-file", "--batch-check=%(objectname) %(objectsize)", fed=fed).splitlines()
        parts = (line.split(" ") for line in answers)
        return {name: int(size) for name, size in parts if size.isdigit()}

    def read(self, blob: str) -> bytes:
        """Return a file exactly as it was committed."""
        return self._copy.read(blob)

    def file_at(self, commit: str, path: str) -> bytes:
        """Return a file as it was at a commit; nothing where there is none, or a link."""
        tree, parts = self._copy.tree_of(commit), path.split("/")
        try:
            for place, part in enumerate(parts):
                mode, found = self._copy.entries(tree).get(part, ("", ""))
                is_last = place == len(parts) - 1
                if not found or mode in (LINK, SUBMODULE) or (mode == FOLDER) is is_last:
                    return b""
                if is_last:
                    return self._copy.read(found)
                tree = found
        except (LibraryMismatchError, ValueError):
            return b""
        return b""

    def _names_of(self, commits: set[str]) -> dict[str, str]:
        """Return the tag of each commit that has one; an annotated tag is a commit's own too."""
        names: dict[str, str] = {}
        for name, at in sorted(self.tags.items()):
            kind, data = self._copy.read_kind(at)
            commit = data[7:47].decode("ascii", "replace") if kind == "tag" else at
            if commit in commits:
                names.setdefault(commit, name)
        return names

    def _changes(self, pairs: Iterable[tuple[str, str]]) -> dict[str, list[ForeignChange]]:
        """Return what each commit changed since the one before it, renames followed."""
        fed = "".join(f"{commit} {before}\n" if before else f"{commit}\n" for before, commit in pairs)
        raw = self._fed(
            "diff-tree", "--stdin", "-r", "-z", "--raw", "--root", "--no-abbrev", "--no-ext-diff", "--no-textconv",
            _ALIKE, _RENAMES_LOOKED_FOR, fed=fed,
        )  # fmt: skip
        found: dict[str, list[ForeignChange]] = {}
        commit, words = "", iter(raw.split("\0"))
        for word in words:
            if not word.startswith(":"):
                commit = word.strip()
                continue
            _, mode, _, blob, kind = word[1:].split(" ")
            path = next(words)
            before, path = (path, next(words)) if kind[0] in "RC" else ("", path)
            found.setdefault(commit, []).append(ForeignChange(kind[0], mode, blob, path, before))
        return found

    def _fed(self, *arguments: str, fed: str) -> str:
        with tempfile.TemporaryFile() as asked:
            asked.write(os.fsencode(fed))
            asked.seek(0)
            return self._copy.plumb(*arguments, istream=asked, environment={"GIT_LITERAL_PATHSPECS": "1"})


@contextmanager
def opened_history(source: Path, beside: Path) -> Iterator[ForeignHistory]:
    """Open the history of a repository or bundle; raise LibraryMismatchError where Git cannot read it."""
    with opened(source, beside) as copy:
        refs = refs_of(copy, source)
        present = {ref: at for ref, at in refs.items() if _is_there(copy, at)}
        yield ForeignHistory(copy, present, _head_of(copy, source))
        copy.let_go()


def _head_of(copy: GitLibrary, source: Path) -> str:
    """Return the commit that is checked out; nothing where none is, or it did not come along."""
    named = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "remote.source.url",
        "GIT_CONFIG_VALUE_0": str(source.resolve()),
    }
    environment = {**shut_in.environment("file"), **named}
    said = copy.plumb(
        "ls-remote", "--quiet", "--upload-pack=git-upload-pack", "source", "HEAD", environment=environment
    )
    commit = next((line.partition("\t")[0] for line in said.splitlines() if line.endswith("\tHEAD")), "")
    return commit if commit and _is_there(copy, commit) else ""


def _is_there(copy: GitLibrary, object_id: str) -> bool:
    try:
        return copy.read_kind(object_id)[0] in ("commit", "tag")
    except LibraryMismatchError:
        return False


def _authorship(line: bytes, encoding: str) -> Authorship:
    """Return who did something when, from a line of a commit; what no clock can have shown is 1970."""
    found = _AUTHOR.fullmatch(line)
    if found is None:
        return Authorship("", "", datetime.fromtimestamp(0, UTC))
    seconds = int(found[3])
    at = datetime.fromtimestamp(seconds if 0 <= seconds <= LATEST_SECOND else 0, UTC)
    return Authorship(_line(_text(found[1], encoding)), _line(_text(found[2], encoding)), at)


def _text(data: bytes, encoding: str) -> str:
    for name in (encoding, "utf-8"):
        try:
            return data.decode(name) if name else data.decode()
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("latin-1")


def _line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
