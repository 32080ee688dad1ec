"""What the last check found that cannot be mended and may be accepted, and the register of what was accepted."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.operations.accepted_losses import Acceptance, AcceptedLoss, AcceptedLosses, Loss, losses_in
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, may, require, require_one_of
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event
from docctl.registers.trail.audit_log import told_to


@dataclass(frozen=True)
class KnownLoss:
    """A finding that may be accepted, who accepted it so far, and whether that counts."""

    loss: Loss
    by: tuple[Acceptance, ...]
    counts: bool


@dataclass(frozen=True)
class RegisteredLoss:
    """What somebody accepted as lost, and whether all of it was found again since; None where nothing was lost."""

    loss: AcceptedLoss
    is_found_again: bool | None


def known_losses(control: DocumentControl, session: Session, person: Reader) -> list[KnownLoss]:
    """Return what may be accepted, as the last check noted it."""
    require(person, Right.ACCEPT_LOSSES)
    found = session.scalars(select(Event).where(Event.act == Act.LOSS_ACCEPTED).order_by(Event.seq))
    accepted = AcceptedLosses(read_event(event) for event in found)
    return [
        KnownLoss(each, accepted.by(each.identity), accepted.counts(each.identity)) for each in losses_in(control.data)
    ]


def registered_losses(control: DocumentControl, session: Session, person: Reader) -> list[RegisteredLoss]:
    """Return all that anybody ever accepted as lost and the person may know of, the first accepted first.

    Whoever may accept losses knows of all; who reads the audit trail, of those that it tells them of.
    """
    require_one_of(person, Right.ACCEPT_LOSSES, Right.READ_AUDIT_TRAIL)
    wanted = [] if may(person, Right.ACCEPT_LOSSES) else told_to(person)
    found = session.scalars(select(Event).where(Event.act == Act.LOSS_ACCEPTED, *wanted).order_by(Event.seq))
    losses = AcceptedLosses(read_event(event) for event in found)
    return [RegisteredLoss(each, _is_found_again(control, session, each)) for each in losses]


def _is_found_again(control: DocumentControl, session: Session, loss: AcceptedLoss) -> bool | None:
    """Say whether Git holds the objects again, or the tables the record; an act without authority was never lost."""
    if loss.objects:
        return all(tools.git_library.sound(control.library, each) is not None for each in loss.objects)
    if loss.rule != "records":
        return None
    seq = loss.subject.removeprefix("event ")
    return bool(session.scalar(select(Event.record).where(Event.seq == int(seq)))) if seq.isdigit() else None
