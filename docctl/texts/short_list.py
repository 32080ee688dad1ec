"""Lists too long to be shown whole: one more is shown, because to say that there is one more takes as much room."""

from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def shown_of(things: Sequence[Thing], most: int) -> Sequence[Thing]:
    """Return the first of many things, about as many as may be shown; never all but one."""
    return things if len(things) <= most + 1 else things[:most]
