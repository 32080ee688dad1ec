"""A Git library as it was at one instant: its references stay where they were, whatever moves meanwhile."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from docctl.adapters.git_library.repository import LOCK_WITHIN_SECONDS, GitLibrary
from docctl.machine.file_lock import take_lock

_REFS = "refs/"


class LibraryAsItWas(GitLibrary):
    """Reads the library's repository for somebody who compares it with a database of the same instant."""

    def __init__(self, folder: Path, lock_file: Path) -> None:
        super().__init__(folder, lock_file)
        self._as_it_was: dict[str, str] = {}
        self._torn: list[str] = []

    @contextmanager
    def held_still(self) -> Iterator[None]:
        """Note every reference, and let none move until the database of this instant is taken.

        The lock is shared with those who only add objects, and is taken without writing anything.
        """
        descriptor = os.open(self.lock_file, os.O_RDONLY | os.O_CLOEXEC) if self.lock_file.is_file() else None
        try:
            if descriptor is not None:
                take_lock(descriptor, "the Git library", LOCK_WITHIN_SECONDS, alone=False)
            self._as_it_was, self._torn = super().refs(), super().torn_refs()
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def refs(self, prefix: str = _REFS) -> dict[str, str]:
        """Return every reference below a prefix, with the commit it pointed to."""
        below = prefix.rstrip("/")
        return {name: tip for name, tip in self._as_it_was.items() if name == below or name.startswith(f"{below}/")}

    def torn_refs(self) -> list[str]:
        """Return the references whose files named no commit."""
        return list(self._torn)

    def tip_in_file(self, ref: str) -> str:
        """Return where a reference pointed; else nothing."""
        return self._as_it_was.get(ref, "")

    def resolve(self, refs: Iterable[str]) -> dict[str, str]:
        """Return where references pointed, and which objects there are; what does not exist is left out."""
        names = list(refs)
        there = {name: self._as_it_was[name] for name in names if name in self._as_it_was}
        return there | super().resolve(name for name in names if not name.startswith(_REFS))
