"""The rows that an act changes or relies on: each is held against its events once, before the act writes any of it."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, event, inspect, select
from sqlalchemy.orm import RelationshipDirection, Session

from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.mapping import Record
from docctl.domain.people.person import Person
from docctl.domain.people.user import User
from docctl.domain.sign_in.commitments import OF_AN_ACCOUNT
from docctl.domain.trail.audit_trail import Act, Event


class Touched(NamedTuple):
    """What is compared: a row with a number of its own, or all rows of a table that belong to one."""

    table: str
    number: int


Compare = Callable[[Session, Touched], None]
# Of which rows an act is refused that touches them; with documents go all that is kept of them.
BY_NUMBER = frozenset(
    {"users", "people", "organisation", "units", "document_types", "approval_routes", "documents", "witnesses"}
)
BY_OWNER = {
    "delegations": "absent_id",
    "audit_engagements": "user_id",
    "declarations": "user_id",
    "second_factors": "user_id",
    "recovery_codes": "user_id",
    "retention_rules": "type_id",
}
OF_DOCUMENTS = frozenset(
    {
        "revisions",
        "saved_drafts",
        "adopted_revisions",
        "clause_citations",
        "signatures",
        "review_comments",
        "differences_let_stand",
        "legal_holds",
        "disposals",
    }
)
_PERSON_BEHIND = select(Person.id).join(User, User.person == Person.key).where(User.id == bindparam("number"))
_UPON_ACCOUNTS = frozenset({*OF_AN_ACCOUNT, Act.RECORDS_DISPOSED})
# What comes into force or ends does so as the type and its retention rule say.
_BY_TYPE = frozenset(
    {
        Act.REVISION_IN_FORCE,
        Act.REVISION_ADOPTED,
        Act.REVISION_SUPERSEDED,
        Act.REVISION_DISCARDED,
        Act.DOCUMENT_WITHDRAWN,
    }
)


class TouchedRows:
    """Sees what a session is about to write, and has each row compared as it was before."""

    def __init__(self, session: Session, compare: Compare | None = None) -> None:
        self._session = session
        self._compare = compare
        self._compared = set[Touched]()
        self._made = list[Record]()
        if compare is not None:
            event.listen(session, "before_flush", self._before_flush)

    def rely_on(self, table: str, number: int) -> None:
        """Have rows compared that are not changed, but without which the act would be another."""
        touched = Touched(table, number)
        if self._compare is not None and touched not in self._compared and not self._is_made_here(touched):
            self._compare(self._session, touched)
            self._compared.add(touched)

    def rely_on_event(self, act: Act, subject: str, document: Document | None) -> None:
        """Have rows compared on which an act relies that changes none of them."""
        account = _account_in(subject)
        if act in _UPON_ACCOUNTS and account is not None:
            self.rely_on("users", account)
        if act in _BY_TYPE and document is not None:
            self.rely_on("document_types", document.type.id)
            self.rely_on("retention_rules", document.type.id)

    def _before_flush(self, session: Session, *_: object) -> None:
        new, changed = list(session.new), [*session.deleted, *session.dirty]
        self._made += [row for row in new if isinstance(row, Record) and row.__tablename__ in BY_NUMBER]
        # What events say of things is compared before their records are disposed of.
        spoken_of = [each for row in changed if isinstance(row, Event) for each in self._spoken_of(row)]
        for touched in dict.fromkeys([*spoken_of, *self._touched_by([*changed, *new])]):
            self.rely_on(*touched)

    def _is_made_here(self, touched: Touched) -> bool:
        return any(row.__tablename__ == touched.table and vars(row).get("id") == touched.number for row in self._made)

    def _touched_by(self, rows: Iterable[object]) -> Iterator[Touched]:
        for row in rows:
            if isinstance(row, Record):
                for table, number in self._touched(row):
                    if number is not None:
                        yield Touched(table, number)

    def _touched(self, row: Record) -> Iterator[tuple[str, Any]]:
        table = row.__tablename__
        if table in BY_NUMBER:
            yield table, getattr(row, "id", None) if inspect(row).persistent else None
        elif table in BY_OWNER:
            yield ("second_factors" if table == "recovery_codes" else table), getattr(row, BY_OWNER[table])
        elif table not in OF_DOCUMENTS:
            return
        for referred, column, relation in _references(type(row)):
            number = self._number_of(row, column, relation)
            if referred in BY_NUMBER and (referred != "users" or table in BY_OWNER):
                yield referred, number
            elif referred == "revisions" and number is not None:
                yield "documents", self._session.get_one(Revision, number).document_id

    def _spoken_of(self, row: Event) -> Iterator[Touched]:
        if row.document_id is not None:
            yield Touched("documents", row.document_id)
        elif (person := _number_in(row.subject, "person:")) is not None:
            yield Touched("people", person)
        elif (number := _account_in(row.subject)) is not None:
            yield from (Touched(table, number) for table in ("users", "delegations", "audit_engagements"))
            behind = self._session.connection().scalar(_PERSON_BEHIND, {"number": number})
            yield from () if behind is None else (Touched("people", behind),)

    def _number_of(self, row: Record, column: str, relation: str) -> Any:
        """Return to which row one refers, also where only the other object is known yet."""
        other = vars(row).get(relation) if relation else None
        return getattr(row, column) if other is None else vars(other).get("id")


def _account_in(subject: str) -> int | None:
    return _number_in(subject, "account:")


def _number_in(subject: str, kind: str) -> int | None:
    number = subject.removeprefix(kind)
    return int(number) if subject.startswith(kind) and number.isdecimal() else None


@cache
def _references(kind: type[Record]) -> tuple[tuple[str, str, str], ...]:
    """Return for each reference of a row to another the other's table, and the names of column and relation."""
    mapper = inspect(kind)
    relations = {
        column: relation.key
        for relation in mapper.relationships
        if relation.direction is RelationshipDirection.MANYTOONE
        for column in relation.local_columns
    }
    return tuple(
        (key.column.table.name, mapper.get_property_by_column(column).key, relations.get(column, ""))
        for column in kind.__table__.c
        for key in column.foreign_keys
    )
