"""Writes a checkpoint every day and carries it to those who keep one outside: a folder, a mailbox, a mirror.

Each has a watermark of its own, so that one that is away delays no other, and gets what it missed when it is back.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from docctl import tools
from docctl.actions.trail.checkpointing import (
    SIGNATURE_ENDING,
    checkpoint_of,
    record_refusal,
    signed,
    take_checkpoint,
    write_checkpoint,
)
from docctl.document_control import DocumentControl
from docctl.document_control.lost_objects import lost_documents, lost_objects
from docctl.domain.errors import MailRefusedError, MailServerError, MirrorError, MirrorRefusedError
from docctl.domain.notices.letter import Letter
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers import git_refs
from docctl.followers.watermark import read_watermark, set_watermark

log = logging.getLogger(__name__)
LIBRARY = "refs/heads/library"
FOLDER, MAIL, MIRROR = "checkpoint_folder", "checkpoint_mail", "mirror"


@dataclass(frozen=True)
class Witnesses:
    """Who keeps checkpoints outside: a folder, an address, a mirror of the library; any of them may be missing."""

    folder: Path | None = None
    address: str = ""
    mirror: str = ""

    def __bool__(self) -> bool:
        return self.folder is not None or bool(self.address or self.mirror)


def follow(control: DocumentControl, witnesses: Witnesses) -> int:
    """Take the checkpoint of the day where it is missing, and carry to each witness what it has not got yet."""
    if not witnesses:
        return 0
    if not _is_taken_today(control):
        take_checkpoint(control)
    carried = 0
    if witnesses.folder is not None:
        folder = witnesses.folder
        carried += _carry(control, FOLDER, lambda event: _write(control, event, folder))
    if witnesses.address and control.mail_server is not None:
        carried += _carry(control, MAIL, lambda event: _send(control, event, witnesses.address))
    if witnesses.mirror:
        carried += _push(control, witnesses.mirror)
    return carried


def _is_taken_today(control: DocumentControl) -> bool:
    query = select(Event.happened_at).where(Event.act == Act.CHECKPOINT_WRITTEN).order_by(Event.seq.desc()).limit(1)
    with control.reading() as session:
        last = session.scalars(query).first()
        zone, today = ZoneInfo(control.organisation(session).time_zone), control.today(session)
    return last is not None and last.astimezone(zone).date() >= today


def _carry(control: DocumentControl, name: str, carry: Callable[[Event], object]) -> int:
    """Carry every checkpoint that a witness has not got, oldest first, until it fails."""
    with control.reading() as session:
        query = select(Event).where(Event.act == Act.CHECKPOINT_WRITTEN, Event.seq > read_watermark(session, name))
        waiting = list(session.scalars(query.order_by(Event.seq)))
    for done, event in enumerate(waiting):
        try:
            carry(event)
        except (OSError, MailServerError, MailRefusedError) as trouble:
            log.warning("A checkpoint did not reach its witness and is carried there later: %s", trouble)
            return done
        set_watermark(control, name, event.seq)
    return len(waiting)


def _write(control: DocumentControl, event: Event, folder: Path) -> None:
    write_checkpoint(control, checkpoint_of(control, event), folder)


def _send(control: DocumentControl, event: Event, address: str) -> None:
    checkpoint = checkpoint_of(control, event)
    signature = signed(control, checkpoint.text.encode())
    letter = Letter(
        message_id=f"checkpoint.{event.seq}.{checkpoint.chain[:16]}@docctl.invalid",
        address=address,
        name="",
        subject=f"Checkpoint of {checkpoint.organisation}, event {checkpoint.seq}",
        text=f"Keep this letter: it shows whether the audit trail is altered later.\n\n{checkpoint.text}\n{signature}",
        attachments={
            checkpoint.file_name: checkpoint.text.encode(),
            checkpoint.file_name + SIGNATURE_ENDING: signature.encode(),
        },
    )
    if control.mail_server is not None:
        with tools.mailer.open_postbox(control.mail_server) as postbox:
            postbox.send(letter)


def _push_what_is_there(control: DocumentControl, address: str) -> None:
    """Push everything; where a mirror never got what is lost and was accepted, all but what leads to it."""
    with control.reading() as session:
        lost, documents = lost_objects(session.connection()), lost_documents(session.connection())
    of_documents = [ref for each in documents for ref in (f"refs/heads/documents/{each}", f"refs/tags/{each}/*")]
    is_gone = bool(lost.gone_from(control.library))
    for left_out in ((), of_documents, (*of_documents, LIBRARY)) if is_gone else ((),):
        try:
            tools.git_library.push(control.library.folder, address, left_out)
        except MirrorRefusedError:
            raise
        except MirrorError:
            if not is_gone or LIBRARY in left_out:
                raise
            continue
        if left_out:
            log.warning("The mirror has got nothing new of %s, of which something is lost.", ", ".join(left_out))
        return


def _push(control: DocumentControl, address: str) -> int:
    """Bring the mirror up to date; what it denies is an event, once a day. From the first try on it has a watermark."""
    with control.reading() as session:
        followed, done = read_watermark(session, git_refs.NAME), read_watermark(session, MIRROR)
    if followed <= done:
        return 0
    set_watermark(control, MIRROR, done)
    try:
        _push_what_is_there(control, address)
    except MirrorRefusedError as refusal:
        log.error("%s", refusal)
        record_refusal(control, str(refusal))
        return 0
    except MirrorError as trouble:
        log.warning("%s It is tried again.", trouble)
        return 0
    set_watermark(control, MIRROR, followed)
    return 1
