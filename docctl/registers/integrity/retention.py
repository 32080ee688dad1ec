"""Checks retention: rules, holds and disposals against their events, and that nothing disposed of is still there."""

from collections.abc import Iterator, Set
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.retention.retention import (
    AUTHORISED,
    DECLINED,
    PROPOSED,
    Disposal,
    LegalHold,
    Retention,
    RetentionRule,
    Rule,
)
from docctl.domain.trail.events.documents import DocumentCreated, DocumentWithdrawn, Kept, RevisionDiscarded
from docctl.domain.trail.events.intake import EarlierAdopted
from docctl.domain.trail.events.issued_files import RevisionSuperseded
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.retention import (
    DisposalDeclined,
    DisposalProposed,
    DocumentDisposed,
    HoldLifted,
    HoldPlaced,
    RetentionRuleSet,
    Tombstone,
)
from docctl.registers.integrity.finding import Finding, broken, repairable

Row = tuple[Any, ...]


@dataclass
class Ended:
    """A revision that has ended: when, and what holds for it since."""

    at: datetime
    kept: Kept | None


class RetentionReplay:
    """Takes events in order, then compares what they say about retention with the tables."""

    def __init__(self) -> None:
        self.rules: dict[str, dict[str, Any]] = {}
        self.ended: dict[tuple[str, int], Ended] = {}
        self.holds: dict[int, Row] = {}
        self.disposals: dict[int, dict[str, Any]] = {}
        self.tombstones: dict[str, Tombstone] = {}
        self._types: dict[str, str] = {}

    def take(self, event: Recorded[Details]) -> None:
        """Take one event as it was recorded."""
        match event.details:
            case DocumentCreated(type=kind):
                self._types[event.number] = kind
            case RevisionSuperseded() | DocumentWithdrawn() | RevisionDiscarded() as told:
                self.ended[event.key] = Ended(event.time, told.retention)
            case EarlierAdopted(ended_at=ended_at, retention=kept):
                self.ended[event.key] = Ended(ended_at, kept)
            case RetentionRuleSet() as told:
                self._set_rule(event.subject.removeprefix("document_type:"), told)
            case HoldPlaced(hold=hold, reference=reference):
                self.holds[hold] = (event.number, event.reason, reference, event.actor_name, "", "")
            case HoldLifted(hold=hold):
                self.holds[hold] = (*self.holds[hold][:4], event.actor_name, event.reason)
            case DisposalProposed() | DisposalDeclined() | DocumentDisposed() as told:
                self._dispose(event, told)

    def _dispose(
        self, event: Recorded[Details], told: DisposalProposed | DisposalDeclined | DocumentDisposed
    ) -> None:  # fmt: skip
        match told:
            case DisposalProposed(rule=rule):
                known = {"document": event.number, "reason": event.reason, "rule": rule, "by": event.actor_name}
                self.disposals[told.proposal] = known | {"outcome": PROPOSED, "decided_by": "", "tombstone": {}}
            case DisposalDeclined():
                self.disposals[told.proposal] |= {"outcome": DECLINED, "decided_by": event.actor_name}
            case DocumentDisposed(tombstone=tombstone):
                decided = {"outcome": AUTHORISED, "decided_by": event.actor_name, "tombstone": asdict(tombstone)}
                self.disposals[told.proposal] |= decided
                self.tombstones[event.number] = tombstone

    def _set_rule(self, kind: str, told: RetentionRuleSet) -> None:
        self.rules[kind] = told.new
        if not told.also_ended:
            return
        rule, zone = Rule(**told.new), ZoneInfo(told.time_zone)
        for (number, _), ended in self.ended.items():
            if self._types.get(number) == kind and number not in self.tombstones:
                since = ended.kept.since if ended.kept else ended.at.astimezone(zone).date()
                ended.kept = Kept(rule.months, rule.then, rule.basis, since, rule.until(since))

    def compare(self, session: Session) -> Iterator[Finding]:
        """Find where the tables say something else about retention than the events."""
        numbers = {row[0]: row[1] for row in session.execute(select(Document.id, Document.number))}
        rules = select(DocumentType.name, RetentionRule).join(RetentionRule, RetentionRule.type_id == DocumentType.id)
        now = {name: found.rule.as_row() for name, found in session.execute(rules)}
        yield from _differing("The retention rule of the type {}", now, self.rules)
        ended = select(Revision.document_id, Revision.number, Retention).join(Retention)
        rows = {f"{numbers[place]} revision {n}": row.kept for place, n, row in session.execute(ended)}
        must = {f"{number} revision {n}": each.kept for (number, n), each in self.ended.items() if each.kept}
        yield from _differing("The retention of {}", rows, must)
        holds = {row.id: _hold_row(numbers[row.document_id], row) for row in session.scalars(select(LegalHold))}
        yield from _differing("Legal hold {}", holds, self.holds)
        disposals = {row.id: _disposal_row(numbers[row.document_id], row) for row in session.scalars(select(Disposal))}
        yield from _differing("The disposal {}", disposals, self.disposals)
        disposed = set(session.scalars(select(Document.number).where(Document.disposed_at.is_not(None))))
        for number in sorted(disposed ^ self.tombstones.keys()):
            what = "is said to be disposed of" if number in disposed else "is no longer said to be disposed of"
            yield broken("I4", number, f"{number} {what} in the database, but no event did that.")

    def check_erased(
        self, control: DocumentControl, kept_objects: Set[str], kept_texts: Set[str]
    ) -> Iterator[Finding]:  # fmt: skip
        """Find what is still there of documents that were disposed of; a follower erases it."""
        for number, tombstone in sorted(self.tombstones.items()):
            own = [each for each in tombstone.objects if each not in kept_objects]
            there = len(own) - len(tools.git_library.missing(control.library, own))
            if there:
                sentence = f"{number} was disposed of, but {there} of its objects are still in Git; they are erased."
                yield repairable("I3", number, sentence)
            texts = [each for each in tombstone.texts if each not in kept_texts]
            if any(control.rendered_texts.keeps(each) for each in texts):
                yield repairable("I3", number, f"{number} was disposed of, but its text is still in the cache.")


def _differing(what: str, is_now: dict[Any, Any], must_be: dict[Any, Any]) -> Iterator[Finding]:
    for key in sorted(is_now.keys() | must_be.keys()):
        if is_now.get(key) != must_be.get(key):
            name = what.format(key)
            yield broken("I4", str(key), f"{name} is not what was recorded: it was changed, added or lost.")


def _hold_row(number: str, row: LegalHold) -> Row:
    return number, row.reason, row.reference, row.placed_by, row.lifted_by, row.lifted_because


def _disposal_row(number: str, row: Disposal) -> dict[str, Any]:
    return {
        "document": number,
        "reason": row.reason,
        "rule": row.rule,
        "by": row.proposed_by,
        "outcome": row.outcome,
        "decided_by": row.decided_by,
        "tombstone": row.tombstone,
    }
