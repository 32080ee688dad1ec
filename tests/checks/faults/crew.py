"""Processes that work in a library until somebody kills them, and what must be true of the library afterwards."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from docctl import tools
from docctl.actions.approval import approving, reviewing
from docctl.actions.documents import drafting, withdrawing
from docctl.actions.intake import importing
from docctl.actions.intake.importing import Adoption, ReadFile
from docctl.actions.issued_files import exporting
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import LibraryBusyError
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.audit_trail import Event
from docctl.followers.catching_up import catch_up
from docctl.followers.watermark import head_seq
from docctl.machine.crash_point import CRASH_AT
from docctl.registers.integrity import verifying
from docctl.registers.integrity.finding import NOTED
from tests.factories import stand_ins
from tests.factories.library import PASSWORD, TEXT, Clock, Office, open_library, people_of

__all__ = ["LibraryBusyError"]
PROCESSES = multiprocessing.get_context("forkserver")
# What processes are given stands in modules that import these, and uses these tools: each would load them for itself.
PROCESSES.set_forkserver_preload(
    [
        *(__name__, "tests.checks.faults.command_line", "tests.conftest", "alembic.command"),
        *(f"docctl.adapters.{name}" for name in (*tools.__all__, "search_index")),
        "tests.checks.faults.warmed_up",
    ]
)
WITHIN_SECONDS = 60


def quick_issue() -> None:
    """Issue plain stand-ins instead of Word and PDF files, for who writes those is not in question here."""
    exporting.word_file, exporting.pdf_file = lambda *_: stand_ins.WORD, lambda *_: stand_ins.PDF
    exporting.differences_in = lambda *_: ()


def office_at(data: Path, instant: Any = None) -> Office:
    """Open the library in a folder, to work in it."""
    control = open_library(data, Clock(instant) if instant else Clock())
    return Office(control, people_of(control))


def recover(data: Path, instant: Any = None) -> Office:
    """Start the library again as anybody would, and let it catch up."""
    office = office_at(data, instant)
    with pytest.MonkeyPatch.context() as patched:
        stand_ins.issue_quickly(patched)
        catch_up(office.control)
    return office


def faults(control: DocumentControl) -> list[str]:
    """Return what a full check of the library finds; nothing is how it must be."""
    report = verifying.verify(control)
    found = [finding for finding in report.findings if finding.severity != NOTED]
    assert (report.exit_code == verifying.SOUND) is (not found)
    return [f"{finding.severity} {finding.sentence}" for finding in found]


def requests_carried_out(control: DocumentControl, after: int = 0) -> set[str]:
    """Return the request ids of everything that happened, or of what happened after an event."""
    with control.reading() as session:
        return {each for each in session.scalars(select(Event.request_id).where(Event.seq > after)) if each}


def newest_event(control: DocumentControl) -> int:
    """Return the number of the newest event."""
    with control.reading() as session:
        return head_seq(session)


def half_in_force(control: DocumentControl, after: int = 0) -> list[str]:
    """Return the documents touched after an event that are in force without all that belongs to it.

    That is every signature, over the present fingerprint, an issue with its tag, and a place in the snapshot.
    """
    refs, library = control.library.refs(), control.library
    root = library.entries(library.tree_of(refs["refs/heads/library"]))
    shown = library.entries(root["documents"][1]) if "documents" in root else {}
    found = []
    with control.reading() as session:
        touched = select(Event.document_id).where(Event.seq > after, Event.document_id.is_not(None))
        for document in session.scalars(select(Document).where(Document.id.in_(touched))):
            now = document.in_force
            if now is None:
                found += [f"{document.number} is in the snapshot and not in force"] * (document.number in shown)
                continue
            signed = [signature.step for signature in now.valid_signatures]
            lacking = any(signed.count(place) < step.needed for place, step in enumerate(now.asked))
            if lacking or not (now.asked or now.adopted_evidence):
                found.append(f"{now.name} is in force with {len(signed)} signatures")
            if not now.issued_commit or refs.get(f"refs/tags/{document.number}/{now.number}") != now.issued_commit:
                found.append(f"{now.name} is in force and not issued")
            elif shown.get(document.number, ("", ""))[1] != library.tree_of(now.issued_commit):
                found.append(f"{now.name} is in force and not what the snapshot shows")
    return found


def acknowledge(file: Path, request_id: str) -> None:
    """Note durably that an action was answered, as somebody would who saw the answer."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{request_id}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def acknowledged(file: Path) -> list[str]:
    """Return what was answered."""
    return file.read_text().split() if file.exists() else []


