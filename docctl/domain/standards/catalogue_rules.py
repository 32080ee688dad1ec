"""The rules that every standard in the catalogue obeys, checked on the rows as they were read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HARMONIZED_STRUCTURE = "harmonized-structure"
MAPPINGS = "mappings"

Row = Mapping[str, Any]
Rule = Callable[[Any], bool]

CLAUSE_KINDS = frozenset({"annex", "theme", "control", "principle", "core_subject", "issue"})
CONFIDENCE = frozenset({"high", "medium", "low"})
LONGEST_TITLE = 120
LONGEST_PARAPHRASE = 160
# Counts published for these editions: a row lost while editing a file shows here and nowhere else.
CONTROLS_BY_THEME = {"iso-27001-2022": {"A.5": 37, "A.6": 8, "A.7": 14, "A.8": 34}}
CLAUSES_BY_LEVEL = {"iatf-16949-2016": {1: 7, 2: 28, 4: 75, 5: 12}}

_ID = re.compile(r"[a-z][a-z0-9-]{1,60}")
_CODE = re.compile(r"[A-Z][A-Z/]{1,20} [0-9]{3,6}:[0-9]{4}")
_CLAUSE_ID = re.compile(r"(?:[0-9]{1,2}|[A-Z])(?:\.[0-9]{1,3}){0,5}(?:\.[a-z])?")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_ANNEX_THEME = re.compile(r"[A-Z]\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that breaks a rule: in which file, in which row, and what is wrong with it."""

    file: str
    row: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}.yaml, {self.row}: {self.message}" if self.row else f"{self.file}.yaml: {self.message}"


@dataclass(frozen=True, slots=True)
class Field:
    """What a row may or must hold under one key."""

    rule: Rule
    wanted: str
    required: bool = False


def is_text(value: Any) -> bool:
    """Trimmed text that is not empty."""
    return isinstance(value, str) and bool(value) and value == value.strip()


def is_text_list(value: Any) -> bool:
    """A list of texts."""
    return isinstance(value, list) and all(is_text(each) for each in value)


def is_row_list(value: Any) -> bool:
    """A list of rows."""
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def matches(pattern: re.Pattern[str]) -> Rule:
    """Text that matches the pattern from end to end."""
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def one_of(allowed: frozenset[str]) -> Rule:
    """One of the words allowed."""
    return lambda value: isinstance(value, str) and value in allowed


