"""Peers that hold a connection instead of using it: each kind says what it sends first and at every beat."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

POST = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
FILES = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
PART = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n'


class Kind(NamedTuple):
    """What a hostile peer sends at first and then again and again, and whether it says at once that it is done."""

    first: bytes
    then: bytes
    is_half_closed: bool = False


def kinds(large: str) -> dict[str, Kind]:
    """Return the kinds of hostile peers; ``large`` is the address of a large answer."""
    get = f"GET {large} HTTP/1.1\r\nHost: x\r\n"
    said = {
        "nothing sent": ("", ""),
        "half a request line": ("GET /docu", ""),
        "headers a byte at a time": ("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", "y"),
        "headers without end": ("GET / HTTP/1.1\r\nHost: x\r\n", "X-More: yyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 20),
        "one huge header": (f"GET / HTTP/1.1\r\nHost: x\r\nCookie: {'y' * 8000}", "y" * 4000),
        "odd length": (f"{POST}Content-Length: 0000000000000000000010\r\n\r\n", ""),
        "lengths that contradict": (f"{POST}Content-Length: 10\r\nContent-Length: 1000\r\n\r\nlogin=eve&", "x"),
        "length and chunks": (f"{POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlogin\r\n", "x"),
        "body short of its length": (f"{POST}Content-Length: 1000\r\n\r\nlogin=eve", ""),
        "body a byte at a time": (f"{POST}Content-Length: 1000\r\n\r\n", "x"),
        "files a byte at a time": (f"{FILES}Content-Length: 1000000\r\n\r\n{PART}", "x"),
        "chunked without end": (f"{POST}Transfer-Encoding: chunked\r\n\r\n5\r\nlogin\r\n", "5\r\nlogin\r\n"),
        "answer never read": (f"{get}\r\n" * 40, f"{get}\r\n"),
        "requests in a row": ("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 40, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        "kept idle": ("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", ""),
        "expects to go on": (f"{POST}Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n", ""),
    }  # fmt: skip
    found = {name: Kind(first.encode(), then.encode()) for name, (first, then) in said.items()}
    found["another protocol"] = Kind(bytes([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]) + bytes(range(256)), b"\x00\xff")
    found["half closed"] = Kind(f"{get}\r\n".encode(), b"", is_half_closed=True)
    return found


class HostilePeers:
    """So many connections of one kind, each opened again whenever the server has ended it."""

    def __init__(self, address: tuple[str, int], kind: Kind, count: int, beat: float = 1.0) -> None:
        self._address, self._kind, self._beat = address, kind, beat
        self._ended = threading.Event()
        self.opened: Counter[str] = Counter()
        self._lines: list[socket.socket | None] = [None] * count
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> "HostilePeers":
        """Open all of them."""
        self._lines = [self._open() for _ in self._lines]
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close all of them."""
        self._ended.set()
        self._thread.join()
        for line in filter(None, self._lines):
            line.close()

    def _open(self) -> socket.socket | None:
        line = socket.socket()
        # A peer that reads nothing lets little of an answer be on its way.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(0.5)
        try:
            line.connect(self._address)
            line.setblocking(False)
            with suppress(BlockingIOError):
                line.send(self._kind.first)
            if self._kind.is_half_closed:
                line.shutdown(socket.SHUT_WR)
        except OSError:
            self.opened["refused"] += 1
            line.close()
            return None
        self.opened["opened"] += 1
        return line

    def _go_on(self) -> None:
        while not self._ended.wait(self._beat):
            for at, line in enumerate(self._lines):
                if line is None or not self._is_open(line):
                    if line is not None:
                        line.close()
                    self._lines[at] = self._open()

    def _is_open(self, line: socket.socket) -> bool:
        try:
            if self._kind.is_half_closed:
                return len(line.recv(4096, socket.MSG_PEEK)) > 0
            if self._kind.then:
                line.send(self._kind.then)
            else:
                ended = line.recv(65536, socket.MSG_PEEK) == b"" or self._has_ended(line)
                return not ended
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True

    def _has_ended(self, line: socket.socket) -> bool:
        """Take what was said, unless the peer is one that never reads, and see whether nothing comes after it."""
        line.recv(65536)
        return line.recv(1, socket.MSG_PEEK) == b""


def slowest_of(ask: Callable[[], object], times: int) -> float:
    """Return the longest that asking took, in seconds."""
    took = []
    for _ in range(times):
        began = time.monotonic()
        ask()
        took.append(time.monotonic() - began)
    return max(took)
