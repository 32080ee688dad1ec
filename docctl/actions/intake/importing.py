"""Importing: Word and Markdown files become documents; each gets a verdict, and a bad one never stops the rest."""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.actions.documents.drafting import add_document, prepare_texts, propose_number
from docctl.actions.documents.recognising import (
    BYTES_TOGETHER,
    PICTURE_ENDINGS,
    WORD_ENDINGS,
    ReadAhead,
    ReadFile,
    read_file,
    unforeseen,
)
from docctl.actions.intake.files_of_folders import named, understood_with_pictures
from docctl.actions.issued_files.publishing import review_due_of
from docctl.document_control import Decision, DocumentControl
from docctl.document_control.word_templates import own_words_of_template
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata, checked_reason
from docctl.domain.documents.document_number import checked_number
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import State, Step
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import WORD, SavedDraft
from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import DocctlError, InvalidInputError, NotFoundError, NumberTakenError
from docctl.domain.intake.import_verdict import IMPORTED, REFUSED, Verdict
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.intake import RevisionAdopted

__all__ = ["WORD_ENDINGS", "ReadFile", "read_file"]

log = logging.getLogger(__name__)
DECIDED_TOGETHER = 8


@dataclass(frozen=True)
class Adoption:
    """That documents were approved elsewhere: since when they are in force, and on what evidence they are adopted."""

    effective: date | None = None
    evidence: str = ""

    @property
    def checked_evidence(self) -> str:
        """The evidence on one line, or that there was an approval at all."""
        return checked_reason(self.evidence, "on what evidence") if self.evidence else "approved before it was imported"

    def require_possible(self, today: date) -> None:
        """Raise InvalidInputError for evidence that cannot be kept, and for a day that lies ahead."""
        _ = self.checked_evidence
        if self.effective is not None and self.effective > today:
            raise InvalidInputError(
                "What is adopted is in force already, so its effective date cannot lie ahead; give the day since when "
                "it is in force, or import it as a draft."
            )


@dataclass(frozen=True)
class WantedDocument:
    """A file that is to become a document, with the type that was chosen for it or serves where nothing tells it."""

    read: ReadFile
    type_id: int | None = None
    type_is_chosen: bool = False


@dataclass(frozen=True)
class MadeDocument:
    """A document that was made of a file: its first revision, the number it got, and what its template adds."""

    revision_id: int
    number: str
    losses: tuple[str, ...] = ()


def import_files(
    control: DocumentControl,
    person_id: int,
    files: Iterable[Path],
    *,
    type_id: int | None = None,
    adoption: Adoption | None = None,
    workers: int = 2,
) -> Iterator[Verdict]:
    """Import files while others are being converted; yield a verdict for each: documents in order, then pictures.

    A picture that a Markdown file shows comes along with it and has no verdict of its own.
    """
    shown: set[Path] = set()
    files = list(files)
    pictures = [path for path in files if path.suffix.lower() in PICTURE_ENDINGS]
    waiting = [path for path in files if path.suffix.lower() not in PICTURE_ENDINGS]

    def read(path: Path) -> "_Attempt":
        started = time.monotonic()
        try:
            found = understood_with_pictures(control, path, shown)
        except DocctlError as refusal:
            found = refusal
        return _Attempt(path, found, time.monotonic() - started)

    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        reading = ReadAhead(pool, read, waiting)
        while reading:
            batch = [reading.take()]
            while (
                reading.is_ready
                and len(batch) < DECIDED_TOGETHER
                and sum(attempt.weight for attempt in batch) < BYTES_TOGETHER
            ):
                batch.append(reading.take())
            yield from _verdicts(control, person_id, batch, type_id, adoption)
    for path in pictures:
        if path.resolve() not in shown:
            yield Verdict(named(path), REFUSED, reason="A picture comes along with the Markdown file that shows it.")


def import_documents(
    control: DocumentControl,
    person_id: int,
    wanted: Sequence[WantedDocument],
    *,
    adoption: Adoption | None = None,
    request_id: str = "",
) -> list[MadeDocument | DocctlError]:
    """Make documents of files in one decision, drafts or adopted as in force; what is refused leaves the others be."""
    prepared = prepare_texts(control, [each.read.text for each in wanted])
    outcomes: list[MadeDocument | DocctlError] = []
    with control.deciding(person_id, request_id, ("import", adoption, prepared)) as decision:
        require(decision.person, Right.CONTROL)
        for each, files in zip(wanted, prepared, strict=True):
            try:
                with decision.attempt():
                    outcomes.append(_make(decision, each, files, adoption))
            except DocctlError as refusal:
                outcomes.append(refusal)
    return outcomes


def import_document(
    control: DocumentControl,
    person_id: int,
    read: ReadFile,
    *,
    type_id: int | None = None,
    adoption: Adoption | None = None,
    type_is_chosen: bool = False,
    request_id: str = "",
) -> tuple[int, str]:
    """Make a document of one file, a draft or adopted as in force; return the revision's id and number."""
    wanted = WantedDocument(read, type_id, type_is_chosen)
    outcome = import_documents(control, person_id, [wanted], adoption=adoption, request_id=request_id)[0]
    if isinstance(outcome, DocctlError):
        raise outcome
    return outcome.revision_id, outcome.number


def decided(
    control: DocumentControl, person_id: int, wanted: Sequence[WantedDocument], adoption: Adoption | None
) -> list[MadeDocument | DocctlError]:
    """Import files together, and one by one where together something went wrong that is no refusal of one of them."""
    try:
        return import_documents(control, person_id, wanted, adoption=adoption) if wanted else []
    except DocctlError as refusal:
        return [refusal] * len(wanted)
    except Exception:
        log.exception("%s could not be imported.", ", ".join(each.read.name for each in wanted))
        if len(wanted) == 1:
            return [unforeseen()]
        return [outcome for each in wanted for outcome in decided(control, person_id, [each], adoption)]


