"""Sends the notices that are due; a mail server that is down only lets them wait, and delays nothing else."""

import logging
from datetime import timedelta

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.revision import Revision
from docctl.domain.duties.reminder import Waiting, concern_of, reminder_subject, reminder_text
from docctl.domain.errors import MailRefusedError, MailServerError
from docctl.domain.notices.letter import Letter
from docctl.domain.notices.notice import Notice, may_receive
from docctl.domain.people.duty import Duty, DutyState
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User

log = logging.getLogger(__name__)
BATCH = 20
CLAIMED_FOR = timedelta(minutes=10)
KEPT_FOR = timedelta(days=30)


def follow(control: DocumentControl) -> int:
    """Send what is due, oldest first, until nothing is or the mail server fails; return how many were sent."""
    sent = 0
    while control.mail_server is not None and _anything_due(control):
        delivered, is_down = _deliver(control, _claim(control))
        sent += delivered
        if is_down:
            break
    return sent


def clear_away(control: DocumentControl) -> None:
    """Forget notices that were sent, or dropped, a month ago."""
    done = or_(Notice.sent_at.is_not(None), Notice.due_at.is_(None) & Notice.given_up_at.is_(None))
    past = and_(done, Notice.queued_at < control.now() - KEPT_FOR)
    with control.reading() as session:
        if session.scalars(select(Notice.id).where(past).limit(1)).first() is None:
            return
    with control.remembering() as session:
        session.execute(delete(Notice).where(past))


def _anything_due(control: DocumentControl) -> bool:
    with control.reading() as session:
        return session.scalars(select(Notice.id).where(Notice.due_at <= control.now()).limit(1)).first() is not None


def _claim(control: DocumentControl) -> dict[int, Letter]:
    """Claim the next notices for ten minutes, so that no other process sends them too; return their letters."""
    letters = {}
    with control.remembering() as session:
        now = control.now()
        due = select(Notice).where(Notice.due_at <= now).order_by(Notice.due_at, Notice.id).limit(BATCH)
        organisation = control.organisation(session)
        may_tell = organisation.is_at_work(now)
        for notice in session.scalars(due.with_for_update(skip_locked=True, of=Notice)):
            if notice.due_at is None:  # another reminder said it
                continue
            if notice.duty_ids and not may_tell:
                notice.wait(now)
                continue
            to = control.reader(session, notice.user) if notice.user is not None else notice.address
            if not may_receive(to, notice.revision):
                notice.drop(now)
                continue
            if notice.duty_ids and not _say_what_waits(control, session, notice, to):
                notice.leave_unsent()
                continue
            notice.claim(now + CLAIMED_FOR)
            letters[notice.id] = _letter(control, notice, organisation.name)
    return letters


def _say_what_waits(control: DocumentControl, session: Session, notice: Notice, to: Reader | str) -> bool:
    """Write into a reminder what is still told to the person now; say whether anything is."""
    owed = (
        select(Duty, Revision, User.name)
        .join(Revision, Revision.id == Duty.revision_id)
        .outerjoin(User, User.id == Duty.user_id)
        .where(Duty.id.in_(_together(session, notice)), Duty.state == DutyState.OPEN)
    )
    waiting = [
        Waiting(duty, revision, concern, name or "")
        for duty, revision, name in session.execute(owed)
        if isinstance(to, Reader) and may_receive(to, revision) and (concern := concern_of(to, duty, revision))
    ]
    notice.subject = reminder_subject(waiting)
    notice.text = reminder_text(waiting, control.today(session))
    return bool(waiting)


def _together(session: Session, notice: Notice) -> list[int]:
    """Take into a reminder what others say to the same person that no server took yet: it is told once."""
    untried = (
        Notice.user_id == notice.user_id,
        Notice.due_at.is_not(None),
        Notice.attempts == 0,
        Notice.path == notice.path,
    )
    for other in session.scalars(select(Notice).where(*untried, Notice.id != notice.id)):
        if other.duty_ids:
            notice.duty_ids = [*dict.fromkeys([*notice.duty_ids, *other.duty_ids])]
            other.leave_unsent()
    return notice.duty_ids


def _deliver(control: DocumentControl, letters: dict[int, Letter]) -> tuple[int, bool]:
    """Hand letters over through one connection; return how many went out, and whether the server failed."""
    if not letters or control.mail_server is None:
        return 0, False
    waiting, sent = list(letters), 0
    try:
        with tools.mailer.open_postbox(control.mail_server) as postbox:
            while waiting:
                try:
                    postbox.send(letters[waiting[0]])
                except MailRefusedError as refusal:
                    _postpone(control, waiting[0], str(refusal), refusal.for_ever)
                else:
                    _mark_sent(control, waiting[0])
                    sent += 1
                del waiting[0]
    except MailServerError as trouble:
        log.warning("%s Notices wait until it is back.", trouble)
        _await_server(control, waiting, str(trouble))
        return sent, True
    return sent, False


def _mark_sent(control: DocumentControl, notice_id: int) -> None:
    with control.remembering() as session:
        notice = session.get(Notice, notice_id)
        if notice is not None:
            notice.mark_sent(control.now())


def _postpone(control: DocumentControl, notice_id: int, trouble: str, for_ever: bool) -> None:
    with control.remembering() as session:
        notice = session.get(Notice, notice_id)
        if notice is not None:
            notice.postpone(trouble, control.now(), for_ever=for_ever)


def _await_server(control: DocumentControl, ids: list[int], trouble: str) -> None:
    with control.remembering() as session:
        for notice in session.scalars(select(Notice).where(Notice.id.in_(ids))):
            notice.await_server(trouble, control.now())


def _letter(control: DocumentControl, notice: Notice, organisation: str) -> Letter:
    user = notice.user
    site = control.mail_server.site.rstrip("/") if control.mail_server else ""
    parts = [f"Hello {user.name}," if user else "", notice.text]
    parts.append(f"{site}{notice.path}" if site and notice.path else "")
    parts.append(f"-- \nDocument control of {organisation}")
    return Letter(
        message_id=notice.message_id,
        address=user.email if user else notice.address,
        name=user.name if user else "",
        subject=notice.subject,
        text="\n\n".join(part for part in parts if part) + "\n",
    )
