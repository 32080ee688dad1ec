"""Whether the secrets of an account are those that its events committed to; asked only where one is compared."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docctl.domain.errors import SecretChangedError
from docctl.domain.people.user import User
from docctl.domain.sign_in.commitments import OF_AN_ACCOUNT, OF_EVERYBODY, Commitments, all_codes
from docctl.domain.sign_in.second_factor import RecoveryCode, SecondFactor
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.reading import readable


def commitments_of(session: Session, user: User) -> Commitments:
    """Return what the events of an account committed to."""
    own = Event.act.in_(OF_AN_ACCOUNT) & Event.subject.in_(user.subjects)
    wanted = select(Event.text).where(or_(own, Event.act.in_(OF_EVERYBODY))).order_by(Event.seq)
    found = Commitments()
    for event in readable(session.scalars(wanted)):
        found.take(event, user.id)
    return found


def require_committed(session: Session, user: User) -> Commitments:
    """Return what an account's events committed to; raise SecretChangedError where a secret was changed without one."""
    factor = session.get(SecondFactor, user.id)
    device = factor.seed if factor is not None and factor.confirmed_at is not None else ""
    codes = session.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.user_id == user.id))
    found = commitments_of(session, user)
    if found.changed(user.id, user.password_hash, device, all_codes(codes)):
        raise SecretChangedError(
            "What the library keeps of your password or second factor was changed without an event, so nobody is let "
            "in by it; tell the administrator, who runs “docctl verify” and gives you a one-time link."
        )
    return found
