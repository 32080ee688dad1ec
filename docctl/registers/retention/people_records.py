"""Records of people: the accounts of which some are kept, since when each is disabled, and when its records are due."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.errors import NotFoundError
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.retention.records_of_people import about_account, due_on
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.audit_trail import Event


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
    months = control.organisation(session).people_records_months
    rows = []
    for user in session.scalars(select(User).order_by(User.disabled.desc(), User.name, User.id)):
        count = session.scalar(select(func.count()).select_from(about_account(user).order_by(None).subquery())) or 0
        if count:
            due = due_on(session, user, months) if months else None
            rows.append(PeopleRecords(user.name, user.login, user.disabled, count, due))
    return tuple(rows)


def event_with_record(session: Session, person: Reader, seq: int) -> Event:
    """Return an event whose record may be disposed of by itself; raise NotFoundError where it has none."""
    require(person, Right.DISPOSE)
    event = session.get(Event, seq)
    if event is None or not event.record:
        raise NotFoundError("Event %(seq)s has no record that could be disposed of.", seq=seq)
    return event
