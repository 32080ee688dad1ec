"""The sources of this program, by which a cache knows that what it keeps was made by other ones."""

import hashlib
from functools import cache
from pathlib import Path

_PROGRAM = Path(__file__).resolve().parents[1]
_KINDS = (".py", ".lua", ".typ", ".json", ".xml")


@cache
def digest_of(*rooms: str) -> str:
    """Return the SHA-256 of the sources in some rooms, such as ``adapters/reading_view``."""
    whole = hashlib.sha256()
    for room in rooms:
        for path in sorted((_PROGRAM / room).rglob("*")):
            if path.suffix in _KINDS:
                whole.update(f"{path.relative_to(_PROGRAM)}\0".encode() + path.read_bytes())
    return whole.hexdigest()
