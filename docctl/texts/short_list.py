"""Lists too long to be shown whole: one more is shown, because to say that there is one more takes as much room."""

from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def shown_of(things: Sequence[Thing], most: int) -> Sequence[Thing]:
    """Return the first of many things, about as many as may be shown; never all but one."""
    return things if len(things) <= most + 1 else things[:most]


def told_of(things: Sequence[object], most: int) -> str:
    """Return the first of many things in one line, and how many more there are."""
    shown = shown_of(things, most)
    more = len(things) - len(shown)
    return "; ".join(map(str, shown)) + (f"; and {more} more" if more else "")
