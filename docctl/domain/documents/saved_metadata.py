"""Reads what a saved draft says about itself from its ``document.yaml``, as domain/document_metadata wrote it."""

import json
from typing import Any

from docctl.domain.documents.document_metadata import DocumentMetadata


def metadata_in(data: bytes) -> DocumentMetadata:
    """Return the metadata in the bytes of a ``document.yaml``; raise ValueError or KeyError where it is none."""
    row: dict[str, Any] = {"clauses": []}
    for line in data.decode().splitlines():
        name, _, value = line.partition(": ")
        if line.startswith("  - "):
            row["clauses"].append(json.loads(line.removeprefix("  - ")))
        elif value and name not in ("number", "type"):
            row[name] = json.loads(value)
    return DocumentMetadata.from_row(row)
