"""The one commit point: what a transaction changes, the events it records, and the objects it gives to Git."""

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.adapters import git_library
from docctl.adapters.git_library import CommitText, GitObject, GrowingLedger
from docctl.document_control.touched_rows import TouchedRows
from docctl.domain.documents.authorship import Authorship
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.duties.duties_of_revision import settle_duties
from docctl.domain.errors import AlreadyDoneError, NotPermittedError, RequestReusedError
from docctl.domain.notices.notice import Notice, may_receive
from docctl.domain.operations.stops import Stop
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import ChainHead, Event, canonical_json, ledger_file, ledger_path, link
from docctl.domain.trail.events.operations import LossAccepted
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.ledger_keys import LEDGER_PRINCIPAL, LedgerKeys
from docctl.domain.trail.record import record_hash, record_text
from docctl.machine.crash_point import crash_point

if TYPE_CHECKING:
    from docctl.document_control import DocumentControl

SYSTEM_NAME = "docctl"
SYSTEM_EMAIL = "docctl@docctl.invalid"


def require_new_request(session: Session, request_id: str, request: str, person_id: int | None) -> None:
    """Raise AlreadyDoneError where the same person asked the same before, RequestReusedError for anything else."""
    done = session.scalars(select(Event).where(Event.request_id == request_id)).first()
    if done is None:
        return
    told = read_event(done)
    # Events of older releases do not say what was asked for.
    if done.actor_id != person_id or told.request not in (None, request):
        raise RequestReusedError
    raise AlreadyDoneError(done.subject, done.happened_at, told.revision)


@dataclass(frozen=True)
class _Happening:
    """An event that is to be recorded."""

    details: Details
    subject: str
    document: Document | None
    revision: Revision | None
    reason: str


