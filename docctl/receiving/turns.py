"""Turns: of one sender only some requests are worked on at a time, and some more wait behind them."""

from collections import Counter, defaultdict, deque
from concurrent.futures import ThreadPoolExecutor

from docctl.receiving.arrival import Arrival


class Turns:
    """The requests of one kind, each sender's in the order in which they came; ``threads`` work on them."""

    def __init__(self, threads: ThreadPoolExecutor, at_a_time: int, waiting: int) -> None:
        self.threads = threads
        self._at_a_time, self._most_waiting = at_a_time, waiting
        self._begun: Counter[bytes] = Counter()
        self._waiting: defaultdict[bytes, deque[Arrival]] = defaultdict(deque)

    def may_begin(self, arrival: Arrival) -> bool:
        """Say whether a request has its turn at once, and count it."""
        if self._begun[arrival.sender] >= self._at_a_time:
            return False
        self._begun[arrival.sender] += 1
        return True

    def may_wait(self, arrival: Arrival) -> bool:
        """Let a request wait for its turn; say no where too many of its sender do."""
        line = self._waiting[arrival.sender]
        if len(line) >= self._most_waiting:
            return False
        line.append(arrival)
        return True

    def next_of(self, sender: bytes) -> Arrival | None:
        """Return the request of a sender whose turn it is once another has ended."""
        if self._waiting[sender]:
            return self._waiting[sender].popleft()
        self._begun[sender] -= 1
        if not self._begun[sender]:
            del self._begun[sender], self._waiting[sender]
        return None
