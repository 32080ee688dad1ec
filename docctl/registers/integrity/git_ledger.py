"""Reads the events back from the ledger in Git, each checked against the chain and the library's signature."""

import json
from collections.abc import Iterator
from itertools import takewhile

from docctl.document_control import DocumentControl
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.trail.audit_trail import FIRST_CHAIN, Event, ledger_file, link
from docctl.domain.trail.events.reading import read, read_event
from docctl.domain.trail.events.settings import LibraryFounded
from docctl.registers.integrity.chain import TrailCheck
from docctl.registers.integrity.finding import Progress

_BEFORE, _BETWEEN, _AFTER = b'{"event":', b',"salt":"', b'"}\n'
_SALT = 32


def ledger_events(
    control: DocumentControl, tip: str, check: TrailCheck, progress: Progress | None = None
) -> Iterator[Event]:  # fmt: skip
    """Give the events of the ledger that follow those the check has seen, oldest first.

    Raises LibraryMismatchError at the first event whose chain, signature or place in the ledger is not right.
    """
    library = control.library
    commits = list(takewhile(check.commit.__ne__, library.line(tip)))[::-1]
    files = _event_files(control, tip)
    for commit in commits:
        seq = check.seq + 1
        if seq not in files:
            raise LibraryMismatchError("The ledger in Git holds no event %(seq)s; nothing was taken over.", seq=seq)
        event = _event(library.read(files[seq]), check.chain, commit, control.records.of(seq))
        check.take(event)
        if check.findings:
            raise LibraryMismatchError(
                "The ledger in Git cannot be trusted: %(sentence)s", sentence=check.findings[0].sentence
            )
        if progress is not None:
            progress("Reading the ledger", seq, len(files))
        yield event


def first_key(control: DocumentControl, tip: str) -> str:
    """Return the public key that the ledger itself names as its first one."""
    data = control.library.read(_event_files(control, tip).get(1, ""))
    details = read_event(_event(data, FIRST_CHAIN, "")).details
    return details.public_key if isinstance(details, LibraryFounded) else ""


def _event_files(control: DocumentControl, tip: str) -> dict[int, str]:
    """Return where the ledger keeps each event."""
    library = control.library
    try:
        pages = library.entries(library.entries(library.tree_of(tip))["events"][1])
        return {
            int(name.removesuffix(".json")): blob
            for _, page in pages.values()
            for name, (_, blob) in library.entries(page).items()
        }
    except (KeyError, ValueError) as error:
        raise LibraryMismatchError("What Git calls the ledger holds no events; nothing was taken over.") from error


def _event(data: bytes, chain: str, commit: str, record: str = "") -> Event:
    """Return the row of an event from the ledger's file of it, with its record where that is the one."""
    salt_at = len(data) - len(_AFTER) - _SALT
    text_ends = salt_at - len(_BETWEEN)
    try:
        text, salt = data[len(_BEFORE) : text_ends].decode(), data[salt_at : salt_at + _SALT].decode()
        said = read(json.loads(text), record)
        if ledger_file(salt, text) != data:
            raise ValueError(data[:80])
        place = link(chain, salt, text)
        return Event(
            seq=said.seq,
            happened_at=said.time,
            actor_id=said.actor,
            actor_name=said.actor_name,
            act=said.action.value,
            subject=said.subject[:120],
            reason=said.reason,
            request_id=said.request_id,
            text=text,
            record=record if said.record and not said.is_without_record else "",
            salt=salt,
            leaf=place.leaf,
            chain=place.chain,
            ledger_commit=commit,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LibraryMismatchError("A file of the ledger in Git is no event; nothing was taken over.") from error
