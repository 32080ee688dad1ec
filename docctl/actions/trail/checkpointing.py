"""Checkpointing: write the signed head of the audit trail down, for a witness outside to keep."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from docctl import tools
from docctl.actions.trail.witnessing import signed_head
from docctl.document_control import DocumentControl
from docctl.domain.errors import NotFoundError
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.checkpoint import Checkpoint
from docctl.domain.trail.events.trail import CheckpointWritten, Head, MirrorDenied
from docctl.domain.trail.ledger_keys import CHECKPOINT
from docctl.machine.crash_point import crash_point
from docctl.machine.durable_files import write_durably

SIGNATURE_ENDING, NOTE_ENDING = ".sig", ".note"
ONCE_IN = timedelta(days=1)


def take_checkpoint(control: DocumentControl, person_id: int | None = None) -> Checkpoint:
    """Record that a checkpoint is taken, naming the one before, and return it; it reaches up to that very event."""
    with control.deciding(person_id) as decision:
        query = select(Event).where(Event.act == Act.CHECKPOINT_WRITTEN).order_by(Event.seq.desc()).limit(1)
        before = decision.session.scalars(query).first()
        name = control.organisation(decision.session).name
        previous = Head(before.seq, before.chain) if before is not None else None
        decision.record(CheckpointWritten(previous=previous), name)
    crash_point("checkpoint recorded")
    with control.reading() as session:
        newest = session.scalars(query).first()
    if newest is None:
        raise NotFoundError("The checkpoint that was just recorded is gone; run docctl verify.")
    return checkpoint_of(control, newest)


def checkpoint_of(control: DocumentControl, event: Event) -> Checkpoint:
    """Return the checkpoint that an event stands for; it can be made again at any time."""
    with control.reading() as session:
        library = tools.signing_key.fingerprint_of(control.ledger_keys(session).first)
    return Checkpoint(library, event.subject, event.seq, event.chain, event.ledger_commit, event.happened_at)


def record_refusal(control: DocumentControl, sentence: str) -> None:
    """Record that the mirror denied what was pushed, once a day."""
    query = select(Event).where(Event.act == Act.MIRROR_DENIED).order_by(Event.seq.desc()).limit(1)
    with control.deciding(None) as decision:
        last = decision.session.scalars(query).first()
        if last is None or last.happened_at < decision.now - ONCE_IN:
            decision.record(MirrorDenied(), control.organisation(decision.session).name, reason=sentence)


def signed(control: DocumentControl, text: bytes) -> str:
    """Return the library's detached signature of a checkpoint, or of what goes out with one, for stock ssh-keygen."""
    with control.reading() as session:
        key = control.keys.key(control.ledger_keys(session).current)
    return key.sign(text, CHECKPOINT) + "\n"


def note_of(control: DocumentControl, checkpoint: Checkpoint) -> str:
    """Return a checkpoint as a signed note over the tree of all events up to it, as other programs read it."""
    with control.reading() as session:
        return signed_head(control, session, checkpoint.seq).note


def write_checkpoint(control: DocumentControl, checkpoint: Checkpoint, folder: Path) -> Path:
    """Write a checkpoint, its signature and the head of the tree into a folder, durably; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / checkpoint.file_name
    for target, text in (
        (path.with_name(path.name + NOTE_ENDING), note_of(control, checkpoint)),
        (path.with_name(path.name + SIGNATURE_ENDING), signed(control, checkpoint.text.encode())),
        (path, checkpoint.text),
    ):
        # With the rights that the folder gives, because others carry it on.
        write_durably(target, text.encode(), 0o666)
        crash_point("checkpoint half written")
    return path
