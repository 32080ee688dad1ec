"""Who belonged to which department from when until when, as the events of accounts and departments tell."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.document_control.departments import units_of_a_kind
from docctl.domain.people.reader import Reader
from docctl.domain.people.unit import Departments, Unit, UnitKind
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.replay.acts import REBUILDS
from docctl.replay.replaying import Replayed, replay_event
from docctl.replay.rows_in_memory import RowsInMemory

_OF_ACCOUNTS = frozenset({Act.USER_ADDED, Act.USER_CHANGED, Act.USER_DISABLED, Act.USER_ENABLED})
_OF_UNITS = frozenset({Act.UNIT_ADDED, Act.UNIT_RENAMED, Act.UNIT_MERGED, Act.UNIT_SPLIT, Act.UNIT_RETIRED})
_HOW = {act: REBUILDS[act] for act in (Act.LIBRARY_FOUNDED, Act.LIBRARY_CHANGED, *_OF_ACCOUNTS, *_OF_UNITS)}
STRETCH = 1000


@dataclass(frozen=True)
class Membership:
    """An open account in a department; the last day is that before it left, nothing while it belongs there.

    The department is a name that is none where earlier versions let an account say anything.
    """

    account: int
    name: str
    login: str
    unit: Unit | None
    said: str
    from_day: date
    until_day: date | None = None

    def lasts_on(self, day: date) -> bool:
        """Say whether the account belonged there at the end of a day."""
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)

    def department_on(self, day: date) -> str:
        """Return what the department was called on a day."""
        return self.said if self.unit is None else self.unit.name_on(day) or self.unit.name


def memberships(control: DocumentControl, session: Session, person: Reader) -> list[Membership]:
    """Return every membership there is and was, by its first day.

    It is what events still say: with the records of an account its memberships are gone.
    """
    require(person, Right.ORGANISE)
    told = _Told(control, session)
    wanted = select(Event).where(Event.act.in_(_HOW)).order_by(Event.seq).execution_options(yield_per=STRETCH)
    for event in session.scalars(wanted):
        told.take(read_event(event))
    return sorted(told.all(), key=lambda each: (each.from_day, each.name.casefold(), each.account))


def members_on(
    control: DocumentControl, session: Session, person: Reader, unit_id: int, day: date
) -> list[Membership]:  # fmt: skip
    """Return who belonged to a department at the end of a day, by name."""
    found = memberships(control, session, person)
    of_unit = [each for each in found if each.unit is not None and each.unit.id == unit_id and each.lasts_on(day)]
    return sorted(of_unit, key=lambda each: (each.name.casefold(), each.account))


@dataclass(frozen=True)
class UnitOnADay:
    """A unit as it was on a day, and what it is called now."""

    id: int
    name: str
    name_now: str
    people: int


def units_on(
    control: DocumentControl, session: Session, person: Reader, day: date, kind: UnitKind = UnitKind.DEPARTMENT
) -> list[UnitOnADay]:  # fmt: skip
    """Return the units of a kind that there were on a day under the names of that day."""
    found = memberships(control, session, person)
    people = Counter(each.unit.id for each in found if each.unit is not None and each.lasts_on(day))
    known = units_of_a_kind(session, kind)
    lines = [
        UnitOnADay(unit.id, name, known.present(unit.name), people[unit.id])
        for unit in known.units
        if (name := unit.name_on(day)) and (unit.retired_on is None or day < unit.retired_on)
    ]
    return sorted(lines, key=lambda line: line.name.casefold())


class _Told:
    """Takes events in order, and notes where an account comes and goes."""

    def __init__(self, control: DocumentControl, session: Session) -> None:
        self._organisation = control.organisation(session)
        self._rows = RowsInMemory()
        self._state = Replayed(control, self._rows)
        self._open: dict[int, tuple[str, Unit | None, date]] = {}
        self._ended: list[tuple[int, str, Unit | None, date, date]] = []

    def take(self, event: Recorded[Details]) -> None:
        """Take one event; what a department is called changes nothing for those who belong to it."""
        replay_event(self._state, event, _HOW)
        day = self._organisation.day_of(event.time)
        if event.action in _OF_ACCOUNTS:
            self._follow(self._state.user(event), day)
        elif event.action == Act.UNIT_RENAMED:
            for user in self._rows.all(User):
                if user.id in self._open:
                    _, unit, since = self._open[user.id]
                    self._open[user.id] = user.department, unit, since
        else:
            for user in self._rows.all(User):
                self._follow(user, day)

    def all(self) -> Iterator[Membership]:
        """Give out every membership, under the present names of people."""
        for account, said, unit, since, until in self._ended:
            yield self._membership(account, said, unit, since, until)
        for account, (said, unit, since) in self._open.items():
            yield self._membership(account, said, unit, since, None)

    def _follow(self, user: User, day: date) -> None:
        now = "" if user.disabled else user.department
        before = self._open.get(user.id)
        if before is not None and before[0] == now:
            if before[1] is None:
                self._open[user.id] = now, self._unit(now), before[2]
            return
        if before is not None:
            del self._open[user.id]
            if before[2] < day:
                self._ended.append((user.id, *before, day - timedelta(days=1)))
        if now:
            self._open[user.id] = now, self._unit(now), day

    def _unit(self, name: str) -> Unit | None:
        return Departments(self._rows.all(Unit)).meant_by(name)

    def _membership(self, account: int, said: str, unit: Unit | None, since: date, until: date | None) -> Membership:
        user = self._state.row(User, account)
        return Membership(account, user.name, user.login, unit, said, since, until)
