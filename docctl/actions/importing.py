"""Importing: Word and Markdown files become documents; each gets a verdict, and a bad one never stops the rest."""

import logging
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.actions.drafting import add_document, prepare_text, propose_number
from docctl.actions.publishing import review_due_of
from docctl.document_control import Decision, DocumentControl
from docctl.domain.audit_trail import Act
from docctl.domain.document_metadata import LONGEST_TITLE, CitedClause, DocumentMetadata, checked_reason
from docctl.domain.document_number import checked_number, number_at_start
from docctl.domain.document_type import DocumentType
from docctl.domain.errors import DocctlError, InvalidInputError, NotFoundError, RefusedUploadError, UploadTooLargeError
from docctl.domain.lifecycle import Step
from docctl.domain.permission import Right, require
from docctl.domain.revision import Revision
from docctl.domain.stored_file import sha256
from docctl.domain.written_text import WrittenText

log = logging.getLogger(__name__)
IMPORTED, REFUSED = "imported", "refused"
WORD_ENDINGS = (".docx", ".dotx", ".docm", ".dotm", ".doc")
MARKDOWN_ENDINGS = (".md", ".markdown")
LARGEST_UPLOAD = 25 * 1024 * 1024
_ZIP = b"PK"


@dataclass(frozen=True)
class Adoption:
    """That documents were approved elsewhere: since when they are in force, and on what evidence they are adopted."""

    effective: date | None = None
    evidence: str = ""


@dataclass(frozen=True)
class ReadFile:
    """A file as it was understood, for confirmation before it becomes a document."""

    name: str
    number: str
    title: str
    type_name: str
    metadata: DocumentMetadata
    text: WrittenText
    summary: str
    sha256: str


@dataclass(frozen=True)
class Verdict:
    """What became of one file."""

    path: str
    status: str
    number: str = ""
    title: str = ""
    reason: str = ""
    losses: tuple[str, ...] = ()
    seconds: float = 0.0

    def as_row(self) -> dict[str, Any]:
        """Return the verdict as the report has it."""
        return vars(self) | {"losses": list(self.losses), "seconds": round(self.seconds, 3)}

    def in_one_line(self) -> str:
        """Return the verdict for the terminal."""
        if self.status == REFUSED:
            return f"refused   {self.path}: {self.reason}"
        noted = f" ({len(self.losses)} not carried over: {self.losses[0]} …)" if self.losses else ""
        return f"imported  {self.number}  {self.title}{noted}"


def files_below(paths: Iterable[Path]) -> list[Path]:
    """Return the files that are named, and those in the folders that are named, in order; hidden ones are left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.is_file())
            found.extend(sorted(file for file in inside if not _is_hidden(file.relative_to(path))))
        else:
            found.append(path)
    return found


def import_files(
    control: DocumentControl,
    person_id: int,
    files: Iterable[Path],
    *,
    type_id: int | None = None,
    adoption: Adoption | None = None,
    workers: int = 2,
) -> Iterator[Verdict]:
    """Import files one after the other while others are being converted; yield a verdict for each, in order."""

    def read(path: Path) -> tuple[ReadFile | DocctlError, float]:
        started = time.monotonic()
        try:
            return read_file(control, path.name, _bytes_of(path)), time.monotonic() - started
        except DocctlError as refusal:
            return refusal, time.monotonic() - started
        except Exception:  # whatever is wrong with one file, the others go on
            log.exception("%s could not be read.", path.name)
            return RefusedUploadError("The file is damaged in a way that was not foreseen."), time.monotonic() - started

    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        for path, (found, seconds) in zip(files, pool.map(read, files), strict=True):
            started = time.monotonic()
            verdict = _verdict(control, person_id, path, found, type_id, adoption)
            yield replace(verdict, seconds=seconds + time.monotonic() - started)


def read_file(control: DocumentControl, name: str, data: bytes) -> ReadFile:
    """Understand a file: its text, number, title and what could not be carried; raise RefusedUploadError otherwise."""
    ending = PurePath(name).suffix.lower()
    if len(data) > LARGEST_UPLOAD:
        raise UploadTooLargeError("The file is larger than 25 MB; split it, or make its pictures smaller.")
    if ending in MARKDOWN_ENDINGS:
        return _read_markdown(control, name, data)
    if ending in WORD_ENDINGS or data.startswith(_ZIP):
        return _read_word(control, name, data)
    raise RefusedUploadError("The file is neither a Word document (.docx) nor Markdown (.md); save it as .docx first.")


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
    """Make a document of a file that was read, a draft or adopted as in force; return the revision's id and number."""
    metadata = read.metadata.checked()
    files = prepare_text(control, read.text)
    with control.deciding(person_id, request_id) as decision:
        require(decision.person, Right.CONTROL)
        document_type = _type_of(decision.session, read, type_id, type_is_chosen)
        number = checked_number(read.number) if read.number else propose_number(decision.session, document_type)
        reason = f"Imported from {PurePath(read.name).name[:120]}"
        revision = add_document(decision, number, document_type, metadata, read.text, files, reason)
        revision.change_summary = read.summary
        if adoption is not None:
            _adopt(decision, revision, read, adoption)
        decision.session.flush()
        return revision.id, number


