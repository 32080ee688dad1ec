"""When people are reminded: days before, again after working days, to controllers; and which days are worked on."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.domain.errors import InvalidInputError
from docctl.domain.people.reminder_rules import ReminderRules, rules_as_written
from docctl.domain.people.working_calendar import WorkingCalendar

MONDAY = date(2026, 3, 2)
CHRISTMAS = WorkingCalendar(holidays=(date(2026, 12, 25), date(2026, 12, 28)))
OFFICE_HOURS = WorkingCalendar(quiet_from=time(18), quiet_until=time(7))


def day(number: int) -> date:
    """Return a day of March 2026, of which the second is a Monday."""
    return date(2026, 3, number)


def test_holidays_and_weekends_are_passed_over() -> None:
    assert CHRISTMAS.after(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert CHRISTMAS.on_or_before(date(2026, 12, 28)) == date(2026, 12, 24)
    assert not CHRISTMAS.is_working(date(2026, 12, 26))


@pytest.mark.parametrize(
    ("hour", "is_quiet"), [(6, True), (7, False), (17, False), (18, True), (23, True)]
)  # fmt: skip
def test_quiet_hours_last_over_midnight(hour: int, is_quiet: bool) -> None:
    assert OFFICE_HOURS.is_quiet(time(hour)) == is_quiet
    assert OFFICE_HOURS.is_at_work(datetime.combine(MONDAY, time(hour))) != is_quiet
    assert not OFFICE_HOURS.is_at_work(datetime.combine(day(1), time(hour)))


def test_quiet_hours_may_be_at_noon() -> None:
    noon = WorkingCalendar(quiet_from=time(12), quiet_until=time(13))
    assert [noon.is_quiet(time(hour)) for hour in (11, 12, 13)] == [False, True, False]


@pytest.mark.parametrize(
    ("rules", "since", "due", "reminded", "expected"),
    [
        (ReminderRules(days_before=3), 2, 20, None, 17),
        (ReminderRules(days_before=3), 2, 18, None, 13),  # the 15th is a Sunday
        (ReminderRules(days_before=3), 2, 4, None, 3),  # nobody is reminded on the day on which it began
        (ReminderRules(days_before=3), 2, 20, 10, 17),  # told before its time, and told in time as well
        (ReminderRules(days_before=3), 2, 20, 17, None),
        (ReminderRules(days_before=3, again_after=5), 2, 20, 17, 24),
        (ReminderRules(again_after=5), 2, 20, None, 27),
        (ReminderRules(again_after=5), 2, None, None, 9),
        (ReminderRules(again_after=5), 2, None, 9, 16),
        (ReminderRules(escalate_after=5), 2, 20, None, None),
        (ReminderRules(), 2, 20, None, None),
    ],
)
def test_the_next_reminder(
    rules: ReminderRules, since: int, due: int | None, reminded: int | None, expected: int | None
) -> None:
    found = rules.next_reminder(day(since), day(due) if due else None, day(reminded) if reminded else None)
    assert found == (day(expected) if expected else None)


def test_controllers_are_told_some_working_days_after_it_was_due() -> None:
    assert ReminderRules(escalate_after=2).escalation(day(13)) == day(17)
    assert ReminderRules(escalate_after=2).escalation(None) is None
    assert ReminderRules(days_before=2).escalation(day(13)) is None


DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
CALENDARS = st.builds(
    WorkingCalendar,
    st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
    st.lists(DAYS, max_size=40, unique=True).map(tuple),
    st.none() | st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    st.none(),
)


@given(calendar=CALENDARS, begin=DAYS, count=st.integers(1, 30))
def test_so_many_working_days_later_is_what_counting_them_says(
    calendar: WorkingCalendar, begin: date, count: int
) -> None:
    end = calendar.after(begin, count)
    between = [begin + timedelta(days=each) for each in range(1, (end - begin).days + 1)]
    assert calendar.is_working(end)
    assert sum(map(calendar.is_working, between)) == count


@given(
    rules=st.builds(
        ReminderRules, st.none() | st.integers(0, 30), st.integers(0, 9), st.integers(0, 9), CALENDARS
    ),
    since=DAYS, due=st.none() | DAYS, reminded=st.none() | DAYS,
)  # fmt: skip
def test_rules_are_read_back_as_they_were_written_and_never_tell_on_the_first_day(
    rules: ReminderRules, since: date, due: date | None, reminded: date | None
) -> None:
    assert ReminderRules.from_row(rules.as_row()) == rules
    found = rules.next_reminder(since, due, reminded)
    assert found is None or found > since
    assert found is None or reminded is None or found != reminded


def test_rules_are_read_as_people_write_them() -> None:
    found = rules_as_written(" 3", "", "0", ["5", "1"], "2026-12-25, 2026-01-01\n2026-12-25", "18:00", "07:00")
    calendar = WorkingCalendar((1, 5), (date(2026, 1, 1), date(2026, 12, 25)), time(18), time(7))
    assert found == ReminderRules(3, 0, 0, calendar)
    assert rules_as_written("", "", "", ["1"], "", "", "").days_before is None


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        (("x", "", "", ["1"], "", "", ""), "Days before is not a number"),
        (("", "-1", "", ["1"], "", "", ""), "is not a number"),
        (("", "", "٣", ["1"], "", "", ""), "is not a number"),
        (("", "", "366", ["1"], "", "", ""), "between 0 and 365"),
        (("", "", "", [], "", "", ""), "at least one day"),
        (("", "", "", ["8"], "", "", ""), "at least one day"),
        (("", "", "", ["1"], "25 December", "", ""), "The holiday “25” is not a date"),
        (("", "", "", ["1"], "", "25:00", "07:00"), "“25:00” is no hour"),
        (("", "", "", ["1"], "", "18:00", ""), "need a beginning and an end"),
        (("", "", "", ["1"], "", "18:00", "18:00"), "all day"),
    ],
)
def test_what_cannot_be_a_rule_is_refused(
    written: tuple[str, str, str, list[str], str, str, str], refusal: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        rules_as_written(*written).require_sound()
    assert refusal in str(refused.value)
