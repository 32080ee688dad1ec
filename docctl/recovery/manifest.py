"""What a backup says of itself: the instant that it holds, who signed it, and each of its files."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from docctl.domain.trail.events.form import Earlier, form_of

FORMAT, IN_SEVERAL_BUNDLES, WITH_LOSSES = 1, 2, 3
"""A backup with losses may lack objects that two persons accepted as lost; Git clones nothing from its bundles."""
MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"
NAMESPACE = "docctl-backup"
BUNDLE = "library.bundle"


def control_sum(path: Path) -> str:
    """Return the SHA-256 of a file, however large it is."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class ListedFile:
    """A file of a backup."""

    sha256: Annotated[str, "Its fingerprint."]
    size: Annotated[int, "Its size in bytes."]


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    format: Annotated[int, "The format of the backup."]
    organisation: Annotated[str, "The name of the organisation."]
    made_at: Annotated[str, "When it was made."]
    program: Annotated[str, "The version of docctl that made it.", Earlier("")]
    schema: Annotated[str, "The version of the tables."]
    seq: Annotated[int, "The number of the newest event in it."]
    chain: Annotated[str, "The chain up to that event."]
    ledger_commit: Annotated[str, "The commit of that event on the ledger."]
    key: Annotated[str, "The public key that signs this list."]
    files: Annotated[dict[str, ListedFile], "Each file by its path."]

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """Return what plain values say; raises ValueError where something is missing or of another type."""
        return cls(**form_of(cls).read(row, {}))

    @property
    def size(self) -> int:
        """How large all files are together, in bytes."""
        return sum(file.size for file in self.files.values())

    @property
    def bundles(self) -> list[str]:
        """The bundles of Git, each of which goes on from those before it."""
        later = sorted(name for name in self.files if re.fullmatch(r"library\.\d{4}\.bundle", name))
        return [BUNDLE, *later]

    @property
    def text(self) -> bytes:
        """The list as it is signed."""
        return (json.dumps(form_of(Manifest).write(self), indent=1, sort_keys=True) + "\n").encode()
