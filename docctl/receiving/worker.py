"""The worker: it takes requests in and sends answers out beside all threads; what is too slow, either way, ends."""

import errno
import logging
import resource
import select
import selectors
import socket
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

from docctl.receiving import refusal
from docctl.receiving.arrival import Arrival
from docctl.receiving.peer import AT_A_TIME, HeldRequest, Peer
from docctl.receiving.refusal import Refusal, RefusedRequestError
from docctl.receiving.request_head import MOST_FIELD_BYTES, MOST_FIELDS, MOST_LINE_BYTES
from docctl.receiving.turns import Turns

security = logging.getLogger("docctl.security")
MEGABYTE = 1024 * 1024
SECONDS_TO_TAKE = 60
SLOWEST_BYTES_TAKEN_A_SECOND = 5_000
SECONDS_TO_PART = 5
SECONDS_TO_BEGIN = 2
"""How long, once told to stop, a connection may take to send the first bytes of a request."""
LOOK_EVERY_SECONDS = 0.25
MOST_HELD_BYTES = 1024 * MEGABYTE
MOST_ARRIVING = 500
MOST_SENDING = 300
MOST_PARTING = 200
MOST_FILES = 8192
TURN_SECONDS = 0.0005
UPLOADS_OF_ONE, WAITING_UPLOADS_OF_ONE = 2, 8
WAITING_PAGES_OF_ONE = 60
ANSWERS_OF_ONE = 8


class Connection(TConn):  # type: ignore[misc]  # gunicorn does not say its types
    """A connection that is closed by the worker beside all others, because a peer may take its time with that too."""

    def __init__(self, worker: "ReceivingWorker", cfg: Any, client: socket.socket, *addresses: Any) -> None:
        self._peer = Peer(client)
        super().__init__(cfg, self._peer, *addresses)
        self._worker = worker
        self.sent_more = False
        self.data_ready = True
        self.sending_since = 0.0
        self.sender = b""

    def give(self, request: HeldRequest, *, sender: bytes, sent_more: bool) -> None:
        """Have the next request read from what is held of it, never from the peer."""
        self.sender = sender
        self.parser = get_parser(self.cfg, request, self.client)
        self.sent_more = sent_more

    def is_late(self, now: float) -> bool:
        """Say whether the peer has taken longer over the answer than a slow connection would."""
        return now > self.sending_since + SECONDS_TO_TAKE + self._peer.sent / SLOWEST_BYTES_TAKEN_A_SECOND

    def close(self, graceful: bool = False) -> None:
        """Close the connection; gracefully, once the peer has read the answer."""
        if graceful:
            self._worker.part(self)
        else:
            super().close()


class ReceivingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn does not say its types
    """A worker of the server: none of its threads waits for a peer, in either direction, and uploads have their own."""

    def __init__(self, *particulars: Any) -> None:
        super().__init__(*particulars)
        # The head was read already; gunicorn reads the same again, and lets no file be sent past the peer.
        limits = {"line": MOST_LINE_BYTES, "fields": MOST_FIELDS + 1, "field_size": MOST_FIELD_BYTES}
        for name, value in limits.items():
            self.cfg.set(f"limit_request_{name}", value)
        self.cfg.set("sendfile", False)
        self._arriving: dict[Peer, Arrival] = {}
        self._sending: dict[Peer, tuple[Connection, Future[Any]]] = {}
        self._parting: dict[Peer, float] = {}
        self._untaken: Counter[bytes] = Counter()
        self._looked_at = 0.0
        self._stopping_since = 0.0

    def init_process(self) -> None:
        """Begin to work in a process of its own."""
        # Threads take turns more often than usual, so that a page does not wait behind each upload that is looked at.
        sys.setswitchinterval(TURN_SECONDS)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        uploads = ThreadPoolExecutor(max_workers=self.cfg.threads * 2, thread_name_prefix="upload")
        self._uploads = Turns(uploads, UPLOADS_OF_ONE, WAITING_UPLOADS_OF_ONE)
        super().init_process()

    def run(self) -> None:
        """Work until told to stop."""
        self._pages = Turns(self.tpool, max(1, self.cfg.threads // 2), WAITING_PAGES_OF_ONE)
        try:
            super().run()
        finally:
            self._uploads.threads.shutdown(wait=False)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections or no more; at the end those that wait are taken too, for they may have sent already."""
        super().set_accept_enabled(enabled and self.alive)
        if self.alive or self._stopping_since:
            return
        self._stopping_since = time.monotonic()
        for listener in self.sockets:
            while select.select([listener.fileno()], [], [], 0)[0]:
                self.accept(listener)
            listener.close()

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, and begin to take in what it sends."""
        try:
            client, address = listener.accept()
        except OSError as trouble:
            if trouble.errno in (errno.EMFILE, errno.ENFILE) and self._arriving:
                self._end(self._least_begun(), refusal.CROWDED)
            return
        self.nr_conns += 1
        self._receive(Connection(self, self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: Connection, client: Peer) -> None:
        """Take in the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._receive(conn)

    def finish_request(self, conn: Connection, future: Future[Any]) -> None:
        """Go on with a connection whose request was answered, once its peer has taken the answer."""
        if not conn.sock.unsent:
            self._sent(conn, future)
            return
        if len(self._sending) >= MOST_SENDING:
            self._give_up(min((conn for conn, _ in self._sending.values()), key=_pace))
        conn.sending_since, conn.sock.sent = time.monotonic(), 0
        self._sending[conn.sock] = conn, future
        self._untaken[conn.sender] += 1
        self.poller.register(conn.sock, selectors.EVENT_WRITE, self._send_on)

    def murder_pending(self) -> None:
        """End what arrives or is taken too slowly, and the connections whose peers do not part."""
        super().murder_pending()
        now = time.monotonic()
        if now < self._looked_at + LOOK_EVERY_SECONDS:
            return
        self._looked_at = now
        for arrival in [
            each for each in self._arriving.values() if each.is_late(now) or self._is_idle_at_the_end(each)
        ]:
            self._end(arrival, refusal.SLOW)
        for conn in [conn for conn, _ in self._sending.values() if conn.is_late(now)]:
            self._give_up(conn)
        while self._sending and sum(peer.unsent for peer in self._sending) > MOST_HELD_BYTES:
            self._give_up(min((conn for conn, _ in self._sending.values()), key=_pace))
        for peer in [peer for peer, until in self._parting.items() if now > until]:
            self._parted(peer)

    def part(self, conn: Connection) -> None:
        """Tell the peer that nothing more comes, and close once it has closed or had its time."""
        if len(self._parting) >= MOST_PARTING:
            self._parted(next(iter(self._parting)))
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, self._discard)
            self._parting[conn.sock] = time.monotonic() + SECONDS_TO_PART
        except (OSError, ValueError, KeyError):
            conn.sock.close()

    def _receive(self, conn: Connection) -> None:
        if len(self._arriving) >= MOST_ARRIVING:
            self._end(self._least_begun(), refusal.CROWDED)
        arrival = Arrival(conn, self.app.largest_request)
        self._arriving[conn.sock] = arrival
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._take, arrival))

    def _least_begun(self) -> Arrival:
        """Return the oldest of the requests whose head has not come, or of all: never one peer for its address.

        Honest people may all come from the address of one proxy.
        """
        without_head = (each for each in self._arriving.values() if each.head is None)
        return next(without_head, None) or next(iter(self._arriving.values()))

    def _take(self, arrival: Arrival, client: Peer) -> None:
        if client not in self._arriving:
            return  # it was ended for another one a moment ago, among the same events
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
        had_head = arrival.head is not None
        try:
            arrival.take(data)
        except RefusedRequestError as refused:
            self._end(arrival, refused.refusal)
            return
        except OSError:
            self._end(arrival, refusal.NO_ROOM)
            return
        if arrival.is_whole:
            self._leave(arrival)
            arrival.conn.give(HeldRequest(arrival.hand_over()), sender=arrival.sender, sent_more=arrival.sent_more)
            self._give_thread(arrival)
        elif arrival.received > AT_A_TIME and sum(each.received for each in self._arriving.values()) > MOST_HELD_BYTES:
            self._end(arrival, refusal.CROWDED)
        elif arrival.head is not None and not had_head and arrival.head.asks_to_go_on:
            self._say(arrival, b"HTTP/1.1 100 Continue\r\n\r\n")

    def _give_thread(self, arrival: Arrival) -> None:
        """Give a thread to a request; of one sender only some are worked on, and some more wait their turn."""
        is_upload = arrival.head is not None and arrival.head.is_upload
        turns = self._uploads if is_upload else self._pages
        if turns.may_begin(arrival):
            self._work_on(arrival, turns)
        elif not turns.may_wait(arrival):
            self._refuse(arrival, refusal.OUT_OF_TURN if is_upload else refusal.TOO_MANY)

    def _work_on(self, arrival: Arrival, turns: Turns) -> None:
        sender = arrival.sender
        done = turns.threads.submit(self._answer, arrival.conn)

        def finish(future: Future[Any]) -> None:
            self.method_queue.defer(self.finish_request, arrival.conn, future)
            self.method_queue.defer(self._next_of, turns, sender)

        done.add_done_callback(finish)

    def _answer(self, conn: Connection) -> Any:
        """Answer a request in a thread, unless its sender has taken little of what was answered before."""
        if self._untaken[conn.sender] < ANSWERS_OF_ONE:
            return self.handle(conn)
        refused = refusal.NOT_TAKEN
        particulars = {"event": refused.event, "peer": _address(conn)}
        security.warning("%s: one sender has %d", refused.event, ANSWERS_OF_ONE, extra=particulars)
        conn.sock.sendall(refused.answer)
        return False

    def _next_of(self, turns: Turns, sender: bytes) -> None:
        """Let the next request of a sender have its turn."""
        if waiting := turns.next_of(sender):
            self._work_on(waiting, turns)

    def _send_on(self, peer: Peer) -> None:
        if peer not in self._sending:
            return
        conn, future = self._sending[peer]
        try:
            peer.send_on()
        except (OSError, ValueError):
            self._give_up(conn)
            return
        if not peer.unsent:
            self._taken(conn)
            self._sent(conn, future)

    def _taken(self, conn: Connection) -> None:
        del self._sending[conn.sock]
        self.poller.unregister(conn.sock)
        self._untaken[conn.sender] -= 1
        if not self._untaken[conn.sender]:
            del self._untaken[conn.sender]

    def _sent(self, conn: Connection, future: Future[Any]) -> None:
        """Keep a connection whose request was answered, unless its peer did not wait for the answer."""
        if conn.sent_more:
            self.nr_conns -= 1
            conn.close(graceful=True)
        else:
            super().finish_request(conn, future)

    def _is_idle_at_the_end(self, arrival: Arrival) -> bool:
        """Say whether the worker stops, and a connection has sent nothing of a request for some time."""
        return not self.alive and not arrival.received and time.monotonic() > self._stopping_since + SECONDS_TO_BEGIN

    def _give_up(self, conn: Connection) -> None:
        """Close a connection whose peer does not take its answer."""
        self._taken(conn)
        self.nr_conns -= 1
        particulars = {"event": "answer_not_taken", "peer": _address(conn), "bytes": conn.sock.unsent}
        security.warning("answer_not_taken: %d bytes were left", conn.sock.unsent, extra=particulars)
        conn.close()

    def _end(self, arrival: Arrival, refused: Refusal) -> None:
        """Answer a request that is not taken in, and part; a connection that sent nothing is only closed."""
        self._leave(arrival)
        self._refuse(arrival, refused)

    def _refuse(self, arrival: Arrival, refused: Refusal) -> None:
        self.nr_conns -= 1
        arrival.drop()
        if not arrival.received:
            arrival.conn.close()
            return
        particulars = {"event": refused.event, "peer": _address(arrival.conn), "bytes": arrival.received}
        security.warning("%s: %d bytes came", refused.event, arrival.received, extra=particulars)
        if self._say(arrival, refused.answer):
            self.part(arrival.conn)
        else:
            arrival.conn.close()

    def _say(self, arrival: Arrival, words: bytes) -> bool:
        """Say something short to a peer, if it takes it at once."""
        try:
            return arrival.peer.send(words) == len(words)
        except OSError:
            return False

    def _leave(self, arrival: Arrival) -> None:
        del self._arriving[arrival.peer]
        self.poller.unregister(arrival.peer)
        if not arrival.is_whole:
            arrival.drop()

    def _discard(self, client: Peer) -> None:
        if client not in self._parting:
            return
        try:
            more = client.recv(AT_A_TIME)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            more = b""
        if not more:
            self._parted(client)

    def _parted(self, client: Peer) -> None:
        del self._parting[client]
        self.poller.unregister(client)
        client.close()


def _pace(conn: Connection) -> float:
    """Return how many bytes a second the peer took of its answer."""
    return float(conn.sock.sent) / (time.monotonic() - conn.sending_since + 1)


def _address(conn: Connection) -> str:
    return str(conn.client[0]) if isinstance(conn.client, tuple) else ""
