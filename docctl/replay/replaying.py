"""Replays recorded events into the tables: every act either makes or changes rows in one place, or none at all."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, object_mapper

from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.mapping import Record
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, Act, ChainHead, Event
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.events.recorded import Details, Recorded

D = TypeVar("D", bound=Details)


class Replayed:
    """The tables as far as the events were replayed, and the rows that the event at hand is about."""

    def __init__(self, control: DocumentControl, session: Session, refs: Mapping[str, str]) -> None:
        self.control = control
        self.session = session
        self._refs = refs
        self._documents: dict[str, Document] = {}
        self._revisions: dict[tuple[str, int], Revision] = {}
        self.open_entries: set[tuple[str, Any, str]] = set()

    def leave_open(self, row: Record, entry: str, *, is_open: bool) -> None:
        """Note whether no event has said yet what an entry of a row is, as some of the first versions did not."""
        if not is_open and not self.open_entries:
            return
        self.session.flush()
        known = (row.__tablename__, object_mapper(row).primary_key_from_instance(row)[0], entry)
        (self.open_entries.add if is_open else self.open_entries.discard)(known)

    def forget(self) -> None:
        """Let go of the rows at hand, which are read again where an event asks for them."""
        self._documents.clear()
        self._revisions.clear()
        self.session.expunge_all()

    def actor(self, event: Recorded[Details]) -> User:
        """Return the account of whoever acted."""
        return self.session.get_one(User, event.account)

    def user(self, event: Recorded[Details]) -> User:
        """Return the account that an event is about."""
        return self.session.scalars(select(User).where(User.login == event.login)).one()

    def document(self, event: Recorded[Details]) -> Document:
        """Return the document that an event is about."""
        number = event.number
        if number not in self._documents:
            found = self.session.scalars(select(Document).where(Document.number == number)).one()
            self._documents[number] = found
        return self._documents[number]

    def branch(self, number: str) -> str:
        """Return the newest commit of a document's own line, nothing where there is none."""
        return self._refs.get(f"refs/heads/documents/{number}", "")

    def revision(self, event: Recorded[Details]) -> Revision:
        """Return the revision that an event is about."""
        key = event.key
        if key not in self._revisions:
            self._revisions[key] = self.document(event).revision(key[1])
        return self._revisions[key]


Rebuild = Callable[[Replayed, Recorded[Any]], None]


def on(kind: type[D], rebuild: Callable[[Replayed, Recorded[D]], None]) -> tuple[Act, Rebuild]:
    """Pair an act with what rebuilds the rows of its events, which takes the details of this act."""
    return kind.act, rebuild


def replay_event(state: Replayed, event: Recorded[Details], how: Mapping[Act, Rebuild]) -> None:
    """Let one event make or change its rows, where its act does."""
    rebuild = how.get(event.action)
    if rebuild is not None:
        rebuild(state, event)
        state.session.flush()


def replay(
    control: DocumentControl,
    session: Session,
    events: Iterable[Event],
    how: Mapping[Act, Rebuild],
    refs: Mapping[str, str],
) -> int:
    """Replay events into the tables, in order, with the rows of the events themselves; return how many there were.

    The references are those of the Git repository that the events come from.
    Raises LibraryMismatchError for an event that does not say what its act has to say; the caller's transaction
    then takes everything back.
    """
    state, replayed = Replayed(control, session, refs), 0
    head = session.get(ChainHead, CHAIN_HEAD_ID)
    if head is None:
        session.add(head := ChainHead(id=CHAIN_HEAD_ID, seq=0))
    for event in events:
        try:
            told = read_event(event)
            replay_event(state, told, how)
            event.document_id = state.document(told).id if told.document else None
            event.revision_id = state.revision(told).id if told.revision else None
        except (LookupError, TypeError, ValueError, AttributeError) as wrong:
            raise LibraryMismatchError(
                "Event %(seq)s (%(act)s) does not say what is needed to rebuild what it did (%(wrong)s); "
                "nothing was changed.",
                seq=event.seq,
                act=event.act,
                wrong=wrong,
            ) from wrong
        session.add(event)
        head.seq, head.chain, head.ledger_commit = event.seq, event.chain, event.ledger_commit
        head.happened_at = event.happened_at
        replayed += 1
    session.flush()
    return replayed
