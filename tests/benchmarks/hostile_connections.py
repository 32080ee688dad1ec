"""What others notice while 50 connections of each hostile kind are held open against two workers.

``python -m tests.benchmarks.hostile_connections [--connections N] [--seconds N] [--requests N] [--only KIND]``
"""

import argparse
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from multiprocessing.queues import Queue
from pathlib import Path

from tests.benchmarks.many_uploads import HOME, PROCESSES, Browser, said
from tests.factories.databases import SQLITE, new_database
from tests.factories.hostile_peers import HostilePeers, kinds
from tests.factories.library import TEXT, Office, found_library, people_of

AT_ONCE = 2
TO_START = 20
LARGE_PICTURE = "/documents/POL-001/revisions/1/pictures/large.png"


def ask_on(port: int, requests: int, seconds: int, found: "Queue[tuple[list[float], list[float], int]]") -> None:
    """Ask for pages and sign in, spread over the time, and tell how long each took and how many were lost."""
    pages, sign_ins, lost = list[float](), list[float](), Counter[str]()
    browsers, numbers = [Browser(port, "eve") for _ in range(AT_ONCE)], count()
    began = time.monotonic()

    def ask(browser: Browser) -> None:
        while (number := next(numbers)) < requests:
            time.sleep(max(0, began + number * seconds / requests - time.monotonic()))
            before = time.perf_counter()
            is_sign_in = number % 10 == 9
            try:
                status = 200 if is_sign_in and Browser(port, "eve") else browser.ask("GET", "/documents/POL-001")[0]
            except (OSError, http.client.HTTPException, TypeError):
                status = 0
            (sign_ins if is_sign_in else pages).append((time.perf_counter() - before) * 1000)
            lost["lost"] += status != 200

    with ThreadPoolExecutor(len(browsers)) as people:
        list(people.map(ask, browsers))
    found.put((pages, sign_ins, lost["lost"]))


def asked(port: int, requests: int, seconds: int) -> tuple[list[float], list[float], int]:
    """Let a process of its own ask, because threads wait for each other."""
    found: Queue[tuple[list[float], list[float], int]] = PROCESSES.Queue()
    asking = PROCESSES.Process(target=ask_on, args=(port, requests, seconds, found))
    asking.start()
    answer = found.get(timeout=seconds * 20 + 120)
    asking.join()
    return answer


def hold(port: int, first: bytes, then: bytes, connections: int, seconds: int) -> None:
    """Hold connections from a process of its own, giving way to all else here, as if from another machine."""
    os.nice(19)
    with HostilePeers(("127.0.0.1", port), first, then, connections) as peers:
        time.sleep(seconds)
        print(f"    the peers: {dict(peers.opened)}", flush=True)


def measure(port: int, options: argparse.Namespace) -> bool:
    """Measure alone, then beside each kind; true where p95 stays under twice as long and nothing is lost."""
    asked(port, 40, 4)
    alone_pages, alone_sign_ins, lost = asked(port, options.requests, options.seconds)
    page = said("pages alone", alone_pages)
    sign_in = said("sign-in alone", alone_sign_ins)
    cookie = Browser(port, "eve").headers["Cookie"]
    is_sound = not lost
    for name, (first, then) in kinds(f"{LARGE_PICTURE} HTTP/1.1\r\nCookie: {cookie}\r\nX-Y: ").items():
        if options.only and name != options.only:
            continue
        arguments = (port, first, then, options.connections, options.seconds + TO_START)
        holding = PROCESSES.Process(target=hold, args=arguments)
        holding.start()
        time.sleep(2)
        pages, sign_ins, lost = asked(port, options.requests, options.seconds)
        page_ratio = said(name, pages, page) / page
        sign_in_ratio = said("  sign-in", sign_ins, sign_in) / sign_in
        print(f"    lost: {lost}", flush=True)
        is_sound = is_sound and not lost and page_ratio < 2 and sign_in_ratio < 2
        holding.terminate()
        holding.join()
    return is_sound


@contextmanager
def served() -> Iterator[int]:
    """Serve a library with two workers, and give its port."""
    with tempfile.TemporaryDirectory(prefix="docctl-bench-") as folder:
        data = Path(folder) / "data"
        new_database(data, SQLITE, Path(folder))
        control = found_library(data)
        picture = b"\x89PNG\r\n\x1a\n" + os.urandom(8 * 1024 * 1024)
        Office(control, people_of(control)).publish(
            text=f"{TEXT}\n\n![Large](assets/large.png)\n", assets={"assets/large.png": picture}
        )
        control.engine.dispose()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        command = [sys.executable, "-m", "docctl.cli", "--data", str(data), "serve", "--port", str(port)]
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
