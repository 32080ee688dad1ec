"""The document's page: the revision shown, with everything that belongs beside its text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload

from docctl.document_control import DocumentControl
from docctl.document_control.departments import departments
from docctl.document_control.heading_numbers import numbers_of_headings
from docctl.domain.approval.approval_route import APPROVE
from docctl.domain.documents.cross_reference import Mention
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.lifecycle import OPEN_STATES, PUBLISHED_STATES, State
from docctl.domain.documents.reading_text import ReadingView, with_heading_numbers
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.errors import NotFoundError
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import ABSENT, Right, may, may_read, may_read_history
from docctl.registers.documents.revision_history import SignatureLine, signature_lines
from docctl.registers.lookup import document_numbered
from docctl.registers.readable import in_audience, in_force_for, open_to
from docctl.registers.retention.retention_schedule import Keeping, keeping_of
from docctl.registers.standards.clause_coverage import ClauseLine, clauses_of

IN_FORCE = ""
OBSOLETE = "obsolete"
NOT_IN_FORCE = "not_in_force"
MISSING = "missing"


@dataclass(frozen=True)
class ReferenceLine:
    """A document referred to, and a mark where it is obsolete, not in force, or missing for the person."""

    number: str
    title: str
    state: str
    mark: str


@dataclass(frozen=True)
class HistoryLine:
    """One revision in the short history beside the text."""

    revision_id: int
    revision: int
    state: str
    title: str
    change_summary: str
    effective_date: date | None
    ended_at: datetime | None
    approved_by: str


@dataclass(frozen=True)
class OpenRevisionLine:
    """The revision being written, reviewed or approved, for those who may read it."""

    revision_id: int
    revision: int
    state: str
    opened_by: str
    opened_at: datetime
    held_by: str
    wanted_effective_date: date | None


@dataclass(frozen=True)
class DocumentSheet:
    """A document as its page shows it."""

    document_id: int
    number: str
    document_type: str
    is_external: bool
    revision_id: int
    revision: int
    state: str
    is_in_force: bool
    current_revision: int | None
    title: str
    metadata: DocumentMetadata
    owner: str
    department: str
    departments_that_read: tuple[str, ...]
    language: str
    classification: str
    effective_date: date | None
    in_force_at: datetime | None
    ended_at: datetime | None
    ended_because: str
    review_due: date | None
    change_summary: str
    adopted_evidence: str
    fingerprint: str
    commit: str
    saved_draft_id: int
    clauses: tuple[ClauseLine, ...]
    refers_to: tuple[ReferenceLine, ...]
    referred_by: tuple[ReferenceLine, ...]
    signatures: tuple[SignatureLine, ...]
    history: tuple[HistoryLine, ...]
    open_revision: OpenRevisionLine | None
    issued_files: tuple[str, ...]
    losses: tuple[str, ...]
    keeping: Keeping
    held_up: str = ""
    sound_revision: int | None = None


def document_sheet(
    control: DocumentControl, session: Session, person: Reader, number: str, revision: int | None = None
) -> DocumentSheet:
    """Return a document's page, by default of the revision in force; raise NotFoundError for what one may not read."""
    document = document_numbered(session, number)
    revisions = _revisions(session, person, document)
    shown = _shown(person, revisions, revision)
    metadata, known = shown.document_metadata, departments(session)
    in_force = next((each for each in revisions if each.state == State.IN_FORCE), None)
    mentions = session.scalars(select(Mention.canonical).where(Mention.revision_id == shown.id).order_by(Mention.id))
    return DocumentSheet(
        document_id=document.id,
        number=document.number,
        document_type=document.type.name,
        is_external=document.type.is_external,
        revision_id=shown.id,
        revision=shown.number,
        state=shown.state,
        is_in_force=shown is in_force,
        current_revision=in_force.number if in_force is not None and may_read(person, in_force) else None,
        title=shown.title,
        metadata=metadata,
        owner=shown.owner,
        department=known.present(shown.department),
        departments_that_read=tuple(map(known.present, metadata.departments)),
        language=shown.language,
        classification=shown.classification,
        effective_date=shown.effective_date,
        in_force_at=shown.in_force_at,
        ended_at=shown.ended_at,
        ended_because=shown.ended_because,
        review_due=shown.review_due,
        change_summary=shown.change_summary,
        adopted_evidence=shown.adopted_evidence,
        fingerprint=shown.fingerprint,
        commit=shown.current.commit,
        saved_draft_id=shown.current.id,
        clauses=clauses_of(control, ((row.standard, row.clause, row.section) for row in metadata.clauses)),
        refers_to=tuple(reference_marks(control, session, person, list(mentions)).values()),
        referred_by=_referred_by(session, person, document),
        signatures=tuple(line for line in signature_lines(shown) if line.is_valid),
        history=tuple(_history_line(each) for each in reversed(revisions) if _in_history(person, each)),
        open_revision=_open_line(person, revisions),
        issued_files=tuple(row["path"].rpartition("/")[2] for row in shown.issued_files),
        losses=tuple(shown.current.losses),
        keeping=keeping_of(control, session, person, document),
        held_up=shown.held_up_by.in_words(shown.name),
        sound_revision=_sound_before(person, revisions, shown),
    )


