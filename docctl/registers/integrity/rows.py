"""Compares every column of every table with what the events make of it, by the replay that rebuilds a library."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.errors import DocctlError
from docctl.domain.operations.stops import of_row
from docctl.domain.sign_in.commitments import OF_AN_ACCOUNT, Commitments
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.retention import DocumentDisposed, Tombstone
from docctl.domain.trail.grants import OF_AN_ACCOUNT as GRANTED_TO_AN_ACCOUNT
from docctl.domain.trail.grants import Grants
from docctl.registers.integrity.authority import Authority, told_otherwise, unauthorised
from docctl.registers.integrity.columns import IDENTITY
from docctl.registers.integrity.finding import FETCH, Finding, broken, noted, unchecked
from docctl.registers.integrity.named_rows import MadeRows, NamedRow, in_words, kept_rows, layout_of
from docctl.replay.acts import REBUILDS
from docctl.replay.replaying import Replayed, replay_event
from docctl.replay.revisions import texts_of
from docctl.replay.rows_in_memory import RowsInMemory

MADE_OF_TEXTS = ("mentions",)
Rows = dict[tuple[str, str], list[NamedRow]]


class ReplayedRows:
    """The rows as the events make them, in memory."""

    def __init__(self, control: DocumentControl) -> None:
        self._control = control
        self._rows = RowsInMemory()
        self._state = Replayed(control, self._rows)
        self._authority = Authority(self._state)
        self._grants = Grants()
        self.commitments = Commitments()
        self.stopped = ""
        self.unauthorised: list[Finding] = []
        self.tombstones: dict[str, Tombstone] = {}

    def take(self, events: Sequence[Recorded[Details]]) -> None:
        """Let events make or change their rows."""
        with self._control.library.reading_ahead(texts_of(events)):
            for event in events:
                self._take(event)
                self._rows.rest()

    def _take(self, event: Recorded[Details]) -> None:
        if isinstance(event.details, DocumentDisposed):
            self.tombstones[event.number] = event.details.tombstone
        if self.stopped:
            return
        try:
            about = self._state.user(event).id if event.action in OF_AN_ACCOUNT else 0
            self.commitments.take(event, about)
            before, faults = self._authority.standing(event), self._authority.faults(event)
            faults += self._grants.faults(event)
            replay_event(self._state, event, REBUILDS)
            self._grants.take(event, self._state.user(event).id if event.action in GRANTED_TO_AN_ACCOUNT else 0)
            faults += told_otherwise(event, before, self._authority.standing(event))
            self.unauthorised.extend(unauthorised(event, fault) for fault in faults)
        except (DocctlError, LookupError, TypeError, ValueError, AttributeError) as wrong:
            self.stopped = f"The rows were not compared, because event {event.seq} cannot be replayed: {wrong}"

    def made(self) -> Iterator[NamedRow]:
        """Give out every row as the events make it."""
        yield from MadeRows(self._rows)

    def compare(self, session: Session, lost: Set[str] = frozenset()) -> Iterator[Finding]:
        """Find each row that is not as the events make it, was added, or is missing.

        Given are the objects whose loss was accepted. Sums over what is said of each name tell where anything differs;
        rows are looked at one by one only there. What is made of a text that is not there cannot be compared.
        """
        if self.stopped:
            yield broken("I10", "rows", self.stopped)
            return
        unread = {
            name: blob
            for name, blob in self._state.unread.items()
            if name.partition(" revision ")[0] not in self.tombstones
        }
        yield from compare(
            lambda: _readable(self.made(), unread), lambda: _readable(kept_rows(session.connection()), unread)
        )
        for name, blob in sorted(unread.items()):
            sentence = f"What is made of the text of {name} was not compared, because its content.md is lost"
            if blob in lost:
                yield noted("I4", name, f"{sentence}, and that was accepted.")
            else:
                yield unchecked("I4", name, f"{sentence}.", FETCH)


def _readable(rows: Iterable[NamedRow], unread: Mapping[str, str]) -> Iterator[NamedRow]:
    """Leave out the rows that are made of texts which are not there."""
    return (row for row in rows if row.table not in MADE_OF_TEXTS or row.about not in unread)


def compare(made: Callable[[], Iterator[NamedRow]], kept: Callable[[], Iterator[NamedRow]]) -> Iterator[Finding]:
    """Find each row that is kept otherwise than it was made, was added, or is missing."""
    sums = Sums()
    for row in made():
        sums.add(row, 1)
    for row in kept():
        sums.add(row, -1)
    if differing := sums.differing:
        wanted, found = _of(made(), differing), _of(kept(), differing)
        for place in sorted(wanted.keys() | found.keys()):
            yield from _compare(*place, wanted.get(place, []), found.get(place, []))


class Sums:
    """For each name a sum over its rows, each as a hash whose key nobody knows: nothing is left where both agree."""

    def __init__(self) -> None:
        self._key = os.urandom(16)
        self._sums: dict[str, int] = {}

    def add(self, row: NamedRow, times: int) -> None:
        """Add a row so many times; take it out with -1."""
        text = _text((row.table, *row.entries))
        number = int.from_bytes(blake2b(text.encode(), digest_size=16, key=self._key).digest())
        self._sums[row.about] = self._sums.get(row.about, 0) + times * number

    @property
    def differing(self) -> Set[str]:
        """The names of which made and kept rows say something else."""
        return {about for about, left in self._sums.items() if left}


def _of(rows: Iterable[NamedRow], names: Set[str]) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        if row.about in names:
            found[row.table, row.about].append(row)
    return found


def _compare(table: str, name: str, made: list[NamedRow], kept: list[NamedRow]) -> Iterator[Finding]:
    of_itself = in_words(table) == name
    where = name if table in IDENTITY else f"A row of {name}" if of_itself else f"A row of {in_words(table)} of {name}"
    stops, (missing, added) = of_row(table, name), _without_common(made, kept)
    for wanted, found in zip(missing, added, strict=False):
        differing = [
            (column, was, now)
            for column, was, now in zip(layout_of(table).compared, wanted.entries, found.entries, strict=True)
            if _text(was) != _text(now) and column not in wanted.untold
        ]
        if differing:
            told = ", ".join(f"{in_words(column)} is “{_short(now)}”" for column, _, now in differing)
            made_of = ", ".join(f"“{_short(was)}”" for _, was, _ in differing)
            sentence = f"{where} was changed without an event: {told}, the events say {made_of}."
            yield broken("I4", name, sentence, stops=stops)
    for _ in missing[len(added) :]:
        yield broken("I4", name, f"{where} is missing, but events made it.", stops=stops)
    for _ in added[len(missing) :]:
        yield broken("I4", name, f"{where} is there, but no event made it.", stops=stops)


def _without_common(made: list[NamedRow], kept: list[NamedRow]) -> tuple[list[NamedRow], list[NamedRow]]:
    """Return the rows of each side that the other has not, in an order that pairs those most alike by their text."""
    left, right = _by_text(made), _by_text(kept)
    only_made = [row for text in sorted(left) for row in left[text][len(right.get(text, ())) :]]
    only_kept = [row for text in sorted(right) for row in right[text][len(left.get(text, ())) :]]
    return only_made, only_kept


def _by_text(rows: list[NamedRow]) -> dict[str, list[NamedRow]]:
    by_text: dict[str, list[NamedRow]] = defaultdict(list)
    for row in rows:
        by_text[_text(row.entries)].append(row)
    return by_text


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no table keeps a {type(value).__name__}")


_text = json.JSONEncoder(sort_keys=True, default=_plain).encode


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_plain)
    return text if len(text) <= 60 else f"{text[:59]}…"
