"""On which days and at which hours the organisation works."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from docctl.domain.errors import InvalidInputError

MONDAY_TO_FRIDAY = (1, 2, 3, 4, 5)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """The days of the week on which people work, counted from Monday as 1, the holidays, and when nobody is mailed."""

    working_days: tuple[int, ...] = MONDAY_TO_FRIDAY
    holidays: tuple[date, ...] = ()
    quiet_from: time | None = None
    quiet_until: time | None = None

    def is_working(self, day: date) -> bool:
        """Say whether people work on a day."""
        return day.isoweekday() in self.working_days and day not in self.holidays

    def after(self, day: date, count: int) -> date:
        """Return the working day that follows a day so many working days later."""
        for _ in range(count):
            day += DAY
            while not self.is_working(day):
                day += DAY
        return day

    def on_or_before(self, day: date) -> date:
        """Return the day itself or the last working day before it."""
        while not self.is_working(day):
            day -= DAY
        return day

    def is_quiet(self, hour: time) -> bool:
        """Say whether nobody is mailed at an hour; quiet hours may last over midnight."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until

    def is_at_work(self, moment: datetime) -> bool:
        """Say whether somebody may be mailed at a moment, as clocks show it where the organisation is."""
        return self.is_working(moment.date()) and not self.is_quiet(moment.time())

    def require_sound(self) -> None:
        """Raise InvalidInputError for a calendar on which nobody would ever be told anything."""
        if not self.working_days or not set(self.working_days) <= set(range(1, 8)):
            raise InvalidInputError("Choose at least one day of the week as a working day; nothing was changed.")
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise InvalidInputError(
                "Quiet hours need a beginning and an end; nothing was changed. Leave both empty for none."
            )
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise InvalidInputError(
                "Quiet hours that begin and end at the same time would last all day; nothing was changed."
            )
