"""Replays declarations and delegations."""

from docctl.domain.approval.declaration import Declaration
from docctl.domain.approval.delegation import Delegation
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.approval import DeclarationAccepted, DelegateNamed, DelegationRevoked
from docctl.domain.trail.events.people import RevisionReassigned
from docctl.domain.trail.events.recorded import Recorded
from docctl.replay.replaying import Rebuild, Replayed, on


def _declare(state: Replayed, event: Recorded[DeclarationAccepted]) -> None:
    state.rows.add(Declaration(user_id=event.account, version=event.details.version, accepted_at=event.time))


def _delegate(state: Replayed, event: Recorded[DelegateNamed]) -> None:
    told = event.details
    state.rows.add(
        Delegation(
            id=told.delegation,
            absent=state.row(User, told.absent),
            delegate=state.row(User, told.delegate),
            from_day=told.from_day,
            until_day=told.until_day,
            reason=event.reason,
            named_by=event.actor_name,
            named_at=event.time,
        )
    )


def _revoke(state: Replayed, event: Recorded[DelegationRevoked]) -> None:
    state.row(Delegation, event.details.delegation).revoked_at = event.time


def _reassign(state: Replayed, event: Recorded[RevisionReassigned]) -> None:
    revision, told = state.revision(event), event.details
    revision.asked_rows = told.asked
    if told.held_by is not None:
        revision.held_by, revision.held_at = state.row(User, told.held_by), event.time


REBUILDS: dict[Act, Rebuild] = dict(
    (
        on(DeclarationAccepted, _declare),
        on(DelegateNamed, _delegate),
        on(DelegationRevoked, _revoke),
        on(RevisionReassigned, _reassign),
    )
)