def is_whole_number(value: Any) -> bool:
    """A whole number, and not a yes or no."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_title(value: Any) -> bool:
    return value is None or (is_text(value) and len(value) <= LONGEST_TITLE)


def _is_clause_id_or_none(value: Any) -> bool:
    return value is None or matches(_CLAUSE_ID)(value)


_CONFIDENCE = Field(one_of(CONFIDENCE), "high, medium or low")
_CLAUSE_NUMBER = Field(matches(_CLAUSE_ID), "a clause number such as 7.5.3 or A.5.1", required=True)
_MONTH_FIELD = Field(matches(_MONTH), "a month such as 2015-09", required=True)

STANDARD_FIELDS = {
    "id": Field(matches(_ID), "lower-case letters, digits and hyphens", required=True),
    "code": Field(matches(_CODE), "a code such as ISO 9001:2015", required=True),
    "title": Field(is_text, "trimmed text", required=True),
    "edition": Field(is_whole_number, "a whole number", required=True),
    "published": _MONTH_FIELD,
    "amendments": Field(is_row_list, "a list of amendments", required=True),
    "certifiable": Field(_is_flag, "true or false", required=True),
    "confidence": Field(one_of(CONFIDENCE), "high, medium or low", required=True),
    "clauses": Field(is_row_list, "a list of clauses", required=True),
    "based_on": Field(is_text, "the id of a standard"),
    "supersedes": Field(is_text, "the id of a standard"),
    "confidence_note": Field(is_text, "trimmed text"),
    "documented_information": Field(is_row_list, "a list of rows"),
}
HARMONIZED_FIELDS = STANDARD_FIELDS | {"code": Field(is_text, "trimmed text", required=True)}
CLAUSE_FIELDS = {
    "id": _CLAUSE_NUMBER,
    "title": Field(_is_title, f"null or trimmed text of at most {LONGEST_TITLE} characters", required=True),
    "parent": Field(_is_clause_id_or_none, "null or a clause number", required=True),
    "harmonized": Field(_is_clause_id_or_none, "null or a clause number", required=True),
    "kind": Field(one_of(CLAUSE_KINDS), "one of " + ", ".join(sorted(CLAUSE_KINDS))),
    "theme": Field(is_text, "trimmed text"),
    "amended_by": Field(is_text, "the id of an amendment"),
    "inherits": Field(matches(_CLAUSE_ID), "a clause number"),
    "auditable": Field(_is_flag, "true or false"),
    "confidence": _CONFIDENCE,
}
HARMONIZED_CLAUSE_FIELDS = {name: CLAUSE_FIELDS[name] for name in ("id", "title", "parent")}
AMENDMENT_FIELDS = {
    "id": Field(is_text, "trimmed text", required=True),
    "title": Field(is_text, "trimmed text", required=True),
    "published": _MONTH_FIELD,
    "clauses": Field(is_text_list, "a list of clause numbers", required=True),
}
DEMAND_FIELDS = {
    "clause": _CLAUSE_NUMBER,
    "kind": Field(one_of(frozenset({"maintain", "retain"})), "maintain or retain", required=True),
    "what": Field(
        lambda value: is_text(value) and len(value) <= LONGEST_PARAPHRASE,
        f"a paraphrase of at most {LONGEST_PARAPHRASE} characters",
        required=True,
    ),
    "mandatory": Field(lambda value: value is True, "true", required=True),
    "condition": Field(is_text, "trimmed text"),
    "confidence": _CONFIDENCE,
}


def field_faults(file: str, where: str, row: Any, fields: Mapping[str, Field]) -> Iterator[Fault]:
    """Keys nobody knows, keys that are missing, and values of the wrong kind."""
    if not isinstance(row, dict):
        yield Fault(file, where, "is not a list of keys and values")
        return
    for key in row:
        if key not in fields:
            yield Fault(file, where, f"unknown key “{key}”")
    for key, field in fields.items():
        if key in row:
            if not field.rule(row[key]):
                yield Fault(file, where, f"{key} must be {field.wanted}")
        elif field.required:
            yield Fault(file, where, f"{key} is missing")


def standard_shape_faults(file: str, data: Any) -> Iterator[Fault]:
    """Whether a standard's file has the keys and the kinds of values that the other rules rely on."""
    harmonized = file == HARMONIZED_STRUCTURE
    faults = list(field_faults(file, "", data, HARMONIZED_FIELDS if harmonized else STANDARD_FIELDS))
    yield from faults
    if faults:
        return
    clause_fields = HARMONIZED_CLAUSE_FIELDS if harmonized else CLAUSE_FIELDS
    yield from _row_faults(file, "clause", "id", data["clauses"], clause_fields)
    yield from _row_faults(file, "amendment", "id", data["amendments"], AMENDMENT_FIELDS)
    demands = data.get("documented_information", [])
    yield from _row_faults(file, "documented information of clause", "clause", demands, DEMAND_FIELDS)


def _row_faults(file: str, word: str, key: str, rows: list[Row], fields: Mapping[str, Field]) -> Iterator[Fault]:
    for place, row in enumerate(rows, start=1):
        named = row.get(key)
        yield from field_faults(file, f"{word} {named if is_text(named) else f'in row {place}'}", row, fields)


def standard_faults(standards: Mapping[str, Row], harmonized: Row) -> Iterator[Fault]:
    """Everything wrong with the standards, each by itself and among each other; their shape is sound already."""
    places = frozenset(clause["id"] for clause in harmonized["clauses"])
    yield from clause_faults(HARMONIZED_STRUCTURE, harmonized["clauses"], places)
    codes = Counter(data["code"] for data in standards.values())
    for file, data in standards.items():
        if codes[data["code"]] > 1:
            yield Fault(file, "", f"the code {data['code']} is used by another file as well")
        yield from _identity_faults(file, data, standards)
        yield from clause_faults(file, data["clauses"], places)
        yield from _reference_faults(file, data, standards)
        yield from _demand_faults(file, data)
        yield from _count_faults(file, data["clauses"])


def _identity_faults(file: str, data: Row, standards: Mapping[str, Row]) -> Iterator[Fault]:
    if data["id"] != file:
        yield Fault(file, "", f"the id {data['id']} differs from the file name")
    if data["confidence"] != "high" and not data.get("confidence_note"):
        yield Fault(file, "", "confidence below high needs a confidence_note")
    for key in ("based_on", "supersedes"):
        if key not in data:
            continue
        if data[key] not in standards:
            yield Fault(file, "", f"{key} names {data[key]}, which is not in the catalogue")
        elif standards[data[key]]["published"] >= data["published"]:
            yield Fault(file, "", f"{key} names {data[key]}, which was not published earlier")


