"""Compares the audit trail with what witnesses outside keep of it: checkpoints, and heads printed on issued PDFs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.document_control.trail_tree import CosignedHeads
from docctl.domain.errors import InvalidInputError
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.checkpoint import Checkpoint, PrintedHead
from docctl.domain.trail.leaf_tree import LeafTree
from docctl.domain.trail.ledger_keys import CHECKPOINT
from docctl.domain.trail.signed_note import SignedHead
from docctl.domain.trail.witness import Cosignature, Witness
from docctl.registers.integrity.finding import Finding, broken, noted, unproven
from docctl.registers.trail.witnessing import Standing

RULE = "witness"
GONE = "Bring back what the checkpoint knew: a backup, a mirror or a clone from after it holds those events"
AGREE = "docctl verify --checkpoint FILE, with that very checkpoint or head, once what it knew is brought back"
NO_NOTE = "Verify with each checkpoint that is kept elsewhere; where all agree, take distrusted_by_witnesses away"
BRIDGE = "docctl verify --checkpoint FILE, with a checkpoint from after that event which was kept elsewhere since"
ASK = "docctl ask-witness, or leave it to the followers"
WRONG = "Check with a checkpoint that this library wrote, as it came, with its .sig beside it"
SIGNATURE_ENDING = ".sig"


@dataclass(frozen=True)
class KnownHead:
    """What was known outside of the audit trail at a time: an event's number and the chain up to it."""

    name: str
    seq: int
    chain: str
    said: str
    library: str = ""
    ledger_commit: str = ""
    text: bytes = b""
    signature: str = ""
    signed: SignedHead | None = None

    @property
    def key(self) -> str:
        """What tells this witness from every other."""
        return f"{self.seq}:{self.chain}"


def read_checkpoint(path: Path) -> KnownHead:
    """Read a checkpoint and its signature beside it, or a co-signed head; raise InvalidInputError where it is none."""
    beside = path.with_name(path.name + SIGNATURE_ENDING)
    data = path.read_bytes()
    if b"\n\n\xe2\x80\x94 " in data:
        signed = SignedHead.read(data.decode(errors="replace"))
        head = signed.head
        return KnownHead(path.name, head.size, head.root.hex(), "The co-signed head", text=data, signed=signed)
    if not beside.is_file():
        raise InvalidInputError(
            "The signature %(beside)s is not beside %(path)s; put both into one folder.",
            beside=beside.name,
            path=path.name,
        )
    checkpoint = Checkpoint.read(data.decode(errors="replace"))
    return KnownHead(
        path.name, checkpoint.seq, checkpoint.chain, f"The checkpoint of {checkpoint.at:%Y-%m-%d %H:%M} UTC",
        checkpoint.library, checkpoint.ledger_commit, data, beside.read_text(errors="replace"),
    )  # fmt: skip


def read_head(text: str) -> KnownHead:
    """Read a head as an issued PDF prints it."""
    printed = PrintedHead.read(text)
    return KnownHead(f"head {printed.seq}", printed.seq, printed.chain, "An issued PDF")


def check_cosigned(session: Session, heads: CosignedHeads) -> Iterator[Finding]:
    """Find which events are gone or were altered since a witness co-signed what is kept of it."""
    for row in session.scalars(select(Cosignature).order_by(Cosignature.id)):
        witness = session.get(Witness, row.witness_id)
        try:
            signed = row.signed
            at = tools.signing_key.cosigned_at(witness.note_key, signed) if witness is not None else None
        except InvalidInputError:
            at = None
        if witness is None or at is None:
            yield noted(RULE, f"co-signature {row.id}", "It is not signed by its witness, so it shows nothing.", ASK)
        elif fault := heads.fault(signed):
            sentence = f"{witness.name} co-signed {signed.head.size} events on {at:%Y-%m-%d %H:%M} UTC: {fault}."
            yield broken(RULE, witness.name, sentence, GONE)


