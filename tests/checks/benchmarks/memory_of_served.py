"""The memory of all processes of a served library, shared pages counted once."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.checks.benchmarks.library_of import HOME

ASKED = ("/healthz", "/sign-in", "/readyz") * 20
SETTLED_SECONDS, PATIENCE_SECONDS = 5, 300
_SHARE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Memory:
    """The proportional share of each process in kilobytes (Pss of /proc/PID/smaps_rollup)."""

    shares: tuple[int, ...]

    @property
    def megabytes(self) -> float:
        """What all processes take together."""
        return sum(self.shares) / 1024

    def __str__(self) -> str:
        return f"{self.megabytes:.0f} MB PSS in {len(self.shares)} processes"


def memory_of_served(data: Path) -> Memory:
    """Serve a library, ask for pages, and return what its processes take once they have settled."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "docctl", "--data", str(data), "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=HOME, env=os.environ, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        for address in ASKED:
            _status(port, address)
        time.sleep(SETTLED_SECONDS)
        return Memory(tuple(_shares(server.pid)))
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            _status(port, "/healthz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"the library was not served within {PATIENCE_SECONDS} seconds")


def _status(port: int, address: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address)
    status = connection.getresponse().status
    connection.close()
    return status


def _shares(pid: int) -> Iterator[int]:
    """Give the share of a process and of each of its children."""
    found = _SHARE.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
    yield int(found[1]) if found else 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _shares(int(child))
