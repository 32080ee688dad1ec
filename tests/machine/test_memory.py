"""Things set aside from the collector stay, and what died meanwhile goes."""

import gc
import weakref

from docctl.machine.memory import CLEARED_EVERY, long_lived


class _Ring:
    def __init__(self) -> None:
        self.itself = self


def test_a_thing_set_aside_is_not_walked_through_again() -> None:
    thing = long_lived([object()])
    assert gc.get_freeze_count() > 0
    assert all(each is not thing for each in gc.get_objects())


def test_what_was_set_aside_and_died_goes_in_the_end() -> None:
    ring = long_lived(_Ring())
    gone = weakref.ref(ring)
    del ring
    gc.collect()
    assert gone() is not None
    for _ in range(CLEARED_EVERY):
        long_lived(None)
    assert gone() is None
