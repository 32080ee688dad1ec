"""Things that stay in memory for long are set aside from Python's collector, which would walk through them often."""

import gc
from typing import TypeVar

Thing = TypeVar("Thing")


def long_lived(thing: Thing) -> Thing:
    """Return the thing, set aside with all there is now; what was set aside before and has died is collected."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return thing
