"""Receiving: a request is taken in whole, beside all others, before a thread is given to it; what is too slow ends."""

import logging
import re
import selectors
import socket
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

security = logging.getLogger("docctl.security")
MEGABYTE = 1024 * 1024
SECONDS_TO_ARRIVE = 60
SLOWEST_BYTES_A_SECOND = 50_000
SECONDS_TO_PART = 5
MOST_HEADER_BYTES = MEGABYTE
MOST_HELD_BYTES = 1024 * MEGABYTE
MOST_ARRIVING = 500
IN_MEMORY = 256 * 1024
TURN_SECONDS = 0.0005
AT_A_TIME = 256 * 1024
LARGE = 64 * 1024
UPLOADS_OF_ONE, WAITING_OF_ONE = 2, 8


@dataclass(frozen=True)
class Refusal:
    """Why a request is not taken in: the answer, the event of the security log, and when to come back."""

    status: str
    event: str
    sentence: str
    seconds: int = 0


SLOW = Refusal(
    "408 Request Timeout", "request_too_slow",
    "What was sent arrived too slowly, so nothing of it was taken in; try again over a better connection.",
)  # fmt: skip
CHUNKED = Refusal(
    "411 Length Required", "request_without_length",
    "What is sent has to say how long it is; send it again with its length.",
)  # fmt: skip
CROWDED = Refusal(
    "429 Too Many Requests", "request_crowded_out",
    "Too much is being sent at once, so nothing of this was taken in; send it again in half a minute.", 30,
)  # fmt: skip
OUT_OF_TURN = Refusal(
    "429 Too Many Requests", "upload_out_of_turn",
    "You are sending more files at once than are taken in, so this one was not; send it again in a moment.", 2,
)  # fmt: skip
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_WAITS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_SENDER = re.compile(rb"\r\ncookie:[^\r]*?\b(?:__Host-)?docctl=([^;\r]+)", re.IGNORECASE)
_UPLOAD = re.compile(rb"\r\ncontent-type:[ \t]*multipart/", re.IGNORECASE)


