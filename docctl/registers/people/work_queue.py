"""The work queue: what waits for a person, and what the person waits for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, CompoundSelect, Select, literal, select, union
from sqlalchemy.orm import Session, joinedload, selectinload

from docctl.document_control import DocumentControl
from docctl.domain.approval.approval_route import APPROVE, REVIEW, AskedStep
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import OPEN_STATES, WAITING_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.people.duty import SIGNING, Duty, Kind
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import signer_at
from docctl.domain.rights.permission import Right, may, may_read
from docctl.domain.trail.audit_trail import Act, Event
from docctl.registers.duties.open_duties import REVIEW_DUE_SOON_DAYS, of_accounts, of_nobody, stuck_revisions
from docctl.registers.readable import in_force_for

LONGEST_LIST = 200


@dataclass(frozen=True)
class WorkItem:
    """A revision that somebody has to do something about: since when, by whom, why, and whether they wrote on it."""

    document_id: int
    number: str
    revision_id: int
    revision: int
    title: str
    document_type: str
    state: str
    since: datetime | None
    by: str
    note: str
    due: date | None
    is_own: bool = False


@dataclass(frozen=True)
class WorkQueue:
    """Everything that waits for one person, by what has to be done, oldest first."""

    to_review: tuple[WorkItem, ...]
    to_approve: tuple[WorkItem, ...]
    changes_requested: tuple[WorkItem, ...]
    drafts: tuple[WorkItem, ...]
    held: tuple[WorkItem, ...]
    in_signing: tuple[WorkItem, ...]
    approved: tuple[WorkItem, ...]
    review_due: tuple[WorkItem, ...]
    stuck: tuple[WorkItem, ...]
    files_held_up: tuple[WorkItem, ...] = ()


def work_queue(control: DocumentControl, session: Session, person: Reader) -> WorkQueue:
    """Return what waits for a person."""
    writes, controls = may(person, Right.WRITE), may(person, Right.CONTROL)
    returned = _changes_requested(session, person) if writes else {}
    found = _open(session, Revision.id.in_(_concerning(person, controls)))
    mine = [each for each in found if writes and person.person in each.author_persons]
    signing = [(each, *step) for each in found if (step := _step_for(each, person)) is not None]
    return WorkQueue(
        to_review=tuple(_asked_item(*each) for each in signing if each[1].kind == REVIEW),
        to_approve=tuple(_asked_item(*each) for each in signing if each[1].kind == APPROVE),
        changes_requested=tuple(_returned_item(each, returned[each.id]) for each in found if each.id in returned),
        drafts=tuple(_draft_item(each) for each in _in_state(mine, State.DRAFT)),
        held=tuple(
            _item(each, each.held_at, person.name, "")
            for each in _in_state(found, State.DRAFT)
            if each.held_by_id == person.id
        ),
        in_signing=tuple(
            _item(each, each.submitted_at, "", _awaited(each)) for each in _in_state(mine, *WAITING_STATES)
        ),
        approved=tuple(
            _item(each, each.approved_at, "", each.change_summary, each.wanted_effective_date)
            for each in _in_state(found if controls else mine, State.APPROVED)
        ),
        review_due=tuple(_review_due(control, session, person)),
        stuck=_stuck(session, person),
        files_held_up=tuple(_held_up(session)) if controls else (),
    )


def _held_up(session: Session) -> Iterable[WorkItem]:
    troubled = select(Revision).where(Revision.issue_trouble != "").order_by(Revision.id).limit(LONGEST_LIST)
    for each in session.scalars(troubled):
        since = each.in_force_at if each.state == State.IN_FORCE else each.approved_at
        yield _item(each, since, "", each.held_up_by.in_words(each.name), each.wanted_effective_date)


def all_drafts(control: DocumentControl, session: Session, person: Reader) -> tuple[WorkItem, ...]:
    """Return every open revision that the person may read, the last changed first."""
    revisions = [each for each in _open(session) if may_read(person, each)]
    revisions.sort(key=lambda each: each.current.saved_at, reverse=True)
    return tuple(replace(_draft_item(each), is_own=person.person in each.author_persons) for each in revisions)


def _stuck(session: Session, person: Reader) -> tuple[WorkItem, ...]:
    """Return for controllers the revisions whose next signature nobody is left to give, with who was asked for it."""
    if not may(person, Right.CONTROL):
        return ()
    return tuple(
        _item(stuck.revision, stuck.revision.submitted_at, "", ", ".join(stuck.asked))
        for stuck in stuck_revisions(session)
    )


def _step_for(revision: Revision, person: Reader) -> tuple[AskedStep, str] | None:
    """Return the open step that this person may sign, and for whom where it asks somebody absent."""
    for place in revision.unfinished_steps():
        asked = signer_at(person, revision, place)
        if asked is not None:
            return revision.asked[place], "" if asked is person.account else asked.name
    return None


def _changes_requested(session: Session, person: Reader) -> dict[int, Event]:
    """Return the drafts that came back to the person, by whom and why; what was recalled was nobody's request."""
    wanted = select(Duty.revision_id, Event).join(Event, Event.seq == Duty.opened_by)
    owed = of_accounts((Kind.REVISE,), _accounts(person)), Event.act == Act.CHANGES_REQUESTED
    return {row[0]: row[1] for row in session.execute(wanted.where(*owed))}