def clause_faults(file: str, clauses: Sequence[Row], places: frozenset[str]) -> Iterator[Fault]:
    """Clauses are unique, stand below their parent, keep document order and fill each harmonized place once."""
    ids = [clause["id"] for clause in clauses]
    for clause_id, count in Counter(ids).items():
        if count > 1:
            yield Fault(file, f"clause {clause_id}", f"appears {count} times")
    seen: set[str] = set()
    for clause in clauses:
        where, harmonized = f"clause {clause['id']}", clause.get("harmonized")
        for message in _parent_messages(clause["id"], clause["parent"], seen):
            yield Fault(file, where, message)
        if harmonized is not None and harmonized not in places:
            yield Fault(file, where, f"harmonized {harmonized} is not in the harmonized structure")
        seen.add(clause["id"])
    used = Counter(clause["harmonized"] for clause in clauses if clause.get("harmonized"))
    for place, count in used.items():
        if count > 1:
            yield Fault(file, "", f"harmonized {place} is used by {count} clauses")
    for earlier, later in zip(ids, sorted(ids, key=document_order), strict=True):
        if earlier != later:
            yield Fault(file, f"clause {earlier}", "is not in document order")
            break


def _parent_messages(clause_id: str, parent: str | None, seen: set[str]) -> Iterator[str]:
    if parent is None:
        if "." in clause_id:
            yield "a numbered subclause needs a parent"
        return
    if parent not in seen:
        yield f"parent {parent} does not stand before it"
    if clause_id.rpartition(".")[0] != parent:
        yield f"parent {parent} does not match its number"


def document_order(clause_id: str) -> list[tuple[int, int, str]]:
    """Sort key: chapters by number, then annexes by letter; 10.2 comes after 9.3."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in clause_id.split(".")]


def _reference_faults(file: str, data: Row, standards: Mapping[str, Row]) -> Iterator[Fault]:
    """Amendments and inherited clauses name clauses that exist, and both ends agree."""
    ids = {clause["id"] for clause in data["clauses"]}
    touched = {amendment["id"]: set(amendment["clauses"]) for amendment in data["amendments"]}
    base = standards.get(data.get("based_on", ""))
    inheritable = {clause["id"] for clause in base["clauses"]} if base else set()
    for amendment_id, clauses in touched.items():
        for unknown in sorted(clauses - ids):
            yield Fault(file, f"amendment {amendment_id}", f"names the unknown clause {unknown}")
    for clause in data["clauses"]:
        where = f"clause {clause['id']}"
        if "inherits" in clause and clause["inherits"] not in inheritable:
            yield Fault(file, where, f"inherits the unknown clause {clause['inherits']}")
        if "amended_by" in clause and clause["id"] not in touched.get(clause["amended_by"], ()):
            yield Fault(file, where, f"the amendment {clause['amended_by']} does not name it")


def _demand_faults(file: str, data: Row) -> Iterator[Fault]:
    """Documented information belongs to a known clause of a certifiable standard and is listed once."""
    demands = data.get("documented_information", [])
    if demands and not data["certifiable"]:
        yield Fault(file, "", "a guidance standard demands no documented information")
    ids = {clause["id"] for clause in data["clauses"]}
    rows = Counter((row["clause"], row["kind"], row["what"]) for row in demands)
    for (clause_id, _, what), count in rows.items():
        where = f"documented information of clause {clause_id}"
        if clause_id not in ids:
            yield Fault(file, where, "the clause does not exist")
        if count > 1:
            yield Fault(file, where, f"“{what}” is listed {count} times")


def _count_faults(file: str, clauses: Sequence[Row]) -> Iterator[Fault]:
    """The counts published for an edition, where there are any, agree with the rows."""
    if file in CONTROLS_BY_THEME:
        controls = Counter(clause["parent"] for clause in clauses if clause.get("kind") == "control")
        for theme, count in CONTROLS_BY_THEME[file].items():
            if controls[theme] != count:
                yield Fault(file, f"clause {theme}", f"has {controls[theme]} controls, the standard has {count}")
        for theme in controls.keys() - CONTROLS_BY_THEME[file].keys():
            yield Fault(file, f"clause {theme}", "holds controls, the standard has none there")
        ids = {clause["id"] for clause in clauses}
        for theme, count in CONTROLS_BY_THEME[file].items():
            for missing in (f"{theme}.{n}" for n in range(1, count + 1) if f"{theme}.{n}" not in ids):
                yield Fault(file, f"clause {missing}", "is missing")
    if file in CLAUSES_BY_LEVEL:
        numbers = [clause["id"].split(".") for clause in clauses if clause["id"][0].isdigit()]
        levels = Counter(len(number) for number in numbers if int(number[0]) >= 4)
        for level, count in CLAUSES_BY_LEVEL[file].items():
            if levels[level] != count:
                yield Fault(file, "", f"{levels[level]} clauses at level {level}, the standard has {count}")
