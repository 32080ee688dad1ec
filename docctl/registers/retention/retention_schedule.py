"""The retention schedule: what may be disposed of and when, what is on legal hold, and what was disposed of."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType, answering_to
from docctl.domain.documents.lifecycle import OPEN_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.people.reader import Reader
from docctl.domain.retention.retention import AUTHORISED, PROPOSED, Disposal, LegalHold, Retention, RetentionRule, Rule
from docctl.domain.rights.permission import Right, may, require

DUE, WAITING, ON_HOLD, LATER, FOR_EVER, NO_RULE, IN_USE, DISPOSED = (
    "due", "proposed", "on_hold", "later", "for_ever", "no_rule", "in_use", "disposed",
)  # fmt: skip
STANDINGS = (DUE, WAITING, ON_HOLD, LATER, FOR_EVER, NO_RULE, DISPOSED)
HEADINGS = (
    "Number", "Title", "Type", "State", "Ended", "Kept until", "Standing", "Rule", "Legal holds",
    "Proposed by", "Authorised by", "Disposed of (UTC)", "Reason",
)  # fmt: skip


# The ids of the documents in question, or what asks for them.
Concerned = Sequence[int] | Select[int]


@dataclass(frozen=True)
class Keeping:
    """How long a document is kept: its rules, its holds, and where its disposal stands."""

    standing: str
    until: date | None
    rules: tuple[str, ...]
    holds: tuple[LegalHold, ...]
    disposal: Disposal | None

    @property
    def is_disposed(self) -> bool:
        """Say whether the document was disposed of."""
        return self.standing == DISPOSED


@dataclass(frozen=True)
class ScheduleRow:
    """One document of the retention schedule."""

    number: str
    title: str
    document_type: str
    state: str
    ended_at: datetime | None
    keeping: Keeping


def retention_schedule(
    control: DocumentControl, session: Session, person: Reader, *, standing: str = "", document_type: str = ""
) -> tuple[ScheduleRow, ...]:
    """Return the documents that have ended or are on hold, those to be dealt with first."""
    require(person, Right.READ_EVERYTHING)
    other, hold = aliased(Revision), aliased(LegalHold)
    used = exists(select(1).where(other.document_id == Document.id, other.state.in_((State.IN_FORCE, *OPEN_STATES))))
    held = exists(select(1).where(hold.document_id == Document.id, hold.lifted_at.is_(None)))
    wanted = select(Document).join(DocumentType, DocumentType.id == Document.type_id).where(or_(~used, held))
    if document_type:
        wanted = wanted.where(answering_to([document_type]))
    documents = session.scalars(wanted.order_by(Document.canonical)).unique().all()
    concerned = wanted.with_only_columns(Document.id)
    keepings = _keepings(control, session, documents, concerned)
    newest = _newest_revisions(session, concerned)
    rows = [
        ScheduleRow(
            document.number,
            newest[document.id].title,
            document.type.name,
            newest[document.id].state,
            newest[document.id].ended_at,
            keepings[document.id],
        )
        for document in documents
        if not standing or keepings[document.id].standing == standing
    ]
    return tuple(sorted(rows, key=_urgency))


def keeping_of(control: DocumentControl, session: Session, person: Reader, document: Document) -> Keeping:
    """Return how long a document is kept; who may not read everything learns of holds and proposals nothing."""
    found = _keepings(control, session, [document], [document.id])[document.id]
    if may(person, Right.READ_EVERYTHING) or found.is_disposed:
        return found
    return Keeping(IN_USE, None, (), (), None)


def legal_holds(session: Session, person: Reader) -> list[tuple[LegalHold, str]]:
    """Return every legal hold with the number of its document, those not lifted first."""
    require(person, Right.READ_EVERYTHING)
    found = select(LegalHold, Document.number).join(Document, Document.id == LegalHold.document_id)
    return [
        (hold, number)
        for hold, number in session.execute(found.order_by(LegalHold.lifted_at.is_not(None), LegalHold.id))
    ]


def rule_of(session: Session, type_id: int) -> Rule | None:
    """Return the retention rule of a document type as it is now."""
    found = session.get(RetentionRule, type_id)
    return found.rule if found is not None else None


def as_table(
    rows: Iterable[ScheduleRow],
) -> tuple[tuple[str, ...], tuple[tuple[str | int | date | None, ...], ...]]:
    """Return headings and cells of the schedule, to be taken away as CSV or XLSX."""
    return HEADINGS, tuple(_cells(row, row.keeping.disposal) for row in rows)


def _cells(row: ScheduleRow, disposal: Disposal | None) -> tuple[str | int | date | None, ...]:
    keeping = row.keeping
    return (
        row.number,
        row.title,
        row.document_type,
        row.state.replace("_", " ").lower(),
        row.ended_at.date() if row.ended_at else None,
        keeping.until,
        keeping.standing.replace("_", " "),
        "; ".join(keeping.rules),
        "; ".join(" ".join(filter(None, (hold.reason, hold.reference))) for hold in keeping.holds),
        disposal.proposed_by if disposal else "",
        disposal.decided_by if disposal and keeping.is_disposed else "",
        disposal.decided_at if disposal and keeping.is_disposed else None,
        disposal.reason if disposal else "",
    )


def _urgency(row: ScheduleRow) -> tuple[int, date, str]:
    order = (*STANDINGS, IN_USE).index(row.keeping.standing)
    return order, row.keeping.until or date.max, row.number


def _newest_revisions(session: Session, concerned: Concerned) -> dict[int, Revision]:
    later = aliased(Revision)
    newest = ~exists(select(1).where(later.document_id == Revision.document_id, later.number > Revision.number))
    found = session.scalars(select(Revision).where(newest, Revision.document_id.in_(concerned)))
    return {revision.document_id: revision for revision in found}


def _keepings(
    control: DocumentControl, session: Session, documents: Iterable[Document], concerned: Concerned
) -> dict[int, Keeping]:
    """Return how long documents are kept, reading nothing of any others."""
    today = control.today(session)
    holds: dict[int, list[LegalHold]] = defaultdict(list)
    active = select(LegalHold).where(LegalHold.lifted_at.is_(None), LegalHold.document_id.in_(concerned))
    for hold in session.scalars(active.order_by(LegalHold.id)):
        holds[hold.document_id].append(hold)
    decided = select(Disposal).where(Disposal.outcome.in_((PROPOSED, AUTHORISED)), Disposal.document_id.in_(concerned))
    disposals = {disposal.document_id: disposal for disposal in session.scalars(decided)}
    revisions: dict[int, list[tuple[str, Retention | None]]] = defaultdict(list)
    kept = select(Revision.document_id, Revision.state, Retention).outerjoin(Retention)
    kept = kept.where(Revision.document_id.in_(concerned)).order_by(Revision.number)
    for document_id, state, row in session.execute(kept):
        revisions[document_id].append((state, row))
    return {
        each.id: _keeping(revisions[each.id], tuple(holds[each.id]), disposals.get(each.id), today)
        for each in documents
    }


def _keeping(
    revisions: list[tuple[str, Retention | None]], holds: tuple[LegalHold, ...], disposal: Disposal | None, today: date
) -> Keeping:
    rows = [row for _, row in revisions if row is not None]
    rules = tuple(dict.fromkeys(row.rule.in_words() for row in rows))
    ends = [row.until for row in rows]
    until = max((end for end in ends if end is not None), default=None) if None not in ends else None
    if disposal is not None and disposal.outcome == AUTHORISED:
        standing = DISPOSED
    elif holds:
        standing = ON_HOLD
    elif any(state == State.IN_FORCE or state in OPEN_STATES for state, _ in revisions):
        standing, until = IN_USE, None
    elif len(rows) < len(revisions):
        standing, until = NO_RULE, None
    elif None in ends:
        standing = FOR_EVER
    elif disposal is not None:
        standing = WAITING
    else:
        standing = DUE if until is not None and until <= today else LATER
    return Keeping(standing, until, rules, holds, disposal)
