"""The master list: every document with the revision that is in force, or how far it has come."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVarTuple
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from docctl.document_control import DocumentControl
from docctl.document_control.departments import departments
from docctl.document_control.word_templates import on_older_template
from docctl.domain.approval.approval_route import APPROVE
from docctl.domain.approval.signature import Signature
from docctl.domain.documents.cross_reference import ClauseCitation
from docctl.domain.documents.described_fields import Place, fields_at
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType, answering_to
from docctl.domain.documents.lifecycle import OPEN_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.people.reader import Reader
from docctl.domain.retention.retention import LegalHold
from docctl.domain.rights.audit_engagement import EVERYTHING
from docctl.domain.rights.permission import Right, may, may_read
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, ChainHead
from docctl.registers.documents.said_columns import Earlier, said_column, wanted_in
from docctl.registers.readable import listed_for, open_to

Columns = TypeVarTuple("Columns")

OPEN = "OPEN"
CHUNK = 500

_Open = aliased(Revision)
_SIGNED = (
    select(Signature.printed_name)
    .join(SavedDraft, SavedDraft.fingerprint == Signature.fingerprint)
    .where(Signature.revision_id == Revision.id, Signature.kind == APPROVE, Signature.round == Revision.round)
    .where(SavedDraft.id == Revision.current_id)
    .order_by(Signature.id)
    .correlate(Revision)
    .subquery()
)
# Who approved the files that stand, in the order of the signatures, or that they were adopted: shown, and sorted by.
_APPROVED_BY = func.coalesce(
    select(func.aggregate_strings(_SIGNED.c.printed_name, ", ")).correlate(Revision).scalar_subquery(),
    case((Revision.adopted_evidence != "", "adopted")),
)
_CLAUSE_COUNT = select(func.count(ClauseCitation.id)).where(ClauseCitation.revision_id == Revision.id).scalar_subquery()
_OPEN_NUMBER = (
    select(_Open.number)
    .where(_Open.document_id == Revision.document_id, _Open.state.in_(OPEN_STATES))
    .limit(1)
    .scalar_subquery()
)
_HELD = exists(
    select(1).where(LegalHold.document_id == Revision.document_id, LegalHold.lifted_at.is_(None)).correlate(Revision)
)
_SORT_COLUMNS: dict[str, Any] = {
    "number": Document.canonical,
    "title": func.lower(Revision.title),
    "type": DocumentType.name,
    "revision": Revision.number,
    "state": Revision.state,
    "effective_date": Revision.effective_date,
    "review_due": Revision.review_due,
    "approved_by": func.lower(_APPROVED_BY),
    "clauses": _CLAUSE_COUNT,
    "open_revision": _OPEN_NUMBER,
}
HEADINGS = (
    "Effective date",
    "Review due",
    "Approved by",
    "Clauses",
    "Open revision",
    "State of the open revision",
    "On legal hold",
    "Disposed of",
    "On an older template",
)


@dataclass(frozen=True)
class MasterListFilters:
    """What to narrow the list to; an empty entry narrows nothing, the state OPEN finds what is being revised.

    ``said`` is what documents say in fields, by name.
    """

    text: str = ""
    document_type: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    standard: str = ""
    clause: str = ""
    review_due_before: date | None = None
    on_hold: bool = False
    older_template: bool = False


@dataclass(frozen=True)
class MasterListRow:
    """One document of the master list; ``said`` is what it says in the fields that are listed, by name."""

    document_id: int
    revision_id: int
    number: str
    title: str
    document_type: str
    revision: int
    state: str
    said: Mapping[str, str]
    effective_date: date | None
    review_due: date | None
    approved_by: str
    clause_count: int
    open_revision: int | None
    open_state: str
    on_hold: bool
    is_disposed: bool
    older_template: bool


@dataclass(frozen=True)
class MasterListPage:
    """One page of the master list, and how many documents and pages there are."""

    rows: tuple[MasterListRow, ...]
    total: int
    page: int
    pages: int
    sort: str


@dataclass(frozen=True)
class Choice:
    """A value to filter by, with how many documents have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class MasterListChoices:
    """What can be chosen in the filters, as far as the person may find documents with it; ``said`` by field."""

    document_types: tuple[Choice, ...]
    said: Mapping[str, tuple[Choice, ...]]
    states: tuple[Choice, ...]
    standards: tuple[Choice, ...]


_COUNTED: WeakKeyDictionary[DocumentControl, dict[tuple[int, bool, frozenset[str]], MasterListChoices]] = (
    WeakKeyDictionary()
)


