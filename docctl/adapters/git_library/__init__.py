"""The Git library: a bare repository that holds the bytes for ever, driven by fixed plumbing commands only."""

from docctl.adapters.git_library.erasing import erase, history, missing, require_present
from docctl.adapters.git_library.growing_ledger import GrowingLedger
from docctl.adapters.git_library.objects import (
    CommitText,
    GitObject,
    blob,
    commit,
    stored,
    tree,
    trees,
    without_signature,
)
from docctl.adapters.git_library.repository import GitLibrary, RefMove

__all__ = [
    "CommitText",
    "GitLibrary",
    "GitObject",
    "GrowingLedger",
    "RefMove",
    "blob",
    "commit",
    "erase",
    "history",
    "missing",
    "require_present",
    "stored",
    "tree",
    "trees",
    "without_signature",
]
