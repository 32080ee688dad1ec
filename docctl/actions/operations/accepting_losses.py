"""Accepting a loss: two persons say of what cannot be mended that it stays so, each for a reason.

Each gives the password, and the code of the second factor where there is one, at every acceptance.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from docctl import tools
from docctl.actions.sign_in.checking_credentials import Claim, Shown, check
from docctl.actions.sign_in.second_factor import has_factor, note_code
from docctl.document_control import Decision, DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.errors import InvalidInputError, NotFoundError, SecondPersonError, WrongPasswordError
from docctl.domain.operations.accepted_losses import AcceptedLosses, Loss, losses_in
from docctl.domain.operations.stops import Stop
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.operations import LossAccepted
from docctl.domain.trail.events.reading import read_event


def accept_losses(
    control: DocumentControl, person_id: int, identities: Iterable[str], reason: str, credentials: Credentials
) -> list[Loss]:  # fmt: skip
    """Accept findings of the last check that cannot be mended; return those that count now, by a second person.

    Raises NotFoundError for what the last check did not find, SecondPersonError where the same person accepted it.
    """
    reason = checked_reason(reason, "why the loss is accepted")
    known = {each.identity: each for each in require_acceptable(control, person_id, identities)}
    wanted = list(known)
    with control.reading() as session:
        user = session.get_one(User, person_id)
        gives_code = has_factor(session, person_id)
    shown = _shown_by(control, user, credentials, gives_code=gives_code)
    with control.deciding(person_id, credential=shown.credential) as decision:
        require(decision.person, Right.ACCEPT_LOSSES)
        note_code(decision, shown.code)
        for identity in wanted:
            _require_lost(decision, known[identity])
            _accept(decision, known[identity], reason)
        decision.session.flush()
        before = _accepted(decision)
    return [known[each] for each in wanted if len(before.by(each)) >= 1]


def require_acceptable(control: DocumentControl, person_id: int, identities: Iterable[str]) -> list[Loss]:
    """Return the losses of these names; raise where the person may not accept losses, or the last check found none."""
    with control.reading() as session:
        require(control.reader(session, person_id), Right.ACCEPT_LOSSES)
    known, wanted = {each.identity: each for each in losses_in(control.data)}, list(dict.fromkeys(identities))
    if not wanted:
        raise InvalidInputError("Choose what is accepted; nothing was.")
    if missing := [each for each in wanted if each not in known]:
        raise NotFoundError(
            "The last check found no loss %(identity)s that can be accepted; run “docctl verify” and look again.",
            identity=missing[0][:16],
        )
    return [known[each] for each in wanted]


def _shown_by(control: DocumentControl, user: User, credentials: Credentials, *, gives_code: bool) -> Shown:
    asked = "password or code" if gives_code else "password"
    claim = Claim(
        user.login,
        user,
        password=credentials.password,
        code=credentials.code if gives_code else None,
        session=credentials.session,
        address=credentials.address,
    )
    return check(
        control,
        claim,
        WrongPasswordError("That is not your %(asked)s, so nothing was accepted; type it again.", asked=asked),
        ended=f"The wrong {asked} was given five times, so nothing was accepted and you were signed out.",
    )


def _accepted(decision: Decision) -> AcceptedLosses:
    found = decision.session.scalars(select(Event).where(Event.act == Act.LOSS_ACCEPTED).order_by(Event.seq))
    return AcceptedLosses(read_event(event) for event in found)


def _require_lost(decision: Decision, loss: Loss) -> None:
    """Raise NotFoundError where something is not lost, or not as the last check found it."""
    git, library = tools.git_library, decision.control.library
    is_lost = not any(git.sound(library, each) for each in loss.objects)
    is_lost = is_lost and git.wrong_bytes(library, loss.objects) == loss.wrong
    if loss.rule == "records":
        seq = loss.subject.removeprefix("event ")
        is_lost = seq.isdigit() and decision.session.scalar(select(Event.record).where(Event.seq == int(seq))) == ""
    if not is_lost:
        raise NotFoundError(
            "“%(subject)s” is not lost any more as the last check found it, so nothing was accepted; run “docctl "
            "verify” and look again.",
            subject=loss.subject,
        )


def _accept(decision: Decision, loss: Loss, reason: str) -> None:
    person = decision.person.person
    if any(each.person == person for each in _accepted(decision).by(loss.identity)):
        raise SecondPersonError(
            "You accepted “%(subject)s” already, so somebody else has to as well; nothing was recorded.",
            subject=loss.subject,
        )
    number = loss.stops.removeprefix(f"{Stop.DOCUMENT.value} ")
    document = decision.session.scalars(select(Document).where(Document.canonical == number)).first()
    told = LossAccepted(
        finding=loss.identity,
        rule=loss.rule,
        found=loss.sentence,
        objects=list(loss.objects),
        person=person,
        found_at=datetime.fromisoformat(loss.found_at) if loss.found_at else None,
        wrong=list(loss.wrong) or None,
    )
    decision.record(told, loss.subject, document=document, reason=reason)