def _adopt(decision: Decision, revision: Revision, read: ReadFile, adoption: Adoption) -> None:
    """Bring a document approved elsewhere into force: an event of its own kind, never a signature."""
    today = decision.control.today(decision.session)
    effective = adoption.effective or today
    if effective > today:
        raise InvalidInputError("A document adopted as in force cannot have an effective date that lies ahead.")
    given = (
        checked_reason(adoption.evidence, "on what evidence")
        if adoption.evidence
        else "approved before it was imported"
    )
    evidence = f"{given}; file {PurePath(read.name).name[:120]}, SHA-256 {read.sha256}"
    due = review_due_of(revision, effective)
    revision.adopted_evidence = evidence
    revision.bring_into_force(effective, due, decision.now, Step.ADOPT)
    decision.record(
        Act.REVISION_ADOPTED,
        revision.name,
        revision=revision,
        reason=evidence,
        fingerprint=revision.fingerprint,
        effective_date=str(effective),
        review_due=str(due),
        commit=revision.current.commit,
    )


def _verdict(
    control: DocumentControl,
    person_id: int,
    path: Path,
    found: ReadFile | DocctlError,
    type_id: int | None,
    adoption: Adoption | None,
) -> Verdict:
    if isinstance(found, DocctlError):
        return Verdict(str(path), REFUSED, reason=str(found))
    try:
        _, number = import_document(control, person_id, found, type_id=type_id, adoption=adoption)
    except DocctlError as refusal:
        return Verdict(str(path), REFUSED, found.number, found.title, str(refusal), found.text.losses)
    return Verdict(str(path), IMPORTED, number, found.title, losses=found.text.losses)


def _read_word(control: DocumentControl, name: str, data: bytes) -> ReadFile:
    control.word_package.check_word_package(data)
    cleaned, taken_out = control.word_package.without_outside_references(data)
    converted = control.conversion.word_to_markdown(cleaned)
    if not converted.markdown.strip():
        raise RefusedUploadError("The Word file holds no text, so there is nothing to import.")
    text = WrittenText(converted.markdown, converted.assets, cleaned, (*taken_out, *converted.losses))
    number, title = _named(name, converted.number, converted.title)
    return ReadFile(name, number, title, "", DocumentMetadata(title=title), text, "", sha256(data))


def _read_markdown(control: DocumentControl, name: str, data: bytes) -> ReadFile:
    converted, front = control.conversion.import_markdown(data)
    if not converted.markdown.strip():
        raise RefusedUploadError("The file holds no text, so there is nothing to import.")
    number, title = _named(name, converted.number, converted.title)
    metadata = _front_matter(front, title)
    text = WrittenText(converted.markdown, converted.assets, None, tuple(converted.losses))
    return ReadFile(
        name, number, metadata.title, _text(front, "type"), metadata, text, _text(front, "summary"), sha256(data)
    )


def _named(file_name: str, found_number: str, found_title: str) -> tuple[str, str]:
    """Return number and title: from the file's name where it starts with a number, else from the document."""
    stem = "".join(c if c.isprintable() else " " for c in PurePath(file_name).stem)
    number = number_at_start(stem)
    rest = stem.strip()[len(number) :].strip(" -_–—.") if number else ""
    title = rest.replace("_", " ") if rest and " " in rest else ""
    title = title or found_title or rest.replace("-", " ").replace("_", " ") or stem.replace("-", " ").replace("_", " ")
    title = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    return number or found_number, (title[:1].upper() + title[1:])[:LONGEST_TITLE] or "Untitled"


def _front_matter(front: dict[str, Any], title: str) -> DocumentMetadata:
    clauses = front.get("clauses")
    rows = [row for row in clauses if isinstance(row, dict)] if isinstance(clauses, list) else []
    keywords = front.get("keywords")
    return DocumentMetadata(
        title=_text(front, "title") or title,
        owner=_text(front, "owner"),
        department=_text(front, "department"),
        language=_text(front, "language") or "en",
        classification=_text(front, "classification") or "internal",
        keywords=tuple(str(word) for word in keywords) if isinstance(keywords, list) else (),
        clauses=tuple(
            CitedClause(str(row.get("standard", "")), str(row.get("clause", "")), str(row.get("section", "")))
            for row in rows
        ),
    )


def _text(front: dict[str, Any], name: str) -> str:
    value = front.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def type_for(session: Session, number: str, type_name: str = "") -> DocumentType:
    """Return the type that a file names, that claims its number, or the default."""
    read = ReadFile("", number, "", type_name, DocumentMetadata(title=""), WrittenText(""), "", "")
    return _type_of(session, read, None, False)


def _type_of(session: Session, read: ReadFile, type_id: int | None, chosen: bool) -> DocumentType:
    """Return the type that the file names, that claims its number, that was chosen, or the default."""
    types = session.scalars(select(DocumentType).order_by(DocumentType.id)).all()
    if chosen and (found := next((kind for kind in types if kind.id == type_id), None)) is not None:
        return found
    for kind in types:
        if read.type_name and kind.name == read.type_name.lower():
            return kind
    for kind in types:
        if read.number and kind.claims(read.number):
            return kind
    for kind in types:
        if kind.id == type_id or (type_id is None and kind.is_default):
            return kind
    raise NotFoundError("There is no such document type; choose one from the list.")


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_UPLOAD:
            raise UploadTooLargeError("The file is larger than 25 MB; split it, or make its pictures smaller.")
        return path.read_bytes()
    except FileNotFoundError:
        raise RefusedUploadError("There is no such file.") from None
    except OSError as error:
        raise RefusedUploadError(f"The file cannot be read ({error.strerror}).") from error


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)