def reading_text(control: DocumentControl, session: Session, person: Reader, sheet: DocumentSheet) -> ReadingView:
    """Return the text of the revision that the page shows, ready to be read."""
    draft = session.get(SavedDraft, sheet.saved_draft_id)
    if draft is None:
        raise NotFoundError(ABSENT)
    return numbered_text(control, session, person, draft.revision, draft)


def numbered_text(
    control: DocumentControl, session: Session, person: Reader, revision: Revision, draft: SavedDraft
) -> ReadingView:  # fmt: skip
    """Return the text of a saved draft ready to be read, its headings numbered as in its Word file and PDF."""
    view = control.read_text(person, draft, revision)
    return with_heading_numbers(view, numbers_of_headings(control, session, revision, view))


def reference_marks(
    control: DocumentControl, session: Session, person: Reader, canonical_numbers: Iterable[str]
) -> dict[str, ReferenceLine]:
    """Return for document numbers whether each is in force, as far as the person may know, in the order given."""
    wanted = list(dict.fromkeys(canonical_numbers))
    meant = and_(Revision.state.in_((State.IN_FORCE, State.OBSOLETE)), in_audience(person))
    rows = session.execute(
        select(Document.canonical, Document.number, Revision.title, Revision.state)
        .join(Revision, Revision.document_id == Document.id)
        .where(Document.canonical.in_(wanted), Revision.state.in_((State.IN_FORCE, State.OBSOLETE, *OPEN_STATES)))
        .where(or_(open_to(person), meant))
        .order_by(Revision.number)
    )
    found: dict[str, ReferenceLine] = {}
    for row in rows:
        mark = {State.IN_FORCE: IN_FORCE, State.OBSOLETE: OBSOLETE}.get(State(row.state), NOT_IN_FORCE)
        known = found.get(row.canonical)
        if known is None or (known.mark != IN_FORCE and not (known.mark == OBSOLETE and mark == NOT_IN_FORCE)):
            found[row.canonical] = ReferenceLine(row.number, row.title, row.state, mark)
    return {number: found.get(number) or ReferenceLine(number, "", "", MISSING) for number in wanted}


def _revisions(session: Session, person: Reader, document: Document) -> list[Revision]:
    parts = [selectinload(Revision.signatures), selectinload(Revision.current)]
    if not may(person, Right.READ_EVERYTHING) and may(person, Right.WRITE):
        parts += [selectinload(Revision.saved_drafts), selectinload(Revision.opened_by)]
    query = select(Revision).where(Revision.document_id == document.id).order_by(Revision.number)
    return list(session.scalars(query.options(*parts)))


def _shown(person: Reader, revisions: list[Revision], number: int | None) -> Revision:
    """Return the revision asked for; else the one in force, the latest published or the open one."""
    if number is not None:
        candidates = [each for each in revisions if each.number == number]
    else:
        newest_first = revisions[::-1]
        candidates = [each for each in newest_first if each.state == State.IN_FORCE]
        candidates += [each for each in newest_first if each.state in PUBLISHED_STATES][:1]
        candidates += [each for each in newest_first if each.state not in PUBLISHED_STATES]
    for each in candidates:
        if may_read_history(person, each):
            return each
    raise NotFoundError(ABSENT)


def _sound_before(person: Reader, revisions: list[Revision], shown: Revision) -> int | None:
    """Return the newest earlier revision with issued files, whose files stay where those of the shown one are not."""
    earlier = (each for each in reversed(revisions) if each.number < shown.number and each.issued_commit)
    return next((each.number for each in earlier if may_read_history(person, each)), None)


def _in_history(person: Reader, revision: Revision) -> bool:
    return revision.state in PUBLISHED_STATES and may_read_history(person, revision)


def _history_line(revision: Revision) -> HistoryLine:
    approvers = (each.printed_name for each in revision.valid_signatures if each.kind == APPROVE)
    return HistoryLine(
        revision_id=revision.id,
        revision=revision.number,
        state=revision.state,
        title=revision.title,
        change_summary=revision.change_summary,
        effective_date=revision.effective_date,
        ended_at=revision.ended_at,
        approved_by=", ".join(approvers) or ("adopted" if revision.adopted_evidence else ""),
    )


def _open_line(person: Reader, revisions: list[Revision]) -> OpenRevisionLine | None:
    for revision in revisions:
        if revision.state in OPEN_STATES and may_read(person, revision):
            return OpenRevisionLine(
                revision_id=revision.id,
                revision=revision.number,
                state=revision.state,
                opened_by=revision.opened_by.name,
                opened_at=revision.opened_at,
                held_by=revision.held_by.name if revision.held_by is not None else "",
                wanted_effective_date=revision.wanted_effective_date,
            )
    return None


def _referred_by(session: Session, person: Reader, document: Document) -> tuple[ReferenceLine, ...]:
    rows = session.execute(
        select(Document.number, Revision.title, Revision.state)
        .join(Revision, Revision.document_id == Document.id)
        .join(Mention, Mention.revision_id == Revision.id)
        .where(Mention.canonical == document.canonical, in_force_for(person))
        .order_by(Document.canonical)
    )
    return tuple(ReferenceLine(number, title, state, IN_FORCE) for number, title, state in rows)
