"""Compares the audit trail with what witnesses outside keep of it: checkpoints, and heads printed on issued PDFs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.checkpoint import Checkpoint, PrintedHead
from docctl.domain.trail.ledger_keys import CHECKPOINT
from docctl.registers.integrity.finding import Finding, broken, noted, unproven

RULE = "witness"
GONE = "Bring back what the checkpoint knew: a backup, a mirror or a clone from after it holds those events"
BRIDGE = "docctl verify --checkpoint FILE, with a checkpoint from after that event which was kept elsewhere since"
WRONG = "Check with a checkpoint that this library wrote, as it came, with its .sig beside it"
SIGNATURE_ENDING = ".sig"


@dataclass(frozen=True)
class Witness:
    """What was known outside of the audit trail at a time: an event's number and the chain up to it."""

    name: str
    seq: int
    chain: str
    said: str
    library: str = ""
    ledger_commit: str = ""
    text: bytes = b""
    signature: str = ""

    @property
    def key(self) -> str:
        """What tells this witness from every other."""
        return f"{self.seq}:{self.chain}"


def read_checkpoint(path: Path) -> Witness:
    """Read a checkpoint and its signature beside it; raise InvalidInputError where it is none."""
    beside = path.with_name(path.name + SIGNATURE_ENDING)
    data = path.read_bytes()
    if not beside.is_file():
        raise InvalidInputError(
            "The signature %(beside)s is not beside %(path)s; put both into one folder.",
            beside=beside.name,
            path=path.name,
        )
    checkpoint = Checkpoint.read(data.decode(errors="replace"))
    return Witness(
        path.name, checkpoint.seq, checkpoint.chain, f"The checkpoint of {checkpoint.at:%Y-%m-%d %H:%M} UTC",
        checkpoint.library, checkpoint.ledger_commit, data, beside.read_text(errors="replace"),
    )  # fmt: skip


def read_head(text: str) -> Witness:
    """Read a head as an issued PDF prints it."""
    printed = PrintedHead.read(text)
    return Witness(f"head {printed.seq}", printed.seq, printed.chain, "An issued PDF")


def check_witnesses(
    control: DocumentControl, session: Session, witnesses: Iterable[Witness], head_seq: int
) -> Iterator[Finding]:  # fmt: skip
    """Find which events are gone or were altered since a witness saw them."""
    agreed, keys = 0, control.ledger_keys(session)
    for witness in sorted(witnesses, key=lambda each: each.seq):
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


def check_breaks(losses: Iterable[Event], witnesses: Iterable[Witness], told: Iterable[Finding]) -> Iterator[Finding]:
    """Name each event that says the key was lost: proven by a witness who agrees with what came after, or by none."""
    doubted = {finding.subject for finding in told}
    newest = max((each.seq for each in witnesses if each.name not in doubted), default=0)
    for event in losses:
        said = f"Event {event.seq} says that the key of the ledger was lost ({event.reason})"
        if newest >= event.seq:
            yield noted(RULE, f"event {event.seq}", f"{said}; a witness outside agrees with what came after it.")
        else:
            sentence = f"{said}. From there on a new key signs, for which nothing in the library itself can vouch."
            yield unproven(RULE, f"event {event.seq}", sentence, BRIDGE)
