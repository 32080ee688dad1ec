"""The Git library: a bare repository that holds the bytes for ever, driven by fixed plumbing commands only.

No text of a person ever reaches a Git command line; objects are built here, written durably in one go, and
read back through one persistent reader. Every writer holds the one lock file.
"""

import fcntl
import hashlib
import os
import re
import struct
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from git import Git
from git.exc import GitCommandError

from docctl.domain.errors import LibraryMismatchError
from docctl.domain.stored_file import StoredFile, sha256

_OBJECT_ID = re.compile(r"[0-9a-f]{40}", re.ASCII)
_NO_OBJECT = "0" * 40
_KINDS = {"commit": 1, "tree": 2, "blob": 3}
_LOOSE_AT_MOST = 200
_SAFE = (
    "-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync", "-c", "core.hooksPath=/dev/null",
    "-c", "core.fsmonitor=false", "-c", "protocol.allow=never", "-c", "gc.auto=0",
)  # fmt: skip
_ENVIRONMENT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


@dataclass(frozen=True)
class GitObject:
    """An object that is built but perhaps not yet written."""

    kind: str
    data: bytes

    @property
    def id(self) -> str:
        """The id that Git gives to the object."""
        header = f"{self.kind} {len(self.data)}\0".encode()
        return hashlib.sha1(header + self.data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class CommitText:
    """Who made a commit, when, over which tree and parents, and what it says."""

    tree: str
    parents: tuple[str, ...]
    author: str
    email: str
    at: datetime
    message: str


@dataclass(frozen=True)
class RefMove:
    """A reference to be moved, from where it must be now (None: it must not exist; "": wherever) to a commit."""

    ref: str
    new: str
    old: str | None = ""


def blob(data: bytes) -> GitObject:
    """Return the object that holds a file's bytes."""
    return GitObject("blob", data)


def stored(path: str, data: bytes) -> tuple[StoredFile, GitObject]:
    """Return a file as the tables keep it, and the object that holds its bytes."""
    made = blob(data)
    return StoredFile(path, made.id, sha256(data), len(data)), made


def tree(entries: Mapping[str, tuple[str, str]]) -> GitObject:
    """Return a folder of ``name -> (mode, id)``."""
    rows = sorted(
        (name + ("/" if mode == "40000" else ""), name, mode, object_id) for name, (mode, object_id) in entries.items()
    )
    return GitObject("tree", b"".join(_entry(mode, name, object_id) for _, name, mode, object_id in rows))


def trees(files: Mapping[str, str]) -> list[GitObject]:
    """Return the folders that hold files of ``path -> blob id``; the last one is the root."""
    folders: dict[str, dict[str, str]] = {}
    entries: dict[str, tuple[str, str]] = {}
    for path, blob_id in files.items():
        name, _, rest = path.partition("/")
        if rest:
            folders.setdefault(name, {})[rest] = blob_id
        else:
            entries[name] = ("100644", blob_id)
    made: list[GitObject] = []
    for name, inside in folders.items():
        below = trees(inside)
        made.extend(below)
        entries[name] = ("40000", below[-1].id)
    return [*made, tree(entries)]


def commit(text: CommitText, sign: Callable[[bytes], str] | None = None) -> GitObject:
    """Return a commit, signed where a signer is given."""
    stamp = f"{_person(text.author)} <{_person(text.email)}> {int(text.at.timestamp())} +0000"
    head = [
        f"tree {text.tree}",
        *(f"parent {parent}" for parent in text.parents),
        f"author {stamp}",
        f"committer {stamp}",
    ]
    body = "\n\n" + text.message.replace("\0", "").rstrip("\n") + "\n"
    plain = ("\n".join(head) + body).encode()
    if sign is None:
        return GitObject("commit", plain)
    signature = sign(plain).replace("\n", "\n ")
    return GitObject("commit", ("\n".join([*head, f"gpgsig {signature}"]) + body).encode())


def without_signature(commit_data: bytes) -> tuple[bytes, str]:
    """Return a commit's bytes as they were signed, and the signature; an empty one where there is none."""
    head, separator, body = commit_data.partition(b"\n\n")
    kept: list[bytes] = []
    signature: list[bytes] = []
    inside = False
    for line in head.split(b"\n"):
        inside = line.startswith(b"gpgsig ") or (inside and line.startswith(b" "))
        (signature if inside else kept).append(line)
    text = b"\n".join(line.removeprefix(b"gpgsig").removeprefix(b" ") for line in signature)
    return b"\n".join(kept) + separator + body, text.decode()


def _person(name: str) -> str:
    return re.sub(r"[<>\x00-\x1f\x7f]", "", name).strip(" .,:;\"'") or "unknown"


class GitLibrary:
    """Reads and writes the library's bare repository."""

    def __init__(self, folder: Path, lock_file: Path) -> None:
        self.folder = folder
        self._lock_file = lock_file
        self._readers = threading.Lock()
        self._writers = threading.RLock()
        self._held: int | None = None
        self._git: tuple[int, Git] | None = None

    @classmethod
    def create(cls, folder: Path, lock_file: Path, signers_file: Path) -> "GitLibrary":
        """Make an empty library whose head is the set in force."""
        folder.mkdir(parents=True)
        library = cls(folder, lock_file)
        library._run("init", "--quiet", "--bare", "--initial-branch=library", str(folder))
        for name, value in (
            ("core.fsync", "all"),
            ("core.hooksPath", "/dev/null"),
            ("gc.auto", "0"),
            ("receive.denyNonFastForwards", "true"),
            ("receive.denyDeletes", "true"),
            ("gpg.ssh.allowedSignersFile", str(signers_file)),
        ):
            library._run("config", name, value)
        return library

    # -- reading ---------------------------------------------------------------------------------------------

    def read(self, object_id: str) -> bytes:
        """Return an object's bytes; raise LibraryMismatchError where it is missing."""
        if _OBJECT_ID.fullmatch(object_id) is None:
            raise LibraryMismatchError("A file of the library has no valid name in Git; run docctl verify.")
        with self._readers:
            try:
                return bytes(self._plumbing().get_object_data(object_id)[3])
            except (ValueError, GitCommandError, OSError) as error:
                self._git = None
                raise LibraryMismatchError(
                    f"The library misses an object ({object_id[:12]}); run docctl verify."
                ) from error

    def read_file(self, file: StoredFile) -> bytes:
        """Return a file's bytes, checked against their SHA-256 at every read."""
        data = self.read(file.blob)
        if sha256(data) != file.sha256:
            raise LibraryMismatchError(f"{file.path} in the library is not what was stored; nothing of it is shown.")
        return data

    def entries(self, tree_id: str) -> dict[str, tuple[str, str]]:
        """Return a folder's ``name -> (mode, id)``."""
        data = self.read(tree_id)
        entries: dict[str, tuple[str, str]] = {}
        at = 0
        while at < len(data):
            end = data.index(b"\0", at)
            mode, _, name = data[at:end].decode().partition(" ")
            entries[name] = (mode, data[end + 1 : end + 21].hex())
            at = end + 21
        return entries

    def tree_of(self, commit_id: str) -> str:
        """Return the root folder of a commit."""
        return self.read(commit_id)[5:45].decode()

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """Return every reference below a prefix, with the commit it points to."""
        lines = self._run("for-each-ref", "--format=%(objectname) %(refname)", prefix).splitlines()
        return {name: object_id for object_id, _, name in (line.partition(" ") for line in lines)}

    def resolve(self, refs: Iterable[str]) -> dict[str, str]:
        """Return where references point now; those that do not exist are left out."""
        names = list(refs)
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{name}\n" for name in names).encode())
            asked.seek(0)
            answers = self._run("cat-file", "--batch-check=%(objectname)", istream=asked).splitlines()
        return {name: answer for name, answer in zip(names, answers, strict=True) if not answer.endswith(" missing")}

    # -- writing ---------------------------------------------------------------------------------------------

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the one lock of all writers; Git's children inherit it, so it outlives a killed parent."""
        with self._writers:
            if self._held is not None:
                yield
                return
            descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                self._held = descriptor
                yield
            finally:
                self._held = None
                os.close(descriptor)

    def write(self, objects: Iterable[GitObject]) -> None:
        """Write objects durably; they are on disk when this returns, and nothing refers to them yet."""
        unique = {made.id: made for made in objects}
        if not unique:
            return
        with self.locked(), tempfile.TemporaryFile() as pack:
            pack.write(_pack(unique.values()))
            pack.seek(0)
            if len(unique) <= _LOOSE_AT_MOST:
                self._run("unpack-objects", "-q", istream=pack)
                _sync_folders(
                    {self.folder / "objects" / object_id[:2] for object_id in unique} | {self.folder / "objects"}
                )
            else:
                self._run("index-pack", "--stdin", istream=pack)
                _sync_folders({self.folder / "objects" / "pack"})

    def move_refs(self, moves: Iterable[RefMove]) -> None:
        """Move references, each only from where it is expected to be (compare and swap)."""
        moves = list(moves)
        if not moves:
            return
        lines = []
        for move in moves:
            old = {None: f" {_NO_OBJECT}", "": ""}.get(move.old, f" {move.old}")
            lines.append(f"update {move.ref} {move.new}{old}\n")
        with self.locked(), tempfile.TemporaryFile() as orders:
            for move in moves:
                self._remove_dead_lock(move.ref)
            orders.write("".join(lines).encode())
            orders.seek(0)
            try:
                self._run("update-ref", "--stdin", istream=orders)
            except GitCommandError as error:
                raise LibraryMismatchError(
                    "A reference of the library is not where it should be; run docctl verify."
                ) from error

    def _remove_dead_lock(self, ref: str) -> None:
        for name in (f"{ref}.lock", "packed-refs.lock", "HEAD.lock"):
            (self.folder / name).unlink(missing_ok=True)

    # -- Git itself ------------------------------------------------------------------------------------------

    def _plumbing(self) -> Git:
        if self._git is None or self._git[0] != os.getpid():
            git = Git(str(self.folder))
            git.update_environment(**_ENVIRONMENT)
            self._git = (os.getpid(), git)
        return self._git[1]

    def _run(self, *arguments: str, istream: object = None) -> str:
        extra = {} if self._held is None else {"pass_fds": (self._held,)}
        git = Git(str(self.folder))
        command = ["git", *_SAFE, *arguments]
        return str(git.execute(command, istream=istream, env=_ENVIRONMENT, **extra))  # type: ignore[call-overload]


def _pack(objects: Iterable[GitObject]) -> bytes:
    """Return a pack file of the objects, as gitformat-pack describes it."""
    objects = list(objects)
    parts = [b"PACK" + struct.pack(">II", 2, len(objects))]
    for made in objects:
        size = len(made.data)
        byte = (_KINDS[made.kind] << 4) | (size & 15)
        size >>= 4
        header = bytearray()
        while size:
            header.append(byte | 0x80)
            byte, size = size & 0x7F, size >> 7
        header.append(byte)
        parts.append(bytes(header) + zlib.compress(made.data, 1))
    body = b"".join(parts)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _sync_folders(folders: Iterable[Path]) -> None:
    for folder in folders:
        if folder.is_dir():
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


class GrowingLedger:
    """The folders of the ledger as they grow: each name follows the last, so a folder grows only at its end."""

    def __init__(self, library: GitLibrary, tip: str, allowed_signers: str) -> None:
        signers = blob(allowed_signers.encode())
        self.objects = [signers]
        self._signers = ("100644", signers.id)
        self._events = self._page = b""
        self._page_name = ""
        if tip:
            self._events = library.read(library.entries(library.tree_of(tip))["events"][1])
            *_, (self._page_name, (_, page)) = library.entries(GitObject("tree", self._events).id).items()
            self._page = library.read(page)

    def add(self, path: str, data: bytes, text: CommitText, sign: Callable[[bytes], str]) -> str:
        """Add an event's file and return the signed commit that holds it."""
        _, page_name, file_name = path.split("/")
        file = blob(data)
        if page_name == self._page_name:
            self._events = self._events[: -len(_entry("40000", page_name, file.id))]
        else:
            self._page_name, self._page = page_name, b""
        self._page += _entry("100644", file_name, file.id)
        page = GitObject("tree", self._page)
        self._events += _entry("40000", page_name, page.id)
        events = GitObject("tree", self._events)
        root = tree({"allowed_signers": self._signers, "events": ("40000", events.id)})
        made = commit(replace(text, tree=root.id), sign)
        self.objects.extend((file, page, events, root, made))
        return made.id


def _entry(mode: str, name: str, object_id: str) -> bytes:
    return f"{mode} {name}\0".encode() + bytes.fromhex(object_id)
