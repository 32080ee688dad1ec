"""Periodic review: when a document in force has to be looked at again."""

import calendar
from datetime import date


def review_due(effective: date, cycle_months: int) -> date:
    """Return the day on which a revision is due for review: its effective date plus the cycle of its type."""
    months = effective.month - 1 + cycle_months
    year, month = effective.year + months // 12, months % 12 + 1
    return date(year, month, min(effective.day, calendar.monthrange(year, month)[1]))
