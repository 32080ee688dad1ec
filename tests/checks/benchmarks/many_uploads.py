"""What other people notice while one sends 200 files at once, and while many send a byte a second.

``python -m tests.checks.benchmarks.many_uploads [--files N] [--slow N]``
"""

import argparse
import http.client
import io
import multiprocessing
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import docx

from docctl.document_control import DocumentControl
from tests.factories.databases import SQLITE, new_database
from tests.factories.library import PASSWORD, Office, found_library, people_of

HOME = Path(__file__).resolve().parents[3]
PROCESSES = multiprocessing.get_context("spawn")
READERS, SECONDS, BOUNDARY = 3, 12, "many-uploads"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


class Browser:
    """A person at a browser."""

    def __init__(self, port: int, login: str) -> None:
        self._port, self._cookies = port, ""
        page = self.ask("GET", "/sign-in")[1]
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]
        self.ask("POST", "/sign-in", {"login": login, "password": PASSWORD, "csrf_token": self.token})
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask("GET", "/absence")[1])[1]  # type: ignore[index]

    @property
    def headers(self) -> dict[str, str]:
        """What the browser says of itself."""
        return {"Cookie": self._cookies, "Referer": f"http://127.0.0.1:{self._port}/"}

    def ask(self, method: str, path: str, form: object = None, kind: str = "") -> tuple[int, str]:
        """Ask for a page, or send a form."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        body = urllib.parse.urlencode(form) if isinstance(form, dict) else form
        headers = {**self.headers, "Accept": "application/json" if kind else "text/html"}
        if body is not None:
            headers["Content-Type"] = kind or "application/x-www-form-urlencoded"
        line.request(method, path, body, headers)  # type: ignore[arg-type]
        answer = line.getresponse()
        if cookie := answer.getheader("Set-Cookie"):
            self._cookies = cookie.partition(";")[0]
        text = answer.read().decode("utf-8", "replace")
        line.close()
        return answer.status, text


def form_of(token: str, word: bytes) -> bytes:
    """A form with a Word file in it."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--{BOUNDARY}\r\n'
    head += 'Content-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\n'
    return head.encode() + word + f"\r\n--{BOUNDARY}--\r\n".encode()


def word_file() -> bytes:
    """A Word file of about ten pages."""
    document, made = docx.Document(), io.BytesIO()
    for number in range(300):
        document.add_paragraph(f"Paragraph {number} says what is done, by whom, and how that is shown. " * 3)
    document.save(made)
    return made.getvalue()


def read_on(port: int, ready: Event, until: Event, found: "Queue[list[float]]") -> None:
    """Read a document again and again, as several people, and tell how long each page took."""
    browsers, took = [Browser(port, "eve") for _ in range(READERS)], list[float]()

    def read(browser: Browser) -> None:
        while not until.is_set():
            began = time.perf_counter()
            status, _ = browser.ask("GET", "/documents/POL-001")
            took.append((time.perf_counter() - began) * 1000)
            assert status == 200, status
            until.wait(0.05)

    ready.set()
    with ThreadPoolExecutor(len(browsers)) as people:
        list(people.map(read, browsers))
    found.put(took)


def while_doing(port: int, act: Callable[[], object]) -> list[float]:
    """Let a process of its own read while something else goes on in this one, because threads wait for each other."""
    ready, until, found = PROCESSES.Event(), PROCESSES.Event(), PROCESSES.Queue()
    reader = PROCESSES.Process(target=read_on, args=(port, ready, until, found))
    reader.start()
    ready.wait()
    act()
    until.set()
    took: list[float] = found.get()
    reader.join()
    return took


def said(what: str, took: list[float], before: float = 0.0) -> float:
    """Print how long pages took; return the p95."""
    p95 = statistics.quantiles(took, n=20)[-1]
    ratio = f", {p95 / before:.2f} times" if before else ""
    print(
        f"  {what:34} {len(took):5} pages, median {statistics.median(took):5.0f} ms, p95 {p95:5.0f} ms{ratio}",
        flush=True,
    )
    return p95


def send_many(port: int, place: str, files: int, answers: "Queue[Counter[int]]") -> None:
    """Send files as fast as the server takes them, giving way to all else here, as if from another machine."""
    os.nice(19)
    carla, found = Browser(port, "carla"), Counter[int]()
    body = form_of(carla.token, word_file())

    def send(_: int) -> None:
        found[carla.ask("POST", place, body, KIND)[0]] += 1

    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(files) as senders:
        while time.monotonic() < until:
            list(senders.map(send, range(files)))
    answers.put(found)


def send_slowly(port: int, seconds: int, ended: Counter[str]) -> None:
    """Send one byte a second, and note how that ended."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n")
        line.sendall(b"Content-Length: 100000\r\n\r\n")
        line.settimeout(1)
        for _ in range(seconds):
            try:
                line.sendall(b"x")
                answer = line.recv(200)
            except TimeoutError:
                continue
            except OSError:
                answer = b""
            ended[answer.partition(b"\r\n")[0].decode() or "closed"] += 1
            return
    ended["still open"] += 1


def measure(port: int, files: int, slow: int) -> bool:
    """Measure quiet reading, then reading beside many files, then beside slow ones."""
    carla = Browser(port, "carla")
    empty = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{carla.token}\r\n--{BOUNDARY}--\r\n'
    )
    place = re.search(r'"files":\s*"([^"]+)"', carla.ask("POST", "/import", empty.encode(), KIND)[1])[1]  # type: ignore[index]
    quiet = said("nobody else", while_doing(port, lambda: time.sleep(SECONDS)))
    answers: Queue[Counter[int]] = PROCESSES.Queue()
    sender = PROCESSES.Process(target=send_many, args=(port, place, files, answers))
    beside_many = said(
        f"one sends {files} files at once", while_doing(port, lambda: (sender.start(), sender.join())), quiet
    )
    print(f"    answers to the files: {dict(answers.get())}")
    ended = Counter[str]()
    senders = [threading.Thread(target=send_slowly, args=(port, 90, ended)) for _ in range(slow)]
    for sender in senders:
        sender.start()
    beside_slow = said(f"{slow} send a byte a second", while_doing(port, lambda: time.sleep(SECONDS)), quiet)
    began = time.monotonic()
    for sender in senders:
        sender.join()
    print(f"    the slow ones ended after {SECONDS + time.monotonic() - began:.0f} s: {dict(ended)}")
    return beside_many < 2 * quiet and beside_slow < 2 * quiet and "still open" not in ended


def main() -> int:
    """Serve a library, measure, and print; the exit is 0 where others waited less than twice as long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--slow", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="docctl-bench-") as folder:
        data = Path(folder) / "data"
        new_database(data, SQLITE, Path(folder))
        control: DocumentControl = found_library(data)
        Office(control, people_of(control)).publish()
        control.engine.dispose()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
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
            return 0 if measure(port, options.files, options.slow) else 1
        finally:
            server.terminate()
            server.wait(timeout=60)


if __name__ == "__main__":
    sys.exit(main())
