"""When people are reminded of what waits for them, and when document controllers are told what is overdue."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, time, timedelta
from typing import Any

from docctl.domain.errors import InvalidInputError
from docctl.domain.people.working_calendar import DAY, WorkingCalendar
from docctl.texts.calendar_day import day_written

LONGEST_DAYS, LONGEST_NUMBER = 365, 4
MOST_HOLIDAYS = 1000


@dataclass(frozen=True)
class ReminderRules:
    """How many days before its day a duty is told, and after how many working days again and to controllers.

    Without a number of days nobody is told before; 0 working days mean never. The rules as they are first say nothing.
    """

    days_before: int | None = None
    again_after: int = 0
    escalate_after: int = 0
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)

    @property
    def say_anything(self) -> bool:
        """Whether anybody is ever told anything by them."""
        return self.days_before is not None or bool(self.again_after or self.escalate_after)

    def next_reminder(self, since: date, due: date | None, reminded: date | None) -> date | None:
        """Return the day from which a duty is to be told; whoever was told before its time is told in time as well."""
        first = self._first_reminder(since, due)
        if first is None or reminded is None or reminded < first:
            return first
        return self.calendar.after(reminded, self.again_after) if self.again_after else None

    def escalation(self, due: date | None) -> date | None:
        """Return the day from which document controllers are to be told of a duty."""
        return self.calendar.after(due, self.escalate_after) if due is not None and self.escalate_after else None

    def as_row(self) -> dict[str, Any]:
        """Return what the table and the trail keep of them."""
        calendar = self.calendar
        return {
            **{name: value for name, value in asdict(self).items() if name != "calendar"},
            "working_days": list(calendar.working_days),
            "holidays": [day.isoformat() for day in calendar.holidays],
            "quiet_from": f"{calendar.quiet_from:%H:%M}" if calendar.quiet_from else "",
            "quiet_until": f"{calendar.quiet_until:%H:%M}" if calendar.quiet_until else "",
        }

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "ReminderRules":
        """Return the rules that a table or the trail keeps; where it keeps none, those that say nothing."""
        if not row:
            return cls()
        quiet_from, quiet_until = (time.fromisoformat(row[name]) if row[name] else None for name in _QUIET)
        holidays = tuple(date.fromisoformat(day) for day in row["holidays"])
        calendar = WorkingCalendar(tuple(row["working_days"]), holidays, quiet_from, quiet_until)
        return cls(row["days_before"], row["again_after"], row["escalate_after"], calendar)

    def require_sound(self) -> None:
        """Raise InvalidInputError for numbers beyond a year, or a calendar that nobody can be told by."""
        for days in (self.days_before or 0, self.again_after, self.escalate_after):
            if not 0 <= days <= LONGEST_DAYS:
                raise InvalidInputError("Days for reminders are between 0 and 365; nothing was changed.")
        if len(self.calendar.holidays) > MOST_HOLIDAYS:
            raise InvalidInputError("That is more than 1,000 holidays; leave out those of past years.")
        self.calendar.require_sound()

    def _first_reminder(self, since: date, due: date | None) -> date | None:
        """Return the first day of all; on the day on which it began, everybody knows of it."""
        if due is not None and self.days_before is not None:
            day = self.calendar.on_or_before(due - timedelta(days=self.days_before))
        elif self.again_after:
            day = self.calendar.after(due or since, self.again_after)
        else:
            return None
        return max(day, since + DAY)


def rules_as_written(
    days_before: str, again_after: str, escalate_after: str, working_days: Iterable[str], holidays: str,
    quiet_from: str, quiet_until: str,
) -> ReminderRules:  # fmt: skip
    """Return the rules that somebody wrote: holidays apart by spaces or lines, hours like 18:00, empty for none."""
    days = tuple(sorted({_number(day, "A working day") for day in working_days}))
    off = tuple(sorted({_holiday(day) for day in holidays.replace(",", " ").replace(";", " ").split()}))
    calendar = WorkingCalendar(days, off, _hour(quiet_from), _hour(quiet_until))
    return ReminderRules(
        _number(days_before, "Days before") if days_before.strip() else None,
        _number(again_after, "Working days until the next reminder"),
        _number(escalate_after, "Working days until document controllers are told"),
        calendar,
    )


def _number(text: str, what: str) -> int:
    text = text.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise InvalidInputError("%(what)s is not a number; write it like 5.", what=what)
    return int(text)


def _holiday(text: str) -> date:
    try:
        return day_written(text)
    except ValueError:
        raise InvalidInputError("The holiday “%(text)s” is not a date; write it like 2026-12-25.", text=text) from None


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None) if text.strip() else None
    except ValueError:
        raise InvalidInputError("“%(text)s” is no hour; write it like 18:00.", text=text.strip()) from None


_QUIET = ("quiet_from", "quiet_until")
