"""Compares the audit trail with what witnesses outside keep of it: checkpoints, and heads printed on issued PDFs."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.document_control.trail_tree import CosignedHeads
from docctl.domain.errors import InvalidInputError
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.checkpoint import Checkpoint, PrintedHead
from docctl.domain.trail.leaf_tree import LeafTree
from docctl.domain.trail.ledger_keys import CHECKPOINT, LedgerKeys
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
LACKS = " A key signed it that this library does not know, so a rotation of its key is gone as well."
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


def not_ours(control: DocumentControl, witnesses: Iterable[KnownHead]) -> str:
    """Say which checkpoint or head this library did not write, so that it says nothing of it; nothing where all are.

    One that names this library and is signed by a key that it does not know may be from after a rotation that is gone.
    """
    with control.reading() as session:
        keys = control.ledger_keys(session)
        heads, newest = CosignedHeads(session, LeafTree(), keys), session.scalar(select(func.max(Event.seq))) or 0
        for witness in witnesses:
            if witness.signed is not None:
                is_other = heads.is_of_another(witness.signed)
                is_later = witness.signed.head.size > newest and _is_cosigned(session, witness.signed)
                is_signed = is_later or bool(heads.ours(witness.signed))
            else:
                is_other = witness.library not in ("", tools.signing_key.fingerprint_of(keys.first))
                is_signed = not witness.text or _is_ours(witness, keys) or _is_by_unknown_key(witness, keys)
            if is_other:
                return f"{witness.name} is of another library than this one, so nothing was checked. {WRONG}."
            if not is_signed:
                return f"{witness.name} does not carry this library's signature, so nothing was checked. {WRONG}."
    return ""


def _is_ours(witness: KnownHead, keys: LedgerKeys) -> bool:
    signers = keys.since(witness.seq)
    return any(tools.signing_key.is_signed_by(key, witness.text, witness.signature, CHECKPOINT) for key in signers)


def _is_by_unknown_key(witness: KnownHead, keys: LedgerKeys) -> bool:
    signer, own = tools.signing_key.signer_in(witness.signature), {key.public_line for key in keys.keys}
    is_signed = tools.signing_key.is_signed_by(signer, witness.text, witness.signature, CHECKPOINT)
    return is_signed and signer not in own and witness.library == tools.signing_key.fingerprint_of(keys.first)


def _is_cosigned(session: Session, signed: SignedHead) -> bool:
    for witness in session.scalars(select(Witness)):
        with suppress(InvalidInputError):
            if tools.signing_key.cosigned_at(witness.note_key, signed) is not None:
                return True
    return False


def _check_head(
    session: Session, heads: CosignedHeads, witness: KnownHead, signed: SignedHead, size: int
) -> Iterator[Finding]:  # fmt: skip
    fault, is_ours = heads.fault(signed), bool(heads.ours(signed))
    known = signed.head.size
    if not is_ours and known > size and not heads.is_of_another(signed) and _is_cosigned(session, signed):
        is_ours = True
        fault = f"it knows {known} events, signed by a key that this library does not know, and there are {size} here"
    if fault:
        remedy = GONE if is_ours else WRONG
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
            yield from _check_head(session, heads, witness, witness.signed, head_seq)
            continue
        is_unknown = bool(witness.text) and _is_by_unknown_key(witness, keys)
        if witness.text and not is_unknown and not _is_ours(witness, keys):
            sentence = f"{witness.name} does not carry this library's signature; it proves nothing."
            yield broken(RULE, witness.name, sentence, WRONG)
            continue
        if witness.library and witness.library != tools.signing_key.fingerprint_of(keys.first):
            yield broken(RULE, witness.name, f"{witness.name} is a checkpoint of another library.", WRONG)
            continue
        lacks = LACKS if is_unknown else ""
        event = session.scalars(select(Event).where(Event.seq == witness.seq)).first()
        if event is None:
            gone = (
                f"events {head_seq + 1} to {witness.seq} are"
                if witness.seq > head_seq + 1
                else f"event {witness.seq} is"
            )
            yield broken(RULE, witness.name, f"{witness.said} knew {witness.seq} events: {gone} gone.{lacks}", GONE)
        elif not event.chain.startswith(witness.chain) or witness.ledger_commit not in ("", event.ledger_commit):
            which = f"one or more of the events {agreed + 1} to {witness.seq} were"
            sentence = f"{which if witness.seq > agreed + 1 else f'event {witness.seq} was'} altered since."
            sentence = f"{witness.said} knew another chain up to event {witness.seq}: {sentence}{lacks}"
            yield broken(RULE, witness.name, sentence, GONE)
        elif is_unknown:
            yield broken(RULE, witness.name, f"{witness.said} agrees with event {witness.seq}.{lacks}", WRONG)
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