def _make(
    decision: Decision, wanted: WantedDocument, files: tuple[StoredFile, ...], adoption: Adoption | None
) -> MadeDocument:
    read, session = wanted.read, decision.session
    metadata = read.metadata.checked()
    document_type = type_of(session, read, wanted.type_id, wanted.type_is_chosen)
    if not read.number:
        _require_new(session, read.sha256)
    number = checked_number(read.number) if read.number else propose_number(session, document_type)
    reason = f"Imported from {read.name}, SHA-256 {read.sha256}"
    revision = add_document(
        decision, number, document_type, metadata, read.text, files, reason, read.summary, read.sha256
    )
    if adoption is not None:
        _adopt(decision, revision, read, adoption)
    session.flush()
    return MadeDocument(revision.id, number, _said_by_template(decision, revision) if adoption is not None else ())


def _said_by_template(decision: Decision, revision: Revision) -> tuple[str, ...]:
    """Name what the template of a text that nobody submits says beside it; a Word file is issued as it is."""
    if revision.current.source == WORD:
        return ()
    own = own_words_of_template(decision.control, decision.session, revision.document.type)
    return tuple(f"The Word template, and so the Word file, says “{line}”; the page does not." for line in own)


def _require_new(session: Session, file_sha256: str) -> None:
    """Raise NumberTakenError where a file without a number is one that was imported before, byte by byte."""
    found = session.scalars(
        select(Document.number)
        .join(Revision, Revision.document_id == Document.id)
        .join(SavedDraft, SavedDraft.revision_id == Revision.id)
        .where(Revision.number == 1, Revision.state != State.DISCARDED, SavedDraft.number == 1)
        .where(SavedDraft.file_sha256 == file_sha256)
    ).first()
    if found is not None:
        raise NumberTakenError(
            "This very file was imported before, as %(found)s, and was left as it is; give it a number of "
            "its own if it is to be a second document.",
            found=found,
        )


def _adopt(decision: Decision, revision: Revision, read: ReadFile, adoption: Adoption) -> None:
    """Bring a document approved elsewhere into force: an event of its own kind, never a signature."""
    today = decision.control.today(decision.session)
    effective = adoption.effective or today
    adoption.require_possible(today)
    evidence = f"{adoption.checked_evidence}; file {read.name}, SHA-256 {read.sha256}"
    due = review_due_of(revision, effective)
    revision.adopted_evidence = evidence
    revision.bring_into_force(effective, due, decision.now, Step.ADOPT)
    decision.record(
        RevisionAdopted(
            fingerprint=revision.fingerprint,
            effective_date=effective,
            review_due=due,
            commit=revision.current.commit,
        ),
        revision.name,
        revision=revision,
        reason=evidence,
    )


@dataclass(frozen=True)
class _Attempt:
    """A file that was read, or why it could not be, and how long that took."""

    path: Path
    found: ReadFile | DocctlError
    seconds: float

    @property
    def weight(self) -> int:
        """How many bytes it holds."""
        return self.found.text.weight if isinstance(self.found, ReadFile) else 0


def _verdicts(
    control: DocumentControl,
    person_id: int,
    batch: Sequence[_Attempt],
    type_id: int | None,
    adoption: Adoption | None,
) -> Iterator[Verdict]:
    started = time.monotonic()
    wanted = [WantedDocument(each.found, type_id) for each in batch if isinstance(each.found, ReadFile)]
    outcomes = iter(decided(control, person_id, wanted, adoption))
    share = (time.monotonic() - started) / max(1, len(wanted))
    for each in batch:
        if isinstance(each.found, DocctlError):
            yield Verdict(named(each.path), REFUSED, reason=str(each.found), seconds=each.seconds)
        else:
            yield verdict_on(named(each.path), each.found, next(outcomes), each.seconds + share)


def verdict_on(path: str, read: ReadFile, outcome: MadeDocument | DocctlError, seconds: float) -> Verdict:
    """Return the verdict on a file that was understood: what it became, or why it was refused."""
    if isinstance(outcome, DocctlError):
        return Verdict(
            path, REFUSED, read.number, read.title, str(outcome), read.text.losses, seconds, read.text.recall
        )
    losses = (*read.text.losses, *outcome.losses)
    return Verdict(path, IMPORTED, outcome.number, read.title, "", losses, seconds, read.text.recall)


def type_for(session: Session, number: str, type_name: str = "") -> DocumentType:
    """Return the type that a file names, that claims its number, or the default."""
    read = ReadFile("", number, "", type_name, DocumentMetadata(title=""), WrittenText(""), "", "")
    return type_of(session, read, None, False)


def type_of(session: Session, read: ReadFile, type_id: int | None, chosen: bool) -> DocumentType:
    """Return the type that the file names, that claims its number, that was chosen, or the default."""
    types = session.scalars(select(DocumentType).order_by(DocumentType.id)).all()
    if chosen and (found := next((kind for kind in types if kind.id == type_id), None)) is not None:
        return found
    named = [kind for kind in types if read.type_name and read.type_name.lower() in kind.answers_to]
    if named:
        return next((kind for kind in named if kind.name == read.type_name.lower()), named[0])
    types = [kind for kind in types if kind.retired_at is None]
    claiming = [kind for kind in types if read.number and kind.claims(read.number)]
    if claiming:  # SOP-02-05 is of the type whose numbers are SOP-02-##, though SOP-## claims it, too
        return max(claiming, key=lambda kind: len(kind.scheme.prefix))
    for kind in types:
        if kind.id == type_id or (type_id is None and kind.is_default):
            return kind
    raise NotFoundError("There is no such document type; choose one from the list.")
