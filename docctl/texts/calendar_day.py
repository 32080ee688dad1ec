"""Days as people and files write them: YYYY-MM-DD, within the centuries in which documents are in force."""

import re
from datetime import date

FIRST_YEAR, LAST_YEAR = 1800, 2999
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class DayTooFarError(ValueError):
    """A day is so far off that no rule can count on from it."""


def day_written(text: str) -> date:
    """Return the day that is written; raises ValueError for what is no day, or so far off that no rule can count on."""
    if _DAY.fullmatch(text) is None:
        raise ValueError("a day is written like 2026-11-30")
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DayTooFarError(f"a day lies between {FIRST_YEAR} and {LAST_YEAR}")
    return day
