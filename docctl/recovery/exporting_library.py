"""Exporting the library whole, in open formats with an index, for who ends the use of docctl."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.trail.checkpointing import SIGNATURE_ENDING, signed
from docctl.actions.trail.exporting_evidence import bundle_of
from docctl.document_control import DocumentControl
from docctl.document_control.lost_objects import lost_objects
from docctl.domain.documents.document import Document
from docctl.domain.documents.lifecycle import PUBLISHED_STATES
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import CONTENT, WORD_SOURCE, StoredFile, sha256
from docctl.domain.errors import InvalidInputError, NotPermittedError
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, ChainHead, Event
from docctl.domain.trail.events.operations import LibraryExported
from docctl.machine.durable_files import sync_folder
from docctl.recovery.backing_up import PART, silent
from docctl.recovery.export_index import as_page, recipe
from docctl.recovery.room import require_room, room_for_backup
from docctl.registers.documents.revision_history import RevisionEntry, SignatureLine, revision_history
from docctl.registers.integrity.finding import Progress
from docctl.registers.tables import of_documents
from docctl.registers.tables.every_table import REGISTERS
from docctl.registers.tables.table import Table
from docctl.version import version

FORMAT = 1
INDEX, PAGE, SUMS, SIGNERS, RECIPE = "index.json", "index.html", "SHA256SUMS", "allowed_signers", "README.txt"
TRAIL, RECORDS, LEDGER = "audit-trail.jsonl", "records.jsonl", "ledger.bundle"
TOGETHER = 500


@dataclass(frozen=True)
class Export:
    """What was exported: where it is, up to which event, how much of it, and the fingerprint of its list of files."""

    folder: Path
    seq: int
    chain: str
    documents: int
    files: int
    size: int
    sums: str


@dataclass
class _Export:
    """An export that is being written: the files so far with their fingerprints, and what was left out."""

    folder: Path
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def write(self, name: str, parts: Iterable[bytes]) -> str:
        """Write a file, durably; return its name."""
        path, digest, size = self.folder / name, hashlib.sha256(), 0
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("xb") as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
            file.flush()
            os.fsync(file.fileno())
        self.files[name] = {"sha256": digest.hexdigest(), "size": size}
        return name


def export_library(
    control: DocumentControl,
    as_of_then: DocumentControl,
    person_id: int,
    folder: Path,
    *,
    progress: Progress = silent,
) -> Export:
    """Write the library as it was at one instant into a folder that is not there yet, and record who took it away.

    It has its name only once it is whole. It holds what the person may read, who has to read everything and the trail.
    """
    folder = folder.absolute()
    if folder.exists():
        raise InvalidInputError("%(folder)s is there already; name a folder that is not there yet.", folder=folder)
    if folder.resolve().is_relative_to(control.data.resolve()):
        raise InvalidInputError("%(folder)s lies in the library's own folder; name a folder elsewhere.", folder=folder)
    with as_of_then.reading() as session:
        _entitled(as_of_then, session, person_id)
    require_room(folder, room_for_backup(control), "an export")
    part = folder.with_name(folder.name + PART)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    try:
        made = _fill(as_of_then, person_id, part, progress)
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    sync_folder(folder.parent)
    done = Export(folder, **made)
    with control.deciding(person_id) as decision:
        require(decision.person, Right.READ_EVERYTHING)
        details = {name: value for name, value in asdict(done).items() if name not in ("folder", "seq", "chain")}
        decision.record(LibraryExported(up_to=done.seq, up_to_chain=done.chain, **details), folder.name)
    return done


def _entitled(control: DocumentControl, session: Session, person_id: int) -> Reader:
    person = control.reader(session, person_id)
    require(person, Right.READ_EVERYTHING)
    require(person, Right.READ_AUDIT_TRAIL)
    return person


def _fill(control: DocumentControl, person_id: int, part: Path, progress: Progress) -> dict[str, Any]:
    export = _Export(part)
    with control.reading() as session:
        person = _entitled(control, session, person_id)
        head = session.get_one(ChainHead, CHAIN_HEAD_ID)
        about = {
            "format": FORMAT,
            "organisation": control.organisation(session).name,
            "made_at": control.now().isoformat(),
            "program": version(),
            "exported_by": person.name,
            "head": {"seq": head.seq, "chain": head.chain, "ledger_commit": head.ledger_commit},
        }
        documents = list(_documents(control, session, person, export, progress))
        registers = list(_registers(control, session, person, export))
        export.write(TRAIL, _trail(session, head.seq))
        export.write(RECORDS, _records(session, head.seq))
        refs = {"refs/heads/ledger": head.ledger_commit}
        export.write(LEDGER, [bundle_of(control, refs, tools.git_library.NOTHING_LOST)])
        export.write(SIGNERS, [control.ledger_keys(session).allowed_signers.encode()])
    index = {**about, "documents": documents, "registers": registers, "left_out": export.left_out}
    export.write(PAGE, [as_page(index).encode()])
    export.write(RECIPE, [recipe(index).encode()])
    named = json.dumps({**index, "files": export.files}, indent=1, ensure_ascii=False) + "\n"
    export.write(INDEX, [named.encode()])
    sums = "".join(f"{listed['sha256']}  {name}\n" for name, listed in sorted(export.files.items())).encode()
    (part / SUMS).write_bytes(sums)
    (part / f"{SUMS}{SIGNATURE_ENDING}").write_text(signed(control, sums))
    return {
        "seq": head.seq,
        "chain": head.chain,
        "documents": len(documents),
        "files": len(export.files),
        "size": sum(listed["size"] for listed in export.files.values()),
        "sums": sha256(sums),
    }


def _documents(
    control: DocumentControl, session: Session, person: Reader, export: _Export, progress: Progress
) -> Iterator[dict[str, Any]]:
    """Write the issued revisions of every document, with text and signatures; return what the index says of each."""
    count = session.scalar(select(func.count(Document.id))) or 0
    numbers = session.scalars(select(Document.number).order_by(Document.canonical)).all()
    for done, number in enumerate(numbers, start=1):
        document = session.scalars(select(Document).where(Document.number == number)).one()
        known = {"number": number, "title": document.revisions[-1].title, "type": document.type.name}
        if document.disposed_at is not None:
            yield {**known, "disposed_of": document.disposed_at.isoformat(), "revisions": []}
        else:
            history = {each.revision: each for each in revision_history(control, session, person, number).revisions}
            revisions = [
                _revision(control, person, each, history[each.number], export)
                for each in document.revisions
                if each.state in PUBLISHED_STATES
            ]
            _as_csv(export, f"documents/{number}/history.csv", of_documents.history(control, session, person, number))
            yield {**known, "revisions": revisions}
        session.expunge_all()
        person = _entitled(control, session, person.id)
        progress("Exporting documents", done, count)


def _revision(
    control: DocumentControl, person: Reader, revision: Revision, entry: RevisionEntry, export: _Export
) -> dict[str, Any]:
    """Write a revision's text and pictures, what its author wrote in Word, and every file that was issued of it."""
    place = f"documents/{revision.document.number}/revision-{revision.number}"
    number, gone = revision.document.number, _gone(control, revision.document)
    text = f"{number}-{revision.number}.md"
    written = [
        each
        for each in revision.current.files
        if each.path in (CONTENT, WORD_SOURCE) or each.path.startswith("assets/")
    ]
    stored = [*written, *(StoredFile(**row) for row in revision.issued_files)]
    contents = {} if revision.current.file(CONTENT) is not None else {text: b""}
    for file in stored:
        if file.blob in gone:
            export.left_out.append(f"{revision.name}: {file.path} is lost, which two persons accepted.")
        else:
            name = text if file.path == CONTENT else file.path
            contents[name] = control.read_document(person, revision, file)
    signatures = [_signature(line) for line in entry.signatures]
    contents["signatures.json"] = (json.dumps(signatures, indent=1, ensure_ascii=False) + "\n").encode()
    return {
        "revision": revision.number,
        "title": revision.title,
        "state": str(revision.state),
        "effective_date": _iso(revision.effective_date),
        "in_force_at": _iso(revision.in_force_at),
        "ended_at": _iso(revision.ended_at),
        "change_summary": revision.change_summary,
        "adopted_evidence": revision.adopted_evidence,
        "fingerprint": revision.fingerprint,
        "is_issued": bool(revision.issued_files),
        "signed_by": [line.printed_name for line in entry.signatures if line.is_valid],
        "files": [export.write(f"{place}/{name}", [data]) for name, data in sorted(contents.items())],
    }


