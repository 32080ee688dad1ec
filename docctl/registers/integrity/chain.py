"""Checks the audit trail: its chain, and the signed ledger commit of every event."""

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.trail.audit_trail import FIRST_CHAIN, Act, Event, ledger_file, ledger_path, link
from docctl.domain.trail.events.reading import read
from docctl.domain.trail.events.trail import NewKey
from docctl.domain.trail.leaf_tree import LeafTree
from docctl.domain.trail.ledger_keys import LOSS, ROTATION, LedgerKey, LedgerKeys, loss_text, rotation_text
from docctl.domain.trail.record import told_reason
from docctl.registers.integrity.finding import FETCH, REBUILD, RESTORE, Finding, broken

CHUNK = 1000
_FOLDER, _FILE = "40000", "100644"


def stretches(control: DocumentControl, after: int, up_to: int) -> Iterator[list[Event]]:
    """Give out the events a stretch at a time, each read in a short session, so that nobody waits to write."""
    while after < up_to:
        with control.reading() as session:
            query = select(Event).where(Event.seq > after, Event.seq <= up_to).order_by(Event.seq).limit(CHUNK)
            events = list(session.scalars(query))
        if not events:
            return
        yield events
        after = events[-1].seq


def ledger_objects(events: Iterable[Event]) -> Iterator[str]:
    """Give out the objects of the ledger that a check of events reads."""
    for event in events:
        yield event.ledger_commit
        yield tools.git_library.blob(ledger_file(event.salt, event.text)).id


def wrong_columns(event: Event, said: dict[str, Any]) -> list[str]:
    """Return what the row of an event says otherwise than the event itself."""
    columns = {
        "seq": event.seq,
        "time": event.happened_at.isoformat(timespec="microseconds"),
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "action": event.act,
        "request_id": event.request_id,
    }
    wrong = sorted(name for name, value in columns.items() if said.get(name) != value)
    wrong += ["reason"] if told_reason(said, event.record) != event.reason else []
    return wrong or (["subject"] if str(said.get("subject", ""))[:120] != event.subject else [])


def listed_elsewhere(session: Session, about: Mapping[int, tuple[str | None, int | None]]) -> list[int]:
    """Return the events whose rows stand under another document or revision than these events are about.

    What an event is about is the number of its document and that of its revision; histories and evidence list by rows.
    """
    if not about:
        return []
    query = (
        select(Event.seq, Event.document_id, Event.revision_id, Document.number, Revision.document_id, Revision.number)
        .outerjoin(Document, Document.id == Event.document_id)
        .outerjoin(Revision, Revision.id == Event.revision_id)
        .where(Event.seq.between(min(about), max(about)))
        .order_by(Event.seq)
    )
    elsewhere = []
    for seq, document, revision, number, of_document, of_number in session.execute(query):
        is_one = (document is None) == (number is None) and (revision is None or of_document == document)
        if seq in about and (not is_one or about[seq] != (number, of_number)):
            elsewhere.append(seq)
    return elsewhere


def _new_key(said: Mapping[str, Any]) -> NewKey:
    """Return the key that an event names, empty where nobody can read it."""
    try:
        details = read(said).details
    except ValueError:
        details = None
    return details if isinstance(details, NewKey) else NewKey(old_key="", new_key="", countersignature="")


