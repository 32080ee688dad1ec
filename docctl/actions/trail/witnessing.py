"""Witnessing: somebody outside is registered to co-sign the heads of the tree, asked, and their answer kept."""

import re
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.document_control.trail_tree import CosignedHeads, origin_now, origins
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.errors import HeadRefusedError, InvalidInputError, NotFoundError, WrongStateError
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.audit_trail import Act, Event, ledger_file
from docctl.domain.trail.events.trail import HistoryBroken, WitnessDismissed, WitnessRefused, WitnessRegistered
from docctl.domain.trail.head_request import HeadRequest, KeyRotation
from docctl.domain.trail.leaf_tree import LeafTree
from docctl.domain.trail.signed_note import SignedHead, TreeHead
from docctl.domain.trail.witness import Cosignature, Witness, checked_address, checked_key

ONCE_IN = timedelta(days=1)
OK, BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE = 200, 400, 403, 404, 409, 422
_SIZE = re.compile(r"(0|[1-9][0-9]{0,17})\n")
REFUSALS = {
    FORBIDDEN: "%(name)s does not know the key that signs here (%(reason)s); tell whoever runs it, with the reason.",
    NOT_FOUND: "%(name)s does not know this library, or not since the last break in its history (%(reason)s); tell "
    "whoever runs it, with the reason.",
    UNPROCESSABLE: "%(name)s saw another history of this library (%(reason)s); run docctl verify, and ask whoever runs "
    "it for the head that it saw.",
}


def register_witness(
    control: DocumentControl, person_id: int, key: str, address: str = "", request_id: str = ""
) -> int:  # fmt: skip
    """Let a witness co-sign from now on; return its number."""
    known, address = checked_key(key), checked_address(address)
    with control.deciding(person_id, request_id, ("register_witness", str(known), address)) as decision:
        require(decision.person, Right.ADMINISTER)
        open_ones = select(Witness).where(Witness.dismissed_at.is_(None))
        for other in decision.session.scalars(open_ones):
            if other.name == known.name or other.note_key.public == known.public:
                raise WrongStateError(
                    "%(name)s is a witness already; dismiss it first, then register it with its new key or address.",
                    name=other.name,
                )
        witness = Witness(name=known.name, key=str(known), address=address, registered_at=decision.now)
        decision.session.add(witness)
        decision.session.flush()
        decision.record(WitnessRegistered(witness=witness.id, key=witness.key, address=address), witness.name)
        return witness.id


def dismiss_witness(control: DocumentControl, person_id: int, name: str, reason: str) -> None:
    """Ask a witness no more; what it co-signed stays, and is still checked."""
    reason = checked_reason(reason, "why the witness is not asked any more")
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ADMINISTER)
        witness = witness_named(decision.session, name)
        witness.dismissed_at = decision.now
        decision.record(WitnessDismissed(witness=witness.id), witness.name, reason=reason)


def break_history(control: DocumentControl, person_id: int, reason: str) -> str:
    """Say that events are lost which a witness saw; return the origin that heads have from now on."""
    reason = checked_reason(reason, "what happened to the events that are lost")
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ADMINISTER)
        decision.record(HistoryBroken(), "the audit trail", reason=reason)
    with control.reading() as session:
        return origin_now(session, control.ledger_keys(session))


def witness_named(session: Session, name: str) -> Witness:
    """Return the witness of a name that is still asked; raise NotFoundError where there is none."""
    query = select(Witness).where(Witness.name == name.strip(), Witness.dismissed_at.is_(None))
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError("There is no witness %(name)s; “docctl witnesses” lists them.", name=name)
    return found


def signed_head(control: DocumentControl, session: Session, size: int | None = None) -> SignedHead:
    """Return the head of the tree over all events, or over so many of the first, signed by the library."""
    keys, tree = control.ledger_keys(session), control.tree.up_to_now(session)
    size = tree.size if size is None else size
    origin = [each for each, first in origins(session, keys).items() if first <= max(size, 1)][-1]
    head = TreeHead(origin, size, tree.root(size))
    return SignedHead(head.text).with_(control.keys.key(keys.current).sign_head(head.origin, head.text))


def request_to(control: DocumentControl, witness_id: int, old_size: int | None = None) -> HeadRequest:
    """Return what a witness is asked: the head as it is now, and that its tree begins with what it saw last.

    What it saw last is the newest head that it co-signed, unless it says that it saw so many events.
    """
    with control.reading() as session:
        signed, tree = signed_head(control, session), control.tree.up_to_now(session)
        head, known = signed.head, _known_size(control, session, witness_id, tree)
        old_size = known if old_size is None else old_size
        if old_size > head.size:
            raise HeadRefusedError(
                "It saw %(old_size)s events, and there are fewer here: the others are gone. Bring them back; only "
                "where nobody can, record a break in the history.",
                old_size=old_size,
            )
        rotations = _rotations(control, session, tree, known)
    return HeadRequest(old_size, tuple(tree.consistency(old_size, head.size)), signed, rotations)


