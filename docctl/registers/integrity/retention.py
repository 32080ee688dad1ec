"""Checks retention: rules, holds and disposals against their events, and that nothing disposed of is still there."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime
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
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.documents import Kept
from docctl.domain.trail.events.form import form_of
from docctl.registers.integrity.finding import Finding, broken, repairable

_ENDS = (Act.REVISION_SUPERSEDED, Act.DOCUMENT_WITHDRAWN, Act.REVISION_DISCARDED, Act.EARLIER_ADOPTED)
_DECIDES = {Act.DISPOSAL_DECLINED: DECLINED, Act.DOCUMENT_DISPOSED: AUTHORISED}
Row = tuple[Any, ...]


@dataclass
class Ended:
    """A revision that has ended: when, and what holds for it since."""

    at: datetime
    row: dict[str, Any] | None


class RetentionReplay:
    """Takes events in order, then compares what they say about retention with the tables."""

    def __init__(self) -> None:
        self.rules: dict[str, dict[str, Any]] = {}
        self.ended: dict[tuple[str, int], Ended] = {}
        self.holds: dict[int, Row] = {}
        self.disposals: dict[int, dict[str, Any]] = {}
        self.tombstones: dict[str, dict[str, Any]] = {}
        self._types: dict[str, str] = {}

    def take(self, said: dict[str, Any]) -> None:
        """Take one event as it was recorded."""
        act, number = said.get("action", ""), said.get("document") or ""
        if act == Act.DOCUMENT_CREATED:
            self._types[number] = said["type"]
        elif act in _ENDS:
            at = datetime.fromisoformat(said.get("ended_at", said["time"]))
            self.ended[number, said["revision"]] = Ended(at, said.get("retention"))
        elif act == Act.RETENTION_RULE_SET:
            self._set_rule(said["subject"].removeprefix("document_type:"), said)
        elif act == Act.HOLD_PLACED:
            self.holds[said["hold"]] = (number, said["reason"], said["reference"], said["actor_name"], "", "")
        elif act == Act.HOLD_LIFTED:
            self.holds[said["hold"]] = (*self.holds[said["hold"]][:4], said["actor_name"], said["reason"])
        elif act == Act.DISPOSAL_PROPOSED:
            known = {"document": number, "reason": said["reason"], "rule": said["rule"], "by": said["actor_name"]}
            self.disposals[said["proposal"]] = known | {"outcome": PROPOSED, "decided_by": "", "tombstone": {}}
        elif act in _DECIDES:
            tombstone = said.get("tombstone", {})
            decided = {"outcome": _DECIDES[Act(act)], "decided_by": said["actor_name"], "tombstone": tombstone}
            self.disposals[said["proposal"]] |= decided
            if act == Act.DOCUMENT_DISPOSED:
                self.tombstones[number] = tombstone

    def _set_rule(self, kind: str, said: dict[str, Any]) -> None:
        self.rules[kind] = said["new"]
        if not said["also_ended"]:
            return
        rule, zone = Rule(**said["new"]), ZoneInfo(said["time_zone"])
        for (number, _), ended in self.ended.items():
            if self._types.get(number) == kind and number not in self.tombstones:
                since = date.fromisoformat(ended.row["since"]) if ended.row else ended.at.astimezone(zone).date()
                until = rule.until(since)
                ended.row = rule.as_row() | {"since": str(since), "until": str(until) if until else None}

    def compare(self, session: Session) -> Iterator[Finding]:
        """Find where the tables say something else about retention than the events."""
        numbers = {row[0]: row[1] for row in session.execute(select(Document.id, Document.number))}
        rules = select(DocumentType.name, RetentionRule).join(RetentionRule, RetentionRule.type_id == DocumentType.id)
        now = {name: found.rule.as_row() for name, found in session.execute(rules)}
        yield from _differing("The retention rule of the type {}", now, self.rules)
        ended = select(Revision.document_id, Revision.number, Retention).join(Retention)
        rows = {
            f"{numbers[place]} revision {n}": form_of(Kept).write(row.kept) for place, n, row in session.execute(ended)
        }
        must = {f"{number} revision {n}": each.row for (number, n), each in self.ended.items() if each.row}
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
            own = [each for each in tombstone["objects"] if each not in kept_objects]
            there = len(own) - len(tools.git_library.missing(control.library, own))
            if there:
                sentence = f"{number} was disposed of, but {there} of its objects are still in Git; they are erased."
                yield repairable("I3", number, sentence)
            texts = [each for each in tombstone["texts"] if each not in kept_texts]
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