class TrailCheck:
    """Follows the chain event by event; after a fault it goes on from what is stored, so each fault shows once."""

    def __init__(self, control: DocumentControl, first_key: str = "") -> None:
        self.findings: list[Finding] = []
        self.losses: list[Event] = []
        self.seq = 0
        self.chain = FIRST_CHAIN
        self.commit = ""
        self._control = control
        self.last: Event | None = None
        self.tree = LeafTree()
        with control.reading() as session:
            self._keys = LedgerKeys((LedgerKey(first_key or control.ledger_keys(session).first),))
        self._root: dict[str, tuple[str, str]] = {}
        self._signers = [self._file(self._keys.first_allowed_signers), self._file(self._keys.allowed_signers)]
        self._earlier_pages = b""
        self._page_name = ""
        self._page = b""

    @property
    def current_key(self) -> str:
        """The key that signs after the events that were checked."""
        return self._keys.current

    def beside(self) -> "TrailCheck":
        """Return a check that goes on from here by itself, with findings of its own."""
        other = copy(self)
        other.findings, other.losses, other.tree = [], list(self.losses), LeafTree()
        other._root = dict(self._root)
        return other

    def take(self, event: Event) -> dict[str, Any]:
        """Check one event; return what it says, or nothing where it cannot be read."""
        if event.seq != self.seq + 1:
            self._fault("I2", event, f"events {self.seq + 1} to {event.seq - 1} are missing from the audit trail")
        try:
            place = link(self.chain, event.salt, event.text)
            said = json.loads(event.text)
        except ValueError:
            place, said = None, {}
        if place is None or place.leaf != event.leaf:
            self._fault("I2", event, "its text was changed after it was recorded")
        elif place.chain != event.chain:
            self._fault("I2", event, "it does not join the chain of the events before it")
        self.tree.add(bytes.fromhex(place.leaf) if place is not None else b"")
        self._check_columns(event, said)
        key = self._keys.at(event.seq)
        if event.act == Act.SIGNING_KEY_ROTATED:
            self._change_key(event, said)
        elif event.act == Act.SIGNING_KEY_LOST:
            self._replace_key(event, said)
            key = self._keys.current
        self._check_ledger(event, key)
        self.seq, self.chain, self.commit, self.last = event.seq, event.chain, event.ledger_commit, event
        return said if isinstance(said, dict) else {}

    def _check_columns(self, event: Event, said: dict[str, Any]) -> None:
        """The columns that registers filter by must say what the event itself says."""
        if wrong := wrong_columns(event, said):
            self._fault("I2", event, f"its row does not say what was recorded ({', '.join(wrong)})")
        if self.last is not None and event.happened_at < self.last.happened_at:
            self._fault("I11", event, "it claims to have happened before the event that precedes it")

    def _change_key(self, event: Event, said: dict[str, Any]) -> None:
        """Take the next key, which the old one names and the new one countersigns at exactly this place."""
        told = _new_key(said)
        text = rotation_text(self._keys.current, told.new_key, event.seq, self.chain)
        is_signed = tools.signing_key.is_signed_by(told.new_key, text, told.countersignature, ROTATION)
        if told.old_key != self._keys.current or not is_signed:
            self._fault("I7", event, "it names a new key for the ledger that did not sign to follow the old one")
        self._keys = self._keys.followed_by(told.new_key, event.seq, event.happened_at)
        self._list_signers()

    def _replace_key(self, event: Event, said: dict[str, Any]) -> None:
        """Take the key that says of the last one that it was lost: nothing but a witness outside can vouch for it."""
        told = _new_key(said)
        text = loss_text(self._keys.current, told.new_key, event.seq, self.chain)
        is_stated = tools.signing_key.is_signed_by(told.new_key, text, told.countersignature, LOSS)
        if told.old_key != self._keys.current or not is_stated:
            self._fault("I7", event, "it names a new key for the ledger that does not say which one was lost")
        self._keys = self._keys.replaced_by(told.new_key, event.seq, event.happened_at)
        self.losses.append(event)
        self._list_signers()

    def _list_signers(self) -> None:
        self._signers = [self._file(self._keys.allowed_signers)]

    def _file(self, text: str) -> tuple[str, str]:
        return _FILE, tools.git_library.blob(text.encode()).id

    def _check_ledger(self, event: Event, key: str) -> None:
        git = tools.git_library
        file = git.blob(ledger_file(event.salt, event.text))
        file_id = file.id
        self._add_file(event, file_id)
        try:
            data = self._control.library.read(event.ledger_commit)
        except LibraryMismatchError:
            self._fault("I7", event, "its signed commit is missing from the ledger in Git", FETCH)
            return
        head, _, message = data.partition(b"\n\n")
        lines = head.split(b"\n")
        if git.GitObject("commit", data).id != event.ledger_commit:
            self._fault("I7", event, "its commit in the ledger holds other bytes than its name says", FETCH)
            return
        plain, signature = git.without_signature(data)
        if not signature or not tools.signing_key.is_signed_by(key, plain, signature):
            self._fault("I7", event, "its commit in the ledger does not carry the library's signature")
        parents = [line.removeprefix(b"parent ").decode() for line in lines if line.startswith(b"parent ")]
        if parents != ([self.commit] if self.commit else []):
            self._fault("I7", event, "its commit does not follow the commit of the event before it")
        wanted = (f"Seq: {event.seq}", f"Leaf: {event.leaf}", f"Chain: {event.chain}")
        if not set(wanted) <= set(message.decode().splitlines()):
            self._fault("I7", event, "the signed commit of the ledger says something else than the database", REBUILD)
        root = lines[0].removeprefix(b"tree ").decode()
        is_expected = self._is_expected(root)
        if not is_expected or not self._holds(file_id, file.data):
            what = "the ledger's folder does not hold exactly the events up to this one"
            self._fault("I7", event, what, FETCH if is_expected else RESTORE)
            self._start_over_from(root)

    def _holds(self, file_id: str, data: bytes) -> bool:
        """Say whether the ledger holds an event's file with exactly the event's bytes."""
        try:
            return bool(self._control.library.read(file_id) == data)
        except LibraryMismatchError:
            return False

    def _add_file(self, event: Event, file_id: str) -> None:
        """Add the event's file to the folders that the ledger must have after it, without reading them."""
        git = tools.git_library
        _, page_name, file_name = ledger_path(event.seq).split("/")
        if page_name != self._page_name:
            self._earlier_pages += self._entry_of_page() if self._page else b""
            self._page_name, self._page = page_name, b""
        self._page += git.entry(_FILE, file_name, file_id)
        self._root["events"] = (_FOLDER, git.GitObject("tree", self._earlier_pages + self._entry_of_page()).id)

    def _entry_of_page(self) -> bytes:
        """Return the line of the present page in the folder of all pages, of which it is the last."""
        git = tools.git_library
        return git.entry(_FOLDER, self._page_name, git.GitObject("tree", self._page).id)

    def _is_expected(self, root: str) -> bool:
        """Say whether a root folder is what the ledger must have now.

        It lists the signers as the first versions did until a later one records something, and never again then.
        """
        for place, signers in enumerate(self._signers):
            self._root["allowed_signers"] = signers
            if tools.git_library.tree(self._root).id == root:
                self._signers = self._signers[place:]
                return True
        return False

    def _start_over_from(self, root: str) -> None:
        """Go on from the folder that is there, so that one fault is not told for every later event."""
        library = self._control.library
        try:
            self._root = library.entries(root)
            pages = library.entries(self._root["events"][1])
            self._page = library.read(pages.pop(self._page_name)[1])
            self._earlier_pages = tools.git_library.tree(pages).data
            self._signers = [self._root["allowed_signers"]]
        except (LibraryMismatchError, KeyError, ValueError):
            return

    def _fault(self, rule: str, event: Event, what: str, remedy: str = "") -> None:
        self.findings.append(broken(rule, f"event {event.seq}", f"Event {event.seq} ({event.act}): {what}.", remedy))
