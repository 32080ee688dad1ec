"""The quick check: whether a library can be trusted enough to record in it, without reading all of it."""

import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import DocctlError, LibraryMismatchError
from docctl.domain.operations.accepted_losses import AcceptedLosses
from docctl.domain.operations.stops import of_document
from docctl.domain.trail.audit_trail import (
    CHAIN_HEAD_ID,
    FIRST_CHAIN,
    Act,
    ChainHead,
    Event,
    Watermark,
    ledger_file,
    link,
)
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.ledger_keys import LedgerKeys
from docctl.registers.integrity.cells import triggers
from docctl.registers.integrity.chain import listed_elsewhere, wrong_columns
from docctl.registers.integrity.finding import Finding, broken

LEDGER, FIRST_FOLLOWER = "refs/heads/ledger", "git_refs"
EVENTS, COMMITS, REVISIONS = 100, 20, 10


def quick_check(control: DocumentControl) -> str:
    """Return in one sentence why the library cannot be trusted; nothing where it can.

    A fault is looked for twice, because people and followers go on working meanwhile.
    """
    return _look(control) and _look(control)


def _look(control: DocumentControl) -> str:
    try:
        return next(_faults(control), "")
    except DocctlError as refusal:
        return str(refusal)
    except (OSError, ValueError) as trouble:
        return f"Something of the library cannot be read ({trouble})."


def _faults(control: DocumentControl) -> Iterator[str]:
    folder = control.library.folder
    if not all((folder / name).exists() for name in ("HEAD", "objects", "refs")):
        yield "The Git library is missing from the data folder, or is damaged."
    if not (control.data / "keys" / "ledger_key").is_file():
        yield "The key that signs the ledger is missing from the folder keys/."
    # The reference is read before the tables: it never is ahead of them.
    tip = control.library.tip(LEDGER)
    with control.reading() as session:
        head = session.get(ChainHead, CHAIN_HEAD_ID)
        newest = list(session.scalars(select(Event).order_by(Event.seq.desc()).limit(EVENTS + 1)))[::-1]
        yield from triggers(session).values()
        yield from _head_faults(head, newest)
        keys = control.ledger_keys(session)
        control.keys.key(keys.current)
        yield from _chain_faults(newest)
        yield from _listing_faults(session, newest)
        yield from _ledger_faults(control, keys, newest)
        if tip != newest[-1].ledger_commit:
            yield from _tip_faults(control, session, tip)


def _head_faults(head: ChainHead | None, newest: list[Event]) -> Iterator[str]:
    """The head of the chain must be the last event."""
    last = newest[-1] if newest else None
    if head is None or last is None:
        yield "The audit trail is empty or has lost its head."
    elif not head.is_at(last):
        yield "The head of the chain is not the last event; events were added, changed or removed."


def _chain_faults(newest: list[Event]) -> Iterator[str]:
    """The newest events must join each other without a gap, and say what was recorded."""
    first = newest[0]
    before, chain = (0, FIRST_CHAIN) if first.seq == 1 else (first.seq, first.chain)
    for event in newest if first.seq == 1 else newest[1:]:
        if event.seq != before + 1:
            yield f"Events {before + 1} to {event.seq - 1} are missing from the audit trail."
        place = link(chain, event.salt, event.text)
        if place.leaf != event.leaf:
            yield f"Event {event.seq} was changed after it was recorded."
        if place.chain != event.chain:
            yield f"Event {event.seq} does not join the chain of the events before it."
        if event.record and read_event(event).is_without_record:
            yield f"The record of event {event.seq} is not the one whose hash the event holds."
        if wrong_columns(event, json.loads(event.text)):
            yield f"The row of event {event.seq} does not say what was recorded."
        before, chain = event.seq, event.chain


def _listing_faults(session: Session, newest: list[Event]) -> Iterator[str]:
    """The newest events must be listed under what they are about."""
    said = {event.seq: json.loads(event.text) for event in newest}
    about = {seq: (each.get("document"), each.get("revision")) for seq, each in said.items()}
    for seq in listed_elsewhere(session, about):
        yield f"Event {seq} is listed under another document or revision than it is about."


def _ledger_faults(control: DocumentControl, keys: LedgerKeys, newest: list[Event]) -> Iterator[str]:
    """The newest events must be in the ledger, signed, one following the other, in the same words."""
    git, newest = tools.git_library, newest[-COMMITS - 1 :]
    for before, event in zip([None, *newest], newest, strict=False):
        if before is None and event.seq > 1:
            continue
        try:
            data = control.library.read(event.ledger_commit)
            file = control.library.read(git.blob(ledger_file(event.salt, event.text)).id)
        except LibraryMismatchError:
            yield f"Event {event.seq} is missing from the ledger in Git."
            continue
        plain, signature = git.without_signature(data)
        lines = set(plain.decode().splitlines())
        follows = [line for line in lines if line.startswith("parent ")]
        if git.GitObject("commit", data).id != event.ledger_commit or not signature:
            yield f"The commit of event {event.seq} in the ledger was changed."
        elif not tools.signing_key.is_signed_by(keys.at(event.seq), plain, signature):
            yield f"The commit of event {event.seq} in the ledger does not carry the library's signature."
        elif follows != ([f"parent {before.ledger_commit}"] if before is not None else []):
            yield f"The commit of event {event.seq} in the ledger does not follow the event before it."
        elif not {f"Seq: {event.seq}", f"Leaf: {event.leaf}", f"Chain: {event.chain}"} <= lines:
            yield f"The signed commit of event {event.seq} says something else than the database."
        elif file != ledger_file(event.salt, event.text):
            yield f"The ledger in Git does not hold the bytes of event {event.seq}."


def _tip_faults(control: DocumentControl, session: Session, tip: str) -> Iterator[str]:
    """The ledger may be behind, or torn by a loss of power, but it may hold nothing that nobody recorded."""
    if not tip and LEDGER in control.library.torn_refs():
        return
    at = session.scalars(select(Event.seq).where(Event.ledger_commit == tip)).first() if tip else 0
    mark = session.get(Watermark, FIRST_FOLLOWER)
    if at is None:
        yield "The ledger in Git points to a commit that the database does not know; events were added or removed."
    elif mark is not None and at < mark.seq and control.library.tip(LEDGER) == tip:
        yield f"The ledger in Git was moved back to event {at}; it had reached event {mark.seq}."


def lost_files(control: DocumentControl) -> list[Finding]:
    """Find what is missing of the files of the newest revisions in force, which stops acts on these documents alone."""
    with control.reading() as session:
        return list(_lost(control, session))


def _lost(control: DocumentControl, session: Session) -> Iterator[Finding]:
    in_force = select(Revision).where(Revision.state == State.IN_FORCE).order_by(Revision.id.desc()).limit(REVISIONS)
    shown = in_force.options(joinedload(Revision.current), joinedload(Revision.document))
    names: dict[str, str] = {}
    for revision in session.scalars(shown).unique():
        if revision.document.disposed_at is None:
            blobs = [file.blob for file in revision.current.files] + [row["blob"] for row in revision.issued_files]
            names |= dict.fromkeys([*blobs, revision.current.commit], revision.name)
    gone = session.scalars(select(Event).where(Event.act == Act.LOSS_ACCEPTED).order_by(Event.seq))
    accepted = AcceptedLosses(read_event(event) for event in gone).objects
    for blob in sorted(tools.git_library.missing(control.library, list(names)) - accepted):
        sentence = f"A file of {names[blob]} is missing from the Git library."
        yield broken("I3", names[blob], sentence, stops=of_document(names[blob]))
