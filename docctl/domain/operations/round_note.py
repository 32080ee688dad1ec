"""The note of the last round: when all of the library was checked, what came of it, and when it was last sound."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

ROUND_NOTE = "round.json"
EVERY = timedelta(minutes=15)
SHARE_OF_A_CORE = 0.1
TURNS = 8
"""What people are shown costs most to compare, so that each round compares every eighth revision, by turns."""


@dataclass(frozen=True)
class RoundNote:
    """When the last round ended, what it said, when one last found all sound (ISO 8601), and whose turn it was."""

    checked_at: str = ""
    said: str = ""
    sound_at: str = ""
    turn: int = 0

    def as_text(self) -> str:
        """Return the note as the data folder keeps it."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def of(data: Path) -> "RoundNote":
        """Return the note in a data folder; an empty one where no round was gone yet."""
        path = data / ROUND_NOTE
        return RoundNote.from_text(path.read_text()) if path.is_file() else RoundNote()

    @staticmethod
    def from_text(text: str) -> "RoundNote":
        """Read a note; one that cannot be read says nothing, and is written anew."""
        try:
            found = json.loads(text)
            turn = int(found.pop("turn", 0))
            note = RoundNote(**{name: str(value) for name, value in found.items()}, turn=turn)
            for instant in filter(None, (note.checked_at, note.sound_at)):
                datetime.fromisoformat(instant)
            if note.turn not in range(TURNS):
                return RoundNote()
        except (ValueError, TypeError, AttributeError):
            return RoundNote()
        return note


def rest_after(took: float, cpu: float) -> float:
    """Return the seconds until the next round begins: every quarter of an hour, or later where that costs too much."""
    return max(EVERY.total_seconds(), cpu / SHARE_OF_A_CORE) - took
