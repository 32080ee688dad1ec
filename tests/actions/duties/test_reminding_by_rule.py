"""Reminders by rule: nothing is lost on days on which nothing ran, and nobody is told anything twice."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from docctl.actions.approval import delegating, reviewing
from docctl.actions.duties.reminding import remind
from docctl.actions.duties.reminding_by_rule import remind_due
from docctl.actions.duties.ruling_reminders import rule_reminders
from docctl.actions.settings import administering
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import InvalidInputError, NotPermittedError
from docctl.domain.notices.letter import MailServer
from docctl.domain.notices.notice import Notice
from docctl.domain.people.duty import SIGNING, Duty, Kind
from docctl.domain.people.reminder_rules import ReminderRules
from docctl.domain.people.working_calendar import WorkingCalendar
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.notices import DutiesEscalated, DutiesReminded
from docctl.domain.trail.events.reading import details_of
from docctl.followers import notices
from docctl.followers.catching_up import catch_up
from docctl.registers.duties.work_in_progress import ALL_WORK, work_in_progress
from tests.actions.duties.test_reminding import letters, post_office
from tests.domain.duties.test_duties_of_revision import is_replayed
from tests.factories.library import Clock, Office
from tests.factories.post_office import PostOffice

__all__ = ["post_office"]

ALL_DAYS = WorkingCalendar((1, 2, 3, 4, 5, 6, 7))
YEARS = 3 * 365


@pytest.fixture
def mailed(office: Office) -> Office:
    """A library with mail, in which rob, ann, carla and rita, a second reviewer, have addresses."""
    office.people["rita"] = administering.add_user(
        office.control,
        office.people["admin"],
        login="rita",
        name="Rita Reviewer",
        roles=["reader"],
        email="r@t.example",
    )
    for login in ("rob", "ann", "carla"):
        give_address(office, login, f"{login}@town.example")
    office.control.mail_server = MailServer("mail.town.example", 25, "docs@town.example")
    return office


def give_address(office: Office, login: str, address: str) -> None:
    """Give somebody a mail address, or take it away."""
    account = office.person(login).account
    administering.change_user(
        office.control, office.people["admin"], account.id, name=account.name, email=address,
        department=account.department, roles=account.roles,
    )  # fmt: skip


def rule(office: Office, rules: ReminderRules) -> None:
    """Set the rules."""
    rule_reminders(office.control, office.people["carla"], rules)


def in_review(office: Office, number: str, due: date | None = None) -> int:
    """Submit a document to rob."""
    revision_id = office.write(number)
    office.submit(revision_id, effective=due)
    return revision_id


def told(office: Office, after: int = 0) -> dict[str, list[str]]:
    """Return of which documents the reminders queued after a notice tell each person."""
    logins = {number: login for login, number in office.people.items()}
    with office.control.reading() as session:
        names = {
            duty.id: session.get_one(Revision, duty.revision_id).document.number
            for duty in session.scalars(select(Duty))
        }
        found = defaultdict(list)
        for notice in session.scalars(select(Notice).where(Notice.id > after).order_by(Notice.id)):
            if notice.duty_ids:
                found[logins[notice.user_id or 0]].append(" ".join(names[each] for each in notice.duty_ids))
    return dict(found)


def last_notice(office: Office) -> int:
    """Return the number of the last notice."""
    with office.control.reading() as session:
        return session.scalar(select(func.max(Notice.id))) or 0


def run(office: Office) -> dict[str, list[str]]:
    """Let the rule run; return who is told of what."""
    before = last_notice(office)
    remind_due(office.control)
    return told(office, before)


def test_a_duty_is_told_before_its_day_again_and_then_to_controllers(mailed: Office, clock: Clock) -> None:
    rule(mailed, ReminderRules(days_before=2, again_after=3, escalate_after=2))
    in_review(mailed, "POL-001", date(2026, 3, 6))
    days = {}
    for _ in range(12):
        days[clock.instant.day] = run(mailed)
        clock.forward(days=1)
    assert {day: found for day, found in days.items() if found} == {
        4: {"rob": ["POL-001"]},
        9: {"rob": ["POL-001"]},
        10: {"carla": ["POL-001"]},
        12: {"rob": ["POL-001"]},
    }
    with mailed.control.reading() as session:
        [row] = work_in_progress(mailed.control, session, mailed.person("carla"), ALL_WORK).rows
    assert [each and each.day for each in (row.reminded_at, row.escalated_at)] == [12, 10]
    assert is_replayed(mailed)


def test_it_is_an_act_of_the_library_itself(mailed: Office, clock: Clock) -> None:
    rule(mailed, ReminderRules(days_before=0, escalate_after=1, calendar=ALL_DAYS))
    in_review(mailed, "POL-001", date(2026, 3, 5))
    clock.forward(days=5)
    assert catch_up(mailed.control, issuing=False)
    with mailed.control.reading() as session:
        [reminded] = session.scalars(select(Event).where(Event.act == Act.DUTIES_REMINDED))
        [escalated] = session.scalars(select(Event).where(Event.act == Act.DUTIES_ESCALATED))
        row = {"document": "POL-001", "revision": 1, "accounts": [mailed.people["rob"]]}
        assert (reminded.actor_id, escalated.actor_id) == (None, None)
        assert details_of(escalated, DutiesEscalated).escalated == [row]
        assert details_of(reminded, DutiesReminded).reminded == [row]
    assert told(mailed) == {"rob": ["POL-001"], "carla": ["POL-001"]}


def test_nobody_is_told_without_rules_on_holidays_or_in_quiet_hours(mailed: Office, clock: Clock) -> None:
    in_review(mailed, "POL-001")
    clock.forward(days=7)
    assert run(mailed) == {}
    today = clock.instant.date()
    rule(mailed, ReminderRules(again_after=2, calendar=WorkingCalendar(holidays=(today,))))
    assert run(mailed) == {}
    hour = clock.instant.astimezone().hour
    at = [(datetime(2026, 1, 1) + timedelta(hours=hours)).time() for hours in (hour - 3, hour + 6)]
    rule(mailed, ReminderRules(again_after=2, calendar=WorkingCalendar(quiet_from=at[0], quiet_until=at[1])))
    assert run(mailed) == {}
    rule(mailed, ReminderRules(again_after=2))
    assert run(mailed) == {"rob": ["POL-001"]}


def test_a_person_is_told_everything_in_one_mail_and_nothing_more_on_that_day(mailed: Office, clock: Clock) -> None:
    rule(mailed, ReminderRules(again_after=1))
    for number in ("POL-001", "POL-002", "POL-003"):
        in_review(mailed, number)
    clock.forward(days=2)
    assert run(mailed) == {"rob": ["POL-001 POL-002 POL-003"]}
    rule(mailed, ReminderRules(again_after=2))
    assert run(mailed) == {}


def test_who_was_reminded_by_hand_today_is_told_the_rest_tomorrow(mailed: Office, clock: Clock) -> None:
    for number in ("POL-001", "POL-002"):
        in_review(mailed, number)
    rule(mailed, ReminderRules(again_after=2))
    clock.forward(days=2)
    with mailed.control.reading() as session:
        first = session.scalars(select(Duty.id).order_by(Duty.id)).first()
    assert first is not None
    remind(mailed.control, mailed.people["carla"], [first])
    assert run(mailed) == {}
    clock.forward(days=1)
    assert run(mailed) == {"rob": ["POL-002"]}


def test_who_stands_in_is_told_as_well_and_once(mailed: Office, clock: Clock) -> None:
    mailed.give_roles("rita", "reviewer")
    mailed.give_roles("rita", "reader")
    in_review(mailed, "POL-001")
    mailed.give_roles("rita", "reviewer")
    today = clock.instant.date()
    delegating.name_delegate(
        mailed.control, mailed.people["rob"], absent_id=mailed.people["rob"], delegate_id=mailed.people["rita"],
        from_day=today, until_day=today + timedelta(days=3), reason="Holiday",
    )  # fmt: skip
    rule(mailed, ReminderRules(again_after=2))
    clock.forward(days=2)
    assert run(mailed) == {"rob": ["POL-001"], "rita": ["POL-001"]}
    clock.forward(days=2)
    assert run(mailed) == {"rob": ["POL-001"]}


def test_what_nobody_in_particular_owes_is_told_to_controllers(mailed: Office, clock: Clock) -> None:
    due = mailed.revision(mailed.publish()).review_due
    assert due is not None
    rule(mailed, ReminderRules(days_before=10, calendar=ALL_DAYS))
    clock.forward(days=(due - clock.instant.date()).days - 11)
    assert run(mailed) == {}
    clock.forward(days=1)
    assert run(mailed) == {"carla": ["POL-001"]}
    assert is_replayed(mailed)


def test_who_has_no_address_is_told_once_there_is_one(mailed: Office, clock: Clock) -> None:
    give_address(mailed, "rob", "")
    in_review(mailed, "POL-001")
    rule(mailed, ReminderRules(again_after=2))
    clock.forward(days=4)
    assert run(mailed) == {}
    give_address(mailed, "rob", "rob@town.example")
    clock.forward(days=3)
    assert run(mailed) == {"rob": ["POL-001"]}


def test_all_are_told_however_few_are_told_together(
    mailed: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docctl.actions.duties.reminding_by_rule.PEOPLE_TOGETHER", 1)
    monkeypatch.setattr("docctl.actions.duties.telling.DUTIES_TOGETHER", 1)
    mailed.give_roles("rita", "reviewer")
    for number in ("POL-001", "POL-002"):
        in_review(mailed, number)
    rule(mailed, ReminderRules(again_after=2))
    clock.forward(days=2)
    assert run(mailed) == {"rob": ["POL-001 POL-002"], "rita": ["POL-001 POL-002"]}


def test_rules_are_set_by_document_controllers_alone_and_must_be_sound(mailed: Office) -> None:
    for login in ("rob", "admin", "alice"):
        with pytest.raises(NotPermittedError):
            rule_reminders(mailed.control, mailed.people[login], ReminderRules(again_after=2))
    with pytest.raises(InvalidInputError, match="nothing was changed"):
        rule(mailed, ReminderRules(again_after=2, calendar=WorkingCalendar(())))
    rule(mailed, ReminderRules(1, 2, 3, WorkingCalendar(holidays=(date(2026, 12, 25),))))
    assert is_replayed(mailed)
    with mailed.control.reading() as session:
        assert mailed.control.organisation(session).reminder_rules.escalate_after == 3


def test_who_stands_in_and_who_controls_read_of_whom_it_is(
    office: Office, post_office: PostOffice, clock: Clock
) -> None:
    rob, ann = office.people["rob"], office.people["ann"]
    office.give_roles("ann", "reviewer")
    office.give_roles("ann", "approver")
    in_review(office, "POL-001", date(2026, 3, 4))
    office.give_roles("ann", "reviewer")
    delegating.name_delegate(
        office.control, rob, absent_id=rob, delegate_id=ann, from_day=date(2026, 3, 2), until_day=date(2026, 3, 9),
        reason="Holiday",
    )  # fmt: skip
    rule(office, ReminderRules(days_before=0, escalate_after=1))
    letters(office, post_office)
    clock.forward(days=3)
    remind_due(office.control)
    notices.follow(office.control)
    texts = {each["To"]: each.get_body().get_content() for each in post_office.letters}
    line = "- POL-001 revision 1, “Quality policy”: review%s, wanted by 04 March 2026"
    assert line % "" in next(text for to, text in texts.items() if "rob@" in to)
    assert line % " (for Rob Reviewer)" in next(text for to, text in texts.items() if "ann@" in to)
    of_carla = next(text for to, text in texts.items() if "carla@" in to).replace("\r\n", "\n")
    assert f"Overdue with others:\n{line % ' (Rob Reviewer)'}" in of_carla


def test_after_a_week_without_a_mail_server_one_mail_goes_out(
    office: Office, post_office: PostOffice, clock: Clock
) -> None:
    rule(office, ReminderRules(again_after=1))
    in_review(office, "POL-001")
    letters(office, post_office)
    for number in range(4):
        clock.forward(days=1)
        in_review(office, f"POL-10{number}")
        remind_due(office.control)
    waiting = letters(office, post_office)
    assert [subject for subject, _ in waiting] == ["4 documents wait for you"]
    assert waiting[0][1].count("POL-") == 4


def test_a_reminder_waits_for_the_end_of_quiet_hours(office: Office, post_office: PostOffice, clock: Clock) -> None:
    rule(office, ReminderRules(again_after=1, calendar=WorkingCalendar(quiet_from=time(18), quiet_until=time(7))))
    in_review(office, "POL-001")
    letters(office, post_office)
    clock.forward(days=1)
    remind_due(office.control)
    clock.forward(hours=12)
    assert letters(office, post_office) == []
    clock.forward(hours=12)
    assert [subject for subject, _ in letters(office, post_office)] == ["A document waits for you"]


class Expected:
    """Who is to be told when, by counting one day after the other."""

    def __init__(self, rules: ReminderRules) -> None:
        self.rules = rules
        self.told: dict[int, list[date]] = defaultdict(list)
        self.mailed: dict[int, set[date]] = defaultdict(set)

    def is_due(self, duty: Duty, since: date, today: date) -> bool:
        """Say whether a duty is to be told today, as far as it was not told already."""
        working = self.rules.calendar.is_working
        if duty.due is not None and self.rules.days_before is not None:
            first = duty.due - timedelta(days=self.rules.days_before)
            while not working(first):
                first -= timedelta(days=1)
            if today < first or today <= since:
                return False
            if not [day for day in self.told[duty.id] if day >= first]:
                return True
        elif not self.told[duty.id]:
            return self._passed(duty.due or since, today) and today > since
        return self._passed(max(self.told[duty.id]), today)

    def _passed(self, begin: date, today: date) -> bool:
        days = [begin + timedelta(days=each) for each in range(1, (today - begin).days + 1)]
        return bool(self.rules.again_after) and sum(map(self.rules.calendar.is_working, days)) >= self.rules.again_after


def live_a_day(office: Office, clock: Clock, expected: Expected) -> None:
    """Let the rule run on a day, and compare what is told with what was expected."""
    before = last_notice(office)
    remind_due(office.control)
    with office.control.reading() as session:
        organisation = office.control.organisation(session)
        today = organisation.day_of(clock.instant)
        mails = [each for each in session.scalars(select(Notice).where(Notice.id > before)) if each.duty_ids]
        duties = list(session.scalars(select(Duty).where(Duty.state == "open", Duty.kind.in_(SIGNING))))
    found = {each: notice.user_id for notice in mails for each in notice.duty_ids}
    assert not mails or expected.rules.calendar.is_working(today)
    assert len({notice.user_id for notice in mails}) == len(mails)
    assert sum(len(notice.duty_ids) for notice in mails) == len(found)
    late = {account for account, days in expected.mailed.items() if max(days, default=today) >= today and days}
    assert not late & {notice.user_id for notice in mails}, "mailed twice on a day"
    for duty in duties:
        is_due = expected.rules.calendar.is_working(today) and expected.is_due(
            duty, organisation.day_of(duty.since), today
        )
        assert not (duty.id in found and not is_due), f"{duty.due} told twice on {today}"
        assert not (is_due and duty.id not in found and duty.user_id not in late), f"{duty.due} lost on {today}"
    for each, account in found.items():
        expected.told[each].append(today)
        expected.mailed[account or 0].add(today)


@settings(
    max_examples=2, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(
    dues=st.lists(st.none() | st.integers(1, YEARS - 60), min_size=3, max_size=8),
    down=st.sets(st.integers(0, YEARS - 1), max_size=40).flatmap(
        lambda days: st.tuples(st.just(days), st.integers(1, 40))
    ),
    days_before=st.none() | st.integers(0, 20),
    again_after=st.sampled_from([0, 20, 45]),
    working_days=st.sets(st.integers(1, 7), min_size=2),
    holidays=st.sets(st.integers(0, YEARS), max_size=30),
    set_back=st.none() | st.tuples(st.integers(10, YEARS - 10), st.integers(1, 30)),
)
def test_in_three_years_nothing_is_lost_and_nothing_told_twice(
    mailed: Office, clock: Clock, dues: list[int | None], down: tuple[set[int], int], days_before: int | None,
    again_after: int, working_days: set[int], holidays: set[int], set_back: tuple[int, int] | None,
) -> None:  # fmt: skip
    office, begin = mailed, clock.instant.date()
    off = tuple(begin + timedelta(days=each) for each in sorted(holidays))
    rules = ReminderRules(days_before, again_after, 0, WorkingCalendar(tuple(sorted(working_days)), off))
    rule(office, rules)
    with office.control.reading() as session:
        count = session.scalar(select(func.count(Revision.id))) or 0
    revisions = [
        in_review(office, f"POL-{count + place:03}", begin + timedelta(days=due) if due else None)
        for place, due in enumerate(dues)
    ]
    expected, signed = Expected(rules), revisions[0]
    starts, length = down
    for number in range(YEARS):
        if not any(start <= number < start + length for start in sorted(starts)[:3]) and number not in starts:
            live_a_day(office, clock, expected)
        if number == YEARS // 2:
            office.review(signed)
        clock.forward(days=1)
        if set_back is not None and number == set_back[0]:
            clock.forward(days=-set_back[1])
    with office.control.reading() as session:
        owed = session.scalars(select(Duty).where(Duty.state == "open", Duty.kind == Kind.REVIEW)).all()
    told_by_now = [duty for duty in owed if duty.due is not None and days_before is not None]
    assert all(expected.told[duty.id] for duty in told_by_now)
    for revision_id in revisions:
        reviewing.recall(office.control, revision_id, office.people["alice"], "The example ends")
    assert is_replayed(office)
