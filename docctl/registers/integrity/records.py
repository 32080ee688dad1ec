"""Checks records against the hashes that events hold of them: in the tables, and in their folder beside the ledger."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.document_control.record_folder import TO_A_PAGE
from docctl.domain.operations.stops import Stop, thing
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.operations import GitAdopted, LibraryRebuilt
from docctl.domain.trail.events.reading import details_of, read_event
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.retention import RecordsDisposed
from docctl.domain.trail.record import in_stretches, of_stretches
from docctl.registers.integrity.finding import NOT_OURS, REBUILD, Finding, broken, noted, repairable, unproven

RULE, FOLDER = "records", "records"


class RecordCheck:
    """Takes each event with its record; then says which records are changed, lost, disposed of, or not here."""

    def __init__(self, control: DocumentControl) -> None:
        self._control = control
        self._findings: list[Finding] = []
        self._kept: set[int] = set()
        self._missing: set[int] = set()
        self._disposed: set[int] = set()
        self._given_up: set[int] = set()
        self._otherwise = self._last = 0

    def take(self, events: Sequence[tuple[Event, Recorded[Details]]]) -> None:
        """Take events with what they say."""
        for event, told in events:
            self._take(event, told)
            self._last = event.seq

    def _take(self, event: Event, told: Recorded[Details]) -> None:
        match told.details:
            case RecordsDisposed(records=rows):
                self._disposed.update(row["event"] for row in rows)
            case LibraryRebuilt(without_records=stretches) | GitAdopted(without_records=stretches):
                self._given_up.update(of_stretches(stretches or ()))
        if event.record and (told.record is None or told.is_without_record):
            sentence = f"Event {event.seq} ({event.act}): its record is not the one whose hash the event holds."
            self._findings.append(broken(RULE, f"event {event.seq}", sentence, REBUILD))
        elif event.record:
            self._kept.add(event.seq)
            self._otherwise += self._control.records.of(event.seq) != event.record
        elif told.record is not None:
            self._missing.add(event.seq)

    @property
    def is_outdated(self) -> bool:
        """Say whether records were disposed of after they were read, or are in the tables again."""
        return bool(self._kept & self._disposed)

    def findings(self) -> Iterator[Finding]:
        """Give out what was found, once every event was taken."""
        yield from self._findings
        for seq in sorted(self._missing - self._disposed - self._given_up):
            sentence = f"Event {seq}: its record is lost, and no event says that it was disposed of."
            yield broken(RULE, f"event {seq}", sentence, REBUILD, thing(Stop.AT_USE))
        if not_here := self._missing & self._given_up - self._disposed:
            sentence = (
                f"{len(not_here)} records are not here: they lie apart from the ledger, and the library was rebuilt "
                "without them."
            )
            yield noted(RULE, FOLDER, sentence, "Rebuild from a data folder or a backup that has them, if there is one")
        if back := self._kept & self._disposed:
            yield repairable(RULE, FOLDER, f"{len(back)} records that were disposed of are in the tables again.")
        if self._otherwise:
            sentence = f"{self._otherwise} records are lost or changed in the folder records/; the tables have them."
            yield repairable(RULE, FOLDER, sentence)
        if beside := self._beside():
            sentence = f"The folder records/ holds {beside} lines that are no record which is kept; they are erased."
            yield repairable(RULE, FOLDER, sentence)

        for page in self._made_by_nobody():
            name = f"{FOLDER}/{page:06d}.jsonl"
            yield unproven(RULE, name, f"{name} in the data folder was not put there by docctl.", NOT_OURS)

    def _made_by_nobody(self) -> list[int]:
        """Return the empty pages of which no event has, or had, a record; the next event may have been cut off."""
        made = {seq // TO_A_PAGE for seq in (*self._kept, *self._missing, self._last + 1)}
        return [page for page in self._control.records.empty_pages() if page not in made]

    def _beside(self) -> int:
        """Count lines of events that happened and have no record, and lines that are none.

        Those of later events may be of what Git alone still knows.
        """
        records = self._control.records
        lines = {seq for page in records.pages() for seq in records.page(page)}
        return len({seq for seq in lines - self._kept if seq <= self._last})


def records_missing(session: Session, after: int = 0) -> list[str] | None:
    """Return the events after one whose records are not here, and of which no event says that they were disposed of."""
    missing, disposed = set[int](), set[int]()
    without = select(Event).where(Event.seq > after, Event.record == "").order_by(Event.seq)
    for event in session.scalars(without.execution_options(yield_per=1000)):
        told = read_event(event)
        if told.record is not None:
            missing.add(event.seq)
    for event in session.scalars(select(Event).where(Event.act == Act.RECORDS_DISPOSED)):
        disposed.update(row["event"] for row in details_of(event, RecordsDisposed).records)
    return in_stretches(missing - disposed) or None
