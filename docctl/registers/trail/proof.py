"""Proofs of single events: one event, its place in the tree, and a head that a witness co-signed."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.document_control.trail_tree import CosignedHeads
from docctl.domain.errors import NotFoundError, WrongStateError
from docctl.domain.people.reader import Reader
from docctl.domain.trail.audit_trail import Event, ledger_file
from docctl.domain.trail.inclusion_proof import InclusionProof, event_name, proof_name
from docctl.domain.trail.signed_note import NoteKey
from docctl.registers.trail.audit_log import require_known
from docctl.shipped import PACKAGE

VERIFIER, KEYS = "verify_library.py", "keys.txt"
README = """Proof that event {seq} of the audit trail of {organisation} is what was recorded

{event}       the event itself, as the ledger keeps it
{proof} its place among all events, and the head over {size} events that {witness}
                        co-signed on {seen_at} UTC
keys.txt                the keys of the library and of the witness; compare them with what these two publish
verify_library.py       checks it without docctl, without a network, and without the library

    python3 -I -S verify_library.py --proof {event} {proof} {keys}

It prints “proven”, what happened, and who signed. To see who that is, ask the two for their keys.
"""


@dataclass(frozen=True)
class EventProof:
    """What is handed out: the event, its proof, and the keys of those who signed the head."""

    seq: int
    event: bytes
    proof: InclusionProof
    keys: tuple[str, ...]
    witness: str
    seen_at: str

    @property
    def files(self) -> dict[str, bytes]:
        """The two files, by their names."""
        return {event_name(self.seq): self.event, proof_name(self.seq): self.proof.text.encode()}


def proof_of(control: DocumentControl, session: Session, person: Reader, seq: int) -> EventProof:
    """Return the proof of an event for somebody who may know of it; raise WrongStateError before anybody co-signed."""
    require_known(session, person, seq)
    event = session.get(Event, seq)
    if event is None:
        raise NotFoundError("There is no event %(seq)s in the audit trail.", seq=seq)
    keys, tree = control.ledger_keys(session), control.tree.up_to_now(session)
    found = CosignedHeads(session, tree, keys).newest()
    if not found or found[0][1].head.size < seq:
        raise WrongStateError(
            "No witness has co-signed event %(seq)s yet, so it cannot be proven outside; try again when one has.",
            seq=seq,
        )
    witness, signed, seen_at = found[0]
    head = signed.head
    by = next(
        key for each in keys.since(head.size)
        if any(tools.signing_key.signatures_of(key := NoteKey.of_ledger(head.origin, each), signed))
    )  # fmt: skip
    return EventProof(
        seq,
        ledger_file(event.salt, event.text),
        InclusionProof(seq - 1, tuple(tree.inclusion(seq - 1, head.size)), signed),
        (str(by), witness.key),
        witness.name,
        f"{seen_at:%Y-%m-%d %H:%M}",
    )


def proof_pack(control: DocumentControl, session: Session, person: Reader, seq: int) -> tuple[str, bytes]:
    """Return name and bytes of a zip file with the proof of an event, and what checks it."""
    found = proof_of(control, session, person, seq)
    sheet = README.format(
        seq=seq, organisation=control.organisation(session).name, event=event_name(seq), proof=proof_name(seq),
        size=found.proof.signed.head.size, witness=found.witness, seen_at=found.seen_at,
        keys=" ".join(f"'{key}'" for key in found.keys),
    )  # fmt: skip
    files = found.files | {
        "README.txt": sheet.encode(),
        KEYS: "".join(f"{key}\n" for key in found.keys).encode(),
        VERIFIER: (PACKAGE / "evidence" / VERIFIER).read_bytes(),
    }
    return f"event-{seq:06d}-proof.zip", tools.evidence_zip.pack(files, control.now())
