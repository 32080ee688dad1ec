"""The folder in which a library keeps its keys."""

import base64
import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from docctl.adapters.signing_key.keys import SigningKey, read_if_whole
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.trail.ledger_keys import LedgerKeys
from docctl.machine.crash_point import crash_point
from docctl.machine.durable_files import sync_folder, write_durably
from docctl.machine.file_lock import take_lock

LOCK_WITHIN_SECONDS = 30


class KeyFolder:
    """The folder of the ledger's keys: the one that signs, one that is to follow it, and those of before.

    The keys of before sign nothing any more; a backup from their time is restored with them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held = read_if_whole(folder / "ledger_key")

    @property
    def held(self) -> SigningKey:
        """The key that was last found in force; raise LibraryMismatchError where there is none."""
        if self._held is None:
            raise LibraryMismatchError(
                "The key that signs the ledger is missing from the folder keys/, so nothing was recorded; bring it "
                "back from your backup of the keys."
            )
        return self._held

    @property
    def held_line(self) -> str:
        """The public line of the key that is held; nothing where there is none."""
        return self._held.public_line if self._held is not None else ""

    def key(self, public_line: str) -> SigningKey:
        """Return the key in force, which a rotation elsewhere may have changed; raise LibraryMismatchError without it.

        After a crash it may still be called the next one.
        """
        if self._held is not None and self._held.public_line == public_line:
            return self._held
        for path in (self.folder / "ledger_key", self._next):
            found = read_if_whole(path)
            if found is not None and found.public_line == public_line:
                self._held = found
                return found
        raise LibraryMismatchError(
            "The ledger's key in the folder keys/ is not the one that the audit trail names, so nothing was recorded; "
            "bring it back from your backup of the keys."
        )

    @contextmanager
    def rotating(self) -> Iterator[None]:
        """Keep everybody else from rotating meanwhile."""
        descriptor = os.open(self.folder / "rotation.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            take_lock(descriptor, "the ledger's keys", LOCK_WITHIN_SECONDS)
            yield
        finally:
            os.close(descriptor)

    def prepare_next(self) -> SigningKey:
        """Make the key that is to follow; one that an interrupted rotation left unused is thrown away."""
        self._next.unlink(missing_ok=True)
        made = SigningKey.create(self._next)
        sync_folder(self.folder)
        crash_point("next key written")
        return made

    def settle(self, keys: LedgerKeys) -> bool:
        """Let the folder say what the audit trail says: the key in force in its place, the public ones of before kept.

        Returns whether anything had to be done.
        """
        if not self._next.exists():
            return False
        if self.key(keys.current).public_line == SigningKey.read(self._next).public_line:
            for place, key in enumerate(keys.keys[:-1], 1):
                write_durably(self.folder / f"ledger_key.{place:03}.pub", f"{key.public_line}\n".encode(), 0o644)
            crash_point("key half changed")
            self._set_foreign_aside({key.public_line for key in keys.keys})
            self.keep_present()
            crash_point("former key kept")
            self._next.replace(self.folder / "ledger_key")
        else:
            self._next.unlink()
        sync_folder(self.folder)
        crash_point("key changed")
        return True

    def keep_present(self, unless: str = "") -> None:
        """Keep the key that is in its place under a name of its own too, before another one takes that place.

        The key of the public line that is named stays where it is.
        """
        path = self.folder / "ledger_key"
        there = read_if_whole(path)
        if there is not None and there.public_line != unless:
            write_durably(self.folder / f"ledger_key.{_short(there.public_line)}", path.read_bytes())

    def take_up(self, public_line: str) -> bool:
        """Put the key of a public line in its place, where it is kept here; say whether it is in its place then."""
        for path in sorted(self.folder.glob("ledger_key*")):
            found = read_if_whole(path)
            if found is not None and found.public_line == public_line:
                if path.name != "ledger_key":
                    self.keep_present()
                    path.replace(self.folder / "ledger_key")
                    sync_folder(self.folder)
                self._held = found
                return True
        return False

    def _set_foreign_aside(self, known: Collection[str]) -> None:
        """Keep a key that was found in the place of the lost one, whatever it opens."""
        path = self.folder / "ledger_key"
        there = read_if_whole(path)
        if path.exists() and (there is None or there.public_line not in known):
            path.replace(self.folder / "ledger_key.set_aside")

    def write_signers(self, keys: LedgerKeys) -> None:
        """Let stock Git in the data folder accept what the keys signed, each in its time."""
        path = self.folder / "allowed_signers"
        if not path.exists() or path.read_text() != keys.allowed_signers:
            write_durably(path, keys.allowed_signers.encode(), 0o644)

    @property
    def _next(self) -> Path:
        return self.folder / "ledger_key.next"


def _short(public_line: str) -> str:
    """Return by what a key is told from the others in its folder: the beginning of its fingerprint, as hex digits."""
    return hashlib.sha256(base64.b64decode(public_line.split()[1])).hexdigest()[:16]
