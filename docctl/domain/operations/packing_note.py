"""The note of the last packing of the Git library: when it was done, what was swept, and what went wrong since."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

PACKING_NOTE = "packing.json"
LOOSE_AT_MOST, PACKS_AT_MOST = 6_000, 20


@dataclass(frozen=True)
class PackingNote:
    """When the library was last packed and swept, with the names of what was swept, and the trouble since."""

    packed_at: str = ""
    swept_at: str = ""
    swept: tuple[str, ...] = ()
    trouble: str = ""
    tried_at: str = ""

    def as_text(self) -> str:
        """Return the note as the data folder keeps it."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @staticmethod
    def from_text(text: str) -> "PackingNote":
        """Read a note; one that cannot be read says nothing, and is written anew."""
        try:
            found = json.loads(text)
            return PackingNote(**{**found, "swept": tuple(found["swept"])})
        except (ValueError, TypeError, KeyError):
            return PackingNote()


def was_before(instant: str, limit: datetime) -> bool:
    """Say whether something was done before a limit, or never."""
    return not instant or datetime.fromisoformat(instant) < limit
