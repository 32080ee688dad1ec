"""How a check of the library ends: one table for the command, scripts and the manual."""

from enum import IntEnum


class Outcome(IntEnum):
    """The exit of a check; where several hold, the most serious is told."""

    SOUND = 0
    BEHIND = 1
    CHANGED = 2
    UNCHECKED = 3
    MISUSED = 64

    @property
    def meaning(self) -> str:
        """What the exit says, in the words of help and manual."""
        return MEANINGS[self]

    @classmethod
    def most_serious_first(cls) -> "tuple[Outcome, ...]":
        """The outcomes of a check that was made, the most serious first."""
        return cls.CHANGED, cls.UNCHECKED, cls.BEHIND, cls.SOUND


MEANINGS = {
    Outcome.SOUND: "sound, and everything was checked",
    Outcome.BEHIND: "nothing was changed or lost, but something is behind or unproven",
    Outcome.CHANGED: "something was changed or lost, or an act had no authority",
    Outcome.UNCHECKED: "something could not be checked; it says what, and why",
    Outcome.MISUSED: "wrong usage; nothing was checked",
}
