"""Turns: how many conversions run at a time for those who wait before a page, so that other pages have a thread."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Condition

from docctl.domain.errors import TooManyConversionsError, TooManyUploadsError


class ConversionTurns:
    """The turns of one process: fewer run, and fewer wait, than it has threads, and of one person half as many.

    Of those who have threads of their own all may wait.
    """

    def __init__(
        self, threads: int, patience: float, *, printing_patience: float = 0, all_may_wait: bool = False
    ) -> None:  # fmt: skip
        self._at_once = max(1, threads // 2)
        self._of_one = max(1, self._at_once // 2)
        self._may_wait = max(0, threads - self._at_once - 1)
        self._all_may_wait = all_may_wait
        self._patience = patience
        self._printing_patience = max(patience, printing_patience)
        self._held: Counter[int] = Counter()
        self._waiters: Counter[int] = Counter()
        self._changed = Condition()

    @contextmanager
    def turn(self, person_id: int, *, prints: bool = False) -> Iterator[None]:
        """Hold a turn of a person, after a moment's wait; raise TooManyConversionsError where none gets free.

        Printing takes seconds itself, so whoever waits for it waits longer.
        """
        with self._changed:
            if not self._is_free(person_id):
                self._wait(person_id, self._printing_patience if prints else self._patience)
            self._held[person_id] += 1
        try:
            yield
        finally:
            with self._changed:
                _take_one(self._held, person_id)
                self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return self._waiters.total()

    def _is_free(self, person_id: int) -> bool:
        return self._held.total() < self._at_once and self._held[person_id] < self._of_one

    def _wait(self, person_id: int, patience: float) -> None:
        is_crowded = self._waiters.total() >= self._may_wait or self._waiters[person_id] >= self._of_one
        if is_crowded and not self._all_may_wait:
            raise self._refusal(person_id)
        self._waiters[person_id] += 1
        try:
            until = time.monotonic() + patience
            if not self._changed.wait_for(lambda: self._is_free(person_id), until - time.monotonic()):
                raise self._refusal(person_id)
        finally:
            _take_one(self._waiters, person_id)

    def _refusal(self, person_id: int) -> TooManyConversionsError | TooManyUploadsError:
        if self._all_may_wait:
            return TooManyUploadsError(
                "More files are being converted than can be at a time, so this one was not taken in; send it again in "
                "a moment.",
                seconds=5,
            )
        if self._held[person_id] >= self._of_one:
            return TooManyConversionsError(
                "Another text of yours is being converted and takes its time, so nothing was saved or opened; "
                "wait until it is there, and try again.",
                seconds=5,
            )
        return TooManyConversionsError(
            "Several texts of others are being converted, so nothing was saved or opened; try again in a moment.",
            seconds=5,
        )


def _take_one(counted: Counter[int], person_id: int) -> None:
    counted[person_id] -= 1
    if not counted[person_id]:
        del counted[person_id]


_ASKING: ContextVar[tuple[ConversionTurns, int] | None] = ContextVar("asking", default=None)


@contextmanager
def in_turn(*, prints: bool = False) -> Iterator[None]:
    """Convert when it is the turn of whoever waits; where nobody does, at once."""
    asking = _ASKING.get()
    if asking is None:
        yield
        return
    turns, person_id = asking
    with turns.turn(person_id, prints=prints):
        yield


def take_turns(turns: ConversionTurns | None, person_id: int = 0) -> None:
    """Let what is converted in this thread from now on wait for the turns of a person, or for none."""
    _ASKING.set(None if turns is None else (turns, person_id))
