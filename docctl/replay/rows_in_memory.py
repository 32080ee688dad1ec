"""The rows that events make, as objects in no database; documents at rest are packed, so that a long history fits."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from itertools import count
from typing import Any, TypeVar, cast

from sqlalchemy import inspect

from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.mapping import Record
from docctl.domain.people.person import Person
from docctl.domain.people.user import User
from docctl.replay.packed_documents import pack, unpack

R = TypeVar("R", bound=Record)
AWAKE = 3000
FIRST_OF_OUR_OWN = 1_000_000_001
"""No event names so high a number, so that one that an event should have named is missed."""
WITHIN_A_DOCUMENT = (Revision, SavedDraft)
NAMED_BY = {User: "login", Person: "key", DocumentType: "name", ApprovalRoute: "name"}


class RowsInMemory:
    """Keeps rows by their keys; one whose number no event tells gets the next."""

    def __init__(self) -> None:
        self.open_entries: set[tuple[str, Any, str]] = set()
        self._numbers: dict[type[Record], Iterator[int]] = defaultdict(lambda: count(FIRST_OF_OUR_OWN))
        self._rows: dict[type[Record], dict[Any, Record]] = defaultdict(dict)
        self._named: dict[tuple[type[Record], str], Record] = {}
        self._awake: dict[str, Document] = {}
        self._at_rest: dict[str, bytes] = {}
        self._ended: dict[str, dict[int, datetime]] = defaultdict(dict)

    def add(self, row: Record) -> None:
        """Take a new row; one that has no number yet gets the next."""
        kind: Any = type(row)
        fill_in(row)
        if "id" in _keys(kind) and vars(row).get("id") is None:
            vars(row)["id"] = next(self._numbers[kind])
        if isinstance(row, Document):
            self._awake[row.number] = row
        elif kind not in WITHIN_A_DOCUMENT:
            self._rows[kind][self._key(row)] = row
            if kind in NAMED_BY:
                self._named[kind, getattr(row, NAMED_BY[kind])] = row

    def find(self, kind: type[R], key: Any) -> R | None:
        """Return a row by its key, if there is one."""
        return cast(R | None, self._rows[kind].get(key))

    def named(self, kind: type[R], name: str) -> R | None:
        """Return an account, a person, a type or a route by its name, if there is one."""
        return cast(R | None, self._named.get((kind, name)))

    def rename(self, row: ApprovalRoute | DocumentType, name: str) -> None:
        """Give a type or a route another name, by which it is found from then on."""
        del self._named[type(row), row.name]
        row.rename(name)
        self._named[type(row), name] = row

    def kinds(self) -> list[type[Record]]:
        """Return the kinds of which there are rows beside documents and their parts."""
        return list(self._rows)

    def all(self, kind: type[R]) -> Iterable[R]:
        """Return every row of a kind."""
        return cast(Iterable[R], self._rows[kind].values())

    def highest(self, kind: type[Record]) -> int:
        """Return the highest number of a row of a kind, 0 where there is none."""
        return max(self._rows[kind], default=0)

    def document(self, number: str) -> Document | None:
        """Return a document by its number, if there is one."""
        document = self._awake.pop(number, None)
        if document is None and number in self._at_rest:
            document = unpack(self._at_rest.pop(number), self._find_other)
        if document is not None:
            self._awake[number] = document
        return document

    def documents(self) -> Iterator[Document]:
        """Give out every document, one after the other."""
        yield from self._awake.values()
        for packed in self._at_rest.values():
            yield unpack(packed, self._find_other)

    def note_end(self, revision: Revision) -> None:
        """Note that a revision ended, for rules that hold for all that did."""
        if revision.ended_at is not None:
            self._ended[revision.document.number][revision.id] = revision.ended_at

    def ended(self, kind: DocumentType) -> Iterator[tuple[int, datetime]]:
        """Give out number and end of every revision of a type that ended and was not disposed of."""
        for number in [*self._ended]:
            document = self.document(number)
            if document is not None and document.type is kind and document.disposed_at is None:
                yield from self._ended[number].items()

    def leave_open(self, row: Record, entry: str, *, is_open: bool) -> None:
        """Note whether no event has said yet what an entry of a row is, as some of the first versions did not."""
        known = (row.__tablename__, self._key(row), entry)
        (self.open_entries.add if is_open else self.open_entries.discard)(known)

    def untold(self, row: Record) -> frozenset[str]:
        """Return the entries of a row that no event has told yet."""
        if not self.open_entries or "id" not in _keys(type(row)):
            return frozenset()
        place = (row.__tablename__, self._key(row))
        return frozenset(entry for *known, entry in self.open_entries if tuple(known) == place)

    def rest(self) -> None:
        """Pack the documents that no event was about for the longest time."""
        if len(self._awake) > AWAKE:
            for number in list(self._awake)[: len(self._awake) - AWAKE // 2]:
                self._at_rest[number] = pack(self._awake.pop(number))

    def _find_other(self, kind: type[Record], key: int) -> Record | None:
        return self._rows[kind].get(key)

    def _key(self, row: Record) -> Any:
        key = tuple(getattr(row, name) for name in _keys(type(row)))
        return key[0] if len(key) == 1 else key


@cache
def _keys(kind: type[Record]) -> tuple[str, ...]:
    """Return the entries by which rows of a kind are kept."""
    mapper = inspect(kind)
    return tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key)


def fill_in(row: Record) -> None:
    """Let the entries of a row about which nothing was said hold what a table puts there."""
    held = vars(row)
    for name, default in _defaults(type(row)):
        if name not in held:
            setattr(row, name, default.arg(None) if default.is_callable else default.arg)


@cache
def _defaults(kind: type[Record]) -> tuple[tuple[str, Any], ...]:
    """Return what an entry holds where nothing is said."""
    found = ((entry.key, entry.columns[0].default) for entry in inspect(kind).column_attrs)
    return tuple((name, default) for name, default in found if default is not None)
