"""The clock of the host: how far it may stand from the newest event before nobody signs by it any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from docctl.domain.trail.audit_trail import Act

CLOCK_ACTS = (Act.CLOCK_REGRESSED, Act.CLOCK_LEAPT, Act.CLOCK_CONFIRMED)


@dataclass(frozen=True)
class ClockLimits:
    """How far behind the newest event, and how far after it, the clock may stand; None where that is not looked at."""

    behind: timedelta | None = timedelta(seconds=2)
    ahead: timedelta | None = timedelta(days=366)

    def trouble(self, now: datetime, newest: datetime) -> Act | None:
        """Say what is wrong with the clock by the newest event, None where nothing is."""
        if self.behind is not None and newest - now > self.behind:
            return Act.CLOCK_REGRESSED
        if self.ahead is not None and now - newest > self.ahead:
            return Act.CLOCK_LEAPT
        return None

    def is_before(self, now: datetime, earlier: datetime) -> bool:
        """Say whether the clock stands before an instant by more than it may."""
        return self.behind is not None and earlier - now > self.behind
