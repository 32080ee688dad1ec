"""Replays retention: rules, legal holds, and what was disposed of for good."""

from dataclasses import asdict

from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.retention.retention import (
    AUTHORISED,
    DECLINED,
    Disposal,
    LegalHold,
    Retention,
    RetentionRule,
    Rule,
    dispose,
    hold_ended_to,
)
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.documents import Kept
from docctl.domain.trail.events.recorded import Recorded
from docctl.domain.trail.events.retention import (
    DisposalCarriedOut,
    DisposalDeclined,
    DisposalProposed,
    DocumentDisposed,
    HoldLifted,
    HoldPlaced,
    RetentionRuleSet,
)
from docctl.replay.replaying import Rebuild, Replayed, on


def start_retention(state: Replayed, revision: Revision, kept: Kept | None) -> None:
    """Let the rule hold that was copied to a revision when it ended, where its type had one."""
    state.rows.note_end(revision)
    if kept is None:
        return
    state.rows.add(
        Retention(
            revision_id=revision.id,
            months=kept.months,
            then=kept.then,
            basis=kept.basis,
            since=kept.since,
            until=kept.until,
        )
    )


def _set_rule(state: Replayed, event: Recorded[RetentionRuleSet]) -> None:
    name, rule = event.subject.removeprefix("document_type:"), Rule(**event.details.new)
    kind = state.named(DocumentType, name)
    found = state.rows.find(RetentionRule, kind.id)
    if found is None:
        state.rows.add(RetentionRule(type_id=kind.id, **rule.as_row()))
    else:
        found.months, found.then, found.basis = rule.months, rule.then, rule.basis
    if event.details.also_ended:
        ended, zone = [*state.rows.ended(kind)], event.details.time_zone
        for row in [*hold_ended_to(ended, lambda number: state.rows.find(Retention, number), rule, zone)]:
            state.rows.add(row)


def _place_hold(state: Replayed, event: Recorded[HoldPlaced]) -> None:
    state.rows.add(
        LegalHold(
            id=event.details.hold,
            document_id=state.document(event).id,
            reason=event.reason,
            reference=event.details.reference,
            placed_by_id=event.account,
            placed_by=event.actor_name,
            placed_at=event.time,
        )
    )


def _lift_hold(state: Replayed, event: Recorded[HoldLifted]) -> None:
    hold = state.row(LegalHold, event.details.hold)
    hold.lifted_at, hold.lifted_because = event.time, event.reason
    hold.lifted_by_id, hold.lifted_by = event.account, event.actor_name


def _propose(state: Replayed, event: Recorded[DisposalProposed]) -> None:
    state.rows.add(
        Disposal(
            id=event.details.proposal,
            document_id=state.document(event).id,
            reason=event.reason,
            rule=event.details.rule,
            proposed_by_id=event.account,
            proposed_by=event.actor_name,
            proposed_at=event.time,
        )
    )


def _decline(state: Replayed, event: Recorded[DisposalDeclined]) -> None:
    _decide(state, event, DECLINED).decided_because = event.reason


def _dispose(state: Replayed, event: Recorded[DocumentDisposed]) -> None:
    _decide(state, event, AUTHORISED).tombstone = asdict(event.details.tombstone)
    dispose(state.document(event), event.time)


def _decide(state: Replayed, event: Recorded[DisposalDeclined | DocumentDisposed], outcome: str) -> Disposal:
    disposal = state.row(Disposal, event.details.proposal)
    disposal.outcome, disposal.decided_at = outcome, event.time
    disposal.decided_by_id, disposal.decided_by = event.account, event.actor_name
    return disposal


def _carry_out(state: Replayed, event: Recorded[DisposalCarriedOut]) -> None:
    state.row(Disposal, event.details.proposal).carried_out_at = event.time


REBUILDS: dict[Act, Rebuild] = dict(
    (
        on(RetentionRuleSet, _set_rule),
        on(HoldPlaced, _place_hold),
        on(HoldLifted, _lift_hold),
        on(DisposalProposed, _propose),
        on(DisposalDeclined, _decline),
        on(DocumentDisposed, _dispose),
        on(DisposalCarriedOut, _carry_out),
    )
)
