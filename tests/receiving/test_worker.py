"""Receiving: what a peer does with its connection keeps nobody else from a thread."""

import os
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from docctl.receiving import arrival, worker
from docctl.receiving.arrival import Arrival
from docctl.receiving.worker import ReceivingWorker
from tests.factories.hostile_peers import HostilePeers, kinds, slowest_of

FORM = b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
PAGE = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = 12 * 1024 * 1024
KINDS = kinds("/large")
Connect = Callable[[], socket.socket]


class Echo(BaseApplication):  # type: ignore[misc]
    """An application that tells how much it was sent."""

    largest_request = 1000
    released = threading.Event()
    threads = 1

    def load_config(self) -> None:
        """Give it one thread, so that whoever holds it holds up everybody."""
        self.cfg.set("threads", self.threads)

    def load(self) -> Any:
        """Answer with the method, the path and the length of what was sent."""

        def answer(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
            is_too_large = int(environ.get("CONTENT_LENGTH") or 0) > self.largest_request
            body = b"" if is_too_large else environ["wsgi.input"].read()
            if environ["PATH_INFO"] == "/wait":
                assert self.released.wait(30)
            if environ["PATH_INFO"] == "/large":
                start("200 OK", [("Content-Length", str(LARGE))])
                return [bytes(LARGE // 4)] * 4
            told = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(body)}".encode()
            start("413 Too Large" if is_too_large else "200 OK", [("Content-Length", str(len(told)))])
            return [told]

        return answer


class WorkerInThread(ReceivingWorker):
    """The worker in a thread of the test, where no signals come."""

    def init_signals(self) -> None:
        """Signals belong to the main thread."""


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connect to a worker with one thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        application = Echo()
        worker = WorkerInThread(0, os.getppid(), [listener], application, 30, application.cfg, Logger(application.cfg))
        running = threading.Thread(target=worker.init_process, daemon=True)
        running.start()
        opened: list[socket.socket] = []

        def connect() -> socket.socket:
            opened.append(socket.create_connection(listener.getsockname()))
            return opened[-1]

        yield connect
        for each in opened:
            each.close()
        worker.handle_exit(0, None)
        running.join()


def answer_of(line: socket.socket, until: bytes = b"") -> str:
    """Return what comes over a connection until it is closed, or until something was said."""
    said = b""
    while not (until and until in said):
        more = line.recv(65536)
        if not more:
            break
        said += more
    return said.decode()


def test_somebody_who_sends_half_a_request_holds_up_nobody(connect: Connect) -> None:
    for half in (b"", b"POST", FORM, FORM + b"12345", b"GET / HTTP/1.1\r\n") * 5:
        connect().sendall(half)
    line = connect()
    line.sendall(PAGE)
    assert "GET /page 0" in answer_of(line, b"GET /page 0")


def test_a_request_in_pieces_is_answered_once_it_is_whole(connect: Connect) -> None:
    line = connect()
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in FORM + b"1234567890":
        line.sendall(bytes([byte]))
    assert "POST /form 10" in answer_of(line, b"/form 10")
    line.sendall(FORM + b"abcdefghij")
    assert "POST /form 10" in answer_of(line, b"/form 10"), "the connection is kept"


def test_a_request_that_is_too_slow_is_ended_with_a_sentence(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    line = connect()
    line.sendall(FORM[:-2] + b"Expect: 100-continue\r\n\r\n")
    answer_of(line, b"\r\n\r\n")
    monkeypatch.setattr(arrival, "SECONDS_TO_ARRIVE", 0)
    assert answer_of(line).startswith("HTTP/1.1 408 ")
    assert "request_too_slow" in {getattr(record, "event", "") for record in caplog.records}


def test_a_fast_peer_has_longer_for_a_large_file_than_a_slow_one() -> None:
    class Known:
        began, received = 0.0, 25_000_000

    assert not Arrival.is_late(Known, 500.0)  # type: ignore[arg-type]
    Known.received = 60
    assert Arrival.is_late(Known, 61.0)  # type: ignore[arg-type]


def test_a_request_without_its_length_is_refused(connect: Connect) -> None:
    line = connect()
    line.sendall(b"POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n")
    assert answer_of(line).startswith("HTTP/1.1 411 ")


def test_what_is_larger_than_allowed_is_refused_by_its_headers(connect: Connect) -> None:
    line = connect()
    line.sendall(FORM.replace(b"10", b"1000001"))
    assert "413 Too Large" in answer_of(line, b"/form 0")


def test_when_too_much_arrives_at_once_some_have_to_send_again(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MOST_ARRIVING", 2)
    lines = [connect() for _ in range(4)]
    told = ""
    with suppress(ConnectionError):
        for line in lines:
            line.sendall(FORM)
        ended, _, _ = select.select(lines, [], [], 30)
        assert ended
        told = answer_of(ended[0])
    assert not told or told.startswith("HTTP/1.1 429 ")


def test_a_peer_that_asks_is_told_to_go_on(connect: Connect) -> None:
    line = connect()
    line.sendall(FORM[:-2] + b"Expect: 100-continue\r\n\r\n")
    assert "100 Continue" in answer_of(line, b"\r\n\r\n")
    line.sendall(b"1234567890")
    assert "POST /form 10" in answer_of(line, b"/form 10")


def test_what_is_sent_before_the_answer_is_no_second_request(connect: Connect) -> None:
    line = connect()
    line.sendall(FORM + b"1234567890" + PAGE)
    told = answer_of(line)
    assert "POST /form 10" in told
    assert "/page" not in told


@pytest.mark.parametrize(
    "head", [b"x" * 2_000_000, b"GET / HTTP/1.1\r\n" + b"X-Y: z\r\n" * 200_000, b"\x16\x03\x01\r\n\r\n"]
)
def test_headers_without_end_and_nonsense_are_refused(connect: Connect, head: bytes) -> None:
    line = connect()
    try:
        line.sendall(head)
        told = answer_of(line)
    except ConnectionError:
        told = ""
    assert not told or told.startswith("HTTP/1.1 4")


def _file(sender: str) -> bytes:
    return (
        f"POST /wait HTTP/1.1\r\nHost: x\r\nCookie: a=b; docctl={sender}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 4\r\n\r\nfile"
    ).encode()


@pytest.fixture
def few_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one sender have one file looked at, and two wait."""
    monkeypatch.setattr(worker, "UPLOADS_OF_ONE", 1)
    monkeypatch.setattr(worker, "WAITING_UPLOADS_OF_ONE", 2)
    monkeypatch.setattr(Echo, "released", threading.Event())


def test_one_sender_of_many_files_keeps_threads_for_others_and_is_told_to_come_back(
    few_uploads: None, connect: Connect
) -> None:
    taken = [connect() for _ in range(3)]
    for each in taken:
        each.sendall(_file("eve"))
    (late := connect()).sendall(_file("eve"))
    answer = answer_of(late)
    assert answer.startswith("HTTP/1.1 429 ")
    assert "Retry-After: 2\r\n" in answer
    (other := connect()).sendall(_file("rob"))
    Echo.released.set()
    for each in (other, *taken):
        assert "POST /wait 4" in answer_of(each, b"wait 4"), "whoever waits has their turn"
    (again := connect()).sendall(_file("eve"))
    assert "POST /wait 4" in answer_of(again, b"wait 4")


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker have two threads, and one sender few places to wait."""
    monkeypatch.setattr(Echo, "threads", 2)
    monkeypatch.setattr(Echo, "released", threading.Event())
    monkeypatch.setattr(worker, "WAITING_PAGES_OF_ONE", 3)


def _page(person: str, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: docctl={person}\r\n\r\n".encode()


def test_one_who_asks_for_many_pages_at_once_leaves_threads_to_others(two_threads: None, connect: Connect) -> None:
    asked = [connect() for _ in range(4)]
    for each in asked:
        each.sendall(_page("eve", "/wait"))
    (late := connect()).sendall(_page("eve", "/wait"))
    assert "asking for more pages at once" in answer_of(late)
    (other := connect()).sendall(_page("rob", "/page"))
    assert "GET /page 0" in answer_of(other, b"/page 0"), "while all of the first still wait"
    Echo.released.set()
    for each in asked:
        assert "GET /wait 0" in answer_of(each, b"/wait 0"), "whoever waits has their turn"


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_hostile_peer_holds_up_others(connect: Connect, kind: str) -> None:
    first = connect()

    def ask() -> None:
        line = connect()
        line.settimeout(5)
        line.sendall(PAGE)
        assert "GET /page 0" in answer_of(line, b"GET /page 0")

    with HostilePeers(first.getpeername(), KINDS[kind], count=12, beat=0.02):
        time.sleep(0.1)
        assert slowest_of(ask, 10) < 5


def test_a_length_that_two_readers_read_differently_holds_up_nobody(connect: Connect) -> None:
    for _ in range(8):
        connect().sendall(FORM.replace(b" 10", b" 0000000000000000000010"))
    line = connect()
    line.sendall(FORM.replace(b" 10", b" 0000000000000000000010"))
    assert answer_of(line).startswith("HTTP/1.1 400 ")
    (other := connect()).sendall(PAGE)
    assert "GET /page 0" in answer_of(other, b"GET /page 0")


def test_a_large_answer_arrives_whole_at_a_peer_that_reads_late(connect: Connect) -> None:
    line = connect()
    line.sendall(PAGE.replace(b"/page", b"/large"))
    time.sleep(0.3)
    (other := connect()).sendall(PAGE)
    assert "GET /page 0" in answer_of(other, b"GET /page 0"), "the only thread is free"
    came = 0
    while came < LARGE:
        came += len(line.recv(1024 * 1024))
    line.sendall(PAGE)
    assert "GET /page 0" in answer_of(line, b"GET /page 0"), "the connection is kept"


def test_a_peer_that_does_not_take_its_answer_is_given_up(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "SECONDS_TO_TAKE", 0)
    line = connect()
    line.sendall(PAGE.replace(b"/page", b"/large"))
    end = time.monotonic() + 20
    while "answer_not_taken" not in {getattr(record, "event", "") for record in caplog.records}:
        assert time.monotonic() < end
        time.sleep(0.05)
    came = 0
    with suppress(ConnectionError):
        while more := len(line.recv(65536)):
            came += more
    assert came < LARGE


def test_of_many_that_do_not_take_their_answers_the_slowest_are_given_up(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MOST_SENDING", 2)
    for _ in range(4):
        connect().sendall(PAGE.replace(b"/page", b"/large"))
    time.sleep(0.3)
    line = connect()
    line.sendall(PAGE.replace(b"/page", b"/large"))
    came = 0
    while came < LARGE:
        more = len(line.recv(1024 * 1024))
        assert more, "who reads is not given up"
        came += more


def test_what_is_larger_than_allowed_is_no_request_after_the_answer(connect: Connect) -> None:
    line = connect()
    line.sendall(PAGE.replace(b"Host: x", b"Host: x\r\nContent-Length: 5000") + PAGE)
    told = answer_of(line)
    assert told.count("HTTP/1.1 ") == 1


def test_a_peer_that_hangs_up_while_it_is_told_to_go_on_ends_no_worker(connect: Connect) -> None:
    for _ in range(30):
        line = connect()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(FORM[:-2] + b"Expect: 100-continue\r\n\r\n")
        line.close()
    (other := connect()).sendall(PAGE)
    assert "GET /page 0" in answer_of(other, b"GET /page 0")


def test_connections_that_say_nothing_crowd_out_no_upload(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MOST_ARRIVING", 3)
    upload = connect()
    upload.sendall(FORM + b"12345")
    time.sleep(0.1)
    for _ in range(20):
        connect()
    time.sleep(0.1)
    upload.sendall(b"67890")
    assert "POST /form 10" in answer_of(upload, b"/form 10")


def test_a_disk_without_room_for_a_request_is_told_and_ends_no_worker(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Arrival, "_keep", full)
    (line := connect()).sendall(FORM)
    assert answer_of(line).startswith("HTTP/1.1 507 ")
    monkeypatch.undo()
    (other := connect()).sendall(PAGE)
    assert "GET /page 0" in answer_of(other, b"GET /page 0")


def test_one_sender_who_takes_no_answers_is_given_no_more_of_them(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "ANSWERS_OF_ONE", 2)
    large = PAGE.replace(b"/page", b"/large")[:-2]
    for _ in range(2):
        connect().sendall(large + b"Cookie: docctl=eve\r\n\r\n")
    time.sleep(0.3)
    (third := connect()).sendall(large + b"Cookie: docctl=eve\r\n\r\n")
    told = answer_of(third)
    assert told.startswith("HTTP/1.1 429 ")
    assert "Retry-After: 5\r\n" in told
    (other := connect()).sendall(PAGE[:-2] + b"Cookie: docctl=rob\r\n\r\n")
    assert "GET /page 0" in answer_of(other, b"GET /page 0")