# What people do; each is one request. A document's number tells which stage of life it was made for.


def create(office: Office, number: str, request_id: str) -> None:
    """Write the first draft of a document."""
    described = DocumentMetadata(title=f"Document {number}", owner="Head of Quality", department="Quality")
    kind, alice = office.type_id("policy"), office.people["alice"]
    drafting.create_document(
        office.control, alice, number, kind, described, WrittenText(TEXT + number), request_id=request_id
    )


def newest(office: Office, number: str) -> int:
    """Return the id of a document's newest revision."""
    with office.control.reading() as session:
        document = session.get(Document, office.document_id(number))
        return int(document.revisions[-1].id)


def save(office: Office, number: str, request_id: str) -> None:
    """Save a draft over the present one."""
    revision_id = newest(office, number)
    drafting.save_draft(
        office.control,
        revision_id,
        office.people["alice"],
        reason="Improve the wording",
        based_on=office.revision(revision_id).fingerprint,
        text=WrittenText(TEXT + request_id),
        request_id=request_id,
    )


def submit(office: Office, number: str, request_id: str) -> None:
    """Ask the route for its signatures."""
    revision_id = newest(office, number)
    reviewing.submit(
        office.control,
        revision_id,
        office.people["alice"],
        change_summary="First issue",
        based_on=office.revision(revision_id).fingerprint,
        request_id=request_id,
    )


def review(office: Office, number: str, request_id: str) -> None:
    """Sign the review."""
    revision_id = newest(office, number)
    shown = office.revision(revision_id).fingerprint
    reviewing.review(
        office.control,
        revision_id,
        office.people["rob"],
        shown=shown,
        credentials=Credentials(PASSWORD),
        request_id=request_id,
    )


def approve(office: Office, number: str, request_id: str) -> None:
    """Sign the approval, which brings the revision into force."""
    revision_id = newest(office, number)
    shown = office.revision(revision_id).fingerprint
    approving.approve(
        office.control,
        revision_id,
        office.people["ann"],
        shown=shown,
        credentials=Credentials(PASSWORD),
        request_id=request_id,
    )


def revise(office: Office, number: str, request_id: str) -> None:
    """Open the next revision."""
    drafting.open_revision(
        office.control, office.document_id(number), office.people["alice"], "Yearly review", request_id=request_id
    )


def withdraw(office: Office, number: str, request_id: str) -> None:
    """Take a document out of use."""
    withdrawing.withdraw(
        office.control, office.document_id(number), office.people["carla"], "No longer needed", request_id=request_id
    )


def adopt(office: Office, number: str, request_id: str) -> None:
    """Import a document that was approved elsewhere."""
    described = DocumentMetadata(title=f"Document {number}", owner="Head of Quality", department="Quality")
    read = ReadFile(f"{number}.md", number, described.title, "policy", described, WrittenText(TEXT + number), "", "0")
    importing.import_document(
        office.control, office.people["carla"], read, adoption=Adoption(evidence="minutes"), request_id=request_id
    )


def request_changes(office: Office, number: str, request_id: str) -> None:
    """Send a revision back to its author."""
    revision_id = newest(office, number)
    shown = office.revision(revision_id).fingerprint
    asked, why = office.people["rob"], "Say who weighs"
    reviewing.request_changes(office.control, revision_id, asked, why, shown=shown, request_id=request_id)


ACTIONS: dict[str, Callable[[Office, str, str], None]] = {
    "create": create,
    "save": save,
    "submit": submit,
    "review": review,
    "approve": approve,
    "revise": revise,
    "withdraw": withdraw,
    "adopt": adopt,
}


def act_and_follow(data: Path, action: str, number: str, answers: Path, crash_at: str, follow: bool) -> None:
    """Do one thing in a process of its own that ends at a named place, and let the followers catch up."""
    quick_issue()
    office = office_at(data)
    os.environ[CRASH_AT] = crash_at
    ACTIONS[action](office, number, f"request-{action}")
    acknowledge(answers, f"request-{action}")
    if follow:
        catch_up(office.control)


def run(work: Callable[..., None], *given: Any) -> int:
    """Run a piece of work in a process of its own; return how it ended."""
    process = PROCESSES.Process(target=work, args=given)
    process.start()
    process.join(WITHIN_SECONDS)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError(f"{work.__name__}{given} hung for {WITHIN_SECONDS} seconds")
    return process.exitcode
