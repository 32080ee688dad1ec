"""What a check of the library finds: one sentence each, whether it mends itself, and what brings it back."""

from collections.abc import Callable
from dataclasses import dataclass

from docctl.domain.operations.stops import EVERYTHING

REPAIRABLE = "repairable"
BROKEN = "broken"
UNAUTHORISED = "unauthorised"
UNPROVEN = "unproven"
UNCHECKED = "unchecked"
NOTED = "noted"

Progress = Callable[[str, int, int], None]

REPAIR = "docctl repair"
ADOPT = "docctl repair --adopt-git"
FETCH = "docctl repair --fetch MIRROR, where MIRROR is a mirror, a clone, a bundle or a backup that still has it"
REBUILD = (
    "Set the database aside, then “docctl rebuild --from-git library.git”, because Git holds every event signed; "
    "or restore a backup with “docctl restore”"
)
RESTORE = "Find out who did it, keep the data folder as evidence, then restore a backup with “docctl restore”"
LOOK_INTO = "Find out who did it and who changed the database, and decide what the act is still worth"
NOT_OURS = "Take it elsewhere, unless you know what put it there"
KEYS = "Bring the folder keys/ back from its copy; only where none is left: docctl rotate-key --lost"
_REMEDIES = {"I2": REBUILD, "I3": FETCH, "I4": REBUILD, "I5": REBUILD}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be; broken is changed or lost.

    Unauthorised is an act to which nobody had a right: it stays on record, and nothing else stops for it.
    Repairable is what followers catch up with; for what is unproven only a witness outside can vouch; of what is
    unchecked nobody can say anything; what is only noted leaves the library sound.
    """

    severity: str
    rule: str
    subject: str
    sentence: str
    remedy: str = RESTORE
    stops: str = ""


def broken(rule: str, subject: str, sentence: str, remedy: str = "", stops: str = EVERYTHING) -> Finding:
    """Return a finding of something that was changed from outside, or lost: what brings it back, and what stops."""
    return Finding(BROKEN, rule, subject, sentence, remedy or _REMEDIES.get(rule, RESTORE), stops)


def unauthorised(rule: str, subject: str, sentence: str) -> Finding:
    """Return a finding of an act for which something was changed from outside, whatever was put back since."""
    return Finding(UNAUTHORISED, rule, subject, sentence, LOOK_INTO)


def repairable(rule: str, subject: str, sentence: str) -> Finding:
    """Return a finding of something that is only behind, and is caught up with."""
    return Finding(REPAIRABLE, rule, subject, sentence, REPAIR)


def unproven(rule: str, subject: str, sentence: str, remedy: str) -> Finding:
    """Return a finding of what may be as it says, or forged: nothing in the library itself can tell."""
    return Finding(UNPROVEN, rule, subject, sentence, remedy)


def unchecked(rule: str, subject: str, sentence: str, remedy: str = "") -> Finding:
    """Return a finding that says what could not be checked, and why."""
    return Finding(UNCHECKED, rule, subject, sentence, remedy)


def noted(rule: str, subject: str, sentence: str, remedy: str = "") -> Finding:
    """Return a finding of something that has a reason and is no fault."""
    return Finding(NOTED, rule, subject, sentence, remedy)
