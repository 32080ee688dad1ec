"""The register of work in progress: what waits for whom, since when and until when; what is stuck comes first."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from docctl.document_control import DocumentControl
from docctl.domain.approval.delegation import Delegation
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.people.duty import SIGNING, Duty, Kind
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require
from docctl.registers.duties.open_duties import IS_OPEN, REVIEW_DUE_SOON_DAYS, is_open, stuck_revisions

PAGE_SIZE = 50
ASKED_OF_PEOPLE = (*SIGNING, Kind.REVISE)
Place = tuple[int, str, int | None]
Revisions = Collection[int] | Select[int]


@dataclass(frozen=True)
class WorkFilters:
    """Of whom, of which documents and of what work is asked for; whatever is empty is not asked."""

    person: str = ""
    document_type: str = ""
    kind: str = ""
    overdue: bool = False


ALL_WORK = WorkFilters()


@dataclass(frozen=True)
class WorkRow:
    """One piece of work: of which revision, what, of whom it is asked, who stands in for them, since and until when."""

    number: str
    title: str
    document_type: str
    revision: int
    state: str
    kind: str
    why: str
    rule: str
    waits_for: tuple[str, ...]
    delegates: tuple[str, ...]
    since: datetime
    due: date | None
    reminded_at: datetime | None
    escalated_at: datetime | None
    key: str
    is_overdue: bool
    is_stuck: bool


@dataclass(frozen=True)
class WorkInProgress:
    """A page of the register, and how many rows there are in all and how many are stuck or overdue."""

    rows: tuple[WorkRow, ...]
    total: int
    stuck: int
    overdue: int


@dataclass(frozen=True)
class _Owing:
    """Whom a piece of work waits for, and who signs in their place today."""

    names: tuple[str, ...]
    delegates: tuple[str, ...]
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None


def work_in_progress(
    control: DocumentControl, session: Session, person: Reader, filters: WorkFilters, page: int | None = None
) -> WorkInProgress:
    """Return a page of what waits for anybody, or all of it; what is stuck first, then what is due first."""
    require(person, Right.CONTROL)
    today = control.today(session)
    stuck = {each.revision.id for each in stuck_revisions(session)}
    total, overdue = session.execute(_counted(filters, today)).one()
    on_top = _stuck_steps(session, filters, today, stuck)
    found = [*_of_page(on_top, page), *_other_steps(session, filters, today, stuck, page, len(on_top))]
    # All of it may be more than a statement takes as a list of numbers.
    everywhere = select(Duty.revision_id).where(*_wanted(filters, today))
    of = everywhere if page is None else {row.revision_id for row in found}
    described, owing = _described(session, of), _owing(session, of, today)
    rows = tuple(_row(row, described[row.revision_id], owing, row.revision_id in stuck, today) for row in found)
    return WorkInProgress(rows, total, len(on_top), overdue or 0)


def _counted(filters: WorkFilters, today: date) -> Select[int, int | None]:
    """Count the steps and those overdue; whatever is asked at a step is due on the same day."""
    steps = (
        select(Duty.revision_id, Duty.kind, Duty.step, Duty.due).where(*_wanted(filters, today)).distinct().subquery()
    )
    return select(func.count(), func.sum(case((steps.c.due < today, 1), else_=0))).select_from(steps)


def _stuck_steps(session: Session, filters: WorkFilters, today: date, stuck: Collection[int]) -> list[Any]:
    """Return the steps of the revisions that are stuck; mostly there is none, and nothing to look for."""
    return [*session.execute(_steps(filters, today).where(Duty.revision_id.in_(stuck)))] if stuck else []


def _other_steps(
    session: Session, filters: WorkFilters, today: date, stuck: Collection[int], page: int | None, before: int
) -> Sequence[Any]:
    """Return the steps of all other revisions on a page that so many steps come before: read as far as it reaches."""
    steps = _steps(filters, today).where(Duty.revision_id.not_in(stuck))
    if page is not None:
        begins = (page - 1) * PAGE_SIZE - before
        steps = steps.offset(max(0, begins)).limit(min(PAGE_SIZE, max(0, begins + PAGE_SIZE)))
    return session.execute(steps).all()


def _of_page(steps: list[Any], page: int | None) -> list[Any]:
    return steps if page is None else steps[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


def _described(session: Session, revisions: Revisions) -> dict[int, Any]:
    """Return what is shown of revisions and their documents."""
    query = (
        select(
            Revision.id, Document.number, Revision.title, DocumentType.name, Revision.number.label("revision"),
            Revision.state, Revision.owner, Revision.asked_rows,
        )
        .join(Document, Document.id == Revision.document_id)
        .join(DocumentType, DocumentType.id == Document.type_id)
        .where(Revision.id.in_(revisions))
    )  # fmt: skip
    return {row.id: row for row in session.execute(query)}


def duties_of(control: DocumentControl, session: Session, person: Reader, filters: WorkFilters) -> list[int]:
    """Return the duties of people that the filters find."""
    require(person, Right.CONTROL)
    wanted = _wanted(filters, control.today(session))
    return list(session.scalars(select(Duty.id).where(*wanted, Duty.user_id.is_not(None)).order_by(Duty.id)))


def duties_at(session: Session, person: Reader, keys: Collection[str]) -> list[int]:
    """Return the duties of people at rows of the register, as their keys name them."""
    require(person, Right.CONTROL)
    chosen = {key for key in keys if key.partition(" ")[0].isascii() and key.partition(" ")[0].isdigit()}
    revisions = [int(key.partition(" ")[0]) for key in chosen]
    open_there = IS_OPEN, Duty.user_id.is_not(None), Duty.revision_id.in_(revisions)
    found = session.execute(select(Duty.id, Duty.revision_id, Duty.kind, Duty.step).where(*open_there))
    return [number for number, *place in found if " ".join(map(str, place)) in chosen]


def _steps(filters: WorkFilters, today: date) -> "Select[int, str, int | None, datetime, date | None]":
    """Select each step at which anything is open by the first who is asked there, in the order of an index."""
    earlier = aliased(Duty)
    same_step = (
        earlier.revision_id == Duty.revision_id,
        earlier.kind == Duty.kind,
        earlier.step.is_not_distinct_from(Duty.step),
    )
    before = exists().where(*same_step, earlier.id < Duty.id, is_open(earlier), *_named(filters, earlier))
    order = Duty.due.nulls_last(), Duty.since, Duty.revision_id, Duty.kind, Duty.step
    columns = Duty.revision_id, Duty.kind, Duty.step, Duty.since, Duty.due
    return select(*columns).where(*_wanted(filters, today), ~before).order_by(*order)


def _wanted(filters: WorkFilters, today: date) -> list[ColumnElement[bool]]:
    """Return what the filters ask of a duty."""
    soon = today + timedelta(days=REVIEW_DUE_SOON_DAYS)
    wanted = [IS_OPEN, or_(Duty.kind != Kind.PERIODIC_REVIEW, Duty.due <= soon), *_named(filters, Duty)]
    if filters.kind:
        wanted.append(Duty.kind == filters.kind)
    if filters.document_type:
        of_type = select(Revision.id).join(Document, Document.id == Revision.document_id).join(DocumentType)
        wanted.append(Duty.revision_id.in_(of_type.where(DocumentType.name == filters.document_type)))
    if filters.overdue:
        wanted.append(Duty.due < today)
    return wanted


def _named(filters: WorkFilters, duty: type[Duty]) -> list[ColumnElement[bool]]:
    """Return what the filters ask of the person who owes a duty."""
    if not filters.person:
        return []
    named = or_(User.name.icontains(filters.person, autoescape=True), User.login == filters.person)
    return [duty.user_id.in_(select(User.id).where(named))]


def _owing(session: Session, revisions: Revisions, today: date) -> dict[Place, _Owing]:
    """Return who is asked at each open step of some revisions."""
    asked = (
        select(Duty.revision_id, Duty.kind, Duty.step, User.id, User.name, Duty.reminded_at, Duty.escalated_at)
        .outerjoin(User, User.id == Duty.user_id)
        .where(IS_OPEN, Duty.revision_id.in_(revisions))
        .order_by(Duty.id)
    )
    present = Delegation.revoked_at.is_(None), Delegation.from_day <= today, Delegation.until_day >= today
    delegates: dict[int, list[str]] = defaultdict(list)
    for each in session.scalars(select(Delegation).where(*present)):
        delegates[each.absent_id].append(each.delegate.name)
    found: dict[Place, list[Any]] = defaultdict(list)
    for row in session.execute(asked):
        found[row.revision_id, row.kind, row.step].append(row)
    return {
        place: _Owing(
            names=tuple(row.name for row in rows if row.name is not None),
            delegates=tuple(dict.fromkeys(name for row in rows for name in delegates.get(row.id, []))),
            reminded_at=max((row.reminded_at for row in rows if row.reminded_at is not None), default=None),
            escalated_at=max((row.escalated_at for row in rows if row.escalated_at is not None), default=None),
        )
        for place, rows in found.items()
    }


def _row(row: Any, about: Any, owing: dict[Place, _Owing], is_stuck: bool, today: date) -> WorkRow:
    asked = owing[row.revision_id, row.kind, row.step]
    owner = (about.owner,) if row.kind == Kind.PERIODIC_REVIEW and about.owner else ()
    step = about.asked_rows[row.step] if row.step is not None else {}
    return WorkRow(
        number=about.number,
        title=about.title,
        document_type=about.name,
        revision=about.revision,
        state=about.state,
        kind=row.kind,
        why=step.get("meaning", ""),
        rule=step.get("rule", ""),
        waits_for=asked.names or owner,
        delegates=asked.delegates,
        since=row.since,
        due=row.due,
        reminded_at=asked.reminded_at,
        escalated_at=asked.escalated_at,
        key=f"{row.revision_id} {row.kind} {row.step}" if asked.names and row.kind in ASKED_OF_PEOPLE else "",
        is_overdue=row.due is not None and row.due < today,
        is_stuck=is_stuck,
    )