@dataclass
class Decision:
    """One transaction: what it changes in the tables, the events it records, and the objects it gives to Git."""

    control: "DocumentControl"
    session: Session
    head: ChainHead
    now: datetime
    actor: Reader | None
    keys: LedgerKeys
    touched: TouchedRows
    request_id: str = ""
    request: str = ""
    authority: set[int] = field(default_factory=set)
    credential: tuple[int, ...] = ()
    _events: list[_Happening] = field(default_factory=list)
    _objects: list[GitObject] = field(default_factory=list)
    _blobs: list[str] = field(default_factory=list)

    @property
    def person(self) -> Reader:
        """The person who acts."""
        if self.actor is None:
            raise NotPermittedError("Sign in first; this is recorded under your name.")
        return self.actor

    def is_by(self, user: User | Reader) -> bool:
        """Say whether it is this account that acts."""
        return self.actor is not None and self.actor.id == user.id

    def rely_on(self, seq: int) -> None:
        """Name a further event that gave the authority to what is decided here."""
        self.authority.add(seq)

    def store(self, *objects: GitObject) -> None:
        """Give objects to Git with the events."""
        self._objects.extend(objects)

    def commit(
        self,
        files: Collection[StoredFile],
        parents: tuple[str, ...],
        message: str,
        written: Authorship | None = None,
    ) -> str:
        """Commit stored files in the name of whoever acts, or wrote them before; return the commit's id."""
        self._blobs.extend(file.blob for file in files)
        folders = git_library.trees({file.path: file.blob for file in files})
        made = git_library.commit(
            CommitText(
                tree=folders[-1].id,
                parents=parents,
                author=self.actor.name if self.actor else SYSTEM_NAME,
                email=f"account-{self.actor.id}@docctl.invalid" if self.actor else SYSTEM_EMAIL,
                at=self.now,
                message=message,
                written=written,
            )
        )
        self.store(*folders, made)
        return made.id

    def record(
        self, details: Details, subject: str, *, document: Document | None = None, revision: Revision | None = None,
        reason: str = "",
    ) -> int:  # fmt: skip
        """Record what happens, which has happened once the transaction is committed; return the event's number."""
        about = document or (revision.document if revision is not None else None)
        if about is not None and not isinstance(details, LossAccepted):
            self.control.trust.require_sound(Stop.DOCUMENT, about.number)
        self.touched.rely_on_event(details.act, subject, about)
        self._events.append(_Happening(details, subject, about, revision, reason))
        seq = self.head.seq + len(self._events)
        if revision is not None:
            with self.session.no_autoflush:
                settle_duties(revision, self.now, seq)
        return seq

    def notify(
        self, to: User | Reader | str, subject: str, text: str, *, revision: Revision | None = None, path: str = ""
    ) -> None:  # fmt: skip
        """Queue a notice to a person or a mail address, to go out once this has happened.

        Nobody is told of a revision they may not read; where no mail is set up nothing is queued.
        """
        if isinstance(to, User):
            to = self.control.reader(self.session, to)
        if self.control.mail_server is not None and may_receive(to, revision):
            self.session.add(Notice.about(revision, to, subject, text, path, self.now))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Try one part of the decision; where it is refused, nothing of that part stays and the refusal goes on."""
        events, objects, blobs = len(self._events), len(self._objects), len(self._blobs)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            del self._events[events:], self._objects[objects:], self._blobs[blobs:]
            raise

    def seal(self) -> None:
        """Chain the events to those before them, sign a ledger commit for each, and hand everything to Git."""
        self.session.flush()
        self.control.library.require_in_place()
        git_library.require_present(self.control.library, set(self._blobs) - {made.id for made in self._objects})
        ledger = GrowingLedger(self.control.library, self.head.ledger_commit, self.keys.allowed_signers)
        first, records = self.head.seq + 1, list[str]()
        for place, happening in enumerate(self._events):
            request_id = self.request_id if place == 0 and self.request_id else None
            records.append(self._append(ledger, happening, request_id))
        crash_point("events chained")
        self.control.records.append(first, filter(None, records))
        crash_point("records written")
        self.control.library.write([*self._objects, *ledger.objects])
        crash_point("ledger written")

    def _recorded(self, happening: _Happening, request_id: str | None) -> Recorded[Details]:
        document, revision = happening.document, happening.revision
        return Recorded(
            seq=self.head.seq + 1,
            time=self.now,
            actor=self.actor.id if self.actor else None,
            actor_name=self.actor.name if self.actor else SYSTEM_NAME,
            actor_roles=sorted(self.actor.roles) if self.actor else [],
            action=happening.details.act,
            subject=happening.subject,
            document=document.number if document else None,
            revision=revision.number if revision else None,
            reason=happening.reason,
            request_id=request_id,
            request=self.request if request_id else None,
            authority=sorted(self.authority) if self.actor else None,
            credential=list(self.credential) if self.actor else None,
            details=happening.details,
        )

    def _append(self, ledger: GrowingLedger, happening: _Happening, request_id: str | None) -> str:
        """Chain one event to those before it; return its record, empty where it says nothing apart."""
        document, revision = happening.document, happening.revision
        event = self._recorded(happening, request_id)
        (plain, apart), salt = event.split(), secrets.token_hex(16)
        record = record_text(event.seq, apart) if apart else ""
        text = canonical_json(plain | ({"record": record_hash(record)} if record else {}))
        place = link(self.head.chain, salt, text)
        fingerprint = plain.get("fingerprint", "")
        commit_id = ledger.add(
            ledger_path(event.seq),
            ledger_file(salt, text),
            CommitText(
                tree="",
                parents=(self.head.ledger_commit,) if self.head.ledger_commit else (),
                author=SYSTEM_NAME,
                email=LEDGER_PRINCIPAL,
                at=self.now,
                message=f"{event.action.value} {event.subject}\n\nSeq: {event.seq}\nLeaf: {place.leaf}\n"
                f"Chain: {place.chain}\n" + (f"Fingerprint: {fingerprint}\n" if fingerprint else ""),
            ),
            self.control.keys.key(self.keys.at(event.seq)).sign,
        )
        self.session.add(
            Event(
                seq=event.seq,
                happened_at=self.now,
                actor_id=event.actor,
                actor_name=event.actor_name,
                act=event.action.value,
                subject=event.subject[:120],
                document_id=document.id if document else None,
                revision_id=revision.id if revision else None,
                reason=event.reason,
                request_id=request_id,
                text=text,
                record=record,
                salt=salt,
                leaf=place.leaf,
                chain=place.chain,
                ledger_commit=commit_id,
            )
        )
        self.head.seq, self.head.chain, self.head.ledger_commit = event.seq, place.chain, commit_id
        self.head.happened_at = self.now
        return record
