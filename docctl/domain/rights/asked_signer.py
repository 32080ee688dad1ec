"""In whose name a person may sign at a step: their own, or that of somebody absent who made them their delegate."""

from docctl.domain.approval.approval_route import REVIEW, AskedStep
from docctl.domain.documents.revision import Revision
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, may


def asks(step: AskedStep, user: User) -> bool:
    """Say whether the step asks this person, who must still hold a role where it asked by role."""
    if user.disabled or user.id not in step.people:
        return False
    return not step.roles or any(role in user.roles for role in step.roles)


def has_signed(user: User | Reader, revision: Revision) -> bool:
    """Say whether the person signed in this round, themselves or by a delegate; one person counts once."""
    return user.person in {
        person
        for signature in revision.signatures
        if signature.round == revision.round
        for person in (signature.person, signature.in_place_of_person)
    }


def signer_at(person: Reader, revision: Revision, place: int) -> User | None:
    """Return the person asked whose signature this person may give at a step, nobody where there is none."""
    writers, step = revision.author_persons, revision.asked[place]
    if person.person in writers or has_signed(person, revision):
        return None
    if asks(step, person.account):
        return person.account
    if not may(person, Right.REVIEW if step.kind == REVIEW else Right.APPROVE):
        return None
    for absent in person.stands_in_for:
        if asks(step, absent) and absent.person not in writers and not has_signed(absent, revision):
            return absent
    return None
