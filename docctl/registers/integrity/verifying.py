"""Integrity: whether everything in the library is what was recorded, and one sentence for each thing that is not."""

from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import (
    DatabaseDamagedError,
    DocctlError,
    GitLibraryLostError,
    LibraryMismatchError,
    OtherDatabaseError,
)
from docctl.domain.operations.accepted_losses import AcceptedLosses
from docctl.domain.operations.stops import of_document
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, Act, ChainHead, Event
from docctl.domain.trail.events.reading import read
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.outcome import Outcome
from docctl.registers.integrity.ahead_in_git import look_ahead
from docctl.registers.integrity.authority import check_in_force, check_one_in_force
from docctl.registers.integrity.cells import damaged_pages, foreign_objects, unreadable_cells
from docctl.registers.integrity.chain import TrailCheck, ledger_objects, listed_elsewhere, stretches
from docctl.registers.integrity.data_files import check_data_files
from docctl.registers.integrity.files import FileCheck, check_erased, check_objects, check_refs, check_snapshot
from docctl.registers.integrity.finding import BROKEN, KEYS, REBUILD, Finding, Progress, broken, unchecked
from docctl.registers.integrity.records import RecordCheck
from docctl.registers.integrity.report import IntegrityReport
from docctl.registers.integrity.rows import ReplayedRows
from docctl.registers.integrity.secrets import check_secrets
from docctl.registers.integrity.shown import ShownCheck
from docctl.registers.integrity.witnesses import KnownHead, check_breaks, check_remembered, check_witnesses
from docctl.registers.trail.witnessing import standing
from docctl.shipped import shipped

CHUNK = 200
SOUND, BEHIND, TAMPERED = Outcome.SOUND, Outcome.BEHIND, Outcome.CHANGED


def _silent(step: str, done: int, of: int) -> None:
    """Tell nobody how far the check has come."""


def verify(
    control: DocumentControl,
    progress: Progress | None = None,
    witnesses: Iterable[KnownHead] = (),
    *,
    every_object: bool = False,
    turn: int | None = None,
) -> IntegrityReport:
    """Check chain, signatures, files, states, references and snapshot; reads only, and lets others go on writing.

    Witnesses are checkpoints and printed heads kept elsewhere: only they show that the newest events were cut off.
    Asked for every object, it reads those of Git too that nothing else here reads, such as the folders of the ledger.
    With a turn, what people are shown is compared for the revisions alone whose turn it is.
    """
    check = _Check(control, progress or _silent, list(witnesses), turn)
    check.run(every_object=every_object)
    return check.report


def took_away_since(control: DocumentControl, seq: int) -> bool:
    """Say whether something happened after an event that takes away what a check of before may have missed."""
    taking = (Act.DOCUMENT_DISPOSED, Act.RECORDS_DISPOSED, Act.SIGNING_KEY_ROTATED, Act.SIGNING_KEY_LOST)
    with control.reading() as session:
        return session.scalar(select(Event.seq).where(Event.seq > seq, Event.act.in_(taking)).limit(1)) is not None


