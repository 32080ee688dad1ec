"""Signing: what a review and an approval have in common."""

from docctl.actions import notifying, signing_in
from docctl.document_control import Decision, DocumentControl
from docctl.domain.approval_route import REVIEW
from docctl.domain.audit_trail import Act
from docctl.domain.errors import (
    AlreadySignedError,
    NotYourTurnError,
    SelfApprovalError,
    SessionEndedError,
    WrongPasswordError,
    WrongStateError,
)
from docctl.domain.lifecycle import WAITING_STATES
from docctl.domain.permission import require_readable
from docctl.domain.revision import Revision
from docctl.domain.signature import Signature
from docctl.domain.user import User

BY_PASSWORD = "password"  # noqa: S105


def check_password(control: DocumentControl, revision_id: int, person_id: int, password: str) -> None:
    """Ask for the signer's password again; a wrong one is refused and recorded, the fifth ends the session."""
    with control.reading() as session:
        user = session.get(User, person_id)
        password_hash = user.password_hash if user is not None and not user.disabled else ""
        if user is not None:
            require_readable(user, session.get(Revision, revision_id))
    if control.passwords.matches(password_hash, password):
        return
    with control.deciding(person_id) as decision:
        revision = decision.session.get(Revision, revision_id)
        subject = revision.name if revision is not None else "a revision"
        decision.record(Act.SIGNING_REFUSED, subject, revision=revision, reason="wrong password")
        is_ended = signing_in.count_wrong_password(decision)
        if is_ended:
            notifying.alert_administrators(
                decision,
                "Somebody was signed out after five wrong passwords",
                f"The account {decision.person.login} gave five wrong passwords while signing, so its sessions were "
                "ended. Ask its owner whether that was them.",
            )
    if is_ended:
        raise SessionEndedError(
            "The wrong password was given five times, so nothing was signed and you were signed out; sign in again."
        )
    raise WrongPasswordError("That is not your password, so nothing was signed; type it again.")


def sign(decision: Decision, revision: Revision, kind: str, shown: str, comment: str) -> Signature:
    """Add a person's signature over exactly what they were shown, at the step that asks for it now."""
    person = decision.person
    if revision.state not in WAITING_STATES:
        raise WrongStateError(f"{revision.name} is not waiting for signatures; reload the page to see where it stands.")
    if person.person in revision.author_persons:
        raise SelfApprovalError(
            f"You wrote on {revision.name}, and nobody signs what they wrote; somebody else has to."
        )
    revision.require_shown(shown)
    if any(s.person == person.person and s.round == revision.round for s in revision.signatures):
        raise AlreadySignedError(f"You have signed {revision.name} already; one person counts once.")
    open_steps = [place for place in revision.unfinished_steps() if revision.asked[place].kind == kind]
    place = next((place for place in open_steps if _is_asked(person, revision, place)), None)
    if place is None:
        raise NotYourTurnError(
            f"{revision.name} does not wait for your signature now; see its approval route for whom it does."
        )
    step = revision.asked[place]
    signature = Signature(
        round=revision.round,
        step=place,
        user_id=person.id,
        person=person.person,
        printed_name=person.name,
        role=_role_at(person, step.roles),
        kind=kind,
        meaning=step.meaning,
        rule=step.rule,
        fingerprint=shown,
        signed_at=decision.now,
        time_zone=decision.control.organisation(decision.session).time_zone,
        authenticated_by=BY_PASSWORD,
        comment=" ".join(comment.split())[:1000],
    )
    asked_before = revision.unfinished_steps()
    revision.take_signature(signature)
    notifying.ask_for_signatures(decision, revision, asked_before)
    signing_in.forget_wrong_passwords(decision)
    decision.record(
        Act.REVISION_REVIEWED if kind == REVIEW else Act.REVISION_APPROVED,
        revision.name,
        revision=revision,
        reason=signature.comment,
        fingerprint=shown,
        meaning=step.meaning,
        role=signature.role,
        step=place,
        rule=step.rule,
        round=revision.round,
        time_zone=signature.time_zone,
        authenticated_by=BY_PASSWORD,
        person=person.person,
        new=revision.state,
    )
    return signature


def _is_asked(person: User, revision: Revision, place: int) -> bool:
    """Say whether the step asks this person, who must still hold a role where it asked by role."""
    step = revision.asked[place]
    return person.id in step.people and (not step.roles or any(role in person.roles for role in step.roles))


def _role_at(person: User, roles: tuple[str, ...]) -> str:
    return next((role for role in roles if role in person.roles), person.department or "named person")