def master_list(
    control: DocumentControl,
    session: Session,
    person: Reader,
    filters: MasterListFilters = MasterListFilters(),
    *,
    sort: str = "number",
    page: int = 1,
    page_size: int = 50,
) -> MasterListPage:
    """Return one page of the documents the person may find."""
    earlier = departments(session).earlier
    if sort.removeprefix("-") not in _sort_columns(earlier):
        sort = "number"
    older = _on_older_template(control, session, person)
    wanted = _wanted(person, filters, older, earlier)
    total = session.scalar(_from_documents(select(func.count(Revision.id))).where(*wanted)) or 0
    pages = max(1, -(-total // page_size))
    page = min(max(1, page), pages)
    ids = session.scalars(_sorted(wanted, sort, earlier).limit(page_size).offset((page - 1) * page_size)).all()
    return MasterListPage(tuple(_rows(session, person, ids, older, earlier)), total, page, pages, sort)


def every_row(
    control: DocumentControl,
    session: Session,
    person: Reader,
    filters: MasterListFilters = MasterListFilters(),
    sort: str = "number",
) -> tuple[MasterListRow, ...]:
    """Return the whole list, to be taken away as a table."""
    earlier = departments(session).earlier
    if sort.removeprefix("-") not in _sort_columns(earlier):
        sort = "number"
    older = _on_older_template(control, session, person)
    ids = session.scalars(_sorted(_wanted(person, filters, older, earlier), sort, earlier)).all()
    return tuple(_rows(session, person, ids, older, earlier))


def choices(control: DocumentControl, session: Session, person: Reader) -> MasterListChoices:
    """Return what the filters offer, counted over the documents the person may find; counted once for each event."""
    head = session.get(ChainHead, CHAIN_HEAD_ID)
    audience = frozenset({EVERYTHING}) if may(person, Right.READ_EVERYTHING) else person.audience | person.audit_scope
    key = (head.seq if head is not None else 0, person.disabled, audience)
    counted = _COUNTED.get(control, {})
    if key not in counted:
        fresh = {other: kept for other, kept in counted.items() if other[0] == key[0]}
        counted = _COUNTED[control] = fresh | {key: _counted(control, session, listed_for(person))}
    return counted[key]


def _counted(control: DocumentControl, session: Session, listed: ColumnElement[bool]) -> MasterListChoices:
    fields = fields_at(Place.LIST_FILTER)
    earlier = departments(session).earlier
    columns = (DocumentType.name, *(said_column(each, earlier) for each in fields), Revision.state)
    counts: tuple[Counter[str], ...] = tuple(Counter() for _ in columns)
    counted = _from_documents(select(*columns, func.count())).where(listed).group_by(*columns)
    for *values, count in session.execute(counted):
        for counter, value in zip(counts, values, strict=True):
            counter[value] += count
    standards = session.execute(
        select(ClauseCitation.standard, func.count(ClauseCitation.revision_id.distinct()))
        .join(Revision, Revision.id == ClauseCitation.revision_id)
        .where(listed)
        .group_by(ClauseCitation.standard)
    )
    codes = {standard.id: standard.code for standard in control.catalogue.standards}
    document_types, *said, states = (
        tuple(Choice(value, value, count) for value, count in sorted(counter.items(), key=_by_name) if value)
        for counter in counts
    )
    return MasterListChoices(
        document_types, {each.name: found for each, found in zip(fields, said, strict=True)}, states,
        tuple(sorted((Choice(each, codes.get(each, each), n) for each, n in standards), key=lambda row: row.label)),
    )  # fmt: skip


def as_table(
    rows: Iterable[MasterListRow],
) -> tuple[tuple[str, ...], tuple[tuple[str | int | date | None, ...], ...]]:
    """Return headings and cells of the list, to be taken away as CSV or XLSX."""
    fields = fields_at(Place.EXPORT)
    return ("Number", "Title", "Type", "Revision", "State", *(each.label for each in fields), *HEADINGS), tuple(
        (
            row.number,
            row.title,
            row.document_type,
            row.revision,
            _in_words(row.state),
            *(row.said[each.name] for each in fields),
            row.effective_date,
            row.review_due,
            row.approved_by,
            row.clause_count,
            row.open_revision,
            _in_words(row.open_state),
            "yes" if row.on_hold else "",
            "yes" if row.is_disposed else "",
            "yes" if row.older_template else "",
        )
        for row in rows
    )


def _in_words(state: str) -> str:
    return state.replace("_", " ").lower()


def _by_name(item: tuple[str, int]) -> str:
    return item[0].casefold()


def _from_documents(query: Select[*Columns]) -> Select[*Columns]:
    return (
        query.select_from(Revision)
        .join(Document, Document.id == Revision.document_id)
        .join(DocumentType, DocumentType.id == Document.type_id)
    )


def _sort_columns(earlier: Earlier) -> dict[str, ColumnElement[Any]]:
    listed = fields_at(Place.EXPORT | Place.LIST)
    return {each.name: func.lower(said_column(each, earlier)) for each in listed} | _SORT_COLUMNS


def _sorted(wanted: list[ColumnElement[bool]], sort: str, earlier: Earlier) -> Select[int]:
    column = _sort_columns(earlier)[sort.removeprefix("-")]
    order = column.desc() if sort.startswith("-") else column.asc()
    if sort.removeprefix("-") in ("effective_date", "review_due", "approved_by", "open_revision"):
        order = order.nulls_last()
    return _from_documents(select(Revision.id)).where(*wanted).order_by(order, Document.canonical)


def _on_older_template(control: DocumentControl, session: Session, person: Reader) -> ColumnElement[bool]:
    """The revision stands on an older Word template, which is told to those alone who issue it again."""
    return on_older_template(control, session) if may(person, Right.CONTROL) else false()


def _wanted(
    person: Reader, filters: MasterListFilters, older: ColumnElement[bool], earlier: Earlier
) -> list[ColumnElement[bool]]:
    wanted = [listed_for(person)]
    if filters.document_type:
        wanted.append(answering_to([filters.document_type]))
    for each in fields_at(Place.LIST_FILTER):
        if value := wanted_in(each, filters.said, earlier):
            wanted.append(said_column(each, earlier) == value)
    wanted.extend(_holds_word(word) for word in filters.text.split()[:10])
    if filters.state == OPEN:
        wanted.append(and_(_OPEN_NUMBER.is_not(None), open_to(person)))
    elif filters.state:
        wanted.append(Revision.state == filters.state)
    if filters.standard or filters.clause:
        wanted.append(_cites(filters.standard, filters.clause))
    if filters.on_hold:
        wanted.append(and_(_HELD, open_to(person)))
    if filters.older_template:
        wanted.append(older)
    if filters.review_due_before is not None:
        wanted += [Revision.review_due < filters.review_due_before, Revision.state == State.IN_FORCE]
    return wanted


def _holds_word(word: str) -> ColumnElement[bool]:
    """The number, title or owner holds the word; SQLite folds the case of plain letters only, so others are tried."""
    forms = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    columns = (Document.canonical, Revision.title, Revision.owner)
    return or_(*(column.icontains(form, autoescape=True) for form in sorted(forms) for column in columns))


def _cites(standard: str, clause: str) -> ColumnElement[bool]:
    """The revision cites the clause or one below it."""
    cited = [ClauseCitation.revision_id == Revision.id]
    if standard:
        cited.append(ClauseCitation.standard == standard)
    if clause:
        below = ClauseCitation.clause.startswith(f"{clause}.", autoescape=True)
        cited.append(or_(ClauseCitation.clause == clause, below))
    return exists(select(1).where(and_(*cited)).correlate(Revision))


def _rows(
    session: Session, person: Reader, ids: Sequence[int], older: ColumnElement[bool], earlier: Earlier
) -> Iterable[MasterListRow]:
    for at in range(0, len(ids), CHUNK):
        yield from _rows_of(session, person, ids[at : at + CHUNK], older, earlier)


def _rows_of(
    session: Session, person: Reader, ids: Sequence[int], older: ColumnElement[bool], earlier: Earlier
) -> Iterable[MasterListRow]:
    listed = fields_at(Place.EXPORT | Place.LIST)
    columns = select(
        Revision.id, Revision.document_id, Document.number, Revision.title, DocumentType.name.label("document_type"),
        Revision.number.label("revision"), Revision.state, *(said_column(each, earlier) for each in listed),
        Revision.effective_date, Revision.review_due, _APPROVED_BY.label("approved_by"),
        _CLAUSE_COUNT.label("clause_count"), _HELD.label("on_hold"), Document.disposed_at,
        older.label("older_template"),
    )  # fmt: skip
    found = {row.id: row for row in session.execute(_from_documents(columns).where(Revision.id.in_(ids)))}
    opened = _open_revisions(session, person, [row.document_id for row in found.values()])
    for revision_id in ids:
        row = found[revision_id]
        open_number, open_state = opened.get(row.document_id, (None, ""))
        yield MasterListRow(
            document_id=row.document_id, revision_id=revision_id, number=row.number, title=row.title,
            document_type=row.document_type, revision=row.revision, state=row.state,
            said={each.name: row._mapping[each.name] for each in listed},
            effective_date=row.effective_date, review_due=row.review_due, approved_by=row.approved_by or "",
            clause_count=row.clause_count, open_revision=open_number, open_state=open_state,
            on_hold=row.on_hold and may(person, Right.READ_EVERYTHING),
            is_disposed=row.disposed_at is not None,
            older_template=bool(row.older_template),
        )  # fmt: skip


def _open_revisions(session: Session, person: Reader, document_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Return number and state of the documents' open revisions, as far as the person may know of them."""
    wanted: list[ColumnElement[bool]] = [Revision.document_id.in_(document_ids), Revision.state.in_(OPEN_STATES)]
    if may(person, Right.READ_EVERYTHING) or person.is_only_auditor:
        wanted.append(open_to(person))
        rows = session.execute(select(Revision.document_id, Revision.number, Revision.state).where(*wanted))
        return {document_id: (number, state) for document_id, number, state in rows}
    if not may(person, Right.WRITE) and not may(person, Right.REVIEW):
        return {}
    parts = (selectinload(Revision.saved_drafts), selectinload(Revision.opened_by))
    revisions = session.scalars(select(Revision).where(*wanted).options(*parts))
    return {each.document_id: (each.number, each.state) for each in revisions if may_read(person, each)}
