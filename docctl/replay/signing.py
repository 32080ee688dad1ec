"""Replays declarations and delegations."""

from datetime import date

from docctl.domain.approval.declaration import Declaration
from docctl.domain.approval.delegation import Delegation
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act
from docctl.replay.replaying import Rebuild, Replayed, Said


def _declare(state: Replayed, said: Said) -> None:
    state.session.add(Declaration(user_id=said["actor"], version=said["version"], accepted_at=state.at(said)))


def _delegate(state: Replayed, said: Said) -> None:
    state.session.add(
        Delegation(
            id=said["delegation"],
            absent=state.session.get_one(User, said["absent"]),
            delegate=state.session.get_one(User, said["delegate"]),
            from_day=date.fromisoformat(said["from_day"]),
            until_day=date.fromisoformat(said["until_day"]),
            reason=said["reason"],
            named_by=said["actor_name"],
            named_at=state.at(said),
            revoked_at=None,
        )
    )


def _revoke(state: Replayed, said: Said) -> None:
    state.session.get_one(Delegation, said["delegation"]).revoked_at = state.at(said)


def _reassign(state: Replayed, said: Said) -> None:
    revision = state.revision(said)
    revision.asked_rows = said["asked"]
    if "held_by" in said:
        revision.held_by, revision.held_at = state.session.get_one(User, said["held_by"]), state.at(said)


REBUILDS: dict[Act, Rebuild] = {
    Act.DECLARATION_ACCEPTED: _declare,
    Act.DELEGATE_NAMED: _delegate,
    Act.DELEGATION_REVOKED: _revoke,
    Act.REVISION_REASSIGNED: _reassign,
}
