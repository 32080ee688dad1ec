"""Rotating keys: a new key follows the one that signs the ledger, by an event that both of them sign."""

from docctl.document_control import DocumentControl
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.trail.events.trail import SigningKeyRotated
from docctl.domain.trail.ledger_keys import ROTATION, rotation_text
from docctl.machine.crash_point import crash_point


def rotate_key(control: DocumentControl, reason: str, person_id: int | None = None) -> str:
    """Let a new key sign from the next event on; return its fingerprint. What the old key signed stays valid."""
    reason = checked_reason(reason, "why the key is changed")
    with control.keys.rotating():
        _settle(control)
        new = control.keys.prepare_next()
        with control.deciding(person_id) as decision:
            old_key, seq = decision.keys.current, decision.head.seq + 1
            countersigned = rotation_text(old_key, new.public_line, seq, decision.head.chain)
            decision.keys = decision.keys.followed_by(new.public_line, seq, decision.now)
            decision.record(
                SigningKeyRotated(
                    old_key=old_key, new_key=new.public_line, countersignature=new.sign(countersigned, ROTATION)
                ),
                new.fingerprint,
                reason=reason,
            )
        crash_point("rotation recorded")
        _settle(control)
    return new.fingerprint


def settle(control: DocumentControl) -> None:
    """Finish a rotation that was interrupted: the folder of keys follows the audit trail, never the other way."""
    with control.keys.rotating():
        _settle(control)


def _settle(control: DocumentControl) -> None:
    with control.reading() as session:
        keys = control.ledger_keys(session)
    control.keys.settle(keys)
    control.keys.write_signers(keys)
