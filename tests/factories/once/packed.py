"""A Git library with all its objects in one file, which is copied sooner than a hundred in as many folders."""

import subprocess
from pathlib import Path


def pack(library: Path) -> None:
    """Put every object into one pack, those too that no reference leads to yet."""
    listed = _git(library, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    _git(library, "pack-objects", "-q", "objects/pack/pack", given=listed)
    _git(library, "prune-packed", "-q")


def unpack(library: Path) -> None:
    """Put every object into a file of its own again, for tests that lose or swap one."""
    for packed in (library / "objects" / "pack").glob("*.pack"):
        apart = packed.rename(library / packed.name)
        packed.with_suffix(".idx").unlink()
        _git(library, "unpack-objects", "-q", given=apart.read_bytes())
        apart.unlink()


def _git(library: Path, *arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(["git", *arguments], cwd=library, input=given, capture_output=True, check=True).stdout
