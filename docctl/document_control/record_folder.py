"""The folder of records: a copy of each outside the tables, so that a lost database can be rebuilt with them."""

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from docctl.domain.trail.record import event_of
from docctl.machine.durable_files import sync_folder, write_durably

TO_A_PAGE = 1000


class RecordFolder:
    """Keeps records as lines of JSON, those of a thousand events to a file; whoever writes holds the write lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: tuple[Path, tuple[int, int], dict[int, str]] | None = None

    def of(self, seq: int) -> str:
        """Return the record of an event as it is kept here, nothing where none is."""
        return self.page(seq // TO_A_PAGE).get(seq, "")

    def page(self, number: int) -> dict[int, str]:
        """Return the records of a page by the numbers of their events, 0 for lines that are none."""
        path = self._path(number)
        try:
            found = path.stat()
        except FileNotFoundError:
            return {}
        as_found = found.st_mtime_ns, found.st_size
        if self._read is None or self._read[:2] != (path, as_found):
            self._read = path, as_found, {event_of(line): line for line in _lines(path)}
        return self._read[2]

    def pages(self) -> list[int]:
        """Return the numbers of all pages."""
        return sorted(int(path.stem) for path in self.folder.glob("*.jsonl") if path.stem.isdigit())

    def empty_pages(self) -> list[int]:
        """Return the numbers of the pages that hold nothing, as one does whose records were all taken away."""
        return [number for number in self.pages() if not self.page(number)]

    def append(self, first: int, records: Iterable[str]) -> None:
        """Write the records of events that are about to happen, the first of which has the number given.

        What is kept of this number or a later one is of events that never happened, and is dropped.
        """
        new: dict[int, list[str]] = {first // TO_A_PAGE: []}
        for record in records:
            new.setdefault(event_of(record) // TO_A_PAGE, []).append(record)
        for number, lines in new.items():
            path = self._path(number)
            if self.is_left_over(first, number):
                self.rewrite(number, {seq: line for seq, line in self.page(number).items() if 0 < seq < first})
            if lines:
                self._add(path, lines)

    def is_left_over(self, first: int, number: int | None = None) -> bool:
        """Say whether a page ends with what a crash left: half a line, or a record of an event that never happened."""
        try:
            data = self._path(first // TO_A_PAGE if number is None else number).read_bytes()
        except FileNotFoundError:
            return False
        last = data[data.rfind(b"\n", 0, -1) + 1 : -1].decode(errors="replace")
        return bool(data) and (not data.endswith(b"\n") or not 0 < event_of(last) < first)

    def rewrite(self, number: int, records: dict[int, str]) -> None:
        """Write a page anew with exactly these records."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        lines = "".join(f"{line}\n" for _, line in sorted(records.items()))
        write_durably(self._path(number), lines.encode())

    def take_away(self, seqs: Collection[int]) -> int:
        """Write the pages anew without the records of some events; return how many were there."""
        count = 0
        for number in sorted({seq // TO_A_PAGE for seq in seqs}):
            kept = {seq: line for seq, line in self.page(number).items() if seq not in seqs}
            if len(kept) < len(self.page(number)):
                count += len(self.page(number)) - len(kept)
                self.rewrite(number, kept)
        return count

    def _add(self, path: Path, lines: list[str]) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        is_new = not path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write("".join(f"{line}\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.folder)
            sync_folder(self.folder.parent)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.jsonl"


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_bytes().decode(errors="replace").split("\n") if line]
