"""The bare repository of a library: read through one persistent reader, written by one writer at a time.

No text of a person ever reaches a Git command line; objects are built here and written durably in one go.
"""

import os
import subprocess
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from git import Git
from git.exc import GitCommandError

from docctl.adapters.git_library import many_objects, shut_in
from docctl.adapters.git_library.object_reader import MissingObjectError, ObjectReader
from docctl.adapters.git_library.objects import GitObject
from docctl.adapters.git_library.objects import pack as pack_of
from docctl.adapters.git_library.on_disk import (
    OBJECT_ID,
    SETTINGS,
    SIGNERS_SETTING,
    names_a_commit,
    packs_changed_at,
    place_of,
    sync_folders,
)
from docctl.adapters.git_library.troubles import disk_troubles, opened, raise_disk_trouble
from docctl.domain.documents.stored_file import StoredFile, sha256
from docctl.domain.errors import LibraryBusyError, LibraryMismatchError
from docctl.machine.crash_point import crash_point
from docctl.machine.file_lock import take_lock

_NO_OBJECT = "0" * 40
_LOOSE_AT_MOST = 200
_LOOSE_REFS_AT_MOST = 1000
LOCK_WITHIN_SECONDS = 30
DRAFTS = ("tmp_obj_", "tmp_pack_", "tmp_idx_", "tmp_rev_")
_DURABLE = ("-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync")


@dataclass(frozen=True)
class RefMove:
    """A reference to be moved, from where it must be now (None: it must not exist; "": wherever) to a commit.

    Moved to "" it is taken away.
    """

    ref: str
    new: str
    old: str | None = ""


