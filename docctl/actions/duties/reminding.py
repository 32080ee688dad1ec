"""Reminding: a document controller has those reminded by mail for whom work waits; once a day at most."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from docctl.document_control import Decision, DocumentControl
from docctl.domain.documents.revision import Revision
from docctl.domain.duties.duties_of_revision import note_reminder
from docctl.domain.errors import InvalidInputError
from docctl.domain.notices.notice import Notice, may_receive
from docctl.domain.people.duty import Duty, DutyState
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.notices import DutiesReminded

MOST_AT_ONCE = 5_000


def remind(control: DocumentControl, person_id: int, duties: Collection[int], *, request_id: str = "") -> int:
    """Remind those who owe some duties, each by one mail; return how many people these are.

    Left out is who was reminded today already, or cannot be reached, or may not read what it is about.
    """
    if control.mail_server is None:
        raise InvalidInputError(
            "No mail is set up, so nobody was reminded; set DOCCTL_MAIL_SERVER and DOCCTL_MAIL_FROM."
        )
    if len(duties) > MOST_AT_ONCE:
        raise InvalidInputError(
            "That is more than %(most)s reminders at once, so nobody was reminded; filter by person, type or what is "
            "to be done.",
            most=MOST_AT_ONCE,
        )
    with control.deciding(person_id, request_id, ("remind", *sorted(duties))) as decision:
        require(decision.person, Right.CONTROL)
        found = _receivable(decision, duties)
        if not found:
            raise InvalidInputError(
                "Nobody was reminded: nothing waits there any more, or whoever is asked was reminded today already, "
                "has no mail address, or may not read it."
            )
        for account, owed in found.items():
            decision.session.add(Notice.reminder(account, [duty.id for duty, _ in owed], decision.now))
        _record(decision, [each for owed in found.values() for each in owed])
        return len(found)


def _receivable(decision: Decision, duties: Collection[int]) -> dict[int, list[tuple[Duty, Revision]]]:
    """Return of each person who can be reminded now what they are reminded of."""
    session, today = decision.session, decision.control.today(decision.session)
    wanted = Duty.id.in_(duties), Duty.state == DutyState.OPEN, Duty.user_id.is_not(None)
    rows = session.execute(
        select(Duty, Revision).join(Revision, Revision.id == Duty.revision_id).where(*wanted).order_by(Duty.id)
    )
    owed: dict[int, list[tuple[Duty, Revision]]] = defaultdict(list)
    for duty, revision in rows:
        owed[duty.user_id or 0].append((duty, revision))
    zone = ZoneInfo(decision.control.organisation(session).time_zone)
    found = {}
    for account in session.scalars(select(User).where(User.id.in_(owed)).order_by(User.id)):
        reader = decision.control.reader(session, account)
        own = [(duty, revision) for duty, revision in owed[account.id] if may_receive(reader, revision)]
        if own and _day_of(decision, account.id, zone) != today:
            found[account.id] = own
    return found


def _day_of(decision: Decision, account: int, zone: ZoneInfo) -> date | None:
    """Return the day on which somebody was reminded last, of whatever it was."""
    last: datetime | None = decision.session.scalar(select(func.max(Duty.reminded_at)).where(Duty.user_id == account))
    return last.astimezone(zone).date() if last is not None else None


def _record(decision: Decision, reminded: Iterable[tuple[Duty, Revision]]) -> None:
    accounts: dict[Revision, list[int]] = defaultdict(list)
    for duty, revision in reminded:
        if duty.user_id is not None and duty.user_id not in accounts[revision]:
            accounts[revision].append(duty.user_id)
    rows = [
        {"document": revision.document.number, "revision": revision.number, "accounts": each}
        for revision, each in accounts.items()
    ]
    for revision, each in accounts.items():
        note_reminder(revision, each, decision.now)
    decision.record(DutiesReminded(reminded=rows), "work in progress")
