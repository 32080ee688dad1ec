"""Replays recorded events into the tables: every act either makes or changes rows in one place, or none at all."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.duties.duties_of_revision import settle_duties
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.mapping import Record
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, Act, ChainHead, Event
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.replay.rows_in_database import RowsInDatabase
from docctl.replay.rows_in_memory import RowsInMemory

D = TypeVar("D", bound=Details)
R = TypeVar("R", bound=Record)


class Replayed:
    """The rows as far as the events were replayed, and those that the event at hand is about."""

    def __init__(
        self, control: DocumentControl, rows: RowsInMemory | RowsInDatabase, refs: Mapping[str, str] | None = None,
        *, reads_texts: bool = True,
    ) -> None:  # fmt: skip
        self.control = control
        self.rows = rows
        self.reads_texts = reads_texts
        self._refs = refs
        self.unread: dict[str, str] = {}
        """The revisions of whose present text Git could not give the file, each with the name of that file in Git."""

    def row(self, kind: type[R], key: Any) -> R:
        """Return a row by its key; raise LookupError where no event made it."""
        return _there(self.rows.find(kind, key), key)

    def named(self, kind: type[R], name: str) -> R:
        """Return an account, a type or a route by its name; raise LookupError where no event made it."""
        return _there(self.rows.named(kind, name), name)

    def actor(self, event: Recorded[Details]) -> User:
        """Return the account of whoever acted."""
        return self.row(User, event.account)

    def user(self, event: Recorded[Details]) -> User:
        """Return the account that an event is about; events of earlier versions name it by its login."""
        kind, _, name = event.subject.partition(":")
        return self.row(User, int(name)) if kind == "account" else self.named(User, name)

    def document(self, event: Recorded[Details]) -> Document:
        """Return the document that an event is about."""
        return _there(self.rows.document(event.number), event.number)

    def branch(self, number: str) -> str:
        """Return the newest commit of a document's own line, nothing where there is none."""
        if self._refs is None:
            self._refs = self.control.library.refs()
        return self._refs.get(f"refs/heads/documents/{number}", "")

    def revision(self, event: Recorded[Details]) -> Revision:
        """Return the revision that an event is about."""
        return self.document(event).revision(event.key[1])


def _there(row: R | None, name: object) -> R:
    if row is None:
        raise LookupError(f"there is no {name}")
    return row


Rebuild = Callable[[Replayed, Recorded[Any]], None]


def on(kind: type[D], rebuild: Callable[[Replayed, Recorded[D]], None]) -> tuple[Act, Rebuild]:
    """Pair an act with what rebuilds the rows of its events, which takes the details of this act."""
    return kind.act, rebuild


def replay_event(state: Replayed, event: Recorded[Details], how: Mapping[Act, Rebuild]) -> None:
    """Let one event make or change its rows, where its act does, and the duties of the revision it is about."""
    rebuild = how.get(event.action)
    if rebuild is None:
        return
    rebuild(state, event)
    if event.revision is not None:
        settle_duties(state.revision(event), event.time, event.seq)


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
    state, replayed = Replayed(control, RowsInDatabase(session), refs), 0
    head = session.get(ChainHead, CHAIN_HEAD_ID)
    if head is None:
        session.add(head := ChainHead(id=CHAIN_HEAD_ID, seq=0))
    for event in events:
        try:
            told = read_event(event)
            replay_event(state, told, how)
            session.flush()
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
