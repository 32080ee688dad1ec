"""The one thing handed to every action: database, Git library, search index, catalogue, clock, and the commit point."""

import json
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from docctl.adapters import database, git_library
from docctl.adapters.disk_space import DiskSpace
from docctl.adapters.git_library import CommitText, GitLibrary, GitObject, GrowingLedger
from docctl.adapters.rendered_texts import RenderedTexts
from docctl.adapters.search_index import SearchIndex
from docctl.adapters.signing_key import KeyFolder, SigningKey, fingerprint_of, is_signed_by
from docctl.domain.audit_trail import (
    CHAIN_HEAD_ID,
    Act,
    ChainHead,
    Event,
    canonical_json,
    ledger_file,
    ledger_path,
    link,
)
from docctl.domain.crash_point import crash_point
from docctl.domain.document import Document
from docctl.domain.errors import AlreadyDoneError, LibraryExistsError, LibraryMissingError, NotPermittedError
from docctl.domain.ledger_keys import LEDGER_PRINCIPAL, LedgerKeys
from docctl.domain.letter import MailServer
from docctl.domain.notice import Notice, may_receive
from docctl.domain.organisation import Organisation
from docctl.domain.reading_text import ReadingView
from docctl.domain.revision import Revision
from docctl.domain.saved_draft import SavedDraft
from docctl.domain.standard import Catalogue
from docctl.domain.stored_file import CONTENT, StoredFile
from docctl.domain.user import User

SYSTEM_NAME = "docctl"
SYSTEM_EMAIL = "docctl@docctl.invalid"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Decision:
    """One transaction: what it changes in the tables, the events it records, and the objects it gives to Git."""

    control: "DocumentControl"
    session: Session
    head: ChainHead
    now: datetime
    actor: User | None
    request_id: str
    keys: LedgerKeys
    _events: list[dict[str, Any]] = field(default_factory=list)
    _objects: list[GitObject] = field(default_factory=list)
    _blobs: list[str] = field(default_factory=list)

    @property
    def person(self) -> User:
        """The person who acts."""
        if self.actor is None:
            raise NotPermittedError("Sign in first; this is recorded under your name.")
        return self.actor

    def store(self, *objects: GitObject) -> None:
        """Give objects to Git with the events."""
        self._objects.extend(objects)

    def commit(self, files: Collection[StoredFile], parents: tuple[str, ...], message: str) -> str:
        """Commit stored files in the name of whoever acts; return the commit's id."""
        self._blobs.extend(file.blob for file in files)
        folders = git_library.trees({file.path: file.blob for file in files})
        made = git_library.commit(
            CommitText(
                tree=folders[-1].id,
                parents=parents,
                author=self.actor.name if self.actor else SYSTEM_NAME,
                email=(self.actor.email or f"{self.actor.login}@docctl.invalid") if self.actor else SYSTEM_EMAIL,
                at=self.now,
                message=message,
            )
        )
        self.store(*folders, made)
        return made.id

    def record(
        self, act: Act, subject: str, *, document: Document | None = None, revision: Revision | None = None,
        reason: str = "", **details: Any,
    ) -> None:  # fmt: skip
        """Record what happens; it has happened once the transaction is committed."""
        self._events.append(
            {
                "act": act,
                "subject": subject,
                "document": document or (revision.document if revision is not None else None),
                "revision": revision,
                "reason": reason,
                "details": details,
            }
        )

    def notify(
        self, to: User | str, subject: str, text: str, *, revision: Revision | None = None, path: str = ""
    ) -> None:  # fmt: skip
        """Queue a notice to a person or a mail address, to go out once this has happened.

        Nobody is told of a revision they may not read; where no mail is set up nothing is queued.
        """
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
        git_library.require_present(self.control.library, set(self._blobs) - {made.id for made in self._objects})
        ledger = GrowingLedger(self.control.library, self.head.ledger_commit, self.keys.allowed_signers)
        for place, happening in enumerate(self._events):
            request_id = self.request_id if place == 0 and self.request_id else None
            self._append(ledger, happening, request_id)
        crash_point("events chained")
        self.control.library.write([*self._objects, *ledger.objects])
        crash_point("ledger written")

    def _append(self, ledger: GrowingLedger, happening: dict[str, Any], request_id: str | None) -> None:
        revision: Revision | None = happening["revision"]
        document: Document | None = happening["document"]
        seq = self.head.seq + 1
        text = canonical_json(
            {
                "seq": seq,
                "time": self.now.isoformat(timespec="microseconds"),
                "actor": self.actor.id if self.actor else None,
                "actor_login": self.actor.login if self.actor else None,
                "actor_name": self.actor.name if self.actor else SYSTEM_NAME,
                "actor_roles": sorted(self.actor.roles) if self.actor else [],
                "action": happening["act"].value,
                "subject": happening["subject"],
                "document": document.number if document else None,
                "revision": revision.number if revision else None,
                "reason": happening["reason"],
                "request_id": request_id,
                **happening["details"],
            }
        )
        salt = secrets.token_hex(16)
        place = link(self.head.chain, salt, text)
        fingerprint = happening["details"].get("fingerprint", "")
        commit_id = ledger.add(
            ledger_path(seq),
            ledger_file(salt, text),
            CommitText(
                tree="",
                parents=(self.head.ledger_commit,) if self.head.ledger_commit else (),
                author=SYSTEM_NAME,
                email=LEDGER_PRINCIPAL,
                at=self.now,
                message=f"{happening['act'].value} {happening['subject']}\n\nSeq: {seq}\nLeaf: {place.leaf}\n"
                f"Chain: {place.chain}\n" + (f"Fingerprint: {fingerprint}\n" if fingerprint else ""),
            ),
            self.control.keys.key(self.keys.at(seq)).sign,
        )
        self.session.add(
            Event(
                seq=seq,
                happened_at=self.now,
                actor_id=self.actor.id if self.actor else None,
                actor_name=self.actor.name if self.actor else SYSTEM_NAME,
                act=happening["act"].value,
                subject=happening["subject"][:120],
                document_id=document.id if document else None,
                revision_id=revision.id if revision else None,
                reason=happening["reason"],
                request_id=request_id,
                text=text,
                salt=salt,
                leaf=place.leaf,
                chain=place.chain,
                ledger_commit=commit_id,
            )
        )
        self.head.seq, self.head.chain, self.head.ledger_commit = seq, place.chain, commit_id
        self.head.happened_at = self.now


