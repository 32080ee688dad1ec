"""The rules that the correspondences between standards obey, checked on the rows as they were read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from docctl.domain.standards.catalogue_rules import (
    MAPPINGS,
    Fault,
    Field,
    Row,
    field_faults,
    is_row_list,
    is_text,
    is_text_list,
)
from docctl.domain.standards.correspondence import EQUAL, RELATED, ClauseKey

_TEXT = Field(is_text, "trimmed text", required=True)
_NOTE = Field(is_text, "trimmed text")
_RELATION = Field(lambda value: value in (EQUAL, RELATED), "equal or related", required=True)
_CLAUSES = Field(is_text_list, "a list of clause numbers", required=True)
_ROWS = Field(is_row_list, "a list of rows", required=True)


def _is_members(value: Any) -> bool:
    return isinstance(value, dict) and all(is_text(key) and is_text_list(ids) for key, ids in value.items())


TABLE_FIELDS = {
    "id": Field(lambda value: value == MAPPINGS, MAPPINGS, required=True),
    "relations": Field(lambda value: value == [EQUAL, RELATED], "[equal, related]", required=True),
    "groups": _ROWS,
    "pairs": _ROWS,
    "transitions": _ROWS,
    "no_peer": _ROWS,
}
ROW_FIELDS: dict[str, dict[str, Field]] = {
    "groups": {
        "harmonized": _TEXT,
        "title": _TEXT,
        "relation": _RELATION,
        "members": Field(_is_members, "standards with their clause numbers", required=True),
    },
    "pairs": {
        "from": _TEXT,
        "from_clause": _TEXT,
        "to": _TEXT,
        "to_clause": _TEXT,
        "relation": _RELATION,
        "note": _NOTE,
    },
    "transitions": {
        "from": _TEXT,
        "to": _TEXT,
        "default": Field(lambda value: value == "same_id", "same_id", required=True),
        "exceptions": _ROWS,
        "new": _CLAUSES,
    },
    "no_peer": {
        "standard": _TEXT,
        "clause": _TEXT,
        "against": Field(is_text_list, "a list of standards", required=True),
        "note": _NOTE,
    },
}
EXCEPTION_FIELDS = {"from": _TEXT, "to": _CLAUSES, "relation": _RELATION}


def table_shape_faults(data: Any) -> Iterator[Fault]:
    """Whether the table of correspondences has the keys and kinds of values that the other rules rely on."""
    faults = list(field_faults(MAPPINGS, "", data, TABLE_FIELDS))
    yield from faults
    if faults:
        return
    for part, fields in ROW_FIELDS.items():
        for place, row in enumerate(data[part], start=1):
            broken = list(field_faults(MAPPINGS, f"{part} row {place}", row, fields))
            yield from broken
            if part == "transitions" and not broken:
                for exception in row["exceptions"]:
                    yield from field_faults(MAPPINGS, f"{part} row {place}", exception, EXCEPTION_FIELDS)


def correspondence_faults(table: Row, standards: Mapping[str, Row]) -> Iterator[Fault]:
    """Everything wrong with the correspondences; the shape of all rows is sound already."""
    known = {name: {clause["id"] for clause in data["clauses"]} for name, data in standards.items()}
    edges: dict[frozenset[ClauseKey], str] = {}
    yield from _group_faults(table, standards, known, edges)
    for place, row in enumerate(table["pairs"], start=1):
        one, other = (row["from"], row["from_clause"]), (row["to"], row["to_clause"])
        where = f"pairs row {place}"
        yield from _unknown_faults(where, [one, other], known)
        yield from _edge_faults(where, one, other, edges)
    for place, row in enumerate(table["transitions"], start=1):
        yield from _transition_faults(f"transitions row {place}", row, standards, known)
    yield from _no_peer_faults(table, known, edges)


def _unknown_faults(where: str, clauses: list[ClauseKey], known: Mapping[str, set[str]]) -> Iterator[Fault]:
    for standard_id, clause_id in clauses:
        if standard_id not in known:
            yield Fault(MAPPINGS, where, f"unknown standard {standard_id}")
        elif clause_id not in known[standard_id]:
            yield Fault(MAPPINGS, where, f"unknown clause {clause_id} of {standard_id}")


def _edge_faults(
    where: str, one: ClauseKey, other: ClauseKey, edges: dict[frozenset[ClauseKey], str]
) -> Iterator[Fault]:
    """Record a correspondence between two standards; a second one for the same clauses is a fault."""
    if one[0] == other[0]:
        yield Fault(MAPPINGS, where, f"{one[1]} and {other[1]} are both in {one[0]}")
    edge = frozenset((one, other))
    if edge in edges:
        yield Fault(MAPPINGS, where, f"{' '.join(one)} and {' '.join(other)} correspond already by {edges[edge]}")
    edges[edge] = where


def _group_faults(
    table: Row,
    standards: Mapping[str, Row],
    known: Mapping[str, set[str]],
    edges: dict[frozenset[ClauseKey], str],
) -> Iterator[Fault]:
    places = {
        (name, clause["id"]): clause["harmonized"] for name, data in standards.items() for clause in data["clauses"]
    }
    superseded = {(name, data["supersedes"]) for name, data in standards.items() if "supersedes" in data}
    for place, row in enumerate(table["groups"], start=1):
        where = f"groups row {place}"
        members = [(name, clause_id) for name, clauses in row["members"].items() for clause_id in clauses]
        yield from _unknown_faults(where, members, known)
        for member in members:
            if places.get(member, row["harmonized"]) != row["harmonized"]:
                yield Fault(MAPPINGS, where, f"{' '.join(member)} does not carry harmonized {row['harmonized']}")
        for one, other in combinations(members, 2):
            if (one[0], other[0]) not in superseded and (other[0], one[0]) not in superseded:
                yield from _edge_faults(where, one, other, edges)


def _transition_faults(
    where: str, row: Row, standards: Mapping[str, Row], known: Mapping[str, set[str]]
) -> Iterator[Fault]:
    """Every clause of the older edition leads somewhere, and the clauses without predecessor are the ones listed."""
    for name in (row["from"], row["to"]):
        if name not in known:
            yield Fault(MAPPINGS, where, f"unknown standard {name}")
            return
    if standards[row["to"]].get("supersedes") != row["from"]:
        yield Fault(MAPPINGS, where, f"{row['to']} does not supersede {row['from']}")
    old, new = known[row["from"]], known[row["to"]]
    exceptions = {exception["from"]: exception["to"] for exception in row["exceptions"]}
    if len(exceptions) < len(row["exceptions"]):
        yield Fault(MAPPINGS, where, "lists an exception twice")
    for unknown in sorted(exceptions.keys() - old):
        yield Fault(MAPPINGS, where, f"lists an exception for the unknown clause {unknown}")
    successors = set()
    for clause_id in sorted(old):
        for successor in exceptions.get(clause_id, [clause_id]):
            successors.add(successor)
            if successor not in new:
                yield Fault(MAPPINGS, where, f"{clause_id} leads to the unknown clause {successor}")
    if new - successors != set(row["new"]):
        found = ", ".join(sorted(new - successors)) or "none"
        yield Fault(MAPPINGS, where, f"the clauses without predecessor are {found}")


def _no_peer_faults(
    table: Row, known: Mapping[str, set[str]], edges: Mapping[frozenset[ClauseKey], str]
) -> Iterator[Fault]:
    """A clause said to have no counterpart in a standard has none."""
    peers = {(clause, standard_id) for edge in edges for clause in edge for standard_id, _ in edge - {clause}}
    for place, row in enumerate(table["no_peer"], start=1):
        where, clause = f"no_peer row {place}", (row["standard"], row["clause"])
        yield from _unknown_faults(where, [clause], known)
        for other in row["against"]:
            if other not in known:
                yield Fault(MAPPINGS, where, f"unknown standard {other}")
            elif (clause, other) in peers:
                yield Fault(MAPPINGS, where, f"{' '.join(clause)} does correspond to a clause of {other}")