class HeldFirst:
    """What was received of a connection so far, then the connection itself, as the parser of requests reads it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.held: Any = None

    def recv(self, size: int) -> bytes:
        """Return what comes next."""
        data = self.held.read(size) if self.held is not None else b""
        if not data and self.held is not None:
            self.held.close()
            self.held = None
        return data or self._connection.recv(size)

    def gettimeout(self) -> float | None:
        """Return how long the connection may keep somebody waiting."""
        return self._connection.gettimeout()

    def settimeout(self, seconds: float | None) -> None:
        """Set how long the connection may keep somebody waiting."""
        self._connection.settimeout(seconds)


class Arrival:
    """A request that is on its way in: what came of it, how much is wanted, and when it began."""

    def __init__(self, conn: TConn, largest: int) -> None:
        self.conn, self._largest = conn, largest
        self.began = time.monotonic()
        self.received, self.wanted = 0, 0
        self.is_upload = self.asks_to_go_on = self.is_chunked = False
        self.sender = str(conn.client).encode()
        self._head = bytearray()
        self.held = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def take(self, data: bytes) -> None:
        """Keep what came, and find out how much is wanted once the headers are there."""
        self.held.write(data)
        self.received += len(data)
        if not self.wanted:
            searched = max(0, len(self._head) - 3)
            self._head += data
            end = self._head.find(b"\r\n\r\n", searched)
            if end >= 0:
                self._read_head(bytes(self._head[: end + 2]), end + 4)
            elif len(self._head) > MOST_HEADER_BYTES:
                self.wanted = len(self._head)

    @property
    def is_whole(self) -> bool:
        """Say whether all of the request is there, or as much as it takes to refuse it."""
        return 0 < self.wanted <= self.received

    def is_late(self, now: float) -> bool:
        """Say whether it has taken longer than a slow connection would."""
        return now > self.began + SECONDS_TO_ARRIVE + self.received / SLOWEST_BYTES_A_SECOND

    def hand_over(self) -> Any:
        """Return what was received, from its beginning."""
        self._head.clear()
        self.held.truncate(self.wanted)
        self.held.seek(0)
        return self.held

    def _read_head(self, head: bytes, length: int) -> None:
        lengths = {int(found) for found in _LENGTH.findall(head)}
        body = lengths.pop() if len(lengths) == 1 else 0
        self.is_chunked = _CHUNKED.search(head) is not None
        self.asks_to_go_on = body > 0 and _WAITS.search(head) is not None
        self.is_upload = body > LARGE or _UPLOAD.search(head) is not None
        if (found := _SENDER.search(head)) is not None:
            self.sender = found[1]
        self.wanted = length + body if body <= self._largest else length


class Connection(TConn):
    """A connection that is closed by the worker beside all others, because a peer may take its time with that too."""

    def __init__(self, worker: "ReceivingWorker", *particulars: Any) -> None:
        super().__init__(*particulars)
        self._worker = worker
        self.source = HeldFirst(self.sock)
        self.sent_more = False
        self.parser = get_parser(self.cfg, self.source, self.client)
        self.data_ready = True

    def close(self, graceful: bool = False) -> None:
        """Close the connection; gracefully, once the peer has read the answer."""
        if graceful:
            self._worker.part(self)
        else:
            super().close()


class ReceivingWorker(ThreadWorker):
    """A worker of the server: none of its threads waits for somebody who sends slowly, and uploads have their own."""

    def __init__(self, *particulars: Any) -> None:
        super().__init__(*particulars)
        self._arriving: dict[socket.socket, Arrival] = {}
        self._parting: dict[socket.socket, float] = {}
        self._sending: Counter[bytes] = Counter()
        self._in_turn: defaultdict[bytes, deque[Arrival]] = defaultdict(deque)

    def init_process(self) -> None:
        """Begin to work in a process of its own."""
        # Threads take turns more often than usual, so that a page does not wait behind each upload that is looked at.
        sys.setswitchinterval(TURN_SECONDS)
        self._uploads = ThreadPoolExecutor(max_workers=self.cfg.threads * 2, thread_name_prefix="upload")
        super().init_process()

    def run(self) -> None:
        """Work until told to stop."""
        try:
            super().run()
        finally:
            self._uploads.shutdown(wait=False)

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, and begin to take in what it sends."""
        try:
            client, address = listener.accept()
        except OSError:
            return
        self.nr_conns += 1
        self._receive(Connection(self, self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Take in the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._receive(conn)

    def finish_request(self, conn: Connection, future: Future[Any]) -> None:
        """Keep a connection whose request was answered, unless its peer did not wait for the answer."""
        if conn.sent_more:
            self.nr_conns -= 1
            conn.close(graceful=True)
        else:
            super().finish_request(conn, future)

    def murder_pending(self) -> None:
        """End what arrives too slowly, and the connections whose peers do not part."""
        super().murder_pending()
        now = time.monotonic()
        for arrival in [each for each in self._arriving.values() if each.is_late(now) or not self.alive]:
            self._end(arrival, SLOW)
        for sock in [sock for sock, until in self._parting.items() if now > until]:
            self._parted(sock)

    def part(self, conn: Connection) -> None:
        """Tell the peer that nothing more comes, and close once it has closed or had its time."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, self._discard)
            self._parting[conn.sock] = time.monotonic() + SECONDS_TO_PART
        except (OSError, ValueError, KeyError):
            conn.sock.close()

    def _receive(self, conn: Connection) -> None:
        arrival = Arrival(conn, self.app.largest_request)
        if len(self._arriving) >= MOST_ARRIVING:
            self._end(next(iter(self._arriving.values())), CROWDED)
        conn.sock.setblocking(False)
        self._arriving[conn.sock] = arrival
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._take, arrival))

    def _take(self, arrival: Arrival, client: socket.socket) -> None:
        try:
            data = client.recv(AT_A_TIME)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._leave(arrival)
            self.nr_conns -= 1
            arrival.conn.close()
            return
        is_first = not arrival.wanted
        arrival.take(data)
        if is_first and arrival.is_chunked:
            self._end(arrival, CHUNKED)
        elif arrival.is_whole:
            self._leave(arrival)
            arrival.conn.sent_more = arrival.received > arrival.wanted
            arrival.conn.source.held = arrival.hand_over()
            self._give_thread(arrival)
        elif sum(each.received for each in self._arriving.values()) > MOST_HELD_BYTES:
            self._end(arrival, CROWDED)
        elif is_first and arrival.asks_to_go_on:
            client.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _give_thread(self, arrival: Arrival) -> None:
        """Give a thread to a request; of one sender's files only some are looked at, and some more wait their turn."""
        if not arrival.is_upload:
            self._work_on(arrival, self.tpool)
        elif self._sending[arrival.sender] < UPLOADS_OF_ONE:
            self._sending[arrival.sender] += 1
            self._work_on(arrival, self._uploads)
        elif len(self._in_turn[arrival.sender]) < WAITING_OF_ONE:
            self._in_turn[arrival.sender].append(arrival)
        else:
            self._refuse(arrival, OUT_OF_TURN)

    def _work_on(self, arrival: Arrival, threads: ThreadPoolExecutor) -> None:
        done = threads.submit(self.handle, arrival.conn)

        def finish(future: Future[Any]) -> None:
            self.method_queue.defer(self.finish_request, arrival.conn, future)
            if arrival.is_upload:
                self.method_queue.defer(self._next_of, arrival.sender)

        done.add_done_callback(finish)

    def _next_of(self, sender: bytes) -> None:
        """Let the next file of a sender have its turn."""
        if self._in_turn[sender]:
            self._work_on(self._in_turn[sender].popleft(), self._uploads)
            return
        self._sending[sender] -= 1
        if not self._sending[sender]:
            del self._sending[sender], self._in_turn[sender]

    def _end(self, arrival: Arrival, refusal: Refusal) -> None:
        """Answer a request that is not taken in, and part; a connection that sent nothing is only closed."""
        self._leave(arrival)
        self._refuse(arrival, refusal)

    def _refuse(self, arrival: Arrival, refusal: Refusal) -> None:
        self.nr_conns -= 1
        arrival.held.close()
        if not arrival.received:
            arrival.conn.close()
            return
        peer = arrival.conn.client[0] if isinstance(arrival.conn.client, tuple) else ""
        particulars = {"event": refusal.event, "peer": peer, "bytes": arrival.received}
        security.warning("%s: %d bytes came", refusal.event, arrival.received, extra=particulars)
        body = refusal.sentence.encode()
        wait = f"Retry-After: {refusal.seconds}\r\n" if refusal.seconds else ""
        head = (
            f"HTTP/1.1 {refusal.status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        )
        try:
            arrival.conn.sock.send(f"{head}{wait}Connection: close\r\n\r\n".encode() + body)
        except OSError:
            arrival.conn.close()
        else:
            self.part(arrival.conn)

    def _leave(self, arrival: Arrival) -> None:
        del self._arriving[arrival.conn.sock]
        self.poller.unregister(arrival.conn.sock)
        if not arrival.is_whole:
            arrival.held.close()

    def _discard(self, client: socket.socket) -> None:
        try:
            more = client.recv(AT_A_TIME)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            more = b""
        if not more:
            self._parted(client)

    def _parted(self, client: socket.socket) -> None:
        del self._parting[client]
        self.poller.unregister(client)
        client.close()
