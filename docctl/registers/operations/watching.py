"""The watch: what decides who may act, compared every minute with what the signed events make of it."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.errors import DocctlError, LibraryBusyError, LibraryMismatchError
from docctl.domain.operations.stops import EVERYTHING
from docctl.domain.trail.audit_trail import FIRST_CHAIN, Act, Event, link
from docctl.domain.trail.events.reading import read_event
from docctl.registers.integrity.finding import Finding, broken
from docctl.registers.integrity.named_rows import MadeRows, NamedRow, kept_rows
from docctl.registers.integrity.rows import compare
from docctl.replay.acts import REBUILDS
from docctl.replay.replaying import Replayed, replay_event
from docctl.replay.rows_in_memory import RowsInMemory

WATCHED = frozenset(
    {
        "users",
        "organisation",
        "people",
        "units",
        "document_types",
        "approval_routes",
        "legal_holds",
        "retention_rules",
        "delegations",
        "audit_engagements",
    }
)
# The acts that make these tables, and those that make what their rows name.
_ACTS = frozenset(
    {
        Act.LIBRARY_FOUNDED,
        Act.LIBRARY_CHANGED,
        Act.REMINDERS_RULED,
        Act.USER_ADDED,
        Act.USER_CHANGED,
        Act.USER_DISABLED,
        Act.USER_ENABLED,
        Act.PERSON_ADDED,
        Act.PERSON_CHANGED,
        Act.PERSON_ENDED,
        Act.PERSON_END_TAKEN_BACK,
        Act.UNIT_ADDED,
        Act.UNIT_RENAMED,
        Act.UNIT_MERGED,
        Act.UNIT_SPLIT,
        Act.UNIT_RETIRED,
        Act.UNIT_HEAD_NAMED,
        Act.ROUTE_ADDED,
        Act.ROUTE_CHANGED,
        Act.ROUTE_RENAMED,
        Act.ROUTE_RETIRED,
        Act.ROUTE_REINSTATED,
        Act.TYPE_ADDED,
        Act.TYPE_CHANGED,
        Act.TYPE_RENAMED,
        Act.TYPE_RETIRED,
        Act.TYPE_REINSTATED,
        Act.DOCUMENT_CREATED,
        Act.RETENTION_RULE_SET,
        Act.HOLD_PLACED,
        Act.HOLD_LIFTED,
        Act.DELEGATE_NAMED,
        Act.DELEGATION_REVOKED,
        Act.ENGAGEMENT_OPENED,
        Act.ENGAGEMENT_CHANGED,
        Act.ENGAGEMENT_ENDED,
    }
)
_HOW = {act: rebuild for act, rebuild in REBUILDS.items() if act in _ACTS}
STRETCH = 1000


class Watch:
    """Follows the events in memory, each joined to the chain whose newest link the ledger's signature covers.

    What was changed and put back between two looks is not seen here; verify looks at more.
    """

    def __init__(self, control: DocumentControl) -> None:
        self._control = control
        self._sound_at = ""
        self.stops = frozenset[str]()
        """Which acts stop for what the last look found."""
        self._disposal: int | None = None
        self._start_again()

    def look(self) -> str:
        """Return in a sentence what is not as the signed events make it, and since when; nothing where all is.

        Events are read a stretch at a time, so that nobody waits to write; the tables in the transaction of the last.
        Raises LibraryBusyError where the tables cannot be read now, which says nothing of what is in them.
        """
        try:
            faults = list(self._faults())
            found = next((each.sentence for each in faults if each.stops == EVERYTHING), "")
            found = found or next((each.sentence for each in faults), "")
            self.stops = frozenset(each.stops for each in faults)
        except LibraryBusyError:
            raise
        except DocctlError as refusal:
            self.stops = frozenset({EVERYTHING})
            return str(refusal)
        except (LookupError, ValueError, TypeError, AttributeError) as wrong:
            self._start_again()
            self.stops = frozenset({EVERYTHING})
            found = f"The watch cannot read what the audit trail says of accounts, roles and routes ({wrong})."
        if not found:
            self._sound_at = f"{self._control.now():%Y-%m-%d %H:%M} UTC"
            return ""
        return f"{found} {f'It was sound at {self._sound_at}.' if self._sound_at else ''}".strip()

    def _start_again(self) -> None:
        self._rows = RowsInMemory()
        self._state = Replayed(self._control, self._rows)
        self._seq, self._chain = 0, FIRST_CHAIN

    def _faults(self) -> Iterator[Finding]:
        is_last, newest = False, None
        while not is_last:
            with self._control.reading() as session:
                events = self._next(session)
                if fault := next(filter(None, map(self._take, events)), ""):
                    self._start_again()
                    yield broken("I2", "chain", fault)
                    return
                newest, is_last = (events[-1] if events else newest), len(events) < STRETCH
                if is_last and newest is not None and not self._is_signed(session, newest):
                    self._start_again()
                    sentence = f"The ledger in Git does not carry the library's signature of event {newest.seq}."
                    yield broken("I7", "ledger", sentence)
                    return
                if is_last:
                    yield from self._differences(session)

    def _next(self, session: Session) -> Sequence[Event]:
        """Return the next events; from the first on where the tables are another copy, or records were disposed of."""
        before = session.scalar(select(Event.chain).where(Event.seq == self._seq)) if self._seq else FIRST_CHAIN
        disposal = session.scalar(select(func.max(Event.seq)).where(Event.act == Act.RECORDS_DISPOSED))
        if before != self._chain or disposal != self._disposal:
            self._start_again()
            self._disposal = disposal
        return session.scalars(select(Event).where(Event.seq > self._seq).order_by(Event.seq).limit(STRETCH)).all()

    def _take(self, event: Event) -> str:
        place = link(self._chain, event.salt, event.text)
        if (event.seq, event.leaf, event.chain) != (self._seq + 1, place.leaf, place.chain):
            return f"Event {event.seq} does not join the chain of the events before it."
        self._seq, self._chain = event.seq, place.chain
        # The act is taken from the signed text: the column beside it is only a copy.
        told = read_event(event)
        if told.action in _ACTS:
            replay_event(self._state, told, _HOW)
            self._rows.rest()
        return ""

    def _is_signed(self, session: Session, event: Event) -> bool:
        git = tools.git_library
        try:
            data = self._control.library.read(event.ledger_commit)
        except LibraryMismatchError:
            return False
        plain, signature = git.without_signature(data)
        key = self._control.ledger_keys(session).at(event.seq)
        is_named = git.GitObject("commit", data).id == event.ledger_commit
        is_told = f"Chain: {event.chain}" in plain.decode(errors="replace").splitlines()
        return is_named and is_told and tools.signing_key.is_signed_by(key, plain, signature)

    def _differences(self, session: Session) -> Iterator[Finding]:
        yield from compare(self._made, lambda: kept_rows(session.connection(), WATCHED))

    def _made(self) -> Iterator[NamedRow]:
        return (row for row in MadeRows(self._rows) if row.table in WATCHED)