class _Check:
    """One check of a library: each part goes as far as it comes, and says where it could not go on."""

    def __init__(self, control: DocumentControl, tell: Progress, witnesses: list[KnownHead], turn: int | None) -> None:
        self._control, self._tell, self._witnesses = control, tell, witnesses
        self._shown = ShownCheck(control, turn)
        self._started = control.now()
        self._findings: list[Finding] = []
        self._trail: TrailCheck | None = None
        self._files = FileCheck(control)
        self._records = RecordCheck(control)
        self._accepted = AcceptedLosses()
        self._revisions = 0
        self._witnessed: tuple[str, ...] = ()

    def run(self, *, every_object: bool) -> None:
        """Check everything."""
        control, findings, tell = self._control, self._findings, self._tell
        with checking("the file and the tables of the database", findings), control.reading() as session:
            findings.extend(damaged_pages(session))
            findings.extend(unreadable_cells(session))
            findings.extend(foreign_objects(session, tools.database.newest_schema(shipped("migrations"))))
        with checking("events, revisions, rows and references", findings):
            told = len(findings)
            self._run_in_order(TrailCheck(control), ReplayedRows(control))
            if self._records.is_outdated:
                self._begin_again(told)
                self._run_in_order(TrailCheck(control), ReplayedRows(control))
        if not every_object:
            return
        if any(finding.severity == BROKEN for finding in self._all):
            findings.append(unchecked("I3", "objects", "The other objects of Git were not read, as more is wrong."))
            return
        tell("Reading every object", 0, 1)
        with checking("every object of Git", findings):
            findings.extend(check_objects(control))
        tell("Reading every object", 1, 1)

    def _begin_again(self, told: int) -> None:
        """Forget what was found of rows whose records were disposed of since their events were read."""
        del self._findings[told:]
        self._files, self._records, self._revisions = FileCheck(self._control), RecordCheck(self._control), 0

    def _run_in_order(self, trail: TrailCheck, rows: ReplayedRows) -> None:
        """Follow the events, then compare with what they make: files and rows, references, witnesses."""
        control, files, findings, tell = self._control, self._files, self._findings, self._tell
        self._trail = trail
        with control.reading() as session:
            newest = session.scalar(select(func.max(Event.seq))) or 0
        for events in stretches(control, 0, newest):
            with control.reading() as session:
                self._take(trail, rows, session, events)
            tell("Checking events", trail.seq, newest)
        self._check_revisions(trail, rows)
        tell("Checking references", 0, 1)
        with control.reading() as session:
            self._catch_up(trail, rows, session)
            head = session.get(ChainHead, CHAIN_HEAD_ID)
            findings.extend(_check_head(trail, head, session.scalar(select(func.count(ChainHead.id))) or 0))
            ahead = look_ahead(control, session, trail)
            findings.extend(_check_key(control, ahead.current_key if ahead is not None else trail.current_key))
            with checking("every row by its events", findings):
                findings.extend(_compare_rows(rows, session, self._all, self._accepted.objects))
                findings.extend(check_one_in_force(session))
            with checking("what was erased", findings):
                findings.extend(check_erased(control, rows.tombstones, *files.kept))
            with checking("records", findings):
                findings.extend(self._records.findings())
            with checking("references", findings):
                findings.extend(check_refs(control, session, trail.seq, trail.commit, ahead))
            with checking("the files of the data folder", findings):
                findings.extend(check_data_files(control, session))
            with checking("the library snapshot", findings):
                findings.extend(check_snapshot(control, session, trail.seq, ahead))
            doubts = list(check_witnesses(control, session, self._witnesses, trail.tree))
            findings.extend(check_remembered(control, self._witnesses))
            witnessed = standing(control, session, trail.tree)
            self._witnessed = tuple(witnessed.sentences)
            findings.extend((*doubts, *check_breaks(trail.losses, self._witnesses, doubts, witnessed)))
        tell("Checking references", 1, 1)

    def _take(self, trail: TrailCheck, rows: ReplayedRows, session: Session, events: list[Event]) -> None:
        told: list[tuple[Event, Recorded[Details]]] = []
        with self._control.library.reading_ahead(ledger_objects(events)):
            for event in events:
                said = trail.take(event)
                try:
                    if said:
                        told.append((event, read(said, event.record)))
                except (KeyError, TypeError, ValueError, AttributeError):
                    sentence = f"Event {event.seq} ({event.act}) does not say what an event of its kind has to say."
                    self._findings.append(broken("I10", f"event {event.seq}", sentence))
        self._records.take(told)
        for _, each in told:
            self._accepted.take(each)
        rows.take([event for _, event in told])
        for seq in listed_elsewhere(session, {event.seq: (event.document, event.revision) for _, event in told}):
            sentence = f"Event {seq} is listed under another document or revision than it is about."
            self._findings.append(broken("I2", f"event {seq}", sentence, REBUILD))

    def _catch_up(self, trail: TrailCheck, rows: ReplayedRows, session: Session) -> None:
        """Take what happened since, in the same transaction as the rows to compare with."""
        query = select(Event).where(Event.seq > trail.seq).order_by(Event.seq)
        self._take(trail, rows, session, list(session.scalars(query)))

    def _check_revisions(self, trail: TrailCheck, rows: ReplayedRows) -> None:
        """Check every revision that is in force, and the files of each; count them."""
        control, findings = self._control, self._findings
        with control.reading() as session:
            total = session.scalar(select(func.count(Revision.id))) or 0
        last_id = 0
        while True:
            with control.reading() as session:
                self._catch_up(trail, rows, session)
                revisions = stretch_of_revisions(session, last_id)
                for revision in revisions:
                    with naming(revision, findings):
                        findings.extend(check_in_force(revision))
            for revision in revisions:
                with naming(revision, findings):
                    findings.extend(self._files.check(revision))
                    findings.extend(self._shown.check(revision))
            self._revisions += len(revisions)
            self._tell("Checking revisions", self._revisions, total)
            if len(revisions) < CHUNK:
                return
            last_id = revisions[-1].id

    @property
    def _all(self) -> tuple[Finding, ...]:
        found = (*(self._trail.findings if self._trail is not None else ()), *self._findings)
        return tuple(each.as_accepted(self._accepted) for each in found)

    @property
    def report(self) -> IntegrityReport:
        """What was found, with how much was looked at."""
        seq, chain = (self._trail.seq, self._trail.chain) if self._trail is not None else (0, "")
        return IntegrityReport(
            findings=self._all,
            checked={"events": seq, "revisions": self._revisions, "files": self._files.files},
            head_seq=seq,
            head_chain=chain,
            witnessed=self._witnessed,
            started_at=self._started,
            finished_at=self._control.now(),
        )


