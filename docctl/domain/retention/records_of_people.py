"""Records of people: which events have some, and until when those of an account that was disabled are kept."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from docctl.domain.documents.document_type import review_due
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.person import Person
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act, Event

# What was decided of the document's keeping stays on record beyond it.
_STAYS = (
    Act.HOLD_PLACED,
    Act.HOLD_LIFTED,
    Act.DISPOSAL_PROPOSED,
    Act.DISPOSAL_DECLINED,
    Act.DOCUMENT_DISPOSED,
    Act.RECORDS_DISPOSED,
)
WITH_THE_DOCUMENT = (Act.DRAFT_SAVED, Act.DRAFT_SET_ASIDE)
HAS_A_RECORD = (Event.record != "", Event.act != Act.RECORDS_DISPOSED)


def is_about_account(event: Event) -> bool:
    """Say whether an event is about an account or a person, whose records go together; why they went goes alone."""
    return event.subject.startswith(("account:", "person:")) and event.act != Act.RECORDS_DISPOSED


def goes_alone(event: Event) -> bool:
    """Say whether an event has a record that may be disposed of by itself, not with an account or a document."""
    return bool(event.record) and not is_about_account(event) and event.act not in WITH_THE_DOCUMENT


def about_account(user: User) -> Select[Event]:
    """Ask for the events about an account that have a record, but for those of its disposal."""
    return select(Event).where(Event.subject.in_(user.subjects), *HAS_A_RECORD).order_by(Event.seq)


def about_person(person: Person) -> Select[Event]:
    """Ask for the events about a person that have a record, but for those of its disposal."""
    return select(Event).where(Event.subject == person.subject, *HAS_A_RECORD).order_by(Event.seq)


def about_document(document_id: int) -> Select[Event]:
    """Ask for the events about a document that have a record, but for those that stay beyond it."""
    about = Event.document_id == document_id
    return select(Event).where(about, Event.record != "", Event.act.not_in(_STAYS)).order_by(Event.seq)


def due_on(session: Session, user: User, months: int) -> date | None:
    """Return the first day on which the records of an account may be disposed of; None while it is in use."""
    disabled = select(Event.happened_at).where(Event.subject.in_(user.subjects), Event.act == Act.USER_DISABLED)
    since = session.scalars(disabled.order_by(Event.seq.desc())).first()
    if since is None or not user.disabled:
        return None
    return due_after(since, months, session.scalars(select(Organisation.time_zone)).one())


def due_after(disabled_at: datetime, months: int, time_zone: str) -> date:
    """Return the first day on which the records of an account that was disabled then may be disposed of."""
    return review_due(disabled_at.astimezone(ZoneInfo(time_zone)).date(), months)


def rule_in_words(months: int) -> str:
    """Say the rule in words."""
    years, left = divmod(months, 12)
    spans = [f"{n} {what}{'s' if n > 1 else ''}" for n, what in ((years, "year"), (left, "month")) if n]
    return f"Keep for {' and '.join(spans)} after the account is disabled, then dispose of it"
