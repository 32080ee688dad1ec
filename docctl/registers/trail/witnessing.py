"""Who outside co-signed the audit trail, up to which event and when, and what came later that nobody vouches for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.document_control.trail_tree import Break, CosignedHeads, breaks, origin_now
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.leaf_tree import LeafTree
from docctl.domain.trail.signed_note import NoteKey
from docctl.domain.trail.witness import Cosignature, Witness

NOBODY = "No witness outside has co-signed anything yet: whoever holds data folder and key could rewrite all of it."


@dataclass(frozen=True)
class WitnessLine:
    """One witness as it is shown: what it co-signed is checked by its key and by the tree, or it does not count."""

    id: int
    name: str
    key: str
    address: str
    registered_at: datetime
    dismissed_at: datetime | None
    size: int
    seen_at: datetime | None
    refused_at: datetime | None
    refusal: str

    @property
    def is_asked(self) -> bool:
        """Whether the witness is still asked."""
        return self.dismissed_at is None

    @property
    def refuses(self) -> bool:
        """Whether the last thing that it said was a refusal."""
        return self.is_asked and self.refused_at is not None and (not self.seen_at or self.seen_at < self.refused_at)


@dataclass(frozen=True)
class Standing:
    """How far the audit trail is witnessed."""

    witnesses: tuple[WitnessLine, ...]
    breaks: tuple[Break, ...]
    newest: int
    own_key: str

    @property
    def best(self) -> WitnessLine | None:
        """The witness that saw most, and of those who saw as much, last; None where nobody co-signed anything."""
        seen = [(each.size, each.seen_at, each) for each in self.witnesses if each.seen_at is not None]
        return max(seen, key=lambda each: each[:2])[2] if seen else None

    @property
    def unwitnessed(self) -> int:
        """How many events came after the newest that a witness co-signed."""
        return self.newest - (self.best.size if self.best is not None else 0)

    @property
    def sentences(self) -> Iterator[str]:
        """What a check says of it, sentence by sentence."""
        best = self.best
        if best is None or best.seen_at is None:
            yield NOBODY
        else:
            said = f"Events 1 to {best.size} were co-signed by {best.name} on {best.seen_at:%Y-%m-%d %H:%M} UTC"
            later = f"; {self.unwitnessed} that came later are unwitnessed" if self.unwitnessed else ""
            yield f"{said}{later}."
        if self.witnesses:
            for each in self.breaks:
                why = f": {each.reason}" if each.reason else ""
                yield f"The history broke at event {each.seq} ({each.act}) on {each.at:%Y-%m-%d}{why}."
        for line in self.witnesses:
            if line.refuses and line.refused_at is not None:
                yield f"{line.name} refused on {line.refused_at:%Y-%m-%d %H:%M} UTC: {line.refusal}"


def witnesses(control: DocumentControl, session: Session, person: Reader) -> Standing:
    """Return who co-signed what, for somebody who may read the audit trail."""
    require(person, Right.READ_AUDIT_TRAIL)
    return standing(control, session)


def standing(control: DocumentControl, session: Session, tree: LeafTree | None = None) -> Standing:
    """Return how far the audit trail is witnessed, by the tree as it is in the tables, or as it was found otherwise."""
    keys = control.ledger_keys(session)
    tree = tree or control.tree.up_to_now(session)
    lines = _lines(session, CosignedHeads(session, tree, keys))
    origin = origin_now(session, keys)
    return Standing(tuple(lines), tuple(breaks(session)), tree.size, str(NoteKey.of_ledger(origin, keys.current)))


def witnessed(control: DocumentControl, session: Session) -> int:
    """Return the number of the newest event that a witness co-signed; 0 where none did."""
    if session.scalar(select(Cosignature.id).limit(1)) is None:
        return 0
    best = standing(control, session).best
    return best.size if best is not None else 0


def _lines(session: Session, heads: CosignedHeads) -> Iterator[WitnessLine]:
    known = {witness.id: (signed, seen_at) for witness, signed, seen_at in heads.newest()}
    for witness in session.scalars(select(Witness).order_by(Witness.dismissed_at.is_not(None), Witness.name)):
        signed, seen_at = known.get(witness.id, (None, None))
        yield WitnessLine(
            id=witness.id,
            name=witness.name,
            key=witness.key,
            address=witness.address,
            registered_at=witness.registered_at,
            dismissed_at=witness.dismissed_at,
            size=signed.head.size if signed is not None else 0,
            seen_at=seen_at,
            refused_at=witness.refused_at,
            refusal=witness.refusal,
        )
