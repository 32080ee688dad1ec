"""Adding a signature: over exactly what a person was shown, at the step of the route that asks for it now."""

from docctl.actions.notices import notifying
from docctl.actions.sign_in.identifying_signer import (
    BY_PASSWORD,
    note_identified,
    require_able_to_sign,
    require_declared,
)
from docctl.document_control import Decision, authority
from docctl.domain.approval.approval_route import REVIEW
from docctl.domain.approval.signature import Signature
from docctl.domain.documents.lifecycle import WAITING_STATES
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import AlreadySignedError, NotYourTurnError, SelfApprovalError, WrongStateError
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import has_signed, signer_at
from docctl.domain.trail.events.approval import RevisionApproved, RevisionReviewed


def sign(
    decision: Decision, revision: Revision, kind: str, shown: str, comment: str, session: str = ""
) -> Signature:  # fmt: skip
    """Add a person's signature over exactly what they were shown, at the step that asks for it now."""
    person = decision.person
    if revision.state not in WAITING_STATES:
        raise WrongStateError(
            "%(revision)s is not waiting for signatures; reload the page to see where it stands.",
            revision=revision.name,
        )
    require_able_to_sign(decision)
    place, asked = _place_for(decision, revision, kind, shown)
    if asked is not person.account:
        decision.rely_on(authority.of_delegation(decision.session, asked, person.id))
    step = revision.asked[place]
    signature = Signature(
        round=revision.round,
        step=place,
        user_id=person.id,
        person=person.person,
        printed_name=person.name if asked is person.account else f"{person.name} for {asked.name}",
        in_place_of_id=None if asked is person.account else asked.id,
        in_place_of_person="" if asked is person.account else asked.person,
        role=_role_at(asked, step.roles),
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
    note_identified(decision, session)
    signed = RevisionReviewed if kind == REVIEW else RevisionApproved
    details = signed(
        fingerprint=shown,
        meaning=step.meaning,
        role=signature.role,
        step=place,
        rule=step.rule,
        round=revision.round,
        time_zone=signature.time_zone,
        authenticated_by=BY_PASSWORD,
        person=person.person,
        printed_name=signature.printed_name,
        in_place_of_id=signature.in_place_of_id,
        in_place_of_person=signature.in_place_of_person,
        new=revision.state,
    )
    decision.record(details, revision.name, revision=revision, reason=signature.comment)
    return signature


def _place_for(decision: Decision, revision: Revision, kind: str, shown: str) -> tuple[int, User]:
    """Return the step at which the person may sign what they were shown, and in whose name; refuse what may not be."""
    person = decision.person
    if person.person in revision.author_persons:
        raise SelfApprovalError(
            "You wrote on %(revision)s, and nobody signs what they wrote; somebody else has to.", revision=revision.name
        )
    revision.require_shown(shown)
    if has_signed(person, revision):
        raise AlreadySignedError(
            "You have signed %(revision)s already; one person counts once.", revision=revision.name
        )
    open_steps = [place for place in revision.unfinished_steps() if revision.asked[place].kind == kind]
    found = ((place, signer_at(person, revision, place)) for place in open_steps)
    place, asked = next(((place, asked) for place, asked in found if asked is not None), (-1, None))
    if asked is None:
        raise NotYourTurnError(
            "%(revision)s does not wait for your signature now; see its approval route for whom it does.",
            revision=revision.name,
        )
    require_declared(decision.session, person)
    decision.touched.rely_on("declarations", person.id)
    return place, asked


def _role_at(person: User, roles: tuple[str, ...]) -> str:
    return next((role for role in roles if role in person.roles), person.department or "named person")
