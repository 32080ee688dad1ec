"""Delegating: name who signs in one's place during an absence, and take that back."""

from datetime import date

from sqlalchemy import select

from docctl.document_control import Decision, DocumentControl
from docctl.domain.approval.delegation import LONGEST_DAYS, Delegation
from docctl.domain.documents.document_metadata import checked_reason
from docctl.domain.errors import InvalidInputError, NotFoundError, NotPermittedError, WrongStateError
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import may_stand_in
from docctl.domain.rights.permission import Right, may
from docctl.domain.trail.events.approval import DelegateNamed, DelegationRevoked


def name_delegate(
    control: DocumentControl,
    person_id: int,
    *,
    absent_id: int,
    delegate_id: int,
    from_day: date,
    until_day: date,
    reason: str,
    request_id: str = "",
) -> int:
    """Name who signs in the place of somebody absent, for the days of the absence; an administrator may do it too."""
    reason = checked_reason(reason, "why the person is absent")
    with control.deciding(
        person_id, request_id, ("delegate", absent_id, delegate_id, from_day, until_day, reason)
    ) as decision:
        absent, delegate = _account(decision, absent_id), _account(decision, delegate_id)
        _require_own_or_administrator(decision, absent)
        _require_fit(decision, absent, delegate)
        _require_days(control, decision, absent, from_day, until_day)
        made = Delegation(
            absent=absent,
            delegate=delegate,
            from_day=from_day,
            until_day=until_day,
            reason=reason,
            named_by=decision.person.name,
            named_at=decision.now,
            revoked_at=None,
        )
        decision.session.add(made)
        decision.session.flush()
        decision.record(
            DelegateNamed(
                delegation=made.id,
                absent=absent.id,
                absent_name=absent.name,
                delegate=delegate.id,
                delegate_name=delegate.name,
                from_day=from_day,
                until_day=until_day,
            ),
            absent.subject,
            reason=reason,
        )
        decision.notify(
            delegate,
            f"You sign for {absent.name}",
            f"{absent.name} is absent from {from_day} until {until_day}, and you were named to sign in their place.",
            path="/tasks",
        )
        return made.id


def revoke_delegation(control: DocumentControl, person_id: int, delegation_id: int) -> None:
    """End a delegation before its last day; what was signed under it stands."""
    with control.deciding(person_id) as decision:
        found = decision.session.get(Delegation, delegation_id)
        if found is None:
            raise NotFoundError("There is no such delegation.")
        if decision.person.id != found.delegate_id:
            _require_own_or_administrator(decision, found.absent)
        if not found.is_open_on(control.today(decision.session)):
            raise WrongStateError("This delegation has ended already.")
        found.revoked_at = decision.now
        decision.record(DelegationRevoked(delegation=found.id), found.absent.subject)


def _account(decision: Decision, user_id: int) -> User:
    user = decision.session.get(User, user_id)
    if user is None or user.disabled:
        raise InvalidInputError("There is no such person, or the account is disabled; choose somebody from the list.")
    return user


def _require_own_or_administrator(decision: Decision, absent: User) -> None:
    if decision.person.id != absent.id and not may(decision.person, Right.ADMINISTER):
        raise NotPermittedError("You name a delegate for yourself only; for others an administrator does.")


def _require_fit(decision: Decision, absent: User, delegate: User) -> None:
    """The delegate is another human who may sign; nobody gives themselves the signature of somebody else."""
    if delegate.person == absent.person:
        raise InvalidInputError("Somebody else has to sign in your place; choose another person.")
    if delegate.person == decision.person.person:
        raise NotPermittedError("Nobody makes themselves somebody's delegate; ask another administrator.")
    if not may_stand_in(delegate, absent):
        raise InvalidInputError(
            "%(delegate)s may not sign all that %(absent)s may sign; choose somebody who may.",
            delegate=delegate.name,
            absent=absent.name,
        )


def _require_days(
    control: DocumentControl, decision: Decision, absent: User, from_day: date, until_day: date
) -> None:  # fmt: skip
    today = control.today(decision.session)
    if until_day < max(from_day, today):
        raise InvalidInputError("The absence ends before it begins, or has ended already; correct its days.")
    if (until_day - from_day).days > LONGEST_DAYS:
        raise InvalidInputError(
            "A delegation lasts %(longest_days)s days at most; choose an earlier last day.", longest_days=LONGEST_DAYS
        )
    others = decision.session.scalars(
        select(Delegation).where(
            Delegation.absent_id == absent.id,
            Delegation.revoked_at.is_(None),
            Delegation.from_day <= until_day,
            Delegation.until_day >= from_day,
        )
    )
    if next(iter(others), None) is not None:
        raise WrongStateError(
            "%(absent)s has a delegate for some of these days already; revoke that delegation first.",
            absent=absent.name,
        )
