"""What the last check found that cannot be mended and may be accepted, and who accepted it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.operations.accepted_losses import Acceptance, AcceptedLosses, Loss, losses_in
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event


@dataclass(frozen=True)
class KnownLoss:
    """A finding that may be accepted, who accepted it so far, and whether that counts."""

    loss: Loss
    by: tuple[Acceptance, ...]
    counts: bool


def known_losses(control: DocumentControl, session: Session, person: Reader) -> list[KnownLoss]:
    """Return what may be accepted, as the last check noted it."""
    require(person, Right.ACCEPT_LOSSES)
    found = session.scalars(select(Event).where(Event.act == Act.LOSS_ACCEPTED).order_by(Event.seq))
    accepted = AcceptedLosses(read_event(event) for event in found)
    return [
        KnownLoss(each, tuple(accepted.by(each.identity)), accepted.counts(each.identity))
        for each in losses_in(control.data)
    ]