class GitLibrary:
    """Reads and writes the library's bare repository."""

    def __init__(self, folder: Path, lock_file: Path) -> None:
        self.folder = folder
        self.lock_file = lock_file
        self._readers = threading.Lock()
        self._writers = threading.RLock()
        self._held = threading.local()
        self._reader: tuple[tuple[int, int], ObjectReader] | None = None
        self._at_hand: dict[str, tuple[str, bytes]] = {}
        self._place = place_of(folder)

    @classmethod
    def create(cls, folder: Path, lock_file: Path, signers_file: Path) -> "GitLibrary":
        """Make an empty library whose head is the set in force."""
        folder.mkdir(parents=True)
        library = cls(folder, lock_file)
        library.plumb("init", "--quiet", "--bare", "--initial-branch=library", str(folder))
        for name, value in (*SETTINGS.items(), (SIGNERS_SETTING, str(signers_file))):
            library.plumb("config", name, value)
        return library

    def require_in_place(self) -> None:
        """Raise LibraryBusyError where the repository is not where it was when it was opened, or is another."""
        place = place_of(self.folder)
        if place is not None and place == self._place and (self.folder / "HEAD").is_file():
            return
        if self._place is None and place is not None:
            self._place = place
            return
        raise LibraryBusyError(
            "The Git library is not where it was when docctl was started, or is another, so nothing was "
            "recorded; the administrator has to bring %(folder)s back, or start docctl again where it was "
            "replaced on purpose.",
            folder=self.folder.name,
        )

    # -- reading ---------------------------------------------------------------------------------------------

    def read(self, object_id: str) -> bytes:
        """Return an object's bytes; raise LibraryMismatchError where it is missing."""
        return self.read_kind(object_id)[1]

    def read_kind(self, object_id: str) -> tuple[str, bytes]:
        """Return what an object is and its bytes; raise LibraryMismatchError where it is missing."""
        if OBJECT_ID.fullmatch(object_id) is None:
            raise LibraryMismatchError("A file of the library has no valid name in Git; run docctl verify.")
        if self._at_hand and (found := self._at_hand.pop(object_id, None)) is not None:
            return found
        with self._readers:
            try:
                return self._asked(object_id)
            except (ValueError, OSError, EOFError) as error:
                raise LibraryMismatchError(
                    "The library misses an object (%(object_id)s); run docctl verify.", object_id=object_id[:12]
                ) from error

    def _asked(self, object_id: str) -> tuple[str, bytes]:
        """Ask the persistent reader for an object; one that ended, as by a signal to all, is started anew once."""
        try:
            return self._answered(object_id)
        except MissingObjectError:
            raise
        except (ValueError, OSError, EOFError):
            return self._answered(object_id)

    def _answered(self, object_id: str) -> tuple[str, bytes]:
        try:
            return self._present_reader().read(object_id)
        except MissingObjectError:
            raise
        except BaseException:
            self._end_reader()  # what it had not said yet would be taken for the next answer
            raise

    @contextmanager
    def reading_ahead(self, object_ids: Iterable[str]) -> Iterator[None]:
        """Have objects at hand that are about to be read, each once; what Git does not give now is asked for again."""
        found = many_objects.read(self.folder, self._environment(), filter(OBJECT_ID.fullmatch, object_ids))
        self._at_hand.update(found)
        try:
            yield
        finally:
            for each in found:
                self._at_hand.pop(each, None)

    def read_file(self, file: StoredFile) -> bytes:
        """Return a file's bytes, checked against their SHA-256 at every read."""
        try:
            data = self.read(file.blob)
        except LibraryMismatchError as error:
            raise LibraryMismatchError(
                "%(path)s was lost from the library, so this version is locked and nothing is shown in its place.",
                path=file.path,
            ) from error
        if sha256(data) != file.sha256:
            raise LibraryMismatchError(
                "%(path)s in the library is not what was stored; nothing of it is shown.", path=file.path
            )
        return data

    def entries(self, tree_id: str) -> dict[str, tuple[str, str]]:
        """Return a folder's ``name -> (mode, id)``."""
        data = self.read(tree_id)
        entries: dict[str, tuple[str, str]] = {}
        at = 0
        while at < len(data):
            end = data.index(b"\0", at)
            mode, _, name = data[at:end].decode(errors="surrogateescape").partition(" ")
            entries[name] = (mode, data[end + 1 : end + 21].hex())
            at = end + 21
        return entries

    def tree_of(self, commit_id: str) -> str:
        """Return the root folder of a commit."""
        return self.read(commit_id)[5:45].decode()

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """Return every reference below a prefix, with the commit it points to."""
        with opened():
            lines = self.plumb("for-each-ref", "--format=%(objectname) %(refname)", prefix).splitlines()
        return {name: object_id for object_id, _, name in (line.partition(" ") for line in lines)}

    def tip(self, ref: str) -> str:
        """Return where one reference points, or nothing; raise LibraryMismatchError where Git cannot say."""
        with opened():
            return self.resolve([ref]).get(ref, "")

    def tip_in_file(self, ref: str) -> str:
        """Return where a reference points, read without asking Git because it is looked at so often; else nothing."""
        try:
            text = (self.folder / ref).read_text(errors="replace").strip()
        except FileNotFoundError:
            packed = self.folder / "packed-refs"
            lines = packed.read_text(errors="replace").splitlines() if packed.exists() else []
            text = next((line[:40] for line in lines if line[41:] == ref), "")
        return text if OBJECT_ID.fullmatch(text) else ""

    def resolve(self, refs: Iterable[str]) -> dict[str, str]:
        """Return where references point now; those that do not exist are left out."""
        names = list(refs)
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{name}\n" for name in names).encode())
            asked.seek(0)
            answers = self.plumb("cat-file", "--batch-check=%(objectname)", istream=asked).splitlines()
        return {name: answer for name, answer in zip(names, answers, strict=True) if not answer.endswith(" missing")}

    # -- writing ---------------------------------------------------------------------------------------------

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the one lock of all writers; Git's children inherit it, so it outlives a killed parent.

        Raises LibraryBusyError where it is not free in time.
        """
        with self._writers, self._holding(alone=True):
            yield

    @contextmanager
    def _holding(self, *, alone: bool) -> Iterator[None]:
        """Hold the lock alone, or with others who only add objects: those cannot get in each other's way."""
        if self._lock() is not None:
            yield
            return
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            take_lock(descriptor, "the Git library", LOCK_WITHIN_SECONDS, alone=alone)
            self._held.descriptor = descriptor
            yield
        finally:
            self._held.descriptor = None
            os.close(descriptor)

    def _lock(self) -> int | None:
        """The lock as this thread holds it; another thread's would be closed under a child that is being started."""
        return getattr(self._held, "descriptor", None)

    def write(self, objects: Iterable[GitObject]) -> None:
        """Write objects durably; they are on disk when this returns, and nothing refers to them yet.

        Raises LibraryBusyError where the repository was moved away or replaced before or meanwhile.
        """
        unique = {made.id: made for made in objects}
        if not unique:
            return
        self.require_in_place()
        with self._holding(alone=False), disk_troubles(), tempfile.TemporaryFile() as pack:
            pack.write(pack_of(unique.values()))
            pack.seek(0)
            crash_point("before objects")
            if len(unique) <= _LOOSE_AT_MOST:
                self.plumb("unpack-objects", "-q", istream=pack)
                crash_point("objects unpacked")
                sync_folders(
                    {self.folder / "objects" / object_id[:2] for object_id in unique} | {self.folder / "objects"}
                )
            else:
                self.plumb("index-pack", "--stdin", istream=pack)
                sync_folders({self.folder / "objects" / "pack"})
            self._require_written(unique)
            crash_point("objects written")

    def _require_written(self, objects: Collection[str]) -> None:
        """Raise LibraryBusyError where what was written is not in the repository at its path."""
        packed = [each for each in objects if not (self.folder / "objects" / each[:2] / each[2:]).is_file()]
        if packed and len(self.resolve(packed)) < len(packed):
            raise LibraryBusyError(
                "What was written into the Git library is not found in it, so nothing was recorded; tell the "
                "administrator, who runs “docctl verify”."
            )
        self.require_in_place()

    def move_refs(self, moves: Iterable[RefMove]) -> None:
        """Move references, each only from where it is expected to be (compare and swap)."""
        moves = list(moves)
        if not moves:
            return
        lines = []
        for move in moves:
            old = {None: f" {_NO_OBJECT}", "": ""}.get(move.old, f" {move.old}")
            lines.append(f"update {move.ref} {move.new}{old}\n" if move.new else f"delete {move.ref}{old}\n")
        with self.locked(), tempfile.TemporaryFile() as orders:
            for move in moves:
                self._remove_dead_lock(move.ref)
            orders.write("".join(lines).encode())
            orders.seek(0)
            try:
                crash_point("before references move")
                self.plumb("update-ref", "--stdin", istream=orders)
                crash_point("references moved")
            except GitCommandError as error:
                raise_disk_trouble(error)
                raise LibraryMismatchError(
                    "A reference of the library is not where it should be; run docctl verify."
                ) from error

    def torn_refs(self) -> list[str]:
        """Return the references whose files name no commit, as a loss of power can leave them behind."""
        files = (path for path in (self.folder / "refs").rglob("*") if path.suffix != ".lock" and path.is_file())
        return [str(path.relative_to(self.folder)) for path in files if not names_a_commit(path)]

    def mend_ref(self, ref: str, commit_id: str | None) -> None:
        """Let a torn reference point to a commit, or take it away; Git itself refuses to move one."""
        path = self.folder / ref
        with self.locked():
            if ref not in self.torn_refs():
                return
            if commit_id is None:
                path.unlink()
            else:
                draft = path.with_name(path.name + ".lock")
                with draft.open("w") as file:
                    file.write(f"{commit_id}\n")
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(path)
            sync_folders({path.parent})

    def clear_away(self) -> None:
        """Remove what killed writers left: whoever holds the lock of all writers knows that nobody needs it."""
        with self.locked():
            for name in ("*.lock", "refs/**/*.lock", "objects/*/tmp_*"):
                for path in self.folder.glob(name):
                    if path.suffix == ".lock" or path.name.startswith(DRAFTS):
                        path.unlink(missing_ok=True)

    def pack_refs(self) -> None:
        """Keep the references in one file where many have a file of their own, because each is looked up by itself."""
        with self.locked():
            loose = islice((path for path in (self.folder / "refs").rglob("*") if path.is_file()), _LOOSE_REFS_AT_MOST)
            if sum(1 for _ in loose) == _LOOSE_REFS_AT_MOST:
                self.plumb("pack-refs", "--all")

    def line(self, tip: str) -> Iterator[str]:
        """Give a commit and, one after the other, those it follows, the newest first."""
        while tip:
            yield tip
            second = self.read(tip).split(b"\n", 2)[1]
            tip = second.removeprefix(b"parent ").decode() if second.startswith(b"parent ") else ""

    def _remove_dead_lock(self, ref: str) -> None:
        for name in (f"{ref}.lock", "packed-refs.lock", "HEAD.lock"):
            (self.folder / name).unlink(missing_ok=True)

    # -- Git itself ------------------------------------------------------------------------------------------

    def _present_reader(self) -> ObjectReader:
        # A reader keeps packs open that were replaced meanwhile, and their room on the disk with them.
        now = os.getpid(), packs_changed_at(self.folder)
        if self._reader is None or self._reader[0] != now:
            self._end_reader()
            self._reader = (now, ObjectReader(self.folder, self._environment()))
        return self._reader[1]

    def _environment(self) -> dict[str, str]:
        """Name the repository to Git, which else takes the one around the folder that docctl was started in.

        GitPython runs a command there where the folder of the library is missing.
        """
        return {**shut_in.environment(), "GIT_DIR": str(self.folder.absolute())}

    def let_go(self) -> None:
        """End the persistent reader, which may still hold open what is no longer there."""
        with self._readers:
            self._end_reader()

    def _end_reader(self) -> None:
        if self._reader is not None:
            self._reader[1].end()
        self._reader = None

    def plumb(
        self, *arguments: str, istream: object = None, environment: Mapping[str, str] | None = None, **how: object
    ) -> str:
        """Run one fixed plumbing command of Git in the repository; its children keep the lock of all writers."""
        environment = {**self._environment(), **(environment or {})}
        git, how = Git(str(self.folder)), {**how, "pass_fds": self._inherited}
        return str(git.execute(self._command(arguments), istream=istream, env=environment, **how))  # type: ignore[call-overload]

    def plumb_into(self, output: IO[bytes], *arguments: str, istream: IO[bytes]) -> None:
        """Run one whose answer may be too long for memory; what it complains of meanwhile never holds it up."""
        command, environment = self._command(arguments), {**os.environ, **self._environment()}
        run = subprocess.run(
            command, cwd=self.folder, env=environment, stdin=istream, stdout=output, stderr=subprocess.PIPE,
            pass_fds=self._inherited, check=False,
        )  # fmt: skip
        if run.returncode:
            raise GitCommandError(command, run.returncode, run.stderr)

    def _command(self, arguments: Iterable[str]) -> list[str]:
        return ["git", *shut_in.SAFE, *_DURABLE, *arguments]

    @property
    def _inherited(self) -> tuple[int, ...]:
        lock = self._lock()
        return () if lock is None else (lock,)
