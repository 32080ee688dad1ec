"""Who may sign, by one rule for routes, submissions, replacements, delegates and signatures; and in whose name."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import Select, String, cast, or_, select

from docctl.domain.approval.approval_route import APPROVE, REVIEW, AskedStep
from docctl.domain.documents.described_fields import msgid
from docctl.domain.documents.revision import Revision
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, may, roles_with

RIGHT_AT = {REVIEW: Right.REVIEW, APPROVE: Right.APPROVE}
SIGNING_ROLES = roles_with(Right.REVIEW) | roles_with(Right.APPROVE)


class WhyNot(StrEnum):
    """Why somebody may not sign at a step."""

    DISABLED = msgid("the account is disabled")
    AUDITOR = msgid("is here for audits alone")
    MAY_NOT_REVIEW = msgid("may not review")
    MAY_NOT_APPROVE = msgid("may not approve")
    WROTE = msgid("wrote on it")


def why_not(user: User, kind: str, writers: Collection[str] = ()) -> WhyNot | None:
    """Return why somebody may not sign at a step of a kind, of a revision that these people wrote on; else nothing."""
    if user.disabled:
        return WhyNot.DISABLED
    if user.is_only_auditor:
        return WhyNot.AUDITOR
    if not may(Reader(user), RIGHT_AT[kind]):
        return WhyNot.MAY_NOT_REVIEW if kind == REVIEW else WhyNot.MAY_NOT_APPROVE
    return WhyNot.WROTE if user.person in writers else None


def may_sign(user: User, kind: str, writers: Collection[str] = ()) -> bool:
    """Say whether somebody may sign at a step of a kind."""
    return why_not(user, kind, writers) is None


def may_stand_in(delegate: User, absent: User) -> bool:
    """Say whether a delegate may sign whatever the absent person may sign; at least reviews."""
    kinds = [kind for kind in RIGHT_AT if may_sign(absent, kind)] or [REVIEW]
    return delegate.person != absent.person and all(may_sign(delegate, kind) for kind in kinds)


def possible_signers(named: Collection[int] = ()) -> Select[User]:
    """Ask for everybody whose roles let them sign anything, and for these accounts, whatever they may."""
    holds = [cast(User.roles, String).contains(f'"{role}"') for role in sorted(SIGNING_ROLES)]
    return select(User).where(or_(*holds, User.id.in_(named))).order_by(User.id)


def asks(step: AskedStep, user: User) -> bool:
    """Say whether the step asks this person, who must still hold a role where it asked them by that."""
    if user.id not in step.people or not may_sign(user, step.kind):
        return False
    return user.id in step.named or not step.roles or user.holds(*step.roles)


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
    if not may_sign(person.account, step.kind):
        return None
    for absent in person.stands_in_for:
        if asks(step, absent) and absent.person not in writers and not has_signed(absent, revision):
            return absent
    return None
