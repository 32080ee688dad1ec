"""A file of a revision as Git keeps it, and the fingerprint over all files of a revision."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

CONTENT = "content.md"
METADATA = "document.yaml"
WORD_SOURCE = "content.docx"
"""What the author wrote, and goes on writing in: with its fields, bound controls, tracked changes and comments."""
FIXED_WORD = "fixed.docx"
"""What is issued of it, where that is not the same: the text fixed as the page shows it."""


@dataclass(frozen=True, order=True)
class StoredFile:
    """One file of a revision: its path, its Git blob, its SHA-256 and its size in bytes."""

    path: str
    blob: str
    sha256: str
    size: int

    def as_row(self) -> dict[str, Any]:
        """Return the file as it is kept in a table."""
        return asdict(self)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def fingerprint(files: Iterable[StoredFile]) -> str:
    """Return the SHA-256 over a revision's files: the lines ``sha256  path`` in the order of the paths."""
    lines = "".join(f"{file.sha256}  {file.path}\n" for file in sorted(files, key=lambda file: file.path))
    return sha256(lines.encode())
