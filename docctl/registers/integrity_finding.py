"""What a check of the library finds: one sentence each, and whether it mends itself."""

from collections.abc import Callable
from dataclasses import dataclass

REPAIRABLE = "repairable"
BROKEN = "broken"
NOTED = "noted"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be; broken is changed or lost.

    Repairable is what followers catch up with; what is only noted leaves the library sound.
    """

    severity: str
    rule: str
    subject: str
    sentence: str


def broken(rule: str, subject: str, sentence: str) -> Finding:
    """Return a finding of something that was changed from outside, or lost."""
    return Finding(BROKEN, rule, subject, sentence)


def repairable(rule: str, subject: str, sentence: str) -> Finding:
    """Return a finding of something that is only behind, and is caught up with."""
    return Finding(REPAIRABLE, rule, subject, sentence)


def noted(rule: str, subject: str, sentence: str) -> Finding:
    """Return a finding that says what could not be checked, or has a reason that is no fault."""
    return Finding(NOTED, rule, subject, sentence)