class _LoadedWhenUsed:
    """An adapter that is loaded when it is first used, because most commands need few, and all take a second."""

    def __init__(self, name: str) -> None:
        self._name = f"docctl.adapters.{name}"

    def __get__(self, control: object, kind: type) -> ModuleType:
        return import_module(self._name)


class DocumentControl:
    """A library of documents under control, with everything an action or a register needs."""

    git, database = git_library, database
    is_signed_by = staticmethod(is_signed_by)
    fingerprint_of = staticmethod(fingerprint_of)
    conversion = _LoadedWhenUsed("conversion")
    passwords = _LoadedWhenUsed("password_hasher")
    pdf = _LoadedWhenUsed("pdf_writer")
    post = _LoadedWhenUsed("mailer")
    reading_view = _LoadedWhenUsed("reading_view")
    spreadsheet = _LoadedWhenUsed("spreadsheet")
    word = _LoadedWhenUsed("word_document")
    word_package = _LoadedWhenUsed("word_package")
    _standards = _LoadedWhenUsed("standards_catalogue")
    _table_layout = _LoadedWhenUsed("table_layout")

    def __init__(
        self, data: Path, database_url: str, home: Path, *, clock: Callable[[], datetime] = _utc_now
    ) -> None:  # fmt: skip
        self.data = data
        self.home = home
        self.engine = database.open_database(database_url)
        self._reading_engine = database.reading_engine(self.engine)
        self._deciding_engine = database.writing_engine(self.engine)
        self.library = GitLibrary(data / "library.git", data / "git.lock")
        self.keys = KeyFolder(data / "keys")
        self.templates = data / "templates"
        self.cache = data / "cache"
        self.index = SearchIndex(data / "index")
        self.rendered_texts = RenderedTexts(self.cache / "texts", self.secret_key)
        self.after_commit: list[Callable[[], None]] = []
        self.mail_server: MailServer | None = None
        self.disk = DiskSpace(data)
        self._clock = clock

    @classmethod
    def found(
        cls, data: Path, database_url: str, home: Path, *, clock: Callable[[], datetime] = _utc_now
    ) -> "DocumentControl":  # fmt: skip
        """Lay down an empty library in a data folder; raise LibraryExistsError where there is one."""
        if (data / "keys").exists() or (data / "library.git").exists() or (data / "docctl.db").exists():
            raise LibraryExistsError(
                f"There already is a library in {data}; it was left as it is. Choose another folder."
            )
        engine = database.open_database(database_url)
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o700)
        cls._lay_out(engine, home)
        engine.dispose()
        for name in ("keys", "cache", "templates"):
            (data / name).mkdir(mode=0o700)
        key = SigningKey.create(data / "keys" / "ledger_key")
        signers = data / "keys" / "allowed_signers"
        signers.write_text(key.allowed_signers)
        _write_secret(data / "secret_key", secrets.token_hex(32))
        GitLibrary.create(data / "library.git", data / "git.lock", signers)
        for template in sorted((home / "templates").glob("*.docx")):
            (data / "templates" / template.name).write_bytes(template.read_bytes())
        return cls(data, database_url, home, clock=clock)

    @classmethod
    def open(
        cls, data: Path, database_url: str, home: Path, *, clock: Callable[[], datetime] = _utc_now
    ) -> "DocumentControl":  # fmt: skip
        """Open the library in a data folder; raise LibraryMissingError where there is none."""
        if not (data / "keys" / "ledger_key").exists() or not (data / "library.git").exists():
            raise LibraryMissingError(f"There is no library in {data}; make one with “docctl init --data {data}”.")
        control = cls(data, database_url, home, clock=clock)
        if not database.schema_is_current(control.engine, home / "migrations"):
            cls._lay_out(control.engine, home)
        return control

    @classmethod
    def _lay_out(cls, engine: Engine, home: Path) -> None:
        with database.changing_tables(engine) as connection:
            cls._table_layout.lay_out(connection, home / "migrations")

    @cached_property
    def catalogue(self) -> Catalogue:
        """The management system standards and their clauses."""
        catalogue: Catalogue = self._standards.load_catalogue(self.home / "docctl" / "standards")
        return catalogue

    @property
    def secret_key(self) -> str:
        """The secret that seals sessions."""
        return (self.data / "secret_key").read_text().strip()

    @property
    def signing_key(self) -> SigningKey:
        """The key that signs the ledger."""
        return self.keys.held

    def ledger_keys(self, session: Session) -> LedgerKeys:
        """The ledger's keys, one after the other, as the audit trail names them."""
        query = select(Event.text).where(Event.act == Act.SIGNING_KEY_ROTATED).order_by(Event.seq)
        return LedgerKeys.from_events(self.signing_key.public_line, map(json.loads, session.scalars(query)))

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self._clock()

    def organisation(self, session: Session) -> Organisation:
        """The organisation whose library this is."""
        return session.scalars(select(Organisation)).one()

    def today(self, session: Session) -> date:
        """The present day where the organisation is."""
        return self.now().astimezone(ZoneInfo(self.organisation(session).time_zone)).date()

    def read_text(self, draft: SavedDraft) -> ReadingView:
        """Return the text of a saved draft ready to be read; rendered once, and kept sealed in the cache."""
        draft.require_kept()
        content = draft.file(CONTENT)
        if content is None:
            return self._rendering("")
        return self.rendered_texts.get_or_make(
            content.sha256, lambda: self._rendering(self.library.read_file(content).decode())
        )

    def _rendering(self, markdown: str) -> ReadingView:
        view: ReadingView = self.reading_view.render(markdown)
        return view

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look things up; nothing is changed."""
        with database.answering(self.engine), Session(self._reading_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def deciding(
        self, person_id: int | None, request_id: str = "", *, needs_room: bool = True
    ) -> Iterator[Decision]:  # fmt: skip
        """Decide: read the state under the write lock, change it, record events, commit; then it has happened.

        Raises DiskFullError where there is too little room for anything but what reading itself needs.
        """
        with self.disk.recording(needs_room), self._writing() as session:
            crash_point("write lock taken")
            yield (decision := self._decision(session, person_id, request_id))
            crash_point("decision made")
            decision.seal()
            database.commit(session, self.engine)
            crash_point("committed")
        for announce in self.after_commit:
            announce()

    @contextmanager
    def remembering(self) -> Iterator[Session]:
        """Keep a follower's notes; nothing that is decided here is part of what happened."""
        with self.disk.recording(needs_room=False), self._writing() as session:
            yield session
            database.commit(session, self.engine)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with database.answering(self.engine), Session(self._deciding_engine, expire_on_commit=False) as session:
            database.lock_head(session.connection())
            yield session

    def _decision(self, session: Session, person_id: int | None, request_id: str) -> Decision:
        head = session.get(ChainHead, CHAIN_HEAD_ID)
        if head is None:
            head = ChainHead(id=CHAIN_HEAD_ID, seq=0, chain="0" * 64, ledger_commit="")
            session.add(head)
        if request_id:
            done = session.scalars(select(Event).where(Event.request_id == request_id)).first()
            if done is not None:
                raise AlreadyDoneError(done.subject)
        actor = None if person_id is None else session.get(User, person_id)
        if person_id is not None and (actor is None or actor.disabled):
            raise NotPermittedError("This account is disabled; nothing was recorded.")
        now = max(self.now(), head.happened_at) if head.happened_at else self.now()
        keys = self.ledger_keys(session)
        self.keys.key(keys.current)
        return Decision(self, session, head, now, actor, request_id, keys)


def _write_secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
