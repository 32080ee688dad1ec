"""The tree over the leaves of all events, its heads, and what of these witnesses co-signed."""

import threading
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.domain.errors import InvalidInputError, LibraryMismatchError
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.leaf_tree import LeafTree
from docctl.domain.trail.ledger_keys import LedgerKeys
from docctl.domain.trail.origin import BREAKS, library_in, origin_of
from docctl.domain.trail.signed_note import NoteKey, NoteSignature, SignedHead
from docctl.domain.trail.witness import Cosignature, Witness

STRETCH = 10_000


class TrailTree:
    """Keeps the tree in memory, and adds what happened since it was last asked for."""

    def __init__(self) -> None:
        self._tree, self._lock = LeafTree(), threading.Lock()

    def up_to_now(self, session: Session) -> LeafTree:
        """Return the tree over the leaves of all events; begin anew where those taken in before are others now."""
        with self._lock:
            if not self._is_beginning(session):
                self._tree = LeafTree()
            query = select(Event.seq, Event.leaf).order_by(Event.seq).execution_options(yield_per=STRETCH)
            for seq, leaf in session.execute(query.where(Event.seq > self._tree.size)):
                if seq != self._tree.size + 1:
                    raise LibraryMismatchError("Events are missing from the audit trail; run docctl verify.")
                self._tree.add(bytes.fromhex(leaf))
            return self._tree

    def _is_beginning(self, session: Session) -> bool:
        size = self._tree.size
        last = session.scalar(select(Event.leaf).where(Event.seq == size)) if size else ""
        return not size or last == self._tree.leaf(size - 1).hex()


@dataclass(frozen=True)
class Break:
    """An event from which on a library's heads have another origin."""

    seq: int
    chain: str
    act: str
    at: datetime
    reason: str


def breaks(session: Session) -> list[Break]:
    """Return the breaks in a library's history, in order."""
    rows = session.scalars(select(Event).where(Event.act.in_(BREAKS)).order_by(Event.seq))
    return [Break(row.seq, row.chain, row.act, row.happened_at, row.reason) for row in rows]


def origin_now(session: Session, keys: LedgerKeys) -> str:
    """Return the origin line of a library's heads as they are signed now."""
    return [*origins(session, keys)][-1]


def origins(session: Session, keys: LedgerKeys) -> dict[str, int]:
    """Return every origin that a library's heads had, in order, and the first event that each may count."""
    found = {origin_of(keys.first): 1}
    return found | {origin_of(keys.first, (each.seq, each.chain)): each.seq for each in breaks(session)}


class CosignedHeads:
    """Checks heads that a witness co-signed against the tree, and against the keys that the events name."""

    def __init__(self, session: Session, tree: LeafTree, keys: LedgerKeys) -> None:
        self._session, self._tree, self._keys = session, tree, keys
        self._origins = origins(session, keys)

    def fault(self, signed: SignedHead) -> str:
        """Say why a head is not one of this library, or of another history of it; nothing where it agrees."""
        head = signed.head
        if self.is_of_another(signed):
            return "it is the head of another library"
        if not self.ours(signed):
            return "it does not carry this library's signature"
        if head.origin not in self._origins:
            return "it is of a time after another break in the history than there is here"
        if head.size > self._tree.size:
            return f"it knows {head.size} events, and there are only {self._tree.size}: the others are gone"
        if head.size < self._origins[head.origin] or self._tree.root(head.size) != head.root:
            return f"one or more of the events up to {head.size} were altered since"
        return ""

    def is_of_another(self, signed: SignedHead) -> bool:
        """Say whether a head names another library than this one."""
        return library_in(signed.head.origin) != library_in(next(iter(self._origins)))

    def ours(self, signed: SignedHead) -> tuple[NoteSignature, ...]:
        """Return the signatures under a head that are by a key which signed at its time or later."""
        head = signed.head
        keys = (NoteKey.of_ledger(head.origin, line) for line in self._keys.since(max(head.size, 1)))
        return tuple(each for key in keys for each in tools.signing_key.signatures_of(key, signed))

    def seen_at(self, witness: Witness, row: Cosignature) -> datetime | None:
        """Return when a witness co-signed what is kept of it; None where that does not hold, whatever the row says."""
        try:
            signed = row.signed
            seen_at = tools.signing_key.cosigned_at(witness.note_key, signed)
        except InvalidInputError:
            return None
        return seen_at if signed.head.origin == row.origin and not self.fault(signed) else None

    def newest(self) -> list[tuple[Witness, SignedHead, datetime]]:
        """Return the newest head of each witness that holds, those first that reach farthest."""
        found = dict[int, tuple[Witness, SignedHead, datetime]]()
        for row, witness in self._session.execute(select(Cosignature, Witness).join(Witness)):
            seen_at = self.seen_at(witness, row)
            known = found.get(witness.id)
            if seen_at is not None and (known is None or row.signed.head.size > known[1].head.size):
                found[witness.id] = witness, row.signed, seen_at
        return sorted(found.values(), key=lambda each: (-each[1].head.size, each[0].name))
