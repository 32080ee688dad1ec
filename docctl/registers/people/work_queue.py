"""The work queue: what waits for a person, and what the person waits for."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from docctl.document_control import DocumentControl
from docctl.document_control.pending_tasks import stuck_places
from docctl.domain.approval.approval_route import APPROVE, REVIEW, AskedStep
from docctl.domain.documents.lifecycle import OPEN_STATES, WAITING_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import signer_at
from docctl.domain.rights.permission import Right, may, may_read
from docctl.domain.trail.audit_trail import Act, Event
from docctl.registers.readable import in_force_for

REVIEW_DUE_SOON_DAYS = 60
LONGEST_LIST = 200
_RETURNS = (Act.CHANGES_REQUESTED.value, Act.REVISION_RECALLED.value)


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


@dataclass(frozen=True)
class WorkCounts:
    """How much waits for one person."""

    to_review: int
    to_approve: int
    changes_requested: int
    drafts: int
    held: int
    in_signing: int
    approved: int
    review_due: int

    @property
    def waiting(self) -> int:
        """What nobody else can do now."""
        return self.to_review + self.to_approve + self.changes_requested


def work_queue(control: DocumentControl, session: Session, person: Reader) -> WorkQueue:
    """Return what waits for a person."""
    signing = _to_sign(session, person)
    mine = _open(session, _written_by(person))
    drafts = [revision for revision in mine if revision.state == State.DRAFT]
    returned = _returned(session, [revision.id for revision in drafts if revision.round])
    controls = may(person, Right.CONTROL)
    approved = _open(session, Revision.state == State.APPROVED) if controls else _in_state(mine, State.APPROVED)
    held = _open(session, *_held_by(person))
    due = select(Revision).where(_due_for(control, session, person)).order_by(Revision.review_due, Revision.id)
    return WorkQueue(
        to_review=tuple(_asked_item(*each) for each in signing if each[1].kind == REVIEW),
        to_approve=tuple(_asked_item(*each) for each in signing if each[1].kind == APPROVE),
        changes_requested=tuple(
            _item(each, returned[each.id].happened_at, returned[each.id].actor_name, returned[each.id].reason)
            for each in drafts
            if each.id in returned and returned[each.id].act == Act.CHANGES_REQUESTED
        ),
        drafts=tuple(_draft_item(each) for each in drafts),
        held=tuple(_item(each, each.held_at, person.name, "") for each in held),
        in_signing=tuple(
            _item(each, each.submitted_at, "", _awaited(each)) for each in _in_state(mine, *WAITING_STATES)
        ),
        approved=tuple(
            _item(each, each.approved_at, "", each.change_summary, each.wanted_effective_date) for each in approved
        ),
        review_due=tuple(
            _item(each, each.in_force_at, each.owner, "", each.review_due)
            for each in session.scalars(due.limit(LONGEST_LIST))
        ),
        stuck=_stuck(session, person),
        files_held_up=tuple(_held_up(session)) if controls else (),
    )


def _held_up(session: Session) -> Iterable[WorkItem]:
    troubled = select(Revision).where(Revision.issue_trouble != "").order_by(Revision.id).limit(LONGEST_LIST)
    for each in session.scalars(troubled):
        since = each.in_force_at if each.state == State.IN_FORCE else each.approved_at
        yield _item(each, since, "", each.held_up_by.in_words(each.name), each.wanted_effective_date)


def counts(control: DocumentControl, session: Session, person: Reader) -> WorkCounts:
    """Return how much waits for a person, for the navigation of every page."""
    kinds = Counter(step.kind for _, step, _ in _to_sign(session, person))
    mine = session.execute(select(Revision.id, Revision.state, Revision.round).where(_written_by(person))).all()
    returned = _returned(session, [row.id for row in mine if row.state == State.DRAFT and row.round])
    approved = sum(row.state == State.APPROVED for row in mine)
    if may(person, Right.CONTROL):
        approved = session.scalar(select(func.count(Revision.id)).where(Revision.state == State.APPROVED)) or 0
    return WorkCounts(
        to_review=kinds[REVIEW],
        to_approve=kinds[APPROVE],
        changes_requested=sum(event.act == Act.CHANGES_REQUESTED for event in returned.values()),
        drafts=sum(row.state == State.DRAFT for row in mine),
        held=len(session.scalars(select(Revision.id).where(*_held_by(person))).all()),
        in_signing=sum(row.state in WAITING_STATES for row in mine),
        approved=approved,
        review_due=session.scalar(select(func.count(Revision.id)).where(_due_for(control, session, person))) or 0,
    )


def all_drafts(control: DocumentControl, session: Session, person: Reader) -> tuple[WorkItem, ...]:
    """Return every open revision that the person may read, the last changed first."""
    revisions = [each for each in _open(session, Revision.state.in_(OPEN_STATES)) if may_read(person, each)]
    revisions.sort(key=lambda each: each.current.saved_at, reverse=True)
    return tuple(replace(_draft_item(each), is_own=person.person in each.author_persons) for each in revisions)


def _stuck(session: Session, person: Reader) -> tuple[WorkItem, ...]:
    """Return for controllers the revisions whose next signature nobody is left to give, with who was asked for it."""
    if not may(person, Right.CONTROL):
        return ()
    users = {user.id: user for user in session.scalars(select(User))}
    found = []
    for revision in _open(session, Revision.state.in_(WAITING_STATES)):
        asked = [users[each].name for place in stuck_places(revision, users.values())
                 for each in revision.asked[place].people if each in users]  # fmt: skip
        if asked:
            found.append(_item(revision, revision.submitted_at, "", ", ".join(dict.fromkeys(asked))))
    return tuple(found)


def _to_sign(session: Session, person: Reader) -> list[tuple[Revision, AskedStep, str]]:
    """Return the revisions that wait for this person's signature, each with the step that asks for it."""
    if not may(person, Right.REVIEW) and not may(person, Right.READ):
        return []
    asked = []
    for revision in _open(session, Revision.state.in_(WAITING_STATES), keep=lambda each: _asks(each, person)):
        step = _step_for(revision, person)
        if step is not None:
            asked.append((revision, *step))
    return asked


