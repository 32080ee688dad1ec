"""The catalogue of standards as YAML files: read with PyYAML, checked against the rules, never half loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from docctl.domain.errors import CatalogueError
from docctl.domain.standards.catalogue_rules import (
    HARMONIZED_STRUCTURE,
    MAPPINGS,
    Fault,
    Row,
    standard_faults,
    standard_shape_faults,
)
from docctl.domain.standards.correspondence import (
    CorrespondenceGroup,
    CorrespondencePair,
    CorrespondenceTable,
    NoPeer,
    Transition,
    TransitionException,
)
from docctl.domain.standards.correspondence_rules import correspondence_faults, table_shape_faults
from docctl.domain.standards.standard import Amendment, Catalogue, Clause, DocumentedInformation, Standard
from docctl.texts.short_list import told_of

LARGEST_FILE_BYTES = 2_000_000
FAULTS_NAMED = 5
_ADDRESS = re.compile(r"https?://|www\.|(?<![\w.])/(?:tmp|work|home|root|usr|etc)/")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeyLoader(_Loader):  # type: ignore[misc, valid-type]
    """Reads plain YAML and refuses a key that appears twice, of which the earlier value would be lost silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node; raises a YAML error at the second appearance of a key."""
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.constructor.ConstructorError(None, None, "a key appears twice", key.start_mark)
            seen.add(str(key.value))
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def load_catalogue(folder: Path | str) -> Catalogue:
    """Read every standard in the folder; raises CatalogueError, naming file and row, when any rule is broken."""
    files = {path.stem: _read(path) for path in sorted(Path(folder).glob("*.yaml"))}
    for needed in (HARMONIZED_STRUCTURE, MAPPINGS):
        if needed not in files:
            raise CatalogueError("The catalogue of standards was refused: %(needed)s.yaml is missing.", needed=needed)
    table = files.pop(MAPPINGS)
    faults = [fault for name, data in files.items() for fault in standard_shape_faults(name, data)]
    _refuse(faults + list(table_shape_faults(table)))
    harmonized = files.pop(HARMONIZED_STRUCTURE)
    if not files:
        raise CatalogueError("The catalogue of standards was refused: it holds no standard.")
    _refuse(list(standard_faults(files, harmonized)))
    _refuse(list(correspondence_faults(table, files)))
    return Catalogue(tuple(_standard(data) for data in files.values()), _table(table))


def _refuse(faults: list[Fault]) -> None:
    if not faults:
        return
    raise CatalogueError("The catalogue of standards was refused: %(named)s.", named=told_of(faults, FAULTS_NAMED))


def _read(path: Path) -> Any:
    """The content of one file; raises CatalogueError when it is too large, not UTF-8 or not plain YAML."""
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            _refuse([Fault(path.stem, "", f"is larger than {LARGEST_FILE_BYTES:,} bytes")])
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise CatalogueError(
            "%(path)s cannot be read: %(strerror)s.", path=path.name, strerror=error.strerror
        ) from error
    except UnicodeDecodeError as error:
        raise CatalogueError(
            "The catalogue of standards was refused: %(path)s is not UTF-8 text.", path=path.name
        ) from error
    if _ADDRESS.search(text):
        _refuse([Fault(path.stem, "", "holds a web address or a path of one machine")])
    try:
        return yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506  (a safe loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        row = f"line {mark.line + 1}" if mark else ""
        _refuse([Fault(path.stem, row, f"is not plain YAML ({getattr(error, 'problem', None) or 'too deep'})")])


def _standard(data: Row) -> Standard:
    name = data["id"]
    return Standard(
        id=name,
        code=data["code"],
        title=data["title"],
        edition=data["edition"],
        published=data["published"],
        certifiable=data["certifiable"],
        clauses=tuple(Clause(standard_id=name, **row) for row in data["clauses"]),
        supersedes=data.get("supersedes"),
        based_on=data.get("based_on"),
        documented_information=tuple(_demand(name, row) for row in data.get("documented_information", ())),
        amendments=tuple(
            Amendment(row["id"], row["title"], row["published"], tuple(row["clauses"])) for row in data["amendments"]
        ),
        confidence=data["confidence"],
        confidence_note=data.get("confidence_note", ""),
    )


def _demand(standard_id: str, row: Row) -> DocumentedInformation:
    return DocumentedInformation(
        standard_id=standard_id,
        clause_id=row["clause"],
        kind=row["kind"],
        what=row["what"],
        condition=row.get("condition", ""),
        confidence=row.get("confidence", "high"),
    )


def _table(data: Mapping[str, Any]) -> CorrespondenceTable:
    return CorrespondenceTable(
        groups=tuple(
            CorrespondenceGroup(
                row["harmonized"],
                row["title"],
                row["relation"],
                tuple((name, clause_id) for name, clauses in row["members"].items() for clause_id in clauses),
            )
            for row in data["groups"]
        ),
        pairs=tuple(
            CorrespondencePair(
                (row["from"], row["from_clause"]), (row["to"], row["to_clause"]), row["relation"], row.get("note", "")
            )
            for row in data["pairs"]
        ),
        transitions=tuple(
            Transition(
                row["from"],
                row["to"],
                tuple(
                    TransitionException(each["from"], tuple(each["to"]), each["relation"]) for each in row["exceptions"]
                ),
                tuple(row["new"]),
            )
            for row in data["transitions"]
        ),
        no_peer=tuple(
            NoPeer(row["standard"], row["clause"], tuple(row["against"]), row.get("note", ""))
            for row in data["no_peer"]
        ),
    )
