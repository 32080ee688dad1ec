"""What a part of the fault tests came to: its figures in words, and what failed."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """The figures of one part on one database, and one line for each failure."""

    figures: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
