"""What a check of the library finds: one sentence each, and whether it mends itself."""

from collections.abc import Callable
from dataclasses import dataclass

REPAIRABLE = "repairable"
BROKEN = "broken"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be; repairable is what followers catch up with, broken is changed or lost."""

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
