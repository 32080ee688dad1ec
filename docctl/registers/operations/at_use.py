"""Compares what an act changes or relies on with what its own events make of it, by the replay that rebuilds it."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence, Set
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, Column, Row, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl, authority
from docctl.document_control.touched_rows import BY_OWNER, Touched
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import DocctlError
from docctl.domain.mapping import Record
from docctl.domain.operations.stops import Stop
from docctl.domain.people.person import Person
from docctl.domain.people.user import User
from docctl.domain.sign_in.commitments import OF_AN_ACCOUNT, OF_EVERYBODY, Commitments, all_codes
from docctl.domain.sign_in.second_factor import RecoveryCode, SecondFactor
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_again
from docctl.registers.integrity.named_rows import MadeRows, NamedRow, layout_of, rows_read
from docctl.registers.integrity.rows import compare
from docctl.replay import adoption, audits, duties, people, retention, revisions, signing, units
from docctl.replay.acts import REBUILDS
from docctl.replay.replaying import Replayed, replay_event
from docctl.replay.rows_in_memory import RowsInMemory

R = TypeVar("R", bound=Record)
_OF_ACCOUNTS = {
    "users": (Act.USER_ADDED, Act.USER_CHANGED, Act.USER_DISABLED, Act.USER_ENABLED),
    "delegations": (Act.DELEGATE_NAMED, Act.DELEGATION_REVOKED),
    "audit_engagements": (Act.ENGAGEMENT_OPENED, Act.ENGAGEMENT_CHANGED, Act.ENGAGEMENT_ENDED),
    "declarations": (Act.DECLARATION_ACCEPTED,),
}
_ABOUT_ONE = frozenset(_OF_ACCOUNTS["users"]).union(
    *(chapter.REBUILDS for chapter in (adoption, audits, duties, people, retention, revisions, signing))
)
# What made the organisation, its types, routes and rules: few events, so those of one thing are replayed with them all.
_OF_SETTINGS = tuple(sorted((REBUILDS.keys() - _ABOUT_ONE) | {Act.RETENTION_RULE_SET}))
# What becomes of a department tells who is in it.
_OF_DEPARTMENTS = (Act.LIBRARY_FOUNDED, Act.LIBRARY_CHANGED, *units.REBUILDS)
_OF_TYPES = tuple(act for act in _OF_SETTINGS if act not in (*_OF_DEPARTMENTS, Act.REMINDERS_RULED))
_OF_WITNESSES = (Act.WITNESS_REGISTERED, Act.WITNESS_DISMISSED, Act.WITNESS_REFUSED)
_OF_A_RULE = (("document_types", "id"), ("retention_rules", "type_id"))
# What is kept of a document beside itself. What it mentions is read from its text, and decides nothing.
_OF_DOCUMENTS = ("revisions", "legal_holds", "disposals")
_OF_REVISIONS = (
    "saved_drafts", "adopted_revisions", "clause_citations", "signatures", "review_comments", "differences_let_stand",
    "retentions",
)  # fmt: skip
_NUMBER: BindParameter[int] = bindparam("number")
_SUBJECTS: BindParameter[str] = bindparam("subjects", expanding=True)
_SINCE: BindParameter[int] = bindparam("since")
_KEPT = 64
"""Of how many things a process keeps what their events make."""
_ACCOUNTS = select(User.id, User.login).join(Person, Person.key == User.person).where(Person.id == _NUMBER)
_LOGIN = select(User.login).where(User.id == _NUMBER)
_COMMITMENTS = (
    select(Event.text, Event.record)
    .where(or_(and_(Event.subject.in_(_SUBJECTS), Event.act.in_(OF_AN_ACCOUNT)), Event.act.in_(OF_EVERYBODY)))
    .order_by(Event.seq)
)
_DEVICE = select(SecondFactor.seed).where(SecondFactor.user_id == _NUMBER, SecondFactor.confirmed_at.is_not(None))
_CODES = select(RecoveryCode.code_hash).where(RecoveryCode.user_id == _NUMBER)
_CALLED = {
    "users": "The account of %s",
    "delegations": "The delegation of %s",
    "audit_engagements": "The audit engagement of %s",
    "declarations": "The declaration of %s",
    "second_factors": "The second factor of %s",
    "document_types": "The document type “%s”",
    "retention_rules": "The retention rule of the document type “%s”",
    "approval_routes": "The approval route “%s”",
    "witnesses": "The witness “%s”",
    "documents": "The document %s",
    "organisation": "What is kept of the organisation %s",
    "units": "What is kept of the unit %s",
    "people": "What is kept of %s",
}


class AtUse:
    """Raises AuthorityChangedError where what an act touches is not as its events made it."""

    def __init__(self, control: DocumentControl) -> None:
        self._control = control
        self._told = OrderedDict[Touched, _Told]()

    def __call__(self, session: Session, touched: Touched) -> None:
        """Compare what an act touches, as the tables have it before the act writes."""
        try:
            is_sound = self._is_as_told(session, touched)
        except (DocctlError, LookupError, TypeError, ValueError, AttributeError):  # events that make no such rows
            is_sound = False
        if not is_sound:
            name = _name(session, touched)
            if touched.table == "documents":  # a check that found it before says more
                self._control.trust.require_sound(Stop.DOCUMENT, name)
            raise authority.refusal(_CALLED[touched.table] % name)

    def _is_as_told(self, session: Session, touched: Touched) -> bool:
        if touched.table == "second_factors":
            return _is_factor_as_told(session, touched.number)
        if touched.table in _OF_ACCOUNTS:
            return self._is_account_as_told(session, touched)
        if touched.table == "people":
            return self._is_person_as_told(session, touched)
        if touched.table == "documents":
            return self._is_document_as_told(session, touched)
        return self._is_setting_as_told(session, touched)

    def _is_account_as_told(self, session: Session, touched: Touched) -> bool:
        login = session.connection().scalar(_LOGIN, {"number": touched.number})
        rows = self._made_of_accounts(session, touched, {str(login): touched.number})
        return _is_same(rows, _kept(session, *touched), {touched.table})

    def _is_person_as_told(self, session: Session, touched: Touched) -> bool:
        """Compare a person, who is also as the events of their accounts say, and not whoever supervises them."""
        accounts = session.connection().execute(_ACCOUNTS, {"number": touched.number})
        rows = self._made_of_accounts(session, touched, {login: number for number, login in accounts})
        kept = [row for row in _kept(session, *touched) if row.about == f"person {touched.number}"]
        return _is_same(rows, kept, {"people"}, is_one=True)

    def _made_of_accounts(self, session: Session, touched: Touched, numbers: Mapping[str, int]) -> RowsInMemory:
        """Return the rows that the events of accounts, and of a person apart from these, make."""
        subjects = [each for login, number in numbers.items() for each in _subjects(number, login)]
        asked = {"subjects": [*subjects, f"person:{touched.number}"] if touched.table == "people" else subjects}
        return self._made(session, touched, asked, numbers=numbers)

    def _is_document_as_told(self, session: Session, touched: Touched) -> bool:
        kept = _kept(session, *touched)
        subjects = [row.about for row in kept if row.table in ("documents", "revisions")]
        document = next(row.about for row in kept if row.table == "documents")
        rows = self._made(session, touched, {"subjects": subjects, "number": touched.number}, document)
        return _is_same(rows, kept, _queries("documents").keys() - {"document_types"})

    def _is_setting_as_told(self, session: Session, touched: Touched) -> bool:
        rows = self._made(session, Touched(touched.table, 0), {})
        return _is_same(rows, _kept(session, *touched), {touched.table}, is_one=True)

    def _made(
        self, session: Session, touched: Touched, asked: Mapping[str, Any], document: str = "",
        numbers: Mapping[str, int] = MappingProxyType({}),
    ) -> RowsInMemory:  # fmt: skip
        """Return the rows that the events of one thing make; replay of them only what came since the last time."""
        query = _events_of(touched.table)

        def reads(told: _Told) -> bool:
            told.rows.numbers = numbers
            return told.takes(session.connection().execute(query, {**asked, "since": told.seq}).all(), document)

        told = self._told.pop(touched, None)
        if told is None or not reads(told):
            told = _Told(self._control, touched)
            reads(told)
        self._told[touched] = told
        while len(self._told) > _KEPT:
            self._told.popitem(last=False)
        return told.rows


class _Told:
    """What the events of one thing make, as far as they were read.

    Other processes go on meanwhile, and what an act recorded may have been taken back: the last event that was read is
    read again each time. What was disposed of is in no event any more, which then are all read anew.
    """

    def __init__(self, control: DocumentControl, touched: Touched) -> None:
        self.rows = _RowsOfPerson(touched.number) if touched.table == "people" else _Rows(touched.number)
        self.seq, self._chain = 0, ""
        self._state = Replayed(control, self.rows, reads_texts=False)

    def takes(self, events: Sequence[Row[int, str, str, str, str]], document: str) -> bool:
        """Replay the events from the last on that was read, unless that is another by now or records are gone."""
        if self.seq:
            last, events = events[:1], events[1:]
            if [(seq, chain) for seq, chain, *_ in last] != [(self.seq, self._chain)]:
                return False
            if any(act == Act.RECORDS_DISPOSED for _, _, act, *_ in events):
                return False
        for seq, chain, _, text, record in events:
            event = read_again(text, record)
            if event.document in (None, document):
                replay_event(self._state, event, REBUILDS)
            self.seq, self._chain = seq, chain
        return True


class _Rows(RowsInMemory):
    """The rows of one thing; accounts and people of which no event was read are there by their numbers alone."""

    numbers: Mapping[str, int] = MappingProxyType({})
    """The numbers of the accounts that the events are about, by login: the first versions told none."""

    def __init__(self, account: int = 0) -> None:
        super().__init__()
        self._account = account

    def find(self, kind: type[R], key: Any) -> R | None:
        """Return a row by its key, if there is one."""
        found = super().find(kind, key)
        if found is None and kind is Person:
            return cast(R, Person(id=key, key=f"nothing ({key})", name=""))
        return cast(R, _stranger(key)) if found is None and kind is User else found

    def named(self, kind: type[R], name: str) -> R | None:
        """Return a row by its name, if there is one; an account is the one that the events are about."""
        found = super().named(kind, name)
        return cast(R, _stranger(self._account)) if found is None and kind is User else found

    def add(self, row: Record) -> None:
        """Take a new row."""
        if isinstance(row, User):
            row.id = self.numbers.get(row.login, row.id)
        super().add(row)


class _RowsOfPerson(_Rows):
    """The rows of one person, whose first account makes them, and of their accounts."""

    def __init__(self, person: int) -> None:
        super().__init__()
        self._person = person

    def highest(self, kind: type[Record]) -> int:
        """Return after which number the next row of a kind is made."""
        return self._person - 1 if kind is Person else super().highest(kind)


def _stranger(number: int) -> User:
    """Return an account by the name under which `kept_rows` refers to what it does not read."""
    return User(id=number, login=f"nothing ({number})", roles=[])


@cache
def _events_of(table: str) -> Select[int, str, str, str, str]:
    """Ask for the events that make the rows of a table, from one on; with documents go the types that they are of."""
    subjects = Event.subject.in_(_SUBJECTS)
    if table == "people":
        told = and_(subjects, Event.act.in_((*_OF_ACCOUNTS["users"], *people.REBUILDS)))
    elif table == "documents":
        told = or_(Event.document_id == _NUMBER, subjects, Event.act.in_(_OF_TYPES))
    elif table in _OF_ACCOUNTS:
        told = and_(subjects, Event.act.in_(_OF_ACCOUNTS[table]))
        told = or_(told, Event.act.in_(_OF_DEPARTMENTS)) if table == "users" else told
    else:
        told = Event.act.in_(_OF_WITNESSES if table == "witnesses" else _OF_SETTINGS)
    told = and_(or_(told, Event.act == Act.RECORDS_DISPOSED), Event.seq >= _SINCE)
    return select(Event.seq, Event.chain, Event.act, Event.text, Event.record).where(told).order_by(Event.seq)


@cache
def _queries(table: str) -> Mapping[str, Select[Any]]:
    """Ask for the rows that are compared together, after those by which they are named."""
    if table == "people":
        first, above = (
            select(column).where(Person.id == _NUMBER).scalar_subquery()
            for column in (Person.account_id, Person.supervisor_id)
        )
        them = or_(Person.id == _NUMBER, Person.id == above)
        read = {"users": User.id == first, "people": them}
        return {each: layout_of(each).reading.where(condition) for each, condition in read.items()}
    if table != "documents":
        if table == "retention_rules":
            return {each: layout_of(each).reading.where(_column(each, key) == _NUMBER) for each, key in _OF_A_RULE}
        named = [each for each in layout_of(table).referred if each not in (None, "users")]
        if table in named:  # rows that refer to others of their own are compared together
            others = {str(each): _referred_by(table, str(each)) for each in named if each != table}
            return others | {table: layout_of(table).reading}
        own = _column(table, BY_OWNER.get(table, "id")) == _NUMBER
        return {str(each): layout_of(str(each)).reading for each in named} | {
            table: layout_of(table).reading.where(own)
        }
    its_type = select(Document.type_id).where(Document.id == _NUMBER).scalar_subquery()
    revisions_of = select(Revision.id).where(Revision.document_id == _NUMBER)
    conditions = {"document_types": DocumentType.id == its_type, "documents": Document.id == _NUMBER}
    conditions |= {each: _column(each, "document_id") == _NUMBER for each in _OF_DOCUMENTS}
    conditions |= {each: _column(each, "revision_id").in_(revisions_of) for each in _OF_REVISIONS}
    return {each: layout_of(each).reading.where(condition) for each, condition in conditions.items()}


def _referred_by(table: str, other: str) -> Select[Any]:
    """Ask for the rows of another table to which rows of a table refer."""
    layout = layout_of(table)
    columns = [name for name, referred in zip(layout.names, layout.referred, strict=True) if referred == other]
    referring = or_(*(_column(other, "id").in_(select(_column(table, name))) for name in columns))
    return layout_of(other).reading.where(referring)


def _kept(session: Session, table: str, number: int) -> list[NamedRow]:
    """Return the rows that are compared together, and those by which they are named."""
    return [*rows_read(session.connection(), _queries(table), number)]


def _is_same(rows: RowsInMemory, read: Sequence[NamedRow], compared: Set[str], *, is_one: bool = False) -> bool:
    """Say whether rows of tables are kept as they were made; or one alone, where only one of its kind was read."""
    kept = [row for row in read if row.table in compared]
    names = {row.about for row in read}
    made = [row for row in MadeRows(rows) if row.table in compared and (not is_one or row.about in names)]
    return not any(compare(lambda: iter(made), lambda: iter(kept)))


def _is_factor_as_told(session: Session, number: int) -> bool:
    """Say whether device and recovery codes of an account are those that its events committed to."""
    committed, asked = Commitments(), {"subjects": _subjects_of_account(session, number), "number": number}
    for text, record in session.connection().execute(_COMMITMENTS, asked):
        committed.take(read_again(text, record), number)
    device = session.connection().scalar(_DEVICE, asked)
    codes = session.connection().scalars(_CODES, asked)
    return not committed.changed(number, "", device or "", all_codes(codes))


def _subjects_of_account(session: Session, number: int) -> list[str]:
    return _subjects(number, session.connection().scalar(_LOGIN, {"number": number}))


def _subjects(number: int, login: str | None) -> list[str]:
    return [f"account:{number}", f"user:{login}"[:120]]


def _column(table: str, name: str) -> Column[Any]:
    return Record.metadata.tables[table].c[name]


def _name(session: Session, touched: Touched) -> str:
    """Return what people call what was compared."""
    table = {"retention_rules": "document_types"}.get(touched.table, touched.table)
    table = "users" if touched.table in BY_OWNER and table == touched.table else table
    called = _column(table, {"documents": "number", "units": "id"}.get(table, "name"))
    return str(session.connection().scalar(select(called).where(_column(table, "id") == touched.number)))
