"""What a witness keeps: its key, the newest head of each library, the breaks that somebody accepted, what it refused.

Everything is on the disk before it counts, so that a witness killed at any moment never signs two heads of one size.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from docctl import tools
from docctl.domain.errors import (
    InvalidInputError,
    LibraryExistsError,
    LibraryMissingError,
    NotFoundError,
    WitnessFolderError,
)
from docctl.domain.trail.leaf_tree import LeafTree
from docctl.domain.trail.origin import library_in
from docctl.domain.trail.signed_note import KeyType, NoteKey, SignedHead, checked_name
from docctl.machine.crash_point import crash_point
from docctl.machine.durable_files import write_durably
from docctl.machine.file_lock import take_lock

LOCK_WITHIN_SECONDS = 20
MOST_KEPT = 500
ROOT_BYTES = 32


@dataclass(frozen=True)
class Break:
    """A break in the history of a library, and who went on after it: the head before, one after, and why."""

    origin_before: str
    head_before: str
    head_after: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class Watched:
    """One history of a library: its keys, the newest of which is in force, and the newest head that was co-signed."""

    name: str
    origin: str
    keys: tuple[str, ...]
    size: int = 0
    root: str = b64encode(LeafTree().root()).decode()
    note: str = ""
    follows: Break | None = None
    followed_by: str = ""

    @property
    def key(self) -> NoteKey:
        """The key that signs the heads now."""
        return NoteKey.read(self.keys[-1])

    @property
    def root_hash(self) -> bytes:
        """The root of the newest head."""
        return b64decode(self.root)


class WitnessFolder:
    """The folder of a witness."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path, name: str) -> "WitnessFolder":
        """Make a witness with a new key; raise LibraryExistsError where the folder holds anything."""
        checked_name(name)
        if folder.exists() and any(folder.iterdir()):
            raise LibraryExistsError(
                "%(folder)s is not empty, so no witness was made there; name another.", folder=folder
            )
        for part in ("libraries", "refused", "unknown"):
            (folder / part).mkdir(parents=True, mode=0o700, exist_ok=True)
        made = cls(folder)
        tools.signing_key.SigningKey.create(folder / "key")
        write_durably(folder / "name", name.encode())
        return made

    @classmethod
    def open(cls, folder: Path) -> "WitnessFolder":
        """Open the folder of a witness; raise LibraryMissingError where it is none."""
        if not (folder / "key").is_file() or not (folder / "name").is_file():
            raise LibraryMissingError(
                "%(folder)s is not the folder of a witness; make one with “docctl witness init”.", folder=folder
            )
        opened = cls(folder)
        _ = opened.key
        return opened

    @property
    def signing_key(self) -> Any:
        """The key that the witness signs with."""
        path = self.folder / "key"
        key = tools.signing_key.read_if_whole(path)
        if key is None:
            raise _unreadable(path)
        return key

    @property
    def key(self) -> NoteKey:
        """The key that others check its co-signatures against."""
        path, ssh = self.folder / "name", NoteKey.of_ledger("-", self.signing_key.public_line)
        with _readable(path):
            return NoteKey(checked_name(path.read_text()), KeyType.COSIGNATURE, ssh.public)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other process from signing meanwhile."""
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            take_lock(descriptor, "the witness's folder", LOCK_WITHIN_SECONDS)
            yield
        finally:
            os.close(descriptor)

    def histories(self) -> list[Watched]:
        """Return every history of every library that is watched, by name and age."""
        files = (self.folder / "libraries").glob("*.json")
        found = [self._read(path) for path in files]
        return sorted(found, key=lambda each: (each.name, not each.followed_by, each.origin))

    def history(self, origin: str) -> Watched | None:
        """Return what is known of an origin; None where it is not watched."""
        path = self._place(origin)
        return self._read(path) if path.is_file() else None

    def present(self, name: str) -> Watched:
        """Return the history of a library that goes on; raise NotFoundError where none of that name is watched."""
        found = next((each for each in self.histories() if each.name == name and not each.followed_by), None)
        if found is None:
            raise NotFoundError("No library “%(name)s” is watched here.", name=name)
        return found

    def knows(self, origin: str) -> Watched | None:
        """Return the history that goes on of the library that an origin is of; None where it is not watched."""
        library = library_in(origin)
        goes_on = (each for each in self.histories() if not each.followed_by)
        return next((each for each in goes_on if library_in(each.origin) == library), None)

    def keep(self, watched: Watched) -> None:
        """Keep what is known of a history, on the disk."""
        crash_point("head seen")
        told = json.dumps(asdict(watched), indent=1, ensure_ascii=False)
        write_durably(self._place(watched.origin), told.encode())
        crash_point("head kept")

    def keep_refused(self, signed: SignedHead) -> None:
        """Keep a head that is signed by a library and does not extend what was seen: whoever shows both proves it."""
        path = self.folder / "refused" / f"{sha256(signed.text.encode()).hexdigest()}.note"
        if len(list(path.parent.glob("*.note"))) < MOST_KEPT:
            write_durably(path, signed.note.encode())

    def keep_unknown(self, signed: SignedHead) -> None:
        """Keep the newest head of an origin that nobody watches, of a library that is watched."""
        path = self.folder / "unknown" / f"{sha256(signed.head.origin.encode()).hexdigest()}.note"
        kept = sorted(path.parent.glob("*.note"), key=lambda each: each.stat().st_mtime)
        for oldest in kept[: max(0, len(kept) + 1 - MOST_KEPT)]:
            oldest.unlink()
        write_durably(path, signed.note.encode())

    def refused(self) -> list[SignedHead]:
        """Return the heads that were refused."""
        return self._kept("refused")

    def unknown(self) -> list[SignedHead]:
        """Return the newest head of each origin that nobody watches."""
        return self._kept("unknown")

    def _kept(self, part: str) -> list[SignedHead]:
        return [_head_in(path) for path in sorted((self.folder / part).glob("*.note"))]

    def _place(self, origin: str) -> Path:
        return self.folder / "libraries" / f"{sha256(origin.encode()).hexdigest()}.json"

    @staticmethod
    def _read(path: Path) -> Watched:
        with _readable(path):
            kept = json.loads(path.read_text())
            follows = Break(**kept["follows"]) if kept["follows"] else None
            found = Watched(**kept | {"keys": tuple(kept["keys"]), "follows": follows})
            _ = found.key, SignedHead.read(found.note) if found.note else None
            if not isinstance(found.size, int) or found.size < 0 or len(found.root_hash) != ROOT_BYTES:
                raise ValueError(found.root)
            return found


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Raise WitnessFolderError where a file of the witness does not say what it has to."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, InvalidInputError) as wrong:
        raise _unreadable(path) from wrong


def _head_in(path: Path) -> SignedHead:
    with _readable(path):
        return SignedHead.read(path.read_text())


def _unreadable(path: Path) -> WitnessFolderError:
    return WitnessFolderError(
        "%(path)s cannot be read, so nothing is signed; bring it back from a backup of the witness.", path=path
    )
