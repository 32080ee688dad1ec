"""Adopting a past: documents come in with their earlier revisions, labels, dates and people, each marked as adopted."""

import logging
import time as clock
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from docctl.actions.documents.drafting import prepare_texts
from docctl.actions.documents.recognising import (
    BYTES_TOGETHER,
    ReadAhead,
    ReadFile,
    pictures_named,
    shown_name,
    understood,
    unforeseen,
)
from docctl.actions.intake.past_source import PastSource, shown_path
from docctl.actions.intake.planning_adoption import plan_adoption
from docctl.actions.intake.recording_past import Terms, record_past
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_number import canonical_number
from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import DocctlError, LibraryBusyError, LibraryDistrustedError, NotPermittedError
from docctl.domain.intake.adoption_plan import (
    ADOPTED,
    REFUSED,
    TO_ADOPT,
    UNCHANGED,
    AdoptionPlan,
    AdoptionVerdict,
    RevisionLine,
)
from docctl.domain.intake.claimed_past import ClaimedRevision
from docctl.domain.rights.permission import Right, require

log = logging.getLogger(__name__)
DOCUMENTS_TOGETHER, REVISIONS_TOGETHER = 8, 40
Told = Callable[[int, int], None]


@dataclass
class Reading:
    """The new revisions of one document as they were read, with their files in Git, and what was refused."""

    plan: AdoptionPlan
    read: list[ReadFile] = field(default_factory=list)
    files: list[tuple[StoredFile, ...]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the document cannot be adopted; none where it can."""
        return (*self.plan.reasons, *self.refusals)


def adopt_past(
    control: DocumentControl,
    person_id: int,
    source: PastSource,
    terms: Terms,
    *,
    dry_run: bool = False,
    workers: int = 2,
    told: Told | None = None,
) -> Iterator[AdoptionVerdict]:
    """Adopt what a source tells, document by document; yield a verdict for each, in order.

    A dry run reads every file and stores nothing. What was adopted before is left as it is, so that an adoption that
    was interrupted goes on where it was, and one that is repeated does nothing.
    """
    plans = plan_adoption(control, person_id, source)
    readings = _readings(control, source, plans, workers, told or _silent, keeps=not dry_run)
    if dry_run:
        yield from _foreseen(control, readings)
        return
    together: list[Reading] = []
    for reading in readings:
        together.append(reading)
        revisions = sum(len(each.read) for each in together)
        if len(together) >= DOCUMENTS_TOGETHER or revisions >= REVISIONS_TOGETHER:
            yield from _decided(control, person_id, source.name, together, terms)
            together = []
    yield from _decided(control, person_id, source.name, together, terms)


def _silent(done: int, of: int) -> None:
    """Tell nobody how far it is."""


def _readings(
    control: DocumentControl,
    source: PastSource,
    plans: Sequence[AdoptionPlan],
    workers: int,
    told: Told,
    *,
    keeps: bool,
) -> Iterator[Reading]:
    """Read the new revisions of every plan, some ahead of the one at hand; what is kept goes to Git."""
    waiting, done = [revision for plan in plans for revision in plan.new], 0

    def read(revision: ClaimedRevision) -> tuple[ReadFile | DocctlError, float]:
        started = clock.monotonic()
        return _read(control, source, revision), clock.monotonic() - started

    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        ahead = ReadAhead(pool, read, waiting)
        for plan in plans:
            reading, unkept = Reading(plan), list[WrittenText]()
            for revision in plan.new:
                found, seconds = ahead.take()
                reading.seconds += seconds
                if isinstance(found, DocctlError):
                    reading.refusals.append(f"{shown_path(revision.named)}: {found}")
                else:
                    unkept.append(found.text)
                    reading.read.append(_without_bytes(found))
                if keeps and sum(text.weight for text in unkept) > BYTES_TOGETHER:
                    reading.files += prepare_texts(control, unkept)
                    unkept = []
                done += 1
                told(done, len(waiting))
            if keeps and unkept and not reading.refusals:
                reading.files += prepare_texts(control, unkept)
            yield reading


def _read(control: DocumentControl, source: PastSource, revision: ClaimedRevision) -> ReadFile | DocctlError:
    name = shown_name(revision.file)
    try:
        data = source.bytes_of(revision)
        pictures = pictures_named(name, data, lambda picture: source.picture_of(revision, picture))
    except DocctlError as refusal:
        return refusal
    found = understood(control, name, data, pictures)
    if isinstance(found, DocctlError) or not revision.title:
        return found
    return replace(found, text=found.text.under(found.number, revision.title))


def _without_bytes(read: ReadFile) -> ReadFile:
    """Return what was read without its bytes, because a past can have more of them than there is memory."""
    source = None if read.text.word_source is None else b""
    return replace(read, text=WrittenText("", {}, source, read.text.losses, read.text.recall))


def _foreseen(control: DocumentControl, readings: Iterable[Reading]) -> Iterator[AdoptionVerdict]:
    """Say what would become of each document, without doing it."""
    claimed: set[str] = set()
    for reading in readings:
        number = _number_read(reading)
        try:
            if number and not reading.plan.known and not reading.reasons:
                _require_free(control, number, claimed)
            for read in reading.read:
                replace(read.metadata, title=read.title).checked()
        except DocctlError as refusal:
            reading.refusals.append(str(refusal))
        yield _verdict(reading, TO_ADOPT, number)


def _require_free(control: DocumentControl, number: str, claimed: set[str]) -> None:
    canonical = canonical_number(number)
    with control.reading() as session:
        is_taken = session.scalars(select(Document.id).where(Document.canonical == canonical)).first() is not None
    if is_taken or canonical in claimed:
        raise NotPermittedError(
            "The number %(number)s is taken, here or by a document before it; give it another.", number=number
        )
    claimed.add(canonical)


def _number_read(reading: Reading) -> str:
    return reading.plan.number or (reading.read[-1].number if reading.read else "")


def _decided(
    control: DocumentControl, person_id: int, source: str, together: Sequence[Reading], terms: Terms
) -> Iterator[AdoptionVerdict]:
    """Adopt documents together; what is refused of one leaves the others be."""
    wanted = [each for each in together if each.read and not each.reasons]
    started = clock.monotonic()
    numbers = _adopted(control, person_id, source, wanted, terms) if wanted else []
    share = (clock.monotonic() - started) / max(1, len(wanted))
    outcomes = dict(zip(map(id, wanted), numbers, strict=True))
    for reading in together:
        outcome = outcomes.get(id(reading), "")
        if isinstance(outcome, DocctlError):
            reading.refusals.append(str(outcome))
        reading.seconds += share if id(reading) in outcomes else 0
        yield _verdict(reading, ADOPTED, "" if isinstance(outcome, DocctlError) else outcome)


def _adopted(
    control: DocumentControl, person_id: int, source: str, wanted: Sequence[Reading], terms: Terms
) -> list[str | DocctlError]:
    outcomes: list[str | DocctlError] = []
    try:
        with control.deciding(person_id) as decision:
            require(decision.person, Right.CONTROL)
            for each in wanted:
                try:
                    with decision.attempt():
                        outcomes.append(record_past(decision, each.plan, each.read, each.files, source, terms))
                except DocctlError as refusal:
                    outcomes.append(refusal)
    except (LibraryBusyError, LibraryDistrustedError, NotPermittedError):
        raise
    except Exception:
        log.exception("%s could not be adopted.", ", ".join(shown_path(each.plan.document.named) for each in wanted))
        if len(wanted) == 1:
            return [unforeseen()]
        return [outcome for each in wanted for outcome in _adopted(control, person_id, source, [each], terms)]
    return outcomes


def _verdict(reading: Reading, status: str, number: str) -> AdoptionVerdict:
    plan, reasons = reading.plan, reading.reasons
    newest = plan.document.revisions[-1]
    read = reading.read if len(reading.read) == len(plan.new) else [None] * len(plan.new)
    lines = tuple(
        RevisionLine(
            number=number_,
            label=claimed.label,
            effective=claimed.effective,
            written_by=tuple(author.name for author in claimed.written_by),
            approved_by=claimed.approved_by,
            file=shown_path(claimed.file),
            place=claimed.place,
            losses=found.text.losses if found else (),
            recall=found.text.recall if found else None,
        )
        for number_, claimed, found in zip(plan.numbers, plan.new, read, strict=True)
    )
    return AdoptionVerdict(
        status=REFUSED if reasons else status if plan.new else UNCHANGED,
        number=number or plan.number,
        title=newest.title or (reading.read[-1].title if reading.read else ""),
        revisions=lines,
        known=len(plan.known),
        withdrawn=plan.document.withdrawn,
        reasons=reasons,
        file=shown_path(newest.file),
        seconds=reading.seconds,
    )
