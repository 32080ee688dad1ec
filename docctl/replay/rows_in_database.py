"""The rows of a library's own database, which events make or change there."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.mapping import Record
from docctl.domain.people.person import Person
from docctl.domain.retention.retention import ended_revisions
from docctl.replay.rows_in_memory import NAMED_BY

R = TypeVar("R", bound=Record)


class RowsInDatabase:
    """Looks rows up by statements, and documents but once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._documents: dict[str, Document] = {}

    def add(self, row: Record) -> None:
        """Take a new row."""
        self._session.add(row)

    def find(self, kind: type[R], key: Any) -> R | None:
        """Return a row by its key, if there is one."""
        return self._session.get(kind, key)

    def named(self, kind: type[R], name: str) -> R | None:
        """Return an account, a person, a type or a route by its name, if there is one."""
        return self._session.scalars(select(kind).where(getattr(kind, NAMED_BY[kind]) == name)).one_or_none()

    def rename(self, row: ApprovalRoute | DocumentType, name: str) -> None:
        """Give a type or a route another name."""
        row.rename(name)

    def all(self, kind: type[R]) -> Iterable[R]:
        """Return every row of a kind."""
        return self._session.scalars(select(kind))

    def highest(self, kind: type[Person]) -> int:
        """Return the highest number of a row of a kind, 0 where there is none."""
        return self._session.scalar(select(func.max(kind.id))) or 0

    def document(self, number: str) -> Document | None:
        """Return a document by its number, if there is one."""
        if number not in self._documents:
            found = self._session.scalars(select(Document).where(Document.number == number)).one_or_none()
            if found is None:
                return None
            self._documents[number] = found
        return self._documents[number]

    def note_end(self, revision: Revision) -> None:
        """Give a revision that ended its number, by which others refer to it."""
        self._session.flush()

    def ended(self, kind: DocumentType) -> Iterator[tuple[int, datetime]]:
        """Give out number and end of every revision of a type that ended and was not disposed of."""
        return ended_revisions(self._session, kind.id)

    def leave_open(self, row: Record, entry: str, *, is_open: bool) -> None:
        """Note nothing: what no event says is empty here."""
