"""Whether database and Git library belong together, and the database knows everything that Git's ledger holds."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.adapters.git_library import GitLibrary, missing
from docctl.domain.errors import LibraryDistrustedError, LibraryMismatchError
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, ChainHead, Event

LEDGER = "refs/heads/ledger"


class LedgerPlace:
    """Where the ledger in Git points, looked at before anything is recorded."""

    def __init__(self, library: GitLibrary) -> None:
        self._library = library
        self._known = ("", 0)

    def require_known(self, session: Session) -> None:
        """Raise LibraryDistrustedError where the ledger points to an event that the database does not know.

        The database is older than Git then, as after a backup of it alone was put back.
        """
        tip, head = self._library.tip_in_file(LEDGER), session.get(ChainHead, CHAIN_HEAD_ID)
        if head is None or tip in ("", head.ledger_commit) or (tip == self._known[0] and head.seq >= self._known[1]):
            return
        newest_first = select(Event.seq).where(Event.ledger_commit == tip).order_by(Event.seq.desc()).limit(1)
        at = session.scalar(newest_first)
        if at is None:
            raise LibraryDistrustedError(
                "The ledger in Git holds events that the database does not know, so nothing was recorded; "
                "run “docctl verify”, which says what brings them back."
            )
        self._known = (tip, at)

    def require_own(self, session: Session) -> None:
        """Raise LibraryMismatchError where the database began with another event than the ledger in Git."""
        first = session.scalar(select(Event.ledger_commit).where(Event.seq == 1))
        tip = self._library.tip_in_file(LEDGER)
        if first is None or not tip or not missing(self._library, [first]):
            return
        try:
            *_, oldest = self._library.line(tip)
        except LibraryMismatchError:
            return
        if oldest != first:
            raise LibraryMismatchError(
                "The database belongs to another library than the data folder, because their first events differ; "
                "nothing was opened. Set DOCCTL_DATA and DOCCTL_DATABASE_URL to the two that belong together."
            )
