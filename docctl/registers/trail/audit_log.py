"""The audit log: every event of the audit trail, filtered, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import NotFoundError
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.retention.records_of_people import goes_alone
from docctl.domain.rights.permission import Right, may, require
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, Act, ChainHead, Event
from docctl.registers.readable import readable_for

HEADINGS = ("Event", "Time (UTC)", "Person", "Act", "Subject", "Document", "Revision", "Reason", "Chain")
CHUNK = 1000
# What is recorded of no one document and yet may name some.
NAMING_DOCUMENTS = (Act.AUDITOR_LOOKED, Act.ENGAGEMENT_OPENED, Act.ENGAGEMENT_CHANGED, Act.UPLOAD_REFUSED)


@dataclass(frozen=True)
class AuditFilters:
    """What to narrow the log to; an empty entry narrows nothing, an act may be a beginning such as ``revision:``."""

    actor: str = ""
    act: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""


@dataclass(frozen=True)
class AuditRow:
    """One event, with everything that was recorded in its details."""

    seq: int
    happened_at: datetime
    actor_name: str
    act: str
    subject: str
    document: str
    revision: int | None
    reason: str
    details: dict[str, Any]
    leaf: str
    chain: str
    ledger_commit: str
    has_record_alone: bool


@dataclass(frozen=True)
class AuditPage:
    """A stretch of the log, where the next older one begins, and the head of the chain."""

    rows: tuple[AuditRow, ...]
    next_before: int | None
    head_seq: int
    head_chain: str


@dataclass(frozen=True)
class AuditChoices:
    """The people and acts that the log can be narrowed to, and whose the accounts are that its subjects name."""

    actors: tuple[str, ...]
    acts: tuple[str, ...]
    accounts: dict[str, str]


def audit_log(
    control: DocumentControl,
    session: Session,
    person: Reader,
    filters: AuditFilters = AuditFilters(),
    *,
    before: int | None = None,
    limit: int = 100,
) -> AuditPage:
    """Return the newest events, or those before the event of the given number."""
    require(person, Right.READ_AUDIT_TRAIL)
    wanted = [*told_to(person), *_wanted(control, session, filters)]
    if before is not None:
        wanted.append(Event.seq < before)
    found = session.execute(_events().where(*wanted).order_by(Event.seq.desc()).limit(limit + 1)).all()
    rows = tuple(_row(*row) for row in found[:limit])
    head = session.get(ChainHead, CHAIN_HEAD_ID)
    return AuditPage(
        rows=rows,
        next_before=rows[-1].seq if len(found) > limit else None,
        head_seq=head.seq if head is not None else 0,
        head_chain=head.chain if head is not None else "",
    )


def every_event(
    control: DocumentControl, session: Session, person: Reader, filters: AuditFilters = AuditFilters()
) -> Iterator[AuditRow]:
    """Give out all events, oldest first, a stretch at a time, to be taken away."""
    require(person, Right.READ_AUDIT_TRAIL)
    wanted = [*told_to(person), *_wanted(control, session, filters)]
    seq = 0
    while True:
        stretch = _events().where(*wanted, Event.seq > seq).order_by(Event.seq).limit(CHUNK)
        found = session.execute(stretch).all()
        for row in found:
            yield _row(*row)
        session.expunge_all()
        if len(found) < CHUNK:
            return
        seq = found[-1][0].seq


def events_of(session: Session, person: Reader, document_id: int) -> tuple[AuditRow, ...]:
    """Return everything that happened to a document, newest first, as far as the person may know."""
    require(person, Right.READ_AUDIT_TRAIL)
    wanted = (Event.document_id == document_id, *told_to(person))
    found = session.execute(_events().where(*wanted).order_by(Event.seq.desc()))
    return tuple(_row(*row) for row in found)


def choices(control: DocumentControl, session: Session, person: Reader) -> AuditChoices:
    """Return the people who acted, and all acts."""
    require(person, Right.READ_AUDIT_TRAIL)
    return AuditChoices(
        actors=tuple(session.scalars(select(User.name).order_by(User.name).distinct())),
        acts=tuple(act.value for act in Act),
        accounts={user.subject: f"{user.name} ({user.login})" for user in session.scalars(select(User))},
    )


def told_to(person: Reader) -> list[ColumnElement[bool]]:
    """What the person may know of what happened: nothing of documents that they may not read.

    Those who read everything know all. An auditor engaged for some documents knows what happened to those; an
    administrator what happened to documents they may read, and to people and settings.
    """
    if may(person, Right.READ_EVERYTHING):
        return []
    revisions = Event.revision_id.in_(select(Revision.id).where(readable_for(person)))
    documents = Event.document_id.in_(select(Revision.document_id).where(readable_for(person)))
    known = or_(revisions, and_(Event.revision_id.is_(None), documents))
    if not may(person, Right.ADMINISTER):
        return [known]
    return [or_(known, and_(Event.document_id.is_(None), Event.act.not_in(NAMING_DOCUMENTS)))]


def require_known(session: Session, person: Reader, seq: int) -> None:
    """Raise NotFoundError where there is no such event, or the person may not know of it."""
    require(person, Right.READ_AUDIT_TRAIL)
    if session.scalar(select(Event.seq).where(Event.seq == seq, *told_to(person))) is None:
        raise NotFoundError("There is no event %(seq)s in the audit trail, or you may not see it.", seq=seq)


def as_table(rows: Iterable[AuditRow]) -> tuple[tuple[str, ...], tuple[tuple[str | int | datetime | None, ...], ...]]:
    """Return headings and cells of events, to be taken away as CSV or XLSX."""
    return HEADINGS, tuple(
        (
            row.seq,
            row.happened_at,
            row.actor_name,
            row.act,
            row.subject,
            row.document,
            row.revision,
            row.reason,
            row.chain,
        )
        for row in rows
    )


def _events() -> Select[Event, str, int]:
    return (
        select(Event, Document.number, Revision.number)
        .outerjoin(Document, Document.id == Event.document_id)
        .outerjoin(Revision, Revision.id == Event.revision_id)
    )


def _row(event: Event, document: str | None, revision: int | None) -> AuditRow:
    return AuditRow(
        event.seq,
        event.happened_at,
        event.actor_name,
        event.act,
        event.subject,
        document or "",
        revision,
        event.reason,
        event.plain_values,
        event.leaf,
        event.chain,
        event.ledger_commit,
        goes_alone(event),
    )


def _wanted(control: DocumentControl, session: Session, filters: AuditFilters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.actor:
        logins = select(User.id).where(User.login == filters.actor.strip().lower())
        wanted.append(or_(Event.actor_name.icontains(filters.actor, autoescape=True), Event.actor_id.in_(logins)))
    if filters.act.endswith(":"):
        wanted.append(Event.act.startswith(filters.act, autoescape=True))
    elif filters.act:
        wanted.append(Event.act == filters.act)
    if filters.subject:
        documents = select(Document.id).where(Document.canonical == filters.subject.strip().upper())
        named = Event.subject.icontains(filters.subject.strip(), autoescape=True)
        called = select(User).where(User.login == filters.subject.strip().lower().removeprefix("user:"))
        accounts = [subject for user in session.scalars(called) for subject in user.subjects]
        wanted.append(or_(named, Event.document_id.in_(documents), Event.subject.in_(accounts)))
    zone = ZoneInfo(control.organisation(session).time_zone)
    if filters.since is not None:
        wanted.append(Event.happened_at >= datetime.combine(filters.since, time.min, zone))
    if filters.until is not None:
        wanted.append(Event.happened_at < datetime.combine(filters.until + timedelta(days=1), time.min, zone))
    words = filters.text.split()[:10]
    wanted.extend(
        or_(Event.text.icontains(word, autoescape=True), Event.record.icontains(word, autoescape=True))
        for word in words
    )
    return wanted
