"""What others notice while 50 connections of each hostile kind are held open against two workers.

``python -m tests.checks.benchmarks.hostile_connections [--connections N] [--seconds N] [--requests N] [--only KIND]``
"""

import argparse
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

from tests.checks.benchmarks.many_uploads import HOME, PROCESSES, Browser, said
from tests.factories.databases import SQLITE, new_database
from tests.factories.files.hostile_word import png
from tests.factories.hostile_peers import HostilePeers, Kind, kinds
from tests.factories.library import TEXT, Office, found_library, people_of

AT_ONCE = 2
TO_START = 3
SIGN_IN_EVERY = 5
LARGE_PICTURE = "/documents/POL-001/revisions/1/pictures/large.png"


@dataclass
class Waited:
    """How many milliseconds people waited for pages and for signing in, and how many requests were lost."""

    pages: list[float] = field(default_factory=list)
    sign_ins: list[float] = field(default_factory=list)
    lost: int = 0

    def __add__(self, other: "Waited") -> "Waited":
        """Put two stretches of time together."""
        return Waited(self.pages + other.pages, self.sign_ins + other.sign_ins, self.lost + other.lost)


def ask_on(port: int, requests: int, seconds: int, found: "Queue[Waited]") -> None:
    """Ask for pages and sign in, spread over the time, and tell how long each took and how many were lost."""
    waited = Waited()
    browsers, numbers = [Browser(port, "eve") for _ in range(AT_ONCE)], count()
    began = time.monotonic()

    def ask(browser: Browser) -> None:
        while (number := next(numbers)) < requests:
            time.sleep(max(0, began + number * seconds / requests - time.monotonic()))
            before = time.perf_counter()
            is_sign_in = number % SIGN_IN_EVERY == 0
            try:
                status = 200 if is_sign_in and Browser(port, "eve") else browser.ask("GET", "/documents/POL-001")[0]
            except (OSError, http.client.HTTPException, TypeError):
                status = 0
            (waited.sign_ins if is_sign_in else waited.pages).append((time.perf_counter() - before) * 1000)
            waited.lost += status != 200

    with ThreadPoolExecutor(len(browsers)) as people:
        list(people.map(ask, browsers))
    found.put(waited)


def asked(port: int, requests: int, seconds: int) -> Waited:
    """Let a process of its own ask, because threads wait for each other."""
    found: Queue[Waited] = PROCESSES.Queue()
    asking = PROCESSES.Process(target=ask_on, args=(port, requests, seconds, found))
    asking.start()
    answer = found.get(timeout=seconds * 20 + 120)
    asking.join()
    return answer


def hold(port: int, kind: Kind, connections: int, until: Event) -> None:
    """Hold connections from a process of its own, giving way to all else here, as if from another machine."""
    os.nice(19)
    with HostilePeers(("127.0.0.1", port), kind, connections) as peers:
        until.wait()
        print(f"    the peers: {dict(peers.opened)}", flush=True)


def beside(port: int, kind: Kind, options: argparse.Namespace) -> Waited:
    """Ask while so many connections of a kind are held open."""
    until = PROCESSES.Event()
    holding = PROCESSES.Process(target=hold, args=(port, kind, options.connections, until))
    holding.start()
    time.sleep(TO_START)
    waited = asked(port, options.requests, options.seconds)
    until.set()
    holding.join()
    return waited


def compare(name: str, waited: Waited, alone: Waited) -> bool:
    """Print how long people waited beside a kind; true where p95 stays under twice as long and nothing is lost."""
    page, sign_in = said("alone before and after", alone.pages), said("  sign-in alone", alone.sign_ins)
    ratios = said(name, waited.pages, page) / page, said("  sign-in", waited.sign_ins, sign_in) / sign_in
    print(f"    lost: {waited.lost}, alone: {alone.lost}", flush=True)
    return not waited.lost and not alone.lost and max(ratios) < 2


def measure(port: int, options: argparse.Namespace) -> bool:
    """Measure beside each kind, and alone before and after it, because a machine that others use changes its pace."""
    asked(port, options.requests // 5, 4)
    cookie = Browser(port, "eve").headers["Cookie"]
    every = kinds(f"{LARGE_PICTURE} HTTP/1.1\r\nCookie: {cookie}\r\nX-Y: ")
    failed = list[str]()
    before = asked(port, options.requests // 2, options.seconds // 2)
    for name in [name for name in every if options.only in ("", name)]:
        waited = beside(port, every[name], options)
        after = asked(port, options.requests // 2, options.seconds // 2)
        if not compare(name, waited, before + after):
            failed.append(name)
        before = after
    print(f"  held up by: {', '.join(failed) or 'none'}", flush=True)
    return not failed


@contextmanager
def served() -> Iterator[int]:
    """Serve a library with two workers, and give its port."""
    with tempfile.TemporaryDirectory(prefix="docctl-bench-") as folder:
        data = Path(folder) / "data"
        new_database(data, SQLITE, Path(folder))
        control = found_library(data)
        picture = png() + os.urandom(8 * 1024 * 1024)  # what comes after the end of a picture is not looked at
        Office(control, people_of(control)).publish(
            text=f"{TEXT}\n\n![Large](assets/large.png)\n", assets={"assets/large.png": picture}
        )
        control.engine.dispose()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        command = [sys.executable, "-m", "docctl", "--data", str(data), "serve", "--port", str(port)]
        environment = os.environ | {"DOCCTL_DISK_FLOOR_MB": "1", "DOCCTL_DISK_FLOOR_PERCENT": "0"}
        server = subprocess.Popen(command, cwd=HOME, env=environment, stderr=subprocess.DEVNULL)
        try:
            while True:
                try:
                    http.client.HTTPConnection("127.0.0.1", port).request("GET", "/healthz")
                    break
                except OSError:
                    time.sleep(0.2)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=60)


def main() -> int:
    """Serve a library, measure, and print; the exit is 0 where nobody is held up and nothing is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    with served() as port:
        return 0 if measure(port, options) else 1


if __name__ == "__main__":
    sys.exit(main())
