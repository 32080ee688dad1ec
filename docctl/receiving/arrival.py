"""A request on its way in: what came of it, how much is wanted, and when it began."""

import tempfile
import time
from typing import Any

from docctl.receiving import request_head
from docctl.receiving.peer import IN_MEMORY, Peer
from docctl.receiving.request_head import RequestHead

SECONDS_TO_ARRIVE = 60
SLOWEST_BYTES_A_SECOND = 50_000


class Arrival:
    """A request that is on its way in, from the first byte of its head to the last of its body."""

    def __init__(self, conn: Any, largest: int) -> None:
        self.conn, self._largest = conn, largest
        self.peer: Peer = conn.sock
        self.began = time.monotonic()
        self.received = 0
        self.head: RequestHead | None = None
        self.sent_more = False
        self._begun = bytearray()
        self._wanted = self._held_bytes = 0
        self._held: Any = None

    def take(self, data: bytes) -> None:
        """Keep what came; raise RefusedRequestError where it is no request that can be read in one way."""
        self.received += len(data)
        if self.head is not None:
            self._keep(data)
            return
        checked = len(self._begun)
        self._begun += data
        end = self._begun.find(request_head.END, max(0, checked - 3))
        if end < 0:
            request_head.refuse_early(self._begun, checked)
            return
        end += len(request_head.END)
        self.head = request_head.read_head(bytes(self._begun[:end]))
        # Of what is larger than allowed only the head is handed on, for the page that says so; the rest is not read.
        self.sent_more = self.head.length > self._largest
        self._wanted = 0 if self.sent_more else self.head.length
        self._held = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self._held.write(self.head.handed_on)
        self._keep(bytes(self._begun[end:]))
        self._begun.clear()

    @property
    def is_whole(self) -> bool:
        """Say whether all of the request is there, or as much as it takes to refuse it."""
        return self.head is not None and self._held_bytes >= self._wanted

    @property
    def sender(self) -> bytes:
        """Who sends it: whoever is signed in, or a connection."""
        return (self.head and self.head.sender) or str(self.conn.client).encode()

    def is_late(self, now: float) -> bool:
        """Say whether it has taken longer than a slow connection would."""
        return now > self.began + SECONDS_TO_ARRIVE + self.received / SLOWEST_BYTES_A_SECOND

    def hand_over(self) -> Any:
        """Return the request from its beginning: its head as it was understood, and exactly the body it announced."""
        self._held.seek(0)
        return self._held

    def drop(self) -> None:
        """Let go of what came."""
        self._begun.clear()
        if self._held is not None:
            self._held.close()

    def _keep(self, data: bytes) -> None:
        lacking = self._wanted - self._held_bytes
        self.sent_more = self.sent_more or len(data) > lacking
        self._held.write(data[:lacking])
        self._held_bytes += min(len(data), lacking)