def _check_head(heads: CosignedHeads, witness: KnownHead, signed: SignedHead) -> Iterator[Finding]:
    if fault := heads.fault(signed):
        remedy = GONE if heads.ours(signed) else WRONG
        yield broken(RULE, witness.name, f"{witness.said} does not fit this library: {fault}.", remedy)


def check_witnesses(
    control: DocumentControl, session: Session, witnesses: Iterable[KnownHead], tree: LeafTree
) -> Iterator[Finding]:  # fmt: skip
    """Find which events are gone or were altered since a witness saw them."""
    agreed, keys, head_seq = 0, control.ledger_keys(session), tree.size
    heads = CosignedHeads(session, tree, keys)
    yield from check_cosigned(session, heads)
    for witness in sorted(witnesses, key=lambda each: each.seq):
        if witness.signed is not None:
            yield from _check_head(heads, witness, witness.signed)
            continue
        ours = (
            tools.signing_key.is_signed_by(key, witness.text, witness.signature, CHECKPOINT)
            for key in keys.since(witness.seq)
        )
        if witness.text and not any(ours):
            sentence = f"{witness.name} does not carry this library's signature; it proves nothing."
            yield broken(RULE, witness.name, sentence, WRONG)
            continue
        if witness.library and witness.library != tools.signing_key.fingerprint_of(keys.first):
            yield broken(RULE, witness.name, f"{witness.name} is a checkpoint of another library.", WRONG)
            continue
        event = session.scalars(select(Event).where(Event.seq == witness.seq)).first()
        if event is None:
            gone = (
                f"events {head_seq + 1} to {witness.seq} are"
                if witness.seq > head_seq + 1
                else f"event {witness.seq} is"
            )
            yield broken(RULE, witness.name, f"{witness.said} knew {witness.seq} events: {gone} gone.", GONE)
        elif not event.chain.startswith(witness.chain) or witness.ledger_commit not in ("", event.ledger_commit):
            which = f"one or more of the events {agreed + 1} to {witness.seq} were"
            sentence = f"{which if witness.seq > agreed + 1 else f'event {witness.seq} was'} altered since."
            sentence = f"{witness.said} knew another chain up to event {witness.seq}: {sentence}"
            yield broken(RULE, witness.name, sentence, GONE)
        else:
            agreed = witness.seq


def check_remembered(control: DocumentControl, witnesses: Iterable[KnownHead]) -> Iterator[Finding]:
    """Find what signed checkpoints showed to earlier checks, as long as those very checkpoints do not agree again."""
    given = {witness.key for witness in witnesses if witness.text}
    for key, reason in control.trust.witnessed.items():
        if key not in given:
            subject = f"checkpoint of event {key.partition(':')[0]}" if key else "distrusted_by_witnesses"
            yield broken(RULE, subject, reason, AGREE if key else NO_NOTE)


def check_breaks(
    losses: Iterable[Event], witnesses: Iterable[KnownHead], told: Iterable[Finding], standing: Standing
) -> Iterator[Finding]:
    """Name each event that says the key was lost: proven by a witness who agrees with what came after, or by none.

    A witness that was registered after the loss vouches for nothing: the new key alone says that it is one.
    """
    doubted = {finding.subject for finding in told}
    known = [each.seq for each in witnesses if each.name not in doubted]
    for event in losses:
        cosigned = (each.size for each in standing.witnesses if each.registered_at < event.happened_at)
        newest = max((*known, *cosigned), default=0)
        said = f"Event {event.seq} says that the key of the ledger was lost ({event.reason})"
        if newest >= event.seq:
            yield noted(RULE, f"event {event.seq}", f"{said}; a witness outside agrees with what came after it.")
        else:
            sentence = f"{said}. From there on a new key signs, for which nothing in the library itself can vouch."
            yield unproven(RULE, f"event {event.seq}", sentence, BRIDGE)