def _gone(control: DocumentControl, document: Document) -> set[str]:
    """Return what is lost in Git and was accepted; nothing is looked for where nothing of the document was."""
    with control.reading() as session:
        lost = lost_objects(session.connection(), document.number)
    return lost.gone_from(control.library)


def _signature(line: SignatureLine) -> dict[str, Any]:
    return asdict(line) | {"signed_at": line.signed_at.isoformat()}


def _registers(control: DocumentControl, session: Session, person: Reader, export: _Export) -> Iterator[dict[str, str]]:
    """Write every register of the whole library, as far as the person may have it; name what is left out."""
    wanted: list[tuple[str, str, Callable[[], Table]]] = [
        (name, each.shows, lambda each=each: each.table(control, session, person))  # type: ignore[misc]
        for name, each in REGISTERS.items()
        if not each.of
    ]
    for standard in control.organisation(session).standards:
        wanted.append(
            (
                f"coverage-{standard}",
                f"{REGISTERS['coverage'].shows}: {standard}",
                lambda standard=standard: of_documents.coverage(control, session, person, standard),  # type: ignore[misc]
            )
        )
    for name, shows, table in wanted:
        try:
            found = table()
        except NotPermittedError as refusal:
            export.left_out.append(f"{name}: {refusal}")
        else:
            yield {"register": name, "shows": shows, "file": _as_csv(export, f"registers/{name}.csv", found)}


def _as_csv(export: _Export, name: str, table: Table) -> str:
    return export.write(name, [tools.spreadsheet.to_csv(table.headings, table.rows)])


def _records(session: Session, up_to: int) -> Iterator[bytes]:
    """Give out the record of every event that has one, as its event holds the hash of it."""
    wanted = select(Event.record).where(Event.seq <= up_to, Event.record != "").order_by(Event.seq)
    for record in session.scalars(wanted.execution_options(yield_per=1000)):
        yield f"{record}\n".encode()


def _trail(session: Session, head: int) -> Iterator[bytes]:
    """Give out every event as it was recorded, byte for byte, with the links of the chain."""
    for first in range(0, head, TOGETHER):
        stretch = select(Event).where(Event.seq > first, Event.seq <= min(first + TOGETHER, head))
        for event in session.scalars(stretch.order_by(Event.seq)):
            links = {"salt": event.salt, "leaf": event.leaf, "chain": event.chain, "ledger_commit": event.ledger_commit}
            yield f'{{"event":{event.text},{json.dumps(links)[1:]}\n'.encode()
        session.expunge_all()


def _iso(day: Any) -> str:
    return day.isoformat() if day is not None else ""