def _asks(asked_rows: list[dict[str, list[int]]], person: Reader) -> bool:
    mine = person.signs_for
    return any(mine & set(row["people"]) for row in asked_rows)


def _step_for(revision: Revision, person: Reader) -> tuple[AskedStep, str] | None:
    """Return the open step that this person may sign, and for whom where it asks somebody absent."""
    for place in revision.unfinished_steps():
        asked = signer_at(person, revision, place)
        if asked is not None:
            return revision.asked[place], "" if asked is person.account else asked.name
    return None


def _written_by(person: Reader) -> ColumnElement[bool]:
    """The revision is open and the person writes on it."""
    if not may(person, Right.WRITE):
        return false()
    accounts = select(User.id).where(User.person == person.person)
    wrote = exists(
        select(1)
        .where(SavedDraft.revision_id == Revision.id, SavedDraft.author_id.in_(accounts), SavedDraft.aside.is_(False))
        .correlate(Revision)
    )
    return and_(Revision.state.in_(OPEN_STATES), or_(Revision.opened_by_id.in_(accounts), wrote))


def _held_by(person: Reader) -> tuple[ColumnElement[bool], ...]:
    return (Revision.held_by_id == person.id, Revision.state == State.DRAFT)


def _open(
    session: Session, *wanted: ColumnElement[bool], keep: Callable[[list[dict[str, list[int]]]], bool] | None = None
) -> list[Revision]:
    """Return revisions with what a work item tells of them, oldest first."""
    if keep is not None:
        rows = session.execute(select(Revision.id, Revision.asked_rows).where(*wanted))
        wanted = (Revision.id.in_([row[0] for row in rows if keep(row[1])]),)
    return list(
        session.scalars(
            select(Revision)
            .where(*wanted)
            .order_by(Revision.submitted_at, Revision.id)
            .options(
                selectinload(Revision.saved_drafts),
                selectinload(Revision.signatures),
                selectinload(Revision.opened_by),
                selectinload(Revision.current),
            )
        )
    )


def _in_state(revisions: Iterable[Revision], *states: State) -> list[Revision]:
    return [revision for revision in revisions if revision.state in states]


def _returned(session: Session, revision_ids: list[int]) -> dict[int, Event]:
    """Return by what event each draft came back: the last request for changes or recall."""
    later = aliased(Event)
    rows = session.scalars(
        select(Event).where(
            Event.revision_id.in_(revision_ids),
            Event.act.in_(_RETURNS),
            ~exists(
                select(1).where(later.revision_id == Event.revision_id, later.act.in_(_RETURNS), later.seq > Event.seq)
            ),
        )
    )
    return {event.revision_id: event for event in rows if event.revision_id is not None}


def _due_for(control: DocumentControl, session: Session, person: Reader) -> ColumnElement[bool]:
    """The revision is due for review soon, and the person looks after it: an author the own department's."""
    if not may(person, Right.WRITE):
        return false()
    soon = control.today(session) + timedelta(days=REVIEW_DUE_SOON_DAYS)
    due = and_(in_force_for(person), Revision.review_due <= soon)
    if may(person, Right.CONTROL):
        return due
    return and_(due, Revision.department == person.department, Revision.department != "")


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
