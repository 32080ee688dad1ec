"""Reminding by rule: on a working day people are told all that was to be told by then and was not told yet.

What that is follows from what waits and when it was told last, so that days on which nothing ran lose nothing, and
nothing is told twice.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.actions.duties.telling import Telling, controllers, open_duties
from docctl.document_control import DocumentControl
from docctl.document_control.host_clock import clock_doubt
from docctl.domain.people.duty import Duty, DutyState
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.reminder_rules import ReminderRules

# Others wait meanwhile who want to sign or to save: a decision about so many people takes about a second.
PEOPLE_TOGETHER = 100
DAYS_REMEMBERED = 10_000

IsDue = Callable[[datetime, date | None, datetime | None, datetime | None], tuple[bool, bool]]
_looked_on: WeakKeyDictionary[DocumentControl, tuple[date, ReminderRules]] = WeakKeyDictionary()


class ToTell(NamedTuple):
    """A duty to be told, of whom, and whether to document controllers."""

    duty_id: int
    owed_by: int | None
    escalating: bool


def remind_due(control: DocumentControl) -> int:
    """Tell, once on each working day, what is to be told by then; return how many people are mailed."""
    if control.mail_server is None:
        return 0
    with control.reading() as session:
        organisation, now = control.organisation(session), control.now()
        rules, today = organisation.reminder_rules, organisation.day_of(now)
        may_tell = rules.say_anything and organisation.is_at_work(now) and clock_doubt(session) is None
        if not may_tell or _looked_on.get(control) == (today, rules):
            return 0
        together = [*_together(session, to_tell(session, organisation, now))]
    told = sum(_tell(control, some) for some in together)
    _looked_on[control] = today, rules
    return told


def to_tell(session: Session, organisation: Organisation, now: datetime) -> list[ToTell]:
    """Return what is to be told by now and was not told yet, to whoever owes it and to document controllers."""
    columns = Duty.id, Duty.user_id, Duty.since, Duty.due, Duty.reminded_at, Duty.escalated_at
    is_due, found = _by_now(organisation, now), []
    for number, owed_by, since, due, reminded, escalated in session.execute(
        select(*columns).where(Duty.state == DutyState.OPEN).order_by(Duty.id)
    ):
        remind, escalate = is_due(since, due, reminded, escalated)
        if remind:
            found.append(ToTell(number, owed_by, escalating=False))
        if escalate and owed_by is not None:
            found.append(ToTell(number, owed_by, escalating=True))
    return found


def _by_now(organisation: Organisation, now: datetime) -> IsDue:
    """Return what says whether a duty is to be told by now to whoever owes it, and whether to document controllers."""
    rules, today = organisation.reminder_rules, organisation.day_of(now)

    def is_due(
        since: datetime, due: date | None, reminded: datetime | None, escalated: datetime | None
    ) -> tuple[bool, bool]:  # fmt: skip
        told_on = organisation.day_of(reminded) if reminded is not None else None
        reminder = _next_reminder(rules, organisation.day_of(since), due, told_on)
        escalation = _escalation(rules, due) if escalated is None else None
        return reminder is not None and reminder <= today, escalation is not None and escalation <= today

    return is_due


@lru_cache(maxsize=DAYS_REMEMBERED)
def _next_reminder(rules: ReminderRules, since: date, due: date | None, reminded: date | None) -> date | None:
    return rules.next_reminder(since, due, reminded)


@lru_cache(maxsize=DAYS_REMEMBERED)
def _escalation(rules: ReminderRules, due: date | None) -> date | None:
    return rules.escalation(due)


def _together(session: Session, found: list[ToTell]) -> Iterator[list[ToTell]]:
    """Give out what is told in one decision: all that controllers are told, then what a hundred others each are."""
    of_controllers = {None, *controllers(session)}
    yield [each for each in found if each.escalating or each.owed_by in of_controllers]
    others: dict[int | None, list[ToTell]] = defaultdict(list)
    for each in found:
        if not each.escalating and each.owed_by not in of_controllers:
            others[each.owed_by].append(each)
    people = list(others)
    for at in range(0, len(people), PEOPLE_TOGETHER):
        yield [each for person in people[at : at + PEOPLE_TOGETHER] for each in others[person]]


def _tell(control: DocumentControl, some: Collection[ToTell]) -> int:
    """Tell some of it, as far as it is still to be told; return how many people are mailed."""
    if not some:
        return 0
    with control.deciding(None) as decision:
        telling, is_due = Telling(decision), _by_now(control.organisation(decision.session), decision.now)
        owed = open_duties(decision.session, [each.duty_id for each in some])
        for duty, revision, escalating in (
            (*owed[each.duty_id], each.escalating) for each in some if each.duty_id in owed
        ):
            remind, escalate = is_due(duty.since, duty.due, duty.reminded_at, duty.escalated_at)
            if escalating and escalate:
                telling.escalate(duty, revision)
            elif remind and not escalating:
                telling.remind(duty, revision)
        return telling.send()
