"""What waits for one person: signatures asked of them, drafts they write or hold, documents they own, routes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from docctl.document_control.laid_routes import routes_relying_on
from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.lifecycle import WAITING_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import asks, has_signed
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.people import DocumentReassigned, UserChanged
from docctl.domain.trail.events.reading import details_of


@dataclass(frozen=True)
class PendingTasks:
    """Everything that nobody does when somebody leaves, unless a successor takes it over."""

    signatures: tuple[Revision, ...]
    drafts: tuple[Revision, ...]
    owned: tuple[Revision, ...]
    routes: tuple[ApprovalRoute, ...]

    def __bool__(self) -> bool:
        return bool(self.signatures or self.drafts or self.owned or self.routes)

    @property
    def names(self) -> list[str]:
        """The revisions, documents and approval routes by name, each once."""
        revisions = [each.name for each in (*self.signatures, *self.drafts)]
        routes = [f"the route “{route.name}”" for route in self.routes]
        return list(dict.fromkeys([*revisions, *(each.document.number for each in self.owned), *routes]))


def pending_tasks(session: Session, user: User) -> PendingTasks:
    """Return what waits for a person, by document number."""
    names, published = _names_of(session, user), (State.APPROVED, State.IN_FORCE)
    return PendingTasks(
        signatures=tuple(each for each in _revisions(session, WAITING_STATES) if places_asking(each, user)),
        drafts=tuple(each for each in _revisions(session, (State.DRAFT,)) if user.id in _accounts_at_work(each)),
        owned=(*_owned(session, names, WAITING_STATES), *_owned(session, names, published)),
        routes=tuple(routes_relying_on(session, user)),
    )


def places_asking(revision: Revision, user: User) -> list[int]:
    """Return the places of the steps, open now or later, that ask a person who has not signed."""
    if revision.state not in WAITING_STATES or has_signed(user, revision):
        return []
    signed = [signature.step for signature in revision.valid_signatures]
    asked = enumerate(revision.asked)
    return [place for place, step in asked if user.id in step.people and signed.count(place) < step.needed]


def stuck_places(revision: Revision, users: Iterable[User]) -> list[int]:
    """Return the places of the open steps that too few people can still sign: disabled, without the role, or signed."""
    able = [user for user in users if user.person not in revision.author_persons and not has_signed(user, revision)]
    signed = [signature.step for signature in revision.valid_signatures]
    stuck = []
    for place in revision.unfinished_steps():
        step = revision.asked[place]
        left = {user.person for user in able if asks(step, user)}
        if signed.count(place) + len(left) < step.needed:
            stuck.append(place)
    return stuck


def owner_now(session: Session, revision: Revision) -> str:
    """Return who looks after a document: its owner, or whoever took over since the owner left."""
    wanted = (Event.document_id == revision.document_id, Event.act == Act.DOCUMENT_REASSIGNED)
    owner = revision.owner
    for event in session.scalars(select(Event).where(*wanted).order_by(Event.seq)):
        given = details_of(event, DocumentReassigned)
        owner = given.new if given.old == owner else owner
    return owner


def _names_of(session: Session, user: User) -> set[str]:
    """Return the names, also earlier ones, that stand for this person and for nobody else who works here.

    A document says its owner in words, so a name that somebody else bears as well goes on naming them.
    """
    others = select(User.name).where(User.person != user.person, User.disabled.is_(False))
    changed = select(Event).where(Event.subject.in_(user.subjects), Event.act == Act.USER_CHANGED)
    borne = {user.name, *(details_of(event, UserChanged).old.name for event in session.scalars(changed))}
    return {name.casefold() for name in borne} - {name.casefold() for name in session.scalars(others)}


def _accounts_at_work(revision: Revision) -> set[int | None]:
    writers = {draft.author_id for draft in revision.saved_drafts if not draft.aside}
    return {revision.held_by_id, revision.opened_by_id, *writers}


def _owned(session: Session, names: set[str], states: Iterable[State]) -> Iterator[Revision]:
    """Give the revisions that somebody of these names looks after, without reading those of everybody else."""
    written = session.scalars(select(Revision.owner).where(Revision.state.in_(states)).distinct())
    owners = [owner for owner in written if owner.casefold() in names]
    taken_over = select(Event.document_id).where(Event.act == Act.DOCUMENT_REASSIGNED)
    near = or_(Revision.owner.in_(owners), Revision.document_id.in_(taken_over))
    for revision in _revisions(session, states, near):
        if owner_now(session, revision).casefold() in names:
            yield revision


def _revisions(session: Session, states: Iterable[State], *wanted: ColumnElement[bool]) -> list[Revision]:
    found = session.scalars(select(Revision).where(Revision.state.in_(states), *wanted))
    return sorted(found, key=lambda each: (each.document.canonical, each.number))