def _accounts(person: Reader) -> Select[int]:
    return select(User.id).where(User.person == person.person)


def _concerning(person: Reader, controls: bool) -> CompoundSelect[int]:
    """Select the revisions that the person owes something, writes on or holds, and for controllers what is approved."""
    accounts = _accounts(person)
    wrote = select(SavedDraft.revision_id).where(SavedDraft.author_id.in_(accounts), SavedDraft.aside.is_(False))
    parts = [
        select(Duty.revision_id).where(of_accounts(SIGNING, person.signs_for)),
        select(Duty.revision_id).where(of_accounts((Kind.REVISE,), accounts)),
        select(Revision.id).where(Revision.opened_by_id.in_(accounts)),
        wrote,
        select(Revision.id).where(Revision.held_by_id == person.id, Revision.state == State.DRAFT),
    ]
    if controls:
        parts.append(select(Revision.id).where(Revision.state == State.APPROVED))
    return union(*parts)


def _open(session: Session, *wanted: ColumnElement[bool]) -> list[Revision]:
    """Return open revisions with what a work item tells of them, oldest first."""
    return list(
        session.scalars(
            select(Revision)
            .where(Revision.state.in_(OPEN_STATES), *wanted)
            .order_by(Revision.submitted_at, Revision.id)
            .options(
                selectinload(Revision.saved_drafts),  # the current one is among them
                selectinload(Revision.signatures),
                joinedload(Revision.opened_by),
            )
        )
    )


def _in_state(revisions: Iterable[Revision], *states: State) -> list[Revision]:
    return [revision for revision in revisions if revision.state in states]


def _review_due(control: DocumentControl, session: Session, person: Reader) -> Iterator[WorkItem]:
    """Give out what is due for review soon and the person looks after: an author the own department's."""
    if not may(person, Right.WRITE):
        return
    soon = control.today(session) + timedelta(days=REVIEW_DUE_SOON_DAYS)
    due = (
        select(
            Document.id, Document.number, Revision.id, Revision.number, Revision.title, DocumentType.name,
            Revision.state, Revision.in_force_at, Revision.owner, literal(""), Duty.due,
        )
        .select_from(Duty)
        .join(Revision, Revision.id == Duty.revision_id)
        .join(Document, Document.id == Revision.document_id)
        .join(DocumentType, DocumentType.id == Document.type_id)
        .where(of_nobody(Kind.PERIODIC_REVIEW), Duty.due <= soon, in_force_for(person))
    )  # fmt: skip
    if not may(person, Right.CONTROL):
        due = due.where(Revision.department.in_(person.departments))
    for row in session.execute(due.order_by(Duty.due, Revision.id).limit(LONGEST_LIST)):
        yield WorkItem(*row)


def _awaited(revision: Revision) -> str:
    """Return what the revision waits for, in the words of its route."""
    return "; ".join(
        f"{revision.asked[place].kind}: {revision.asked[place].rule}" for place in revision.unfinished_steps()
    )


def _asked_item(revision: Revision, step: AskedStep, absent: str) -> WorkItem:
    return _item(
        revision,
        revision.submitted_at,
        revision.current.author.name,
        f"{step.meaning} (for {absent})" if absent else step.meaning,
        revision.wanted_effective_date,
    )


def _returned_item(revision: Revision, returned: Event) -> WorkItem:
    return _item(revision, returned.happened_at, returned.actor_name, returned.reason)


def _draft_item(revision: Revision) -> WorkItem:
    last = revision.current
    return _item(revision, last.saved_at, last.author.name, last.reason)


def _item(
    revision: Revision, since: datetime | None, by: str, note: str, due: date | None = None
) -> WorkItem:  # fmt: skip
    return WorkItem(
        document_id=revision.document_id,
        number=revision.document.number,
        revision_id=revision.id,
        revision=revision.number,
        title=revision.title,
        document_type=revision.document.type.name,
        state=revision.state,
        since=since,
        by=by,
        note=note,
        due=due,
    )