def _known_size(control: DocumentControl, session: Session, witness_id: int, tree: LeafTree) -> int:
    """Return how many events the newest head has that a witness co-signed; 0 where none is kept, or none that holds."""
    keys = control.ledger_keys(session)
    kept = _kept(session, witness_id, origin_now(session, keys))
    is_sound = kept is not None and CosignedHeads(session, tree, keys).seen_at(
        session.get_one(Witness, witness_id), kept
    )
    return kept.signed.head.size if kept is not None and is_sound else 0


def _kept(session: Session, witness_id: int, origin: str) -> Cosignature | None:
    query = select(Cosignature).where(Cosignature.witness_id == witness_id, Cosignature.origin == origin)
    return session.scalars(query).first()


def _rotations(
    control: DocumentControl, session: Session, tree: LeafTree, after: int
) -> tuple[KeyRotation, ...]:  # fmt: skip
    """Return the events by which keys followed one another since a head."""
    before = aliased(Event)
    rotated = select(Event, before.chain).join(before, before.seq == Event.seq - 1).order_by(Event.seq)
    rotated = rotated.where(Event.act == Act.SIGNING_KEY_ROTATED, Event.seq > after)
    return tuple(
        KeyRotation(
            ledger_file(event.salt, event.text),
            control.library.read(event.ledger_commit),
            bytes.fromhex(chain),
            tuple(tree.inclusion(event.seq - 1, tree.size)),
        )
        for event, chain in session.execute(rotated)
    )


def keep_cosigned(control: DocumentControl, witness_id: int, signed: SignedHead) -> None:
    """Keep a head that a witness co-signed; raise InvalidInputError where it did not, or where it is not one of ours.

    Only the newest one of an origin is kept: its tree begins with those of all others.
    """
    with control.reading() as session:
        witness = session.get_one(Witness, witness_id)
        heads = CosignedHeads(session, control.tree.up_to_now(session), control.ledger_keys(session))
        fault, ours = heads.fault(signed), heads.ours(signed)
    theirs = [*tools.signing_key.signatures_of(witness.note_key, signed)]
    if fault or not theirs:
        raise InvalidInputError(
            "This answer of %(name)s was not kept, because %(fault)s; ask again.",
            name=witness.name,
            fault=fault or "it does not carry the signature of that witness",
        )
    origin, note = signed.head.origin, SignedHead(signed.text, (*ours, *theirs)).note
    with control.remembering() as session:
        session.execute(
            delete(Cosignature).where(Cosignature.witness_id == witness_id, Cosignature.origin == origin)
        )  # fmt: skip
        session.add(Cosignature(witness_id=witness_id, origin=origin, note=note))


def ask_witness(control: DocumentControl, witness_id: int) -> None:
    """Ask a witness at its address to co-sign the head as it is now, and keep its answer.

    Raises HeadRefusedError where it does not, which is recorded once a day; WitnessUnreachableError without an answer.
    """
    with control.reading() as session:
        witness = session.get_one(Witness, witness_id)
    request = request_to(control, witness_id)
    try:
        keep_cosigned(control, witness_id, _answered(control, witness, request))
    except HeadRefusedError as refusal:
        _record_refusal(control, witness_id, request.signed.head.size, str(refusal))
        raise


def _answered(control: DocumentControl, witness: Witness, request: HeadRequest) -> SignedHead:
    """Return the head with the signatures that a witness gives to it."""
    status, told = tools.witness_line.ask(witness.address, request.text)
    if status == BAD_REQUEST and request.rotations:
        # A witness that is not docctl's is told of a new key by its operator, and knows no blocks before a request.
        status, told = tools.witness_line.ask(witness.address, replace(request, rotations=()).text)
    saw = int(found[1]) if status == CONFLICT and (found := _SIZE.fullmatch(told)) else request.old_size
    if saw != request.old_size:
        request = request_to(control, witness.id, saw)
        status, told = tools.witness_line.ask(witness.address, request.text)
    if status != OK:
        sentence, reason = REFUSALS.get(status, REFUSALS[UNPROCESSABLE]), f"HTTP {status}"
        raise HeadRefusedError(sentence, status, name=witness.name, reason=reason)
    return SignedHead.read(request.signed.note + told)


def _record_refusal(control: DocumentControl, witness_id: int, size: int, sentence: str) -> None:
    with control.deciding(None) as decision:
        witness = decision.session.get_one(Witness, witness_id)
        is_told = witness.refusal == sentence and witness.refused_at is not None
        if is_told and witness.refused_at is not None and witness.refused_at > decision.now - ONCE_IN:
            return
        witness.refused_at, witness.refusal = decision.now, sentence
        decision.record(WitnessRefused(witness=witness_id, size=size), witness.name, reason=sentence)
