"""How a command ends: one table for all of them, which scripts and timers read."""

import signal
from enum import IntEnum

from docctl.domain.errors import (
    DatabaseDamagedError,
    DocctlError,
    GitLibraryLostError,
    LibraryBusyError,
    LibraryDistrustedError,
    LibraryMismatchError,
    LibraryMissingError,
    LibraryNewerError,
    LibraryOlderError,
    MailServerError,
    MirrorError,
    MirrorRefusedError,
    OtherDatabaseError,
    PartDistrustedError,
    SettingError,
    UnsuitableSourceError,
    WitnessFolderError,
    WitnessUnreachableError,
)
from docctl.domain.trail.outcome import Outcome


class Exit(IntEnum):
    """The exit of a command; that of verify says the same in the words of a check."""

    DONE = Outcome.SOUND
    REFUSED = Outcome.BEHIND
    CHANGED = Outcome.CHANGED
    UNABLE = Outcome.UNCHECKED
    MISUSED = Outcome.MISUSED
    INTERRUPTED = 128 + signal.SIGINT
    ENDED = 128 + signal.SIGTERM

    @property
    def meaning(self) -> str:
        """What the exit says, in the words of the manual."""
        return MEANINGS[self]


MEANINGS = {
    Exit.DONE: "done; what checks found nothing amiss",
    Exit.REFUSED: "refused, as the sentence says, and nothing was done; what checks found something to look at",
    Exit.CHANGED: "what was recorded, backed up or cloned was changed or lost",
    Exit.UNABLE: "not possible now: no library there, another version, another process, the machine, a server",
    Exit.MISUSED: "wrong usage or settings; nothing was done",
    Exit.INTERRUPTED: "interrupted (Ctrl-C); what was half done was cleared up",
    Exit.ENDED: "told to end (SIGTERM); what was half done was cleared up",
}
# The first kind that a refusal is of says how it ends; what is of none of them is refused.
OF_REFUSALS: tuple[tuple[type[DocctlError], Exit], ...] = (
    (SettingError, Exit.MISUSED),
    (OtherDatabaseError, Exit.UNABLE),
    (UnsuitableSourceError, Exit.REFUSED),
    (LibraryMismatchError, Exit.CHANGED),
    (LibraryDistrustedError, Exit.CHANGED),
    (PartDistrustedError, Exit.CHANGED),
    (MirrorRefusedError, Exit.CHANGED),
    (DatabaseDamagedError, Exit.CHANGED),
    (GitLibraryLostError, Exit.CHANGED),
    (LibraryMissingError, Exit.UNABLE),
    (LibraryOlderError, Exit.UNABLE),
    (LibraryNewerError, Exit.UNABLE),
    (LibraryBusyError, Exit.UNABLE),
    (MirrorError, Exit.UNABLE),
    (MailServerError, Exit.UNABLE),
    (WitnessUnreachableError, Exit.UNABLE),
    (WitnessFolderError, Exit.UNABLE),
)


def exit_of(refusal: DocctlError) -> Exit:
    """Return how a command ends that a refusal keeps from its work."""
    return next((exit_code for kind, exit_code in OF_REFUSALS if isinstance(refusal, kind)), Exit.REFUSED)
