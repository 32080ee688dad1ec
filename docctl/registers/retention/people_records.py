"""Records of people: the accounts of which some are kept, since when each is disabled, and when its records are due."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.errors import NotFoundError
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.retention.records_of_people import HAS_A_RECORD, due_after, goes_alone
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.audit_trail import Act, Event


@dataclass(frozen=True)
class PeopleRecords:
    """One account: whether it is disabled, how many of its events have a record, and from when on these are due."""

    name: str
    login: str
    disabled: bool
    records: int
    due: date | None

    def is_due(self, today: date) -> bool:
        """Say whether the time of the records is up."""
        return self.due is not None and self.due <= today


def people_records(control: DocumentControl, session: Session, person: Reader) -> tuple[PeopleRecords, ...]:
    """Return the accounts of which records are kept, those that were disabled first."""
    require(person, Right.ADMINISTER)
    organisation = control.organisation(session)
    months, zone = organisation.people_records_months, organisation.time_zone
    about = select(Event.subject, func.count()).where(*HAS_A_RECORD).group_by(Event.subject)
    counts = {row[0]: row[1] for row in session.execute(about)}
    ended = select(Event.subject, func.max(Event.happened_at)).where(Event.act == Act.USER_DISABLED)
    disabled = {row[0]: row[1] for row in session.execute(ended.group_by(Event.subject))}
    rows = []
    for user in session.scalars(select(User).order_by(User.disabled.desc(), User.name, User.id)):
        since = max((disabled[each] for each in user.subjects if each in disabled), default=None)
        due = due_after(since, months, zone) if since and months and user.disabled else None
        count = sum(counts.get(each, 0) for each in user.subjects)
        rows.append(PeopleRecords(user.name, user.login, user.disabled, count, due))
    return tuple(each for each in rows if each.records)


def event_with_record(session: Session, person: Reader, seq: int) -> Event:
    """Return an event whose record may be disposed of by itself; raise NotFoundError where it has none."""
    require(person, Right.DISPOSE)
    event = session.get(Event, seq)
    if event is None or not goes_alone(event):
        raise NotFoundError("Event %(seq)s has no record that could be disposed of.", seq=seq)
    return event
