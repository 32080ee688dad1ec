"""Disposing of records: what events say of people apart from the ledger goes for good, by rule or by decision."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from docctl.actions.people.naming import person_behind
from docctl.actions.sign_in.checking_credentials import forget_long_past
from docctl.document_control import Decision, DocumentControl, authority
from docctl.document_control.departments import called_since
from docctl.domain.approval.delegation import Delegation
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import InvalidInputError, NotFoundError, RetentionError
from docctl.domain.notices.notice import Notice
from docctl.domain.people.person import Person
from docctl.domain.people.user import User
from docctl.domain.retention.records_of_people import (
    WITH_THE_DOCUMENT,
    about_account,
    about_document,
    about_person,
    due_on,
    is_about_account,
    rule_in_words,
)
from docctl.domain.retention.retention import LONGEST_MONTHS, Disposal, LegalHold
from docctl.domain.rights.audit_engagement import AuditEngagement
from docctl.domain.rights.permission import Right, require
from docctl.domain.sign_in.access_request import AccessRequest
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.approval import DelegateNamed, RevisionCommented, Signed
from docctl.domain.trail.events.documents import DocumentWithdrawn, RevisionDiscarded
from docctl.domain.trail.events.people import UserAdded, UserChanged
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.retention import (
    DisposalDeclined,
    DisposalProposed,
    HoldLifted,
    HoldPlaced,
    RecordsDisposed,
)
from docctl.domain.trail.events.rights import EngagementChanged, EngagementOpened
from docctl.domain.trail.events.settings import LibraryChanged
from docctl.domain.trail.record import record_hash, words_of

TOGETHER = 500
SHORTEST_TOLD = 4
# What a draft changes stands in its commit, too, and goes with its document alone.


def keep_records(control: DocumentControl, person_id: int, months: int, *, request_id: str = "") -> None:
    """Say for how many months the records of an account are kept once it is disabled; 0 for until somebody decides."""
    if not 0 <= months <= LONGEST_MONTHS:
        raise InvalidInputError("Records of people are kept between 1 month and 100 years, or 0 for no rule.")
    with control.deciding(person_id, request_id, ("keep records", months)) as decision:
        require(decision.person, Right.ADMINISTER)
        organisation = control.organisation(decision.session)
        organisation.people_records_months = months
        decision.record(LibraryChanged(people_records_months=months), organisation.name)


def dispose_of_account(
    control: DocumentControl, user_id: int, person_id: int, reason: str, *, request_id: str = ""
) -> int:
    """Dispose of the records of an account that is disabled, whatever the rule says; return how many there were."""
    reason = checked_reason(reason, "why the records are disposed of")
    with control.deciding(person_id, request_id, ("dispose of account", user_id, reason)) as decision:
        require(decision.person, Right.ADMINISTER)
        user = decision.session.get(User, user_id)
        if user is None:
            raise NotFoundError("There is no such person.")
        if not user.disabled:
            raise RetentionError(
                "%(name)s still works here, so the records of the account are kept; disable it first.", name=user.name
            )
        return _of_account(decision, user, reason)


def dispose_of_person(
    control: DocumentControl, number: int, person_id: int, reason: str, *, request_id: str = ""
) -> int:  # fmt: skip
    """Dispose of the records of a person who left and had no account; return how many there were."""
    reason = checked_reason(reason, "why the records are disposed of")
    with control.deciding(person_id, request_id, ("dispose of person", number, reason)) as decision:
        require(decision.person, Right.ADMINISTER)
        person = decision.session.get(Person, number)
        if person is None:
            raise NotFoundError("There is no such person.")
        if person.account_id is not None:
            raise RetentionError(
                "%(name)s has an account, with whose records these go; dispose of those.", name=person.name
            )
        if person.ended_on is None or person.ended_on >= control.today(decision.session):
            raise RetentionError(
                "%(name)s still works here, so the records are kept; say when they left first.", name=person.name
            )
        events = decision.session.scalars(about_person(person)).all()
        dispose_of_records(decision, events, person.subject, reason=reason)
        person.forget()
        return len(events)


def dispose_of_record(control: DocumentControl, seq: int, person_id: int, reason: str, *, request_id: str = "") -> None:
    """Dispose of the record of one event, such as a remark that says of somebody what it should not."""
    reason = checked_reason(reason, "why the record is disposed of")
    with control.deciding(person_id, request_id, ("dispose of record", seq, reason)) as decision:
        require(decision.person, Right.DISPOSE)
        event = decision.session.get(Event, seq)
        if event is None or not event.record:
            raise NotFoundError("Event %(seq)s has no record that could be disposed of.", seq=seq)
        if is_about_account(event):
            raise RetentionError(
                "The records of an account are disposed of together; an administrator does that once it is disabled."
            )
        if event.act in WITH_THE_DOCUMENT:
            raise RetentionError(
                "What a draft changes stands beside its text, too; it is disposed of with the whole document."
            )
        _require_no_hold(decision.session, event)
        dispose_of_records(decision, [event], event.subject, reason=reason)


def dispose_due(control: DocumentControl) -> int:
    """Dispose of the records of every account whose time is up under the rule; return how many accounts there were."""
    with control.reading() as session:
        due = list(_due(control, session))
    for user_id in due:
        with control.deciding(None) as decision:
            user = decision.session.get_one(User, user_id)
            # An account that is not as its events made it may be another's, or not be closed at all.
            if user.disabled and authority.is_as_given(decision.session, user):
                months = control.organisation(decision.session).people_records_months
                _of_account(decision, user, "", rule_in_words(months))
    return len(due)


def dispose_with_document(decision: Decision, document_id: int, number: str, rule: str) -> None:
    """Dispose of the records of a document that was disposed of; those of holds and of its disposal stay on record."""
    events = decision.session.scalars(about_document(document_id)).all()
    dispose_of_records(decision, events, number, rule=rule)


def dispose_of_records(
    decision: Decision, events: Sequence[Event], subject: str, *, reason: str = "", rule: str = "",
    account: int | None = None,
) -> None:  # fmt: skip
    """Take the records of events out of the tables, with what rows have of them; a follower erases the bytes."""
    for at in range(0, len(events), TOGETHER):
        some = events[at : at + TOGETHER]
        told = [{"event": event.seq, "sha256": record_hash(event.record)} for event in some]
        _let_mail_follow(decision.session, some)
        for event in some:
            event.record = ""
        for event in some:
            said = read_event(event)
            event.reason = said.reason
            _let_rows_follow(decision.session, event, said)
        decision.record(RecordsDisposed(records=told, account=account, rule=rule), subject, reason=reason)


def _of_account(decision: Decision, user: User, reason: str, rule: str = "") -> int:
    session = decision.session
    person = person_behind(decision, user)
    events = list(session.scalars(about_account(user)))
    if not _works_on(session, person):
        events += session.scalars(about_person(person))
    session.execute(delete(Notice).where(or_(Notice.user_id == user.id, Notice.address == (user.email or "-"))))
    session.execute(delete(WebSession).where(WebSession.user_id == user.id))
    session.execute(delete(AccessRequest).where(AccessRequest.user_id == user.id))
    forget_long_past(decision)
    dispose_of_records(decision, events, user.subject, reason=reason, rule=rule, account=user.id)
    _let_account_follow(session, user)
    if person.is_told_by(user):
        person.take_from(user)
    if not _works_on(session, person):
        person.forget()
    return len(events)


def _works_on(session: Session, person: Person) -> bool:
    """Say whether an account of a person is open."""
    is_open = select(User.id).where(User.person == person.key, User.disabled.is_(False))
    return session.scalars(is_open.limit(1)).first() is not None


def _due(control: DocumentControl, session: Session) -> Iterable[int]:
    months = control.organisation(session).people_records_months
    if months:
        today = control.today(session)
        for user in session.scalars(select(User).where(User.disabled.is_(True)).order_by(User.id)):
            until = due_on(session, user, months)
            if until is not None and until <= today and session.scalars(about_account(user).limit(1)).first():
                yield user.id


def _require_no_hold(session: Session, event: Event) -> None:
    held = select(LegalHold).where(LegalHold.document_id == event.document_id, LegalHold.lifted_at.is_(None))
    if event.document_id is not None and session.scalars(held).first() is not None:
        raise RetentionError("The document is on legal hold, so nothing that was said of it is disposed of.")


def _let_account_follow(session: Session, user: User) -> None:
    """Let the row of an account say what its events still say."""
    wanted = Event.subject.in_(user.subjects) & Event.act.in_((Act.USER_ADDED, Act.USER_CHANGED))
    told = [read_event(each) for each in session.scalars(select(Event).where(wanted).order_by(Event.seq))]
    added = [each for event in told if isinstance(each := event.details, UserAdded)]
    accounts = [*added, *(each.new for event in told if isinstance(each := event.details, UserChanged))]
    user.login = added[0].login or f"account-{user.id}"
    user.department = called_since(session, accounts[-1].department, told[-1].seq)
    user.email = next((each.email for each in reversed(accounts) if each.email is not None), user.email)


def _let_mail_follow(session: Session, events: Sequence[Event]) -> None:
    """Let nothing go out any more that was queued with an event, or says of its revision what its record says."""
    at = {event.happened_at for event in events}
    told = {
        (event.revision_id, said) for event in events if event.revision_id is not None
        for said in words_of(event.record) if len(said) >= SHORTEST_TOLD
    }  # fmt: skip
    for notice in session.scalars(select(Notice).where(Notice.text != "")):
        is_of_it = any(of == notice.revision_id and said in notice.text for of, said in told)
        if notice.queued_at in at or is_of_it:
            session.delete(notice)


def _let_rows_follow(session: Session, event: Event, said: Recorded[Details]) -> None:
    """Let the row that an event made or changed say what the event still says without its record."""
    match said.details:
        case HoldPlaced(hold=number, reference=reference):
            hold = session.get_one(LegalHold, number)
            hold.reason, hold.reference = said.reason, reference
        case HoldLifted(hold=number):
            session.get_one(LegalHold, number).lifted_because = said.reason
        case DisposalProposed(proposal=number):
            session.get_one(Disposal, number).reason = said.reason
        case DisposalDeclined(proposal=number):
            session.get_one(Disposal, number).decided_because = said.reason
        case DelegateNamed() as told:
            delegation = session.get_one(Delegation, told.delegation)
            delegation.reason, delegation.from_day, delegation.until_day = said.reason, told.from_day, told.until_day
        case EngagementOpened() as told:
            session.get_one(AuditEngagement, told.engagement).purpose = told.purpose
        case EngagementChanged(new=told):
            session.get_one(AuditEngagement, told.engagement).purpose = told.purpose
        case RevisionCommented() | Signed() | RevisionDiscarded() | DocumentWithdrawn():
            _let_revision_follow(session.get_one(Revision, event.revision_id), said)


def _let_revision_follow(revision: Revision, said: Recorded[Details]) -> None:
    if isinstance(said.details, RevisionDiscarded | DocumentWithdrawn):
        revision.ended_because = said.reason
    for signature in revision.signatures:
        if signature.signed_at == said.time and signature.user_id == said.actor:
            signature.comment = said.reason
    for comment in revision.comments:
        # A document that was disposed of has no word of a comment any more.
        if comment.made_at == said.time and comment.user_id == said.actor and comment.text:
            comment.text = said.reason
