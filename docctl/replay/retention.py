"""Replays retention: rules, legal holds, and what was disposed of for good."""

from datetime import date

from sqlalchemy import select

from docctl.actions.retention.disposing import dispose
from docctl.actions.retention.retaining import hold_ended_to
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.retention.retention import AUTHORISED, DECLINED, Disposal, LegalHold, Retention, RetentionRule, Rule
from docctl.domain.trail.audit_trail import Act
from docctl.replay.replaying import Rebuild, Replayed, Said


def start_retention(state: Replayed, said: Said) -> None:
    """Let the rule hold that was copied to a revision when it ended, where its type had one."""
    row = said.get("retention")
    if row is None:
        return
    state.session.add(
        Retention(
            revision_id=state.revision(said).id,
            months=row["months"],
            then=row["then"],
            basis=row["basis"],
            since=date.fromisoformat(row["since"]),
            until=date.fromisoformat(row["until"]) if row["until"] else None,
        )
    )


def _set_rule(state: Replayed, said: Said) -> None:
    name, rule = said["subject"].removeprefix("document_type:"), Rule(**said["new"])
    kind = state.session.scalars(select(DocumentType).where(DocumentType.name == name)).one()
    found = state.session.get(RetentionRule, kind.id) or RetentionRule(type_id=kind.id)
    found.months, found.then, found.basis = rule.months, rule.then, rule.basis
    state.session.add(found)
    if said["also_ended"]:
        hold_ended_to(state.session, kind.id, rule, said["time_zone"])


def _place_hold(state: Replayed, said: Said) -> None:
    state.session.add(
        LegalHold(
            id=said["hold"],
            document_id=state.document(said).id,
            reason=said["reason"],
            reference=said["reference"],
            placed_by_id=said["actor"],
            placed_by=said["actor_name"],
            placed_at=state.at(said),
        )
    )


def _lift_hold(state: Replayed, said: Said) -> None:
    hold = state.session.get_one(LegalHold, said["hold"])
    hold.lifted_at, hold.lifted_because = state.at(said), said["reason"]
    hold.lifted_by_id, hold.lifted_by = said["actor"], said["actor_name"]


def _propose(state: Replayed, said: Said) -> None:
    state.session.add(
        Disposal(
            id=said["proposal"],
            document_id=state.document(said).id,
            reason=said["reason"],
            rule=said["rule"],
            proposed_by_id=said["actor"],
            proposed_by=said["actor_name"],
            proposed_at=state.at(said),
            outcome="",
            tombstone={},
        )
    )


def _decline(state: Replayed, said: Said) -> None:
    _decide(state, said, DECLINED).decided_because = said["reason"]


def _dispose(state: Replayed, said: Said) -> None:
    _decide(state, said, AUTHORISED).tombstone = said["tombstone"]
    dispose(state.document(said), state.at(said))


def _decide(state: Replayed, said: Said, outcome: str) -> Disposal:
    disposal = state.session.get_one(Disposal, said["proposal"])
    disposal.outcome, disposal.decided_at = outcome, state.at(said)
    disposal.decided_by_id, disposal.decided_by = said["actor"], said["actor_name"]
    return disposal


def _carry_out(state: Replayed, said: Said) -> None:
    state.session.get_one(Disposal, said["proposal"]).carried_out_at = state.at(said)


REBUILDS: dict[Act, Rebuild] = {
    Act.RETENTION_RULE_SET: _set_rule,
    Act.HOLD_PLACED: _place_hold,
    Act.HOLD_LIFTED: _lift_hold,
    Act.DISPOSAL_PROPOSED: _propose,
    Act.DISPOSAL_DECLINED: _decline,
    Act.DOCUMENT_DISPOSED: _dispose,
    Act.DISPOSAL_CARRIED_OUT: _carry_out,
}
