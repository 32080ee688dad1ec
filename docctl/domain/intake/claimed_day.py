"""Days as registers of documents write them; what could be two different days is refused."""

import re
from datetime import date, datetime

from docctl.domain.errors import InvalidInputError

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
ORDERS = (DAY_FIRST, MONTH_FIRST)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_POINTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_STROKES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})\.?[ -]([^\W\d_]{3,10})\.?,?[ -](\d{4})")
_NAMED_FIRST = re.compile(r"([^\W\d_]{3,10})\.? (\d{1,2}),? (\d{4})")
_MONTHS = (
    ("jan",), ("feb",), ("mar", "mär", "mae", "mrz"), ("apr",), ("may", "mai"), ("jun",), ("jul",), ("aug",), ("sep",),
    ("oct", "okt"), ("nov",), ("dec", "dez"),
)  # fmt: skip
LAST_MONTH = 12


def claimed_day(value: object, order: str = "") -> date | None:
    """Return the day that a cell names, or None where it is empty; raise InvalidInputError where it may be another.

    The order of day and month is needed for such as 03/04/2024 alone.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = " ".join(str(value).split())
    try:
        return _day_in(text, order)
    except ValueError:
        raise InvalidInputError("“%(text)s” is no date; write it like 2024-04-03.", text=text[:40]) from None


def _day_in(text: str, order: str) -> date:
    if found := _ISO.fullmatch(text):
        return date(*map(int, found.groups()))
    if found := _POINTS.fullmatch(text):
        day, month, year = map(int, found.groups())
        return date(year, month, day)
    if found := _NAMED.fullmatch(text):
        return date(int(found[3]), _month(found[2]), int(found[1]))
    if found := _NAMED_FIRST.fullmatch(text):
        return date(int(found[3]), _month(found[1]), int(found[2]))
    if found := _STROKES.fullmatch(text):
        return _either_way(text, order, *map(int, found.groups()))
    raise ValueError(text)


def _either_way(text: str, order: str, first: int, second: int, year: int) -> date:
    """Return the day where it can be one alone, or the order of day and month is said."""
    if order == DAY_FIRST or first > LAST_MONTH or first == second:
        return date(year, second, first)
    if order == MONTH_FIRST or second > LAST_MONTH:
        return date(year, first, second)
    one, other = date(year, second, first), date(year, first, second)
    raise InvalidInputError(
        "“%(text)s” can be %(one)s or %(other)s; say which comes first, day or month.", text=text, one=one, other=other
    )


def _month(name: str) -> int:
    start = name.casefold()[:3]
    return next(place for place, names in enumerate(_MONTHS, start=1) if start in names) if _is_month(start) else 0


def _is_month(start: str) -> bool:
    return any(start in names for names in _MONTHS)
