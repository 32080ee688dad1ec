"""The organisation whose library this is."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record
from docctl.domain.people.reminder_rules import ReminderRules


class Organisation(Record):
    """One row: the organisation's name, its time zone, and the editions of standards it works to."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    language: Mapped[str] = mapped_column(String(10), default="en")
    standards: Mapped[list[str]] = mapped_column(default=list)
    second_factor_roles: Mapped[list[str]] = mapped_column(default=list)
    people_records_months: Mapped[int] = mapped_column(default=0)
    reminder_row: Mapped[dict[str, Any]] = mapped_column(default=dict)
    demonstration: Mapped[bool] = mapped_column(default=False)
    demonstration_logins: Mapped[list[dict[str, Any]]] = mapped_column(default=list)

    @property
    def reminder_rules(self) -> ReminderRules:
        """When people are reminded, and the days and hours at which they work."""
        return ReminderRules.from_row(self.reminder_row)

    def is_at_work(self, instant: datetime) -> bool:
        """Say whether reminders may go out now: on working days, outside of quiet hours, once these are set."""
        return not self.reminder_row or self.reminder_rules.calendar.is_at_work(
            instant.astimezone(ZoneInfo(self.time_zone))
        )

    def day_of(self, instant: datetime) -> date:
        """Return the day that it was where the organisation is."""
        return instant.astimezone(ZoneInfo(self.time_zone)).date()

    def beginning_of(self, day: date) -> datetime:
        """Return the instant at which a day begins where the organisation is."""
        return datetime.combine(day, time(), ZoneInfo(self.time_zone))
