"""The note of the last round: when all of the library was checked, what came of it, and when it was last sound."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

ROUND_NOTE = "round.json"
EVERY = timedelta(minutes=15)
SHARE_OF_A_CORE = 0.1


@dataclass(frozen=True)
class RoundNote:
    """When the last round ended, what it said in a sentence, and when one last found the library sound (ISO 8601)."""

    checked_at: str = ""
    said: str = ""
    sound_at: str = ""

    def as_text(self) -> str:
        """Return the note as the data folder keeps it."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def from_text(text: str) -> "RoundNote":
        """Read a note; one that cannot be read says nothing, and is written anew."""
        try:
            found = json.loads(text)
            note = RoundNote(**{name: str(value) for name, value in found.items()})
            for instant in filter(None, (note.checked_at, note.sound_at)):
                datetime.fromisoformat(instant)
        except (ValueError, TypeError, AttributeError):
            return RoundNote()
        return note


def rest_after(took: float, cpu: float) -> float:
    """Return the seconds until the next round begins: every quarter of an hour, or later where that costs too much."""
    return max(EVERY.total_seconds(), cpu / SHARE_OF_A_CORE) - took
