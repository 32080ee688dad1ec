"""What became of a file that was to become a document."""

from dataclasses import dataclass
from typing import Any

IMPORTED, REFUSED = "imported", "refused"


@dataclass(frozen=True)
class Verdict:
    """What became of one file; ``held_up`` says what keeps the files of a document in force from being issued."""

    path: str
    status: str
    number: str = ""
    title: str = ""
    reason: str = ""
    losses: tuple[str, ...] = ()
    seconds: float = 0.0
    recall: float | None = None
    held_up: str = ""

    def as_row(self) -> dict[str, Any]:
        """Return the verdict as the report has it."""
        return vars(self) | {
            "losses": list(self.losses),
            "seconds": round(self.seconds, 3),
            "recall": self._rounded_recall,
        }

    @property
    def _rounded_recall(self) -> float | None:
        return None if self.recall is None else round(self.recall, 4)

    def in_one_line(self) -> str:
        """Return the verdict for the terminal."""
        noted = f" (noted: {self.losses[0]}{' …' if len(self.losses) > 1 else ''})" if self.losses else ""
        held_up = f" (held up: {self.held_up})" if self.held_up else ""
        told = f"imported  {self.number}  {self.title}{noted}{held_up}"
        if self.status == REFUSED:
            told = f"refused   {self.path}: {self.reason}"
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in told)
