"""Notifying: who is told by mail of what happens; queued with it, sent by the followers."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select

from docctl.document_control import Decision, DocumentControl
from docctl.domain.approval.approval_route import REVIEW
from docctl.domain.documents.document_metadata import Classification
from docctl.domain.documents.revision import Revision
from docctl.domain.notices.notice import Notice, may_receive
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import Role, User
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.notices import NoticesSentAgain


def ask_for_signatures(decision: Decision, revision: Revision, asked_before: Iterable[int] = ()) -> None:
    """Tell those who are asked to sign at a step that has just begun, except who signed this round already."""
    begun = [place for place in revision.unfinished_steps() if place not in set(asked_before)]
    signed = {signature.person for signature in revision.valid_signatures}
    for place in begun:
        step = revision.asked[place]
        what = "review" if step.kind == REVIEW else "approval"
        for user in _people(decision, step.people):
            if user.person not in signed:
                _tell(
                    decision,
                    user,
                    revision,
                    f"{revision.name} waits for your {what}",
                    f"{_named(revision)} waits for your {what}.\n\nSummary of changes: {revision.change_summary}\n\n"
                    "Read it, then sign or request changes.",
                    "/review",
                )


def tell_authors(decision: Decision, revision: Revision, happened: str, more: str = "", page: str = "") -> None:
    """Tell everybody who wrote on a revision what became of it, except whoever did it."""
    for user in _found(decision, User.person.in_(revision.author_persons)):
        if not decision.is_by(user):
            text = f"{_named(revision)} {happened}." + (f"\n\n{more}" if more else "")
            _tell(decision, user, revision, f"{revision.name} {happened}", text, page)


def tell_asked(decision: Decision, revision: Revision, happened: str, reason: str) -> None:
    """Tell those who were asked to sign, or have signed, that a revision goes back, except whoever did it.

    They are told now what they may read now: afterwards it is no longer theirs to follow.
    """
    asked = {user for place in revision.unfinished_steps() for user in revision.asked[place].people}
    signed = {each.user_id for each in revision.valid_signatures}
    for user in _people(decision, asked | signed):
        if not decision.is_by(user) and user.person not in revision.author_persons and may_receive(user, revision):
            text = (
                f"{_named(revision)} {happened}.\n\nReason: {reason}\n\nNothing waits for you there now; what was "
                "signed stays on record and does not count. You are asked again if it is submitted again."
            )
            path = f"/documents/{revision.document.number}/revisions/{revision.number}/review"
            decision.notify(user, f"{revision.name} {happened}", text, path=path)


def tell_discarded(decision: Decision, revision: Revision, reason: str) -> None:
    """Tell those who wrote on a draft, or signed it in an earlier round, that it is given up."""
    tell_authors(decision, revision, "is discarded", f"Reason: {reason}")
    signed = {each.user_id for each in revision.signatures}
    for user in _people(decision, signed):
        if not decision.is_by(user) and user.person not in revision.author_persons:
            more = f"\n\nReason: {reason}" if may_receive(user, revision) else ""
            decision.notify(
                user, f"{revision.name} is discarded", f"{revision.name} is discarded.{more}", path="/tasks"
            )


def tell_replaced(decision: Decision, revision: Revision, former: User, successor: User, reason: str) -> None:
    """Tell somebody that another person is asked to sign in their place."""
    if not decision.is_by(former) and not former.disabled and decision.control.mail_server is not None:
        decision.notify(
            former,
            f"{revision.name} no longer waits for you",
            f"{revision.name} no longer waits for your signature; {successor.name} is asked instead.\n\n"
            f"Reason: {reason}",
            path="/tasks",
        )


def alert_administrators(decision: Decision, subject: str, text: str) -> None:
    """Tell every administrator of something they have to look at; it names no document."""
    for user in _holders(decision, Role.ADMINISTRATOR):
        decision.notify(user, subject, text, path="/administration")


def alert_controllers(decision: Decision, revision: Revision, subject: str, text: str) -> None:
    """Tell every document controller of trouble with a revision."""
    for user in _holders(decision, Role.CONTROLLER):
        _tell(decision, user, revision, subject, text)


def send_again(control: DocumentControl, person_id: int) -> int:
    """Begin anew with the notices that were given up; return how many there are."""
    with control.deciding(person_id) as decision:
        require(decision.person, Right.ADMINISTER)
        notices = decision.session.scalars(select(Notice).where(Notice.given_up_at.is_not(None))).all()
        for notice in notices:
            notice.send_again(decision.now)
        if notices:
            decision.record(NoticesSentAgain(count=len(notices)), "notices")
        return len(notices)


def _holders(decision: Decision, role: Role) -> list[Reader]:
    return [user for user in _found(decision, User.id > 0) if user.holds(role)]


def _people(decision: Decision, ids: Iterable[int]) -> list[Reader]:
    return _found(decision, User.id.in_(set(ids)))


def _found(decision: Decision, which: ColumnElement[bool]) -> list[Reader]:
    """Find people to tell; nobody where no mail is set up, so that nothing is looked up in vain."""
    if decision.control.mail_server is None:
        return []
    users = decision.session.scalars(select(User).where(which).order_by(User.id))
    return [decision.control.reader(decision.session, user) for user in users]


def _tell(decision: Decision, user: Reader, revision: Revision, subject: str, text: str, page: str = "") -> None:
    path = f"/documents/{revision.document.number}/revisions/{revision.number}{page}"
    decision.notify(user, subject, text, revision=revision, path=path)


def _named(revision: Revision) -> str:
    """Name a revision with its title; what is restricted stays without, because mail passes through other hands."""
    if revision.classification == Classification.RESTRICTED:
        return revision.name
    return f"{revision.name}, “{revision.title}”,"
