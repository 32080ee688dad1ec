"""Which clauses of different standards, or of two editions of one, play the same or a related part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

EQUAL = "equal"
RELATED = "related"

ClauseKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A corresponding clause: `equal` lets one document serve both, `related` leaves that to a person.

    `basis` says where it comes from: harmonized, pair, transition (between editions), inherited, or carried
    (a pair carried from one edition to the next).
    """

    standard_id: str
    clause_id: str
    relation: str
    basis: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CorrespondenceGroup:
    """Clauses that correspond each to each, because they stand at one place of the harmonized structure."""

    harmonized: str
    title: str
    relation: str
    members: tuple[ClauseKey, ...]


@dataclass(frozen=True, slots=True)
class CorrespondencePair:
    """Two clauses that correspond by judgement."""

    one: ClauseKey
    other: ClauseKey
    relation: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class TransitionException:
    """A clause whose successors in the next edition do not simply bear its own number."""

    clause_id: str
    successors: tuple[str, ...]
    relation: str


@dataclass(frozen=True, slots=True)
class Transition:
    """From one edition to the next: each clause keeps its number, unless an exception says otherwise."""

    old_standard: str
    new_standard: str
    exceptions: tuple[TransitionException, ...]
    new_clauses: tuple[str, ...]

    def steps(self, clause_ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Yield old clause, new clause and relation for every clause of the old edition."""
        exceptions = {each.clause_id: each for each in self.exceptions}
        for clause_id in clause_ids:
            exception = exceptions.get(clause_id)
            if exception is None:
                yield clause_id, clause_id, EQUAL
                continue
            for successor in exception.successors:
                yield clause_id, successor, exception.relation


@dataclass(frozen=True, slots=True)
class NoPeer:
    """A clause known to have no counterpart in the standards named."""

    standard_id: str
    clause_id: str
    against: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class CorrespondenceTable:
    """All that the catalogue says about correspondences."""

    groups: tuple[CorrespondenceGroup, ...] = ()
    pairs: tuple[CorrespondencePair, ...] = ()
    transitions: tuple[Transition, ...] = ()
    no_peer: tuple[NoPeer, ...] = ()


class _Edges:
    """Correspondences kept for both ends; what is stated first is not overwritten by what is derived later."""

    def __init__(self, no_peer: Sequence[NoPeer]) -> None:
        self.by_clause: dict[ClauseKey, dict[ClauseKey, Correspondence]] = defaultdict(dict)
        self._excluded = {(row.standard_id, row.clause_id, other) for row in no_peer for other in row.against}

    def add(self, one: ClauseKey, other: ClauseKey, relation: str, basis: str, note: str = "") -> None:
        """Record a correspondence, unless there is one already or the catalogue denies it."""
        denied = (*one, other[0]) in self._excluded or (*other, one[0]) in self._excluded
        if denied or one[0] == other[0] or other in self.by_clause[one]:
            return
        self.by_clause[one][other] = Correspondence(*other, relation, basis, note)
        self.by_clause[other][one] = Correspondence(*one, relation, basis, note)


def correspondences_of(
    table: CorrespondenceTable,
    clause_ids: Mapping[str, Sequence[str]],
    inherited: Mapping[ClauseKey, ClauseKey],
    order: Mapping[ClauseKey, int],
) -> dict[ClauseKey, tuple[Correspondence, ...]]:
    """Every clause's correspondences: groups, pairs, transitions, and what follows from them."""
    edges = _Edges(table.no_peer)
    successive = {frozenset((each.old_standard, each.new_standard)) for each in table.transitions}
    for group in table.groups:
        for one, other in combinations(group.members, 2):
            if frozenset((one[0], other[0])) not in successive:
                edges.add(one, other, group.relation, "harmonized")
    for pair in table.pairs:
        edges.add(pair.one, pair.other, pair.relation, "pair", pair.note)
    successors: dict[ClauseKey, list[tuple[ClauseKey, str]]] = defaultdict(list)
    for transition in table.transitions:
        for old, new, relation in transition.steps(clause_ids[transition.old_standard]):
            edges.add((transition.old_standard, old), (transition.new_standard, new), relation, "transition")
            successors[transition.old_standard, old].append(((transition.new_standard, new), relation))
    for pair in table.pairs:
        _carry_over(edges, pair, successors)
    _hand_down(edges, inherited)
    return {
        clause: tuple(row for _, row in sorted(rows.items(), key=lambda item: order[item[0]]))
        for clause, rows in edges.by_clause.items()
    }


def _carry_over(
    edges: _Edges, pair: CorrespondencePair, successors: Mapping[ClauseKey, list[tuple[ClauseKey, str]]]
) -> None:
    """A pair named for an older edition also holds for its successor, equal only where nothing shifted."""
    ones = [(pair.one, EQUAL), *successors.get(pair.one, ())]
    others = [(pair.other, EQUAL), *successors.get(pair.other, ())]
    for (one, first), (other, second) in product(ones, others):
        equal = pair.relation == first == second == EQUAL
        edges.add(one, other, EQUAL if equal else RELATED, "carried", pair.note)


def _hand_down(edges: _Edges, inherited: Mapping[ClauseKey, ClauseKey]) -> None:
    """A clause that shows the text of a base standard corresponds to it and to whatever that corresponds to."""
    for heir, ancestor in inherited.items():
        taken_over = [row for row in edges.by_clause[ancestor].values() if row.basis not in ("transition", "inherited")]
        edges.add(heir, ancestor, EQUAL, "inherited")
        for row in taken_over:
            edges.add(heir, (row.standard_id, row.clause_id), row.relation, row.basis, row.note)
