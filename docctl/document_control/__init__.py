"""The one thing handed to every action: database, Git library, search index, catalogue, clock, and the commit point."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.adapters import database
from docctl.adapters.disk_space import DiskSpace
from docctl.adapters.git_library import GitLibrary
from docctl.adapters.measurements import Measurements
from docctl.adapters.rendered_texts import RenderedTexts
from docctl.adapters.search_index import SearchIndex
from docctl.adapters.signing_key import KeyFolder, SigningKey
from docctl.adapters.upload_slots import UploadSlots
from docctl.adapters.virus_scanner import VirusScanner
from docctl.document_control import authority
from docctl.document_control.decision import Decision, require_new_request
from docctl.document_control.departments import departments
from docctl.document_control.host_clock import jump_in_words, time_of_events, trouble_to_record
from docctl.document_control.ledger_place import LedgerPlace
from docctl.document_control.record_folder import RecordFolder
from docctl.document_control.session_at_hand import SessionAtHand
from docctl.document_control.touched_rows import Compare, TouchedRows
from docctl.document_control.trail_tree import TrailTree
from docctl.document_control.trust import Trust
from docctl.domain.approval.delegation import delegations_to
from docctl.domain.documents.reading_text import ReadingView
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import CONTENT, StoredFile
from docctl.domain.errors import DatabaseUnreachableError, LibraryMismatchError, NotFoundError, NotPermittedError
from docctl.domain.notices.letter import MailServer
from docctl.domain.operations.stops import Stop
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import Role, User
from docctl.domain.rights.audit_engagement import AuditEngagement, scope_today
from docctl.domain.rights.permission import ABSENT, Anyone, Right, may
from docctl.domain.sign_in.credential import Credential
from docctl.domain.standards.standard import Catalogue
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, Act, ChainHead, Event
from docctl.domain.trail.events.reading import readable
from docctl.domain.trail.events.trail import ClockLeapt, ClockRegressed
from docctl.domain.trail.host_clock import ClockLimits
from docctl.domain.trail.ledger_keys import LedgerKeys
from docctl.domain.trail.repeated_request import request_digest
from docctl.founding import Founded, utc_now
from docctl.machine.crash_point import crash_point
from docctl.shipped import PACKAGE

__all__ = ["Decision", "DocumentControl"]
NAMES_A_KEY = (Act.LIBRARY_FOUNDED, Act.SIGNING_KEY_ROTATED, Act.SIGNING_KEY_LOST)


def _require_right(reader: Anyone, revision: Revision, file: StoredFile) -> None:
    right = Right.READ_EARLIER if revision.is_shown(file) else Right.FOLLOW
    is_own = right == Right.READ_EARLIER or revision.was_saved(file)
    if not is_own or not may(reader, right, revision):
        raise NotFoundError(ABSENT)


@cache
def _shipped_standards() -> Catalogue:
    """Read the catalogue once for all libraries of a process: it comes with the program and never changes."""
    return tools.standards_catalogue.load_catalogue(PACKAGE / "standards")


class DocumentControl(Founded):
    """A library of documents under control, with everything an action or a register needs."""

    upload_limit_mb: int = 25

    def __init__(
        self, data: Path, database_url: str, *, clock: Callable[[], datetime] = utc_now
    ) -> None:  # fmt: skip
        self.data = data
        self.engine = database.open_database(database_url)
        self.database_file = database.file_of(self.engine)
        self._reading_engine = database.reading_engine(self.engine)
        self._deciding_engine = database.writing_engine(self.engine)
        self.library = GitLibrary(data / "library.git", data / "git.lock")
        self.keys = KeyFolder(data / "keys")
        self.records = RecordFolder(data / "records")
        self.templates = data / "templates"
        self.cache = data / "cache"
        self.index = SearchIndex(data / "index", self.secret_key)
        self.rendered_texts = RenderedTexts(self.cache / "texts", self.secret_key)
        self.measurements = Measurements(self.cache / "measured", self.secret_key)
        self.after_commit: list[Callable[[], None]] = []
        self.has_recorded = False
        self.mail_server: MailServer | None = None
        self.disk = DiskSpace(data)
        self.scanner: VirusScanner | None = None
        self.trust = Trust(data)
        self._ledger_place = LedgerPlace(self.library)
        self.tree = TrailTree()
        self.session_at_hand = SessionAtHand()
        self.keeps_word_pages = False
        self.address = ""
        self.clock_limits = ClockLimits()
        self.compare_at_use: Compare | None = None
        self._clock = clock

    def require_own_database(self) -> None:
        """Raise LibraryMismatchError where the database belongs to another library than the data folder."""
        with suppress(DatabaseUnreachableError), self.reading() as session:
            self._ledger_place.require_own(session)

    @property
    def catalogue(self) -> Catalogue:
        """The management system standards and their clauses."""
        return _shipped_standards()

    def get_ready(self) -> None:
        """Load what pages and actions need, before the first of them asks for it."""
        _ = self.catalogue, tools.conversion, tools.password_hasher, tools.reading_view

    @property
    def secret_key(self) -> str:
        """The secret that seals sessions; raise LibraryMismatchError where it is lost."""
        try:
            return (self.data / "secret_key").read_text().strip()
        except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError) as error:
            raise LibraryMismatchError(
                "The file secret_key is missing from the data folder, or cannot be read, so nothing was opened; bring "
                "it back from your backup of the keys."
            ) from error

    @property
    def signing_key(self) -> SigningKey:
        """The key that signs the ledger."""
        return self.keys.held

    @property
    def distrust(self) -> str:
        """Why the library may only be read; nothing where it can be trusted."""
        return self.trust.reason

    def ledger_keys(self, session: Session) -> LedgerKeys:
        """The ledger's keys, one after the other, as the audit trail names them."""
        query = select(Event.text).where(Event.act.in_(NAMES_A_KEY)).order_by(Event.seq)
        return LedgerKeys.from_events(self.keys.held_line, readable(session.scalars(query)))

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self._clock()

    def organisation(self, session: Session) -> Organisation:
        """The organisation whose library this is."""
        return session.scalars(select(Organisation)).one()

    def today(self, session: Session) -> date:
        """The present day where the organisation is."""
        return self._day(session, self.now())

    def reader(self, session: Session, account: User | int, now: datetime | None = None) -> Reader:
        """Return a person as they read and sign today: what they audit, and for whom they stand in."""
        user = session.get_one(User, account) if isinstance(account, int) else account
        named, known = session.scalars(delegations_to(user.id)).all(), departments(session)
        own = known.answering(user.department)
        if not named and not user.holds(Role.AUDITOR):
            return Reader(user, departments=own)
        today = self._day(session, now or self.now())
        engagements = session.scalars(select(AuditEngagement).where(AuditEngagement.user_id == user.id))
        absent = (each.absent for each in named if each.from_day <= today <= each.until_day)
        return Reader(
            user,
            scope_today(engagements, today, known) if user.holds(Role.AUDITOR) else frozenset(),
            tuple(away for away in absent if not away.disabled),
            own,
        )

    def _day(self, session: Session, instant: datetime) -> date:
        return self.organisation(session).day_of(instant)

    def read_document(self, reader: Anyone, revision: Revision, file: StoredFile) -> bytes:
        """Return the bytes of a file of a revision: the one way to them, for those alone who have the right.

        Raises NotFoundError where the file is not the revision's own, or one of its drafts whose making the reader
        may not follow.
        """
        _require_right(reader, revision, file)
        return self.library.read_file(file)

    def upload_slots(self, at_once: int, per_minute: int) -> UploadSlots:
        """Return the slots in which people send files."""
        return UploadSlots(self.data / "uploads", at_once, per_minute)

    def take_in(self, data: bytes) -> bytes:
        """Return bytes that come from outside: the one way in, past the virus scanner where there is one.

        Raises InfectedUploadError for what is infected, UnscannedUploadError where the scanner gives no answer.
        """
        if self.scanner is not None:
            self.scanner.require_clean(data)
        return data

    def read_text(self, reader: Anyone, draft: SavedDraft, revision: Revision | None = None) -> ReadingView:
        """Return the text of a saved draft ready to be read; rendered once, and kept sealed in the cache.

        The revision is the draft's own, and is given where the session that knows it is closed.
        """
        draft.require_kept()
        content = draft.file(CONTENT)
        if content is None:
            return tools.reading_view.render("")
        revision = revision or draft.revision
        _require_right(reader, revision, content)
        return self.rendered_texts.get_or_make(
            content.sha256, lambda: tools.reading_view.render(self.read_document(reader, revision, content).decode())
        )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look things up; nothing is changed."""
        with database.answering(self.engine), Session(self._reading_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def deciding(
        self, person_id: int | None, request_id: str = "", asked: tuple[object, ...] = (), *, needs_room: bool = True,
        credential: Credential | None = None,
    ) -> Iterator[Decision]:  # fmt: skip
        """Decide: read the state under the write lock, change it, record events, commit; then it has happened.

        A request id belongs to its person and to what was asked with it: AlreadyDoneError tells that the same was done
        before, RequestReusedError that it came with anything else. What was shown for this act outweighs the sign-in of
        the session at hand.
        Raises AuthorityChangedError where the person's account, or anything that is changed, is not as its events made
        it, DiskFullError where there is too little room for anything but what reading itself needs,
        LibraryDistrustedError where the library may only be read.
        """
        self.trust.require()
        with self.disk.recording(needs_room), self._writing() as session:
            crash_point("write lock taken")
            now = self.now()
            self._ledger_place.require_known(session)
            head = self._record_jump(session, now)
            decision = self._decision(session, head, person_id, now, credential)
            if request_id:
                decision.request_id, decision.request = request_id, request_digest(asked)
                require_new_request(session, request_id, decision.request, person_id)
            yield decision
            crash_point("decision made")
            decision.seal()
            database.commit(session, self.engine)
            self.has_recorded = True
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
    def upgrading(self, bring_forward: Callable[[Connection], None]) -> Iterator[Decision]:
        """Bring the tables forward and record it, in one transaction: both have happened then, or neither."""
        with self.disk.recording(), self._writing() as session:
            bring_forward(session.connection())
            crash_point("tables brought forward")
            head, now = session.get_one(ChainHead, CHAIN_HEAD_ID), self.now()
            # A clock that jumped is told by the next decision, which this one must not hide from it.
            is_doubtful = trouble_to_record(session, head, now, self.clock_limits) is not None
            decision = self._decision(session, head, None, (is_doubtful and head.happened_at) or now)
            yield decision
            decision.seal()
            database.commit(session, self.engine)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with database.answering(self.engine), Session(self._deciding_engine, expire_on_commit=False) as session:
            database.lock_head(session.connection())
            yield session

    def _record_jump(self, session: Session, now: datetime) -> ChainHead | None:
        """Record that the clock jumped, whatever becomes of the decision at hand; return the newest event's place."""
        head = session.get(ChainHead, CHAIN_HEAD_ID)
        trouble = trouble_to_record(session, head, now, self.clock_limits) if head is not None else None
        if head is None or head.happened_at is None or trouble is None:
            return head
        keys, touched = self.ledger_keys(session), TouchedRows(session)
        decision = Decision(self, session, head, head.happened_at, None, keys, touched)
        said = jump_in_words(trouble, now, head.happened_at)
        details = ClockRegressed(now) if trouble == Act.CLOCK_REGRESSED else ClockLeapt(now)
        decision.record(details, "clock", reason=said)
        decision.seal()
        database.commit(session, self.engine)
        database.lock_head(session.connection())
        session.refresh(head)
        return head

    def _decision(
        self, session: Session, head: ChainHead | None, person_id: int | None, host_now: datetime,
        credential: Credential | None = None,
    ) -> Decision:  # fmt: skip
        if head is None:
            head = ChainHead(id=CHAIN_HEAD_ID, seq=0, chain="0" * 64, ledger_commit="")
            session.add(head)
        user = None if person_id is None else session.get(User, person_id)
        if person_id is not None and (user is None or user.disabled):
            raise NotPermittedError("This account is disabled; nothing was recorded.")
        now = time_of_events(session, head, host_now, self.clock_limits)
        keys = self.ledger_keys(session)
        touched = TouchedRows(session, self.compare_at_use)
        if user is None:
            return Decision(self, session, head, now, None, keys, touched)
        self.trust.require_sound(Stop.ACCOUNT, user.login)
        shown = credential or self.session_at_hand.of(user.id)
        authority.require_unchanged(session, user, shown)
        given = {authority.of_account(session, user)}
        if user.holds(Role.AUDITOR):
            given |= {*authority.of_engagements(session, user, self._day(session, now))}
        actor = self.reader(session, user, now)
        return Decision(self, session, head, now, actor, keys, touched, authority=given, credential=shown.events)
