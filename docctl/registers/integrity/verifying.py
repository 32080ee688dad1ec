"""Integrity: whether everything in the library is what was recorded, and one sentence for each thing that is not."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from docctl.document_control import DocumentControl
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, ChainHead, Event
from docctl.domain.trail.events.reading import read
from docctl.registers.integrity.ahead_in_git import look_ahead
from docctl.registers.integrity.chain import TrailCheck, ledger_objects, stretches
from docctl.registers.integrity.erased import check_erased
from docctl.registers.integrity.files import FileCheck, check_objects, check_refs, check_snapshot
from docctl.registers.integrity.finding import BROKEN, KEYS, REPAIRABLE, UNPROVEN, Finding, Progress, broken, noted
from docctl.registers.integrity.in_force import check_in_force, check_one_in_force
from docctl.registers.integrity.rows import ReplayedRows
from docctl.registers.integrity.witnesses import Witness, check_breaks, check_witnesses

CHUNK = 200
SOUND, BEHIND, TAMPERED = 0, 1, 2


@dataclass(frozen=True)
class IntegrityReport:
    """What was checked and what was found."""

    findings: tuple[Finding, ...]
    checked: dict[str, int]
    head_seq: int
    head_chain: str
    started_at: datetime
    finished_at: datetime

    @property
    def exit_code(self) -> int:
        """0 where all is sound, 1 where something is behind or unproven, 2 where something was changed or lost."""
        if any(finding.severity == BROKEN for finding in self.findings):
            return TAMPERED
        return BEHIND if any(finding.severity in (REPAIRABLE, UNPROVEN) for finding in self.findings) else SOUND

    @property
    def summary(self) -> str:
        """The outcome in one sentence."""
        counted = ", ".join(f"{count:,} {what}" for what, count in self.checked.items())
        broken_things = sum(finding.severity == BROKEN for finding in self.findings)
        behind = sum(finding.severity == REPAIRABLE for finding in self.findings)
        if self.exit_code == TAMPERED:
            return f"The library is not sound: {broken_things} things were changed or lost ({counted} checked)."
        if self.exit_code == BEHIND and not behind:
            return f"Nothing here was changed or lost, but only a witness outside can vouch for it ({counted} checked)."
        if self.exit_code == BEHIND:
            return f"Nothing was changed or lost, but {behind} things are behind ({counted} checked)."
        return f"The library is sound: {counted} checked."

    @property
    def lines(self) -> list[str]:
        """Each finding in a line, and after those that one remedy brings back, the remedy."""
        told = []
        for finding, following in zip(self.findings, (*self.findings[1:], None), strict=False):
            told.append(f"{finding.severity}  {finding.subject}: {finding.sentence}")
            if finding.remedy and (following is None or following.remedy != finding.remedy):
                told.append(f"  → {finding.remedy}")
        return told

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "sound": self.exit_code == SOUND,
            "exit_code": self.exit_code,
            "summary": self.summary,
            "findings": [asdict(finding) for finding in self.findings],
            "checked": self.checked,
            "head": {"seq": self.head_seq, "chain": self.head_chain},
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
        }


def _silent(step: str, done: int, of: int) -> None:
    """Tell nobody how far the check has come."""


def verify(
    control: DocumentControl,
    progress: Progress | None = None,
    witnesses: Iterable[Witness] = (),
    *,
    every_object: bool = False,
) -> IntegrityReport:
    """Check chain, signatures, files, states, references and snapshot; reads only, and lets others go on writing.

    Witnesses are checkpoints and printed heads kept elsewhere: only they show that the newest events were cut off.
    Asked for every object, it reads those of Git too that nothing else here reads, such as the folders of the ledger.
    """
    tell = progress or _silent
    started = control.now()
    trail, files = TrailCheck(control), FileCheck(control)
    rows = ReplayedRows(control)
    findings: list[Finding] = []
    with control.reading() as session:
        newest = session.scalar(select(func.max(Event.seq))) or 0
    for events in stretches(control, 0, newest):
        _take(control, trail, rows, events, findings)
        tell("Checking events", trail.seq, newest)
    revisions = _check_revisions(control, trail, rows, files, findings, tell)
    tell("Checking references", 0, 1)
    with control.reading() as session:
        _catch_up(control, trail, rows, session, findings)
        head = session.get(ChainHead, CHAIN_HEAD_ID)
        findings.extend(_check_head(trail, head))
        ahead = look_ahead(control, session, trail)
        findings.extend(_check_key(control, ahead.current_key if ahead is not None else trail.current_key))
        findings.extend(_compare_rows(rows, session, (*trail.findings, *findings)))
        findings.extend(check_one_in_force(session))
        findings.extend(check_erased(control, rows.tombstones, *files.kept))
        findings.extend(check_refs(control, session, trail.seq, trail.commit, ahead))
        findings.extend(check_snapshot(control, session, trail.seq, ahead))
        witnesses = list(witnesses)
        doubts = list(check_witnesses(control, session, witnesses, trail.seq))
        findings.extend((*doubts, *check_breaks(trail.losses, witnesses, doubts)))
    tell("Checking references", 1, 1)
    if every_object and not any(finding.severity == BROKEN for finding in (*trail.findings, *findings)):
        tell("Reading every object", 0, 1)
        findings.extend(check_objects(control))
        tell("Reading every object", 1, 1)
    return IntegrityReport(
        findings=(*trail.findings, *findings),
        checked={"events": trail.seq, "revisions": revisions, "files": files.files},
        head_seq=trail.seq,
        head_chain=trail.chain,
        started_at=started,
        finished_at=control.now(),
    )


def _compare_rows(rows: ReplayedRows, session: Session, told: Iterable[Finding]) -> Iterator[Finding]:
    """Find what is not as the events make it; where these themselves are broken, say that it was not compared."""
    if rows.stopped and any(finding.severity == BROKEN for finding in told):
        yield noted("I4", "rows", rows.stopped)
    else:
        yield from rows.compare(session)


def _take(
    control: DocumentControl, trail: TrailCheck, rows: ReplayedRows, events: list[Event], findings: list[Finding]
) -> None:
    told = []
    with control.library.reading_ahead(ledger_objects(events)):
        for event in events:
            said = trail.take(event)
            try:
                if said:
                    told.append(read(said))
            except (KeyError, TypeError, ValueError, AttributeError):
                sentence = f"Event {event.seq} ({event.act}) does not say what an event of its kind has to say."
                findings.append(broken("I10", f"event {event.seq}", sentence))
    rows.take(told)


def _catch_up(
    control: DocumentControl, trail: TrailCheck, rows: ReplayedRows, session: Session, findings: list[Finding]
) -> None:
    """Take what happened since, in the same transaction as the rows to compare with."""
    query = select(Event).where(Event.seq > trail.seq).order_by(Event.seq)
    _take(control, trail, rows, list(session.scalars(query)), findings)


def _check_revisions(
    control: DocumentControl, trail: TrailCheck, rows: ReplayedRows, files: FileCheck,
    findings: list[Finding], tell: Progress,
) -> int:  # fmt: skip
    """Check every revision that is in force, and the files of each; return how many there are."""
    with control.reading() as session:
        total = session.scalar(select(func.count(Revision.id))) or 0
    done = last_id = 0
    while True:
        with control.reading() as session:
            _catch_up(control, trail, rows, session, findings)
            revisions = stretch_of_revisions(session, last_id)
            for revision in revisions:
                findings.extend(check_in_force(revision))
        for revision in revisions:
            findings.extend(files.check(revision))
        done += len(revisions)
        tell("Checking revisions", done, total)
        if len(revisions) < CHUNK:
            return done
        last_id = revisions[-1].id


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


def _check_head(trail: TrailCheck, head: ChainHead | None) -> Iterator[Finding]:
    if head is None or (head.seq, head.chain, head.ledger_commit) != (trail.seq, trail.chain, trail.commit):
        yield broken("I2", "chain head", "The head of the chain is not the last event; events were added or removed.")


def _check_key(control: DocumentControl, current: str) -> Iterator[Finding]:
    try:
        control.keys.key(current)
    except LibraryMismatchError:
        sentence = "The key in the folder keys/ is not the one that signs the ledger; bring it back from a backup."
        yield broken("I7", "ledger key", sentence, KEYS)
