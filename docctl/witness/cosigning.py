"""Co-signing: a witness signs a head only where its tree begins with the one that it saw last."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime

from docctl import tools
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.errors import HeadRefusedError, InvalidInputError, NotFoundError, WrongStateError
from docctl.domain.trail.audit_trail import link, read_ledger_file
from docctl.domain.trail.events.reading import read
from docctl.domain.trail.events.trail import SigningKeyRotated
from docctl.domain.trail.head_request import HeadRequest, KeyRotation
from docctl.domain.trail.leaf_tree import is_consistent, is_included
from docctl.domain.trail.ledger_keys import ROTATION, rotation_text
from docctl.domain.trail.origin import ROOT, library_in
from docctl.domain.trail.signed_note import KeyType, NoteKey, NoteSignature, SignedHead
from docctl.witness.folder import Break, Watched, WitnessFolder

KNOWN = "The newest head that was co-signed here has %(size)s events; ask again from there."
BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT = 400, 403, 404, 409


def add_library(folder: WitnessFolder, name: str, written: str) -> Watched:
    """Watch a library from now on, by the key that it gave; the first head that it sends is taken as it is."""
    key, name = NoteKey.read(written), " ".join(name.split())
    if key.type != KeyType.ED25519 or not key.name.startswith(ROOT):
        raise InvalidInputError("This is not the key of a library; copy the line that “docctl witnesses” prints there.")
    with folder.alone():
        if any(library_in(each.origin) == library_in(key.name) or each.name == name for each in folder.histories()):
            raise WrongStateError("A library of this name or key is watched already; nothing was changed.")
        folder.keep(made := Watched(name, key.name, (str(key),)))
    return made


def cosign(folder: WitnessFolder, request: HeadRequest) -> NoteSignature:
    """Return the witness's signature of a head, which is kept before; raise HeadRefusedError where it signs none."""
    head = request.signed.head
    with folder.alone():
        known = _watched(folder, request)
        followed = _followed_keys(known, request.rotations)
        known = replace(known, keys=(*known.keys, *(str(key) for key, _ in followed)))
        if not any(tools.signing_key.signatures_of(known.key, request.signed)):
            raise HeadRefusedError("This head is not signed by a key that is known of its library.", FORBIDDEN)
        if request.old_size > head.size:
            raise HeadRefusedError("A tree cannot begin with a larger one.", BAD_REQUEST)
        if request.old_size != known.size:
            raise HeadRefusedError(KNOWN, CONFLICT, size=known.size)
        extends = is_consistent(known.size, known.root_hash, head.size, head.root, request.proof)
        if not extends or not all(
            is_included(leaf, at, head.size, proof, head.root) for _, (leaf, at, proof) in followed
        ):
            folder.keep_refused(request.signed)
            if known.size == head.size:
                raise HeadRefusedError(KNOWN, CONFLICT, size=known.size)
            raise HeadRefusedError("The tree of this head does not begin with the one that was co-signed before.")
        signed = folder.signing_key.cosign(folder.key, request.signed.text, datetime.now(UTC))
        note = SignedHead(request.signed.text, (*request.signed.of(known.key), signed)).note
        folder.keep(replace(known, size=head.size, root=b64encode(head.root).decode(), note=note))
    answer: NoteSignature = signed
    return answer


def _watched(folder: WitnessFolder, request: HeadRequest) -> Watched:
    origin = request.signed.head.origin
    known = folder.history(origin)
    if known is None and folder.knows(origin) is not None:
        folder.keep_unknown(request.signed)
    if known is None or known.followed_by:
        raise HeadRefusedError(
            "Nobody said here that this library is to be watched, or that its history goes on after a break.", NOT_FOUND
        )
    return known


Place = tuple[bytes, int, tuple[bytes, ...]]


def _followed_keys(known: Watched, rotations: tuple[KeyRotation, ...]) -> list[tuple[NoteKey, Place]]:
    """Return the keys that follow the one in force, each by an event that both signed, with the place of that event."""
    found, key = list[tuple[NoteKey, Place]](), known.key
    for rotation in rotations:
        try:
            followed = _followed(key, rotation)
        except (ValueError, LookupError, TypeError) as wrong:
            raise HeadRefusedError("An event about a key that comes with this head cannot be read.") from wrong
        if followed is not None:
            found.append(followed)
            key = followed[0]
    return found


def _followed(key: NoteKey, rotation: KeyRotation) -> tuple[NoteKey, Place] | None:
    """Return the key that an event puts in the place of another; None where it is about others than that one."""
    salt, text = read_ledger_file(rotation.file)
    event = read(json.loads(text))
    told = event.details
    if not isinstance(told, SigningKeyRotated) or NoteKey.of_ledger(key.name, told.old_key) != key:
        return None
    new, before = NoteKey.of_ledger(key.name, told.new_key), rotation.chain_before.hex()
    place = link(before, salt, text)
    plain, signature = tools.git_library.without_signature(rotation.commit)
    lines = {f"Seq: {event.seq}", f"Leaf: {place.leaf}", f"Chain: {place.chain}"}
    signing, both = tools.signing_key, rotation_text(told.old_key, told.new_key, event.seq, before)
    if not (
        lines <= set(plain.partition(b"\n\n")[2].decode().splitlines())
        and signing.is_signed_by(key.public_line, plain, signature)
        and signing.is_signed_by(new.public_line, both, told.countersignature, ROTATION)
    ):
        raise HeadRefusedError("A key that comes with this head does not follow the one that is known.", FORBIDDEN)
    return new, (bytes.fromhex(place.leaf), event.seq - 1, rotation.proof)


def go_on_after_break(
    folder: WitnessFolder, name: str, reason: str, by: str, written_key: str = ""
) -> Watched:  # fmt: skip
    """Watch a library on after a break in its history, because a person says so; both heads are kept.

    A key has to be named where the one that is known was lost.
    """
    reason, by = checked_reason(reason, "what broke the history of the library"), " ".join(by.split())
    if not by:
        raise InvalidInputError("Name who says so.")
    with folder.alone():
        before = folder.present(name)
        key = NoteKey.read(written_key) if written_key else before.key
        after = next((each for each in folder.unknown() if _is_after(each, before, key)), None)
        if after is None:
            raise NotFoundError(
                "No head of “%(name)s” after a break has come from that key yet; let it ask first. After a lost key, "
                "name the new one with --key.",
                name=name,
            )
        origin = after.head.origin
        broken = Break(before.origin, before.note, after.note, reason, by, datetime.now(UTC).isoformat("T", "seconds"))
        goes_on = folder.history(origin) or Watched(name, origin, (str(replace(key, name=origin)),), follows=broken)
        folder.keep(goes_on)
        folder.keep(replace(before, followed_by=origin))
    return goes_on


def _is_after(signed: SignedHead, before: Watched, key: NoteKey) -> bool:
    origin = signed.head.origin
    is_other = library_in(origin) == library_in(before.origin) and origin != before.origin
    return is_other and any(tools.signing_key.signatures_of(replace(key, name=origin), signed))
