"""Adopting a past in the browser: files are kept aside, looked through some at a time, and adopted some at a time."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from docctl.actions.documents.recognising import READ_ENDINGS, too_large
from docctl.actions.intake.adopting_past import adopt_past
from docctl.actions.intake.batch_folders import new_folder, own_folder, read_note, write_note
from docctl.actions.intake.past_source import FolderOfFiles, PastSource, beside, shown_path
from docctl.actions.intake.recording_past import Terms
from docctl.actions.intake.sources_of_a_past import REGISTER_ENDINGS, of_folder, of_register, register_in
from docctl.actions.intake.unpacking import MOST_FILES, unpack
from docctl.actions.issued_files.issuing_adopted import with_what_holds_up
from docctl.document_control import DocumentControl
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.errors import DocctlError, InvalidInputError, RefusedUploadError, WrongStateError
from docctl.domain.intake.adoption_plan import AdoptionVerdict
from docctl.domain.intake.claimed_day import ORDERS

KIND = "pasts"
PACKED = ".zip"
SENT_ENDINGS = (*READ_ENDINGS, PACKED, *REGISTER_ENDINGS)
REVISIONS_AT_A_TIME = 8
SECONDS_AT_A_TIME = 3.0
FILES, LEFT_OUT, CHOSEN, FORESEEN, ADOPTED = "files", "left_out.json", "chosen.json", "foreseen.json", "adopted.json"


@dataclass(frozen=True)
class Adoption:
    """How far an adoption is: what its source tells, what was foreseen of it, and what has become of it."""

    source: str
    register: str
    documents: int
    left_out: tuple[tuple[str, str], ...]
    foreseen: tuple[AdoptionVerdict, ...]
    adopted: tuple[AdoptionVerdict, ...]
    order: str
    evidence: str
    refusal: str = ""

    @property
    def is_looked_through(self) -> bool:
        """Say whether every file was read, so that it is known what would become of each document."""
        return not self.refusal and len(self.foreseen) >= self.documents

    @property
    def is_begun(self) -> bool:
        """Say whether anything was adopted."""
        return bool(self.adopted)

    @property
    def is_finished(self) -> bool:
        """Say whether it is known what became of each document."""
        return self.is_begun and len(self.adopted) >= self.documents

    @property
    def shown(self) -> tuple[AdoptionVerdict, ...]:
        """What became of documents, and of the others what would become of them."""
        return (*self.adopted, *self.foreseen[len(self.adopted) :])


def new_adoption(control: DocumentControl, person_id: int) -> str:
    """Begin an adoption; return the key under which its files are kept aside."""
    folder = new_folder(control, person_id, KIND)
    (folder / FILES).mkdir(mode=0o700)
    return folder.name


def keep_aside(control: DocumentControl, person_id: int, key: str, name: str, data: bytes) -> str:
    """Keep a file aside, and what is in it where it is a zip file; return why it was left out, or nothing."""
    folder = own_folder(control, person_id, KIND, key)
    try:
        if name.lower().endswith(PACKED):
            for file, reason in unpack(data, folder / FILES, control.upload_limit_mb):
                _leave_out(folder, file, reason)
            return ""
        inside = beside("", name.replace("\\", "/").rsplit("/", 1)[-1])
        if not inside or sum(1 for _ in (folder / FILES).iterdir()) >= MOST_FILES:
            raise RefusedUploadError(
                "At most %(most_files)s files are adopted at a time; adopt these first.", most_files=MOST_FILES
            )
        (folder / FILES / inside).write_bytes(data)
    except (DocctlError, OSError) as refusal:
        reason = str(refusal) if isinstance(refusal, DocctlError) else "Its name cannot be kept; shorten it."
        _leave_out(folder, shown_path(name), reason)
        return reason
    return ""


def leave_out(
    control: DocumentControl, person_id: int, key: str, name: str, refusal: DocctlError | None = None
) -> str:  # fmt: skip
    """Note that a file was refused, without a reason because it is too large to be sent; return the reason."""
    reason = str(refusal or too_large(control.upload_limit_mb))
    _leave_out(own_folder(control, person_id, KIND, key), shown_path(name), reason)
    return reason


def choose_order(control: DocumentControl, person_id: int, key: str, order: str) -> None:
    """Say how days are meant in the register, which is then looked through anew."""
    folder = own_folder(control, person_id, KIND, key)
    if order and order not in ORDERS:
        raise InvalidInputError("Days are written with the day first or with the month first; choose one.")
    with _alone(folder):
        before = read_note(folder / CHOSEN, {})
        if order != before.get("order", "") and not read_note(folder / ADOPTED, []):
            (folder / FORESEEN).unlink(missing_ok=True)
            write_note(folder / CHOSEN, before | {"order": order})


def adoption(control: DocumentControl, person_id: int, key: str) -> Adoption:
    """Return how far an adoption is."""
    folder = own_folder(control, person_id, KIND, key)
    chosen = read_note(folder / CHOSEN, {})
    order, evidence = chosen.get("order", ""), chosen.get("evidence", "")
    left_out = tuple((file, reason) for file, reason in read_note(folder / LEFT_OUT, []))
    found = FolderOfFiles.at(control, folder / FILES)
    register = register_in(found)
    try:
        source = _source(control, folder, order)
    except DocctlError as refusal:
        return Adoption("", register, 0, left_out, (), (), order, evidence, str(refusal))
    return Adoption(
        source=source.name,
        register=register,
        documents=len(source.documents),
        left_out=(*left_out, *source.left_out),
        foreseen=_verdicts(folder / FORESEEN),
        adopted=tuple(with_what_holds_up(control, _verdicts(folder / ADOPTED))),
        order=order,
        evidence=evidence,
    )


def look_further(control: DocumentControl, person_id: int, key: str) -> Adoption:
    """Read some more files, so that what would become of their documents is known; nothing is stored."""
    return _go_on(control, person_id, key, FORESEEN)


def adopt_further(control: DocumentControl, person_id: int, key: str, evidence: str = "") -> Adoption:
    """Adopt some more documents; the evidence is said once, at the beginning.

    Raises WrongStateError where it is not known yet what would become of all of them.
    """
    found = adoption(control, person_id, key)
    if not found.is_looked_through:
        raise WrongStateError("Look through all files first; then it is known what would become of each document.")
    if not found.is_begun:
        folder = own_folder(control, person_id, KIND, key)
        chosen = {"order": found.order, "evidence": checked_reason(evidence, "on what evidence documents are adopted")}
        with _alone(folder):
            write_note(folder / CHOSEN, chosen)
    return _go_on(control, person_id, key, ADOPTED)


def _go_on(control: DocumentControl, person_id: int, key: str, step: str) -> Adoption:
    """Go on for some seconds where the step stands, a few documents at a time, and keep what became of them."""
    folder = own_folder(control, person_id, KIND, key)
    with _alone(folder):
        chosen = read_note(folder / CHOSEN, {})
        source = _source(control, folder, chosen.get("order", ""))
        verdicts, terms = list(_verdicts(folder / step)), Terms(chosen.get("evidence", ""))
        began = time.monotonic()
        while len(verdicts) < len(source.documents) and time.monotonic() - began < SECONDS_AT_A_TIME:
            part = source.part(len(verdicts), REVISIONS_AT_A_TIME)
            verdicts += adopt_past(control, person_id, part, terms, dry_run=step == FORESEEN)
            write_note(folder / step, [verdict.as_row() for verdict in verdicts])
    return adoption(control, person_id, key)


def _source(control: DocumentControl, folder: Path, order: str) -> PastSource:
    files = folder / FILES
    register = register_in(FolderOfFiles.at(control, files))
    if register:
        return of_register(control, files / register, files, order=order)
    return replace(of_folder(control, files), name="uploaded files")


def _verdicts(path: Path) -> tuple[AdoptionVerdict, ...]:
    return tuple(map(AdoptionVerdict.from_row, read_note(path, [])))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one request work on an adoption at a time."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise WrongStateError("This adoption is being worked on in another window; wait for that.") from None
    finally:
        os.close(descriptor)


def _leave_out(folder: Path, file: str, reason: str) -> None:
    write_note(folder / LEFT_OUT, [*read_note(folder / LEFT_OUT, []), (file, reason)])
