"""Telling: one mail to each person of what waits for them; nobody gets two a day, whoever began it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from docctl.document_control import Decision
from docctl.domain.approval.delegation import Delegation
from docctl.domain.documents.revision import Revision
from docctl.domain.duties.duties_of_revision import note_escalation, note_reminder
from docctl.domain.duties.reminder import Concern, concern_of
from docctl.domain.notices.notice import Notice, may_receive
from docctl.domain.people.duty import Duty, DutyState
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import Role, User
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.form import Row
from docctl.domain.trail.events.notices import DutiesEscalated, DutiesReminded
from docctl.domain.trail.events.reading import details_of

SUBJECT = "work in progress"
DUTIES_TOGETHER = 5_000
Owed = dict[Revision, list[int | None]]


class Telling:
    """Puts together what each person is told today, and queues it as one mail for each."""

    def __init__(self, decision: Decision) -> None:
        self._decision = decision
        organisation = decision.control.organisation(decision.session)
        self._mailed = mailed_today(decision.session, organisation, organisation.day_of(decision.now))
        self._delegates = _delegates(decision.session, organisation.day_of(decision.now))
        self._controllers = controllers(decision.session)
        self._readers: dict[int, Reader] = {}
        self._letters: dict[int, list[int]] = defaultdict(list)
        self._reminded: Owed = defaultdict(list)
        self._escalated: Owed = defaultdict(list)

    def remind(self, duty: Duty, revision: Revision) -> None:
        """Remind of a duty who owes it and who stands in for them; who was mailed today is told on another day."""
        if duty.user_id is None:
            if self._tell(self._controllers, duty, revision):
                self._note(self._reminded, duty, revision)
            return
        reachable = may_receive(self._reader(duty.user_id), revision)
        if reachable and duty.user_id in self._mailed:
            return
        if self._tell([duty.user_id, *self._delegates.get(duty.user_id, [])], duty, revision):
            self._note(self._reminded, duty, revision)

    def escalate(self, duty: Duty, revision: Revision) -> None:
        """Tell document controllers of a duty that is overdue with somebody else."""
        others = [each for each in self._controllers if each != duty.user_id]
        if duty.user_id is not None and self._tell(others, duty, revision, escalating=True):
            self._note(self._escalated, duty, revision)

    def send(self) -> int:
        """Queue the mails and record whom they tell of what; return how many people these are."""
        decision = self._decision
        for account, duties in sorted(self._letters.items()):
            decision.session.add(Notice.reminder(account, duties, decision.now))
        for revision, accounts in self._reminded.items():
            note_reminder(revision, accounts, decision.now)
        for revision, accounts in self._escalated.items():
            note_escalation(revision, accounts, decision.now)
        told = sorted(self._letters)
        if self._reminded:
            decision.record(DutiesReminded(reminded=_rows(self._reminded), told=told), SUBJECT)
        if self._escalated:
            decision.record(DutiesEscalated(escalated=_rows(self._escalated), told=told), SUBJECT)
        return len(told)

    def _tell(self, accounts: Iterable[int], duty: Duty, revision: Revision, *, escalating: bool = False) -> bool:
        told = False
        for account in accounts:
            reader = self._reader(account)
            concern = Concern.ESCALATED if escalating else concern_of(reader, duty, revision)
            if account not in self._mailed and concern is not None and may_receive(reader, revision):
                self._letters[account].append(duty.id)
                told = True
        return told

    def _reader(self, account: int) -> Reader:
        if account not in self._readers:
            self._readers[account] = self._decision.control.reader(self._decision.session, account)
        return self._readers[account]

    @staticmethod
    def _note(owed: Owed, duty: Duty, revision: Revision) -> None:
        if duty.user_id not in owed[revision]:
            owed[revision].append(duty.user_id)


def open_duties(session: Session, duties: Sequence[int]) -> dict[int, tuple[Duty, Revision]]:
    """Return of some duties those that are still open, by their numbers, with their revisions."""
    found: dict[int, tuple[Duty, Revision]] = {}
    for at in range(0, len(duties), DUTIES_TOGETHER):
        wanted = Duty.id.in_(duties[at : at + DUTIES_TOGETHER]), Duty.state == DutyState.OPEN
        owed = select(Duty, Revision).join(Revision, Revision.id == Duty.revision_id).where(*wanted).order_by(Duty.id)
        found |= {duty.id: (duty, revision) for duty, revision in session.execute(owed)}
    return found


def mailed_today(session: Session, organisation: Organisation, today: date) -> set[int]:
    """Return the accounts that were mailed a reminder on this day or, by a clock that was set back, on a later one."""
    return {
        account
        for event in session.scalars(
            select(Event).where(
                Event.subject == SUBJECT,
                Event.act.in_((Act.DUTIES_REMINDED, Act.DUTIES_ESCALATED)),
                Event.happened_at >= organisation.beginning_of(today),
            )
        )
        for account in _told(event)
    }


def controllers(session: Session) -> list[int]:
    """Return the accounts of the document controllers who work here."""
    holds = cast(User.roles, String).contains(f'"{Role.CONTROLLER}"')
    return list(session.scalars(select(User.id).where(holds, User.disabled.is_(False)).order_by(User.id)))


def _told(event: Event) -> list[int]:
    if event.act == Act.DUTIES_ESCALATED:
        return details_of(event, DutiesEscalated).told
    details = details_of(event, DutiesReminded)
    return details.told if details.told is not None else [each for row in details.reminded for each in row["accounts"]]


def _delegates(session: Session, today: date) -> dict[int, list[int]]:
    present = Delegation.revoked_at.is_(None), Delegation.from_day <= today, Delegation.until_day >= today
    found: dict[int, list[int]] = defaultdict(list)
    for absent, delegate in session.execute(select(Delegation.absent_id, Delegation.delegate_id).where(*present)):
        found[absent].append(delegate)
    return found


def _rows(owed: Owed) -> list[Row]:
    return [
        {"document": revision.document.number, "revision": revision.number, "accounts": accounts}
        for revision, accounts in owed.items()
    ]
