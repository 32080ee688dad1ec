"""What two Word files show differently although their text may be the same."""

from collections.abc import Iterable
from dataclasses import dataclass

WORDS = "words"
SHOWN_AT_MOST = 200


@dataclass(frozen=True)
class LookChange:
    """One thing that shows differently: where it stands, what it is, and both sides as far as they can be told."""

    place: str
    what: str
    old: str
    new: str

    def __str__(self) -> str:
        """Say it in a line."""
        return f"{self.what}, {self.place}: {self.old or '–'} → {self.new or '–'}"


def beside_the_page(changes: Iterable[LookChange], shown: Iterable[str]) -> tuple[LookChange, ...]:
    """Leave out what a comparison of the pages shows already: the words of the blocks that changed on them."""
    whole = "\n".join(_bare(text) for text in shown)
    kept = [change for change in changes if change.what != WORDS or not _is_shown(change, whole)]
    return tuple(dict.fromkeys(kept))[:SHOWN_AT_MOST]


def _is_shown(change: LookChange, whole: str) -> bool:
    return all(_bare(side) in whole for side in (change.old, change.new) if side)


def _bare(text: str) -> str:
    return "".join(text.split())
