"""Adopting what Git holds beyond an older database: signed events are replayed, all of them or none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.sign_in.second_factor import forget_factor
from docctl.actions.trail.rotating_keys import settle
from docctl.document_control import Decision, DocumentControl
from docctl.document_control.host_clock import time_of_events
from docctl.document_control.touched_rows import TouchedRows
from docctl.domain.documents.document import Document
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.people.user import User
from docctl.domain.sign_in.commitments import OF_AN_ACCOUNT
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, Act, ChainHead, Event
from docctl.domain.trail.events.operations import GitAdopted
from docctl.domain.trail.events.reading import read_event
from docctl.followers.disposals import CLEARED_TABLES
from docctl.machine.crash_point import crash_point
from docctl.registers.integrity.authority import check_in_force, check_one_in_force
from docctl.registers.integrity.chain import TrailCheck
from docctl.registers.integrity.files import FileCheck
from docctl.registers.integrity.finding import BROKEN, Finding, Progress
from docctl.registers.integrity.git_ledger import ledger_events
from docctl.registers.integrity.records import records_missing
from docctl.registers.integrity.rows import ReplayedRows
from docctl.registers.integrity.verifying import CHUNK, stretch_of_revisions
from docctl.replay.acts import REBUILDS
from docctl.replay.replaying import replay

LEDGER = "refs/heads/ledger"
TOGETHER = 1000


@dataclass(frozen=True)
class Adopted:
    """What was taken over from Git: how many events, and who has to choose a password by a one-time link."""

    events: int
    without_password: tuple[str, ...] = ()


def adopt_git(control: DocumentControl, progress: Progress | None = None) -> Adopted:
    """Replay the signed events that follow the database's last one in Git, with an event that says so.

    Chain, signatures, files and every row must hold for the whole of it; otherwise LibraryMismatchError is raised
    and nothing is touched.
    """
    adopted = _adopt(control, TrailCheck(control), progress)
    crash_point("adopted")
    settle(control)
    with control.reading() as session:
        is_disposed = session.scalars(select(Document.id).where(Document.disposed_at.is_not(None)).limit(1)).first()
    if is_disposed:
        tools.database.wipe_deleted(control.engine, CLEARED_TABLES)
    return adopted


def _adopt(control: DocumentControl, trail: TrailCheck, progress: Progress | None) -> Adopted:
    with control.remembering() as session:
        head = session.get_one(ChainHead, CHAIN_HEAD_ID)
        tip = control.library.tip(LEDGER)
        known = select(Event.seq).where(Event.ledger_commit == tip).limit(1)
        if not tip or session.scalars(known).first() is not None:
            return Adopted(0)
        rows, before = _follow_trail(control, session, trail, head), (head.seq, head.chain)
        if head.ledger_commit not in control.library.line(tip):
            raise LibraryMismatchError(
                "Git and the database went different ways after an event before %(seq)s; nothing was "
                "adopted. Restore a backup of both.",
                seq=head.seq,
            )
        news = ledger_events(control, tip, trail, progress)
        with_passwords, with_factors = _replay(control, session, _told(news, rows))
        tools.database.number_on(session.connection())
        control.keys.key(trail.current_key)
        _require_sound(control, session, rows)
        without = _forget_secrets(session, with_passwords, with_factors)
        crash_point("adopted into tables")
        now = time_of_events(session, head, control.now(), control.clock_limits)
        decision = Decision(control, session, head, now, None, control.ledger_keys(session), TouchedRows(session))
        decision.record(
            GitAdopted(
                after=before[0],
                after_chain=before[1],
                up_to=head.seq,
                up_to_chain=head.chain,
                without_password=without,
                without_records=records_missing(session, before[0]),
            ),
            "the library",
        )
        count = head.seq - before[0]
        decision.seal()
    return Adopted(count, tuple(without))


def _follow_trail(control: DocumentControl, session: Session, trail: TrailCheck, head: ChainHead) -> ReplayedRows:
    """Check the events that the database has; raise LibraryMismatchError where they are not what was recorded."""
    rows = ReplayedRows(control)
    events = select(Event).order_by(Event.seq).execution_options(yield_per=TOGETHER)
    for event in session.scalars(events):
        trail.take(event)
        _take(rows, event)
    if trail.findings:
        raise LibraryMismatchError(
            "The database itself is not sound, so nothing was adopted: %(discrepancy)s", discrepancy=_first(trail)
        )
    if (trail.seq, trail.chain, trail.commit) != (head.seq, head.chain, head.ledger_commit):
        raise LibraryMismatchError("The head of the chain is not the last event, so nothing was adopted.")
    return rows


def _first(trail: TrailCheck) -> str:
    return trail.findings[0].sentence


def _told(events: Iterable[Event], rows: ReplayedRows) -> Iterator[Event]:
    for event in events:
        _take(rows, event)
        yield event


def _take(rows: ReplayedRows, event: Event) -> None:
    try:
        rows.take([read_event(event)])
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise LibraryMismatchError(
            "Event %(seq)s (%(act)s) does not say what an event of its kind has to say; nothing was adopted.",
            seq=event.seq,
            act=event.act,
        ) from wrong


def _replay(control: DocumentControl, session: Session, events: Iterator[Event]) -> tuple[set[str], set[str]]:
    """Replay the events; return who chose a password or was added meanwhile, and whose second factor changed."""
    with_passwords, with_factors = set(), set()

    def noted() -> Iterator[Event]:
        for event in events:
            if event.act in (Act.USER_ADDED, Act.USER_PASSWORD_CHOSEN, Act.USER_PASSWORD_HASHED_ANEW):
                with_passwords.add(event.subject)
            elif event.act in OF_AN_ACCOUNT:
                with_factors.add(event.subject)
            yield event

    try:
        replay(control, session, noted(), REBUILDS, control.library.refs())
    except IntegrityError as error:
        raise LibraryMismatchError(
            "The tables hold what their events do not tell, so nothing was adopted; run docctl verify."
        ) from error
    return with_passwords, with_factors


def _require_sound(control: DocumentControl, session: Session, rows: ReplayedRows) -> None:
    """Raise LibraryMismatchError unless every row and every file is what all events together say."""
    session.expire_all()
    for finding in _findings(control, session, rows):
        if finding.severity == BROKEN:
            raise LibraryMismatchError(
                "Nothing was adopted, because it would not be sound: %(sentence)s", sentence=finding.sentence
            )


def _findings(control: DocumentControl, session: Session, rows: ReplayedRows) -> Iterator[Finding]:
    files, last_id = FileCheck(control), 0
    while revisions := stretch_of_revisions(session, last_id):
        for revision in revisions:
            yield from check_in_force(revision)
            yield from files.check(revision)
        if len(revisions) < CHUNK:
            break
        last_id = revisions[-1].id
    yield from rows.compare(session)
    yield from check_one_in_force(session)


def _forget_secrets(session: Session, with_passwords: set[str], with_factors: set[str]) -> list[str]:
    """Let no secret and no session come back to life that was given up after the copy of the database was made."""
    session.execute(delete(WebSession))
    changed = []
    for user in session.scalars(select(User).order_by(User.id)).all():
        if with_factors.intersection(user.subjects):
            forget_factor(session, user.id)
        if with_passwords.intersection(user.subjects):
            user.password_hash = user.one_time_hash = ""
            changed.append(user.login)
    return changed