@contextmanager
def checking(what: str, findings: list[Finding]) -> Iterator[None]:
    """Let a part of a check go as far as it comes; what keeps it from going on is told with what was not seen.

    Whatever is wrong with what is read may show as any error, and a check that fails must never look like one passed.
    """
    try:
        yield
    except DatabaseDamagedError as damage:
        said = f"{damage} It says: {damage.said.rstrip('.')}." if damage.said else str(damage)
        findings += [broken("database", "database", said), unchecked("unread", what, f"Not all of {what} was checked.")]
    except OtherDatabaseError as wrong:
        findings.append(unchecked("unread", what, str(wrong)))
    except (GitLibraryLostError, LibraryMismatchError) as loss:
        findings += [broken("I3", what, str(loss)), unchecked("unread", what, f"Not all of {what} was checked.")]
    except Exception as trouble:
        cause = getattr(trouble, "orig", None) or trouble
        said = str(cause) if isinstance(cause, DocctlError) else f"{type(cause).__name__}: {cause}"
        said = f"{said} It says: {told}." if (told := getattr(cause, "said", "").rstrip(".")) else said
        findings.append(unchecked("unread", what, f"Not all of {what} could be checked. {said}"))


@contextmanager
def naming(revision: Revision, findings: list[Finding]) -> Iterator[None]:
    """Name the revision whose rows hold what no event could have put there, and go on with the next."""
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError) as wrong:
        document = revision.document.number
        sentence = f"A row of {document} revision {revision.number} holds what cannot be read ({wrong})."
        findings.append(broken("I4", f"{document} revision {revision.number}", sentence, stops=of_document(document)))


def _compare_rows(
    rows: ReplayedRows, session: Session, told: Iterable[Finding], lost: Set[str]
) -> Iterator[Finding]:  # fmt: skip
    """Find what is not as the events make it; where these themselves are broken, say that it was not compared."""
    yield from rows.unauthorised
    if not rows.stopped:
        yield from check_secrets(session, rows.commitments)
    if rows.stopped and any(finding.severity == BROKEN for finding in told):
        yield unchecked("I4", "rows", rows.stopped)
    else:
        yield from rows.compare(session, lost)


def stretch_of_revisions(session: Session, last_id: int) -> list[Revision]:
    """Return the next revisions after one, with all that is compared of them."""
    query = select(Revision).where(Revision.id > last_id).order_by(Revision.id).limit(CHUNK)
    parts = (
        selectinload(Revision.saved_drafts),
        selectinload(Revision.current),
        selectinload(Revision.signatures),
        selectinload(Revision.citations),
        selectinload(Revision.opened_by),
    )
    return list(session.scalars(query.options(*parts)))


def _check_head(trail: TrailCheck, head: ChainHead | None, heads: int) -> Iterator[Finding]:
    if heads > 1:
        yield broken("I2", "chain head", f"The table chain_head has {heads} rows, and docctl keeps one.")
    if head is None or trail.last is None or not head.is_at(trail.last):
        yield broken("I2", "chain head", "The head of the chain is not the last event; events were added or removed.")


def _check_key(control: DocumentControl, current: str) -> Iterator[Finding]:
    try:
        control.keys.key(current)
    except LibraryMismatchError:
        sentence = "The key in the folder keys/ is not the one that signs the ledger; bring it back from a backup."
        yield broken("I7", "ledger key", sentence, KEYS)
