"""Rebuilds a whole library from nothing but a clone of its Git repository."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.actions.trail.rotating_keys import settle
from docctl.document_control import DocumentControl
from docctl.document_control.lost_objects import lost_objects
from docctl.document_control.trust import VERIFY
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import InvalidInputError, LibraryMismatchError, UnsuitableSourceError
from docctl.domain.people.user import Role, User
from docctl.domain.trail.events.operations import LibraryRebuilt
from docctl.followers import git_refs
from docctl.founding import clear_unfinished, utc_now
from docctl.registers.integrity import verifying
from docctl.registers.integrity.chain import TrailCheck
from docctl.registers.integrity.finding import Progress
from docctl.registers.integrity.git_ledger import first_key, ledger_events
from docctl.registers.integrity.records import records_missing
from docctl.replay.acts import REBUILDS
from docctl.replay.replaying import replay

LEDGER, LIBRARY = "refs/heads/ledger", "refs/heads/library"


@dataclass(frozen=True)
class Rebuilt:
    """What was rebuilt: the library, how many events it has, and who needs a one-time link first."""

    control: DocumentControl
    events: int
    administrators: tuple[int, ...]


def rebuild(
    data: Path,
    database_url: str,
    clone: Path | str,
    *,
    keys: Path | None = None,
    clock: Callable[[], datetime] = utc_now,
    progress: Progress | None = None,
) -> Rebuilt:
    """Rebuild a library in a data folder without a database from a clone; what is checked and not sound is refused.

    Where the folder has the library's keys or its repository still, they are used; everything else is made.
    """
    clear_unfinished(data, database_url)
    _require_key(data, keys)
    control = DocumentControl.lay_down(data, database_url, keys=keys, clock=clock)
    try:
        events = _rebuild(control, clone, progress)
        with control.deciding(None) as decision:
            # Before it is checked, because the secrets to which events committed are in no Git.
            told = LibraryRebuilt(events, decision.head.chain, records_missing(decision.session))
            decision.record(told, "the library")
        report = verifying.verify(control, progress)
        if report.doubt:
            raise LibraryMismatchError("The clone cannot be trusted: %(sentence)s", sentence=report.doubt)
        control.trust.forget(VERIFY)
        with control.reading() as session:
            users = session.scalars(select(User).order_by(User.id)).all()
    except BaseException:
        control.give_up()
        raise
    control.finish()
    return Rebuilt(control, events, tuple(user.id for user in users if user.holds(Role.ADMINISTRATOR)))


def _require_key(data: Path, keys: Path | None) -> None:
    """Raise InvalidInputError unless the ledger's key is at hand, because nothing else can sign what comes next."""
    folder = keys or data / "keys"
    if not (folder / "ledger_key").is_file():
        raise InvalidInputError(
            "There is no ledger_key in %(folder)s; name the folder where the library's keys are kept apart "
            "with --keys.",
            folder=folder,
        )


def _rebuild(control: DocumentControl, clone: Path | str, progress: Progress | None) -> int:
    library, git = control.library, tools.git_library
    refs = git.refs_of(library, clone)
    if LEDGER not in refs:
        raise UnsuitableSourceError("%(clone)s has no branch “ledger”, so it is no clone of a library.", clone=clone)
    git.fetch_what_is_there(library, clone, sorted(set(refs.values())))
    check = TrailCheck(control, first_key(control, refs[LEDGER]))
    with control.remembering() as session:
        count = replay(control, session, ledger_events(control, refs[LEDGER], check, progress), REBUILDS, refs)
        tools.database.number_on(session.connection())
        if not control.keys.take_up(check.current_key):
            raise UnsuitableSourceError(
                "No key at hand is the one that signs the ledger of this clone last; bring the keys of its time."
            )
    settle(control)
    with control.reading() as session:
        _name_lost(control, session)
    if LIBRARY in refs and LIBRARY not in library.refs():
        library.move_refs([git.RefMove(LIBRARY, refs[LIBRARY], None)])
    while git_refs.follow(control):
        continue
    return count


def _name_lost(control: DocumentControl, session: Session) -> None:
    """Let the references to commits whose loss was accepted name them again, as they did."""
    gone = lost_objects(session.connection()).gone_from(control.library)
    if not gone:
        return
    branches = select(Document).where(Document.tip_commit.in_(gone), Document.disposed_at.is_(None))
    named = {document.branch: document.tip_commit for document in session.scalars(branches)}
    for revision in session.scalars(select(Revision).where(Revision.issued_commit != "")):
        named |= {tag: commit for tag, commit in revision.issue_tags.items() if commit in gone}
    tools.git_library.name_lost(control.library, named)
