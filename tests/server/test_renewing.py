"""HUP and TERM: settings are taken while people work, and no request is lost."""

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.server.serving import renewed
from docctl.settings import Settings
from tests.server.test_serving import HOME, _followers, _free_port, _wait

ASK = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class Served:
    """A library that is being served with a file of settings."""

    def __init__(self, folder: Path, data: Path, **settings: object) -> None:
        self.config, self.log = folder / "settings.py", folder / "log"
        self.port = _free_port()
        self.put_down(PORT=self.port, WORKERS=1, **settings)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "docctl", "--data", str(data), "serve"],
                cwd=HOME,
                env=os.environ | {"DOCCTL_CONFIG": str(self.config), "DOCCTL_LOG_FORMAT": "text"},
                stdin=subprocess.DEVNULL,
                stderr=log,
            )

    def put_down(self, **settings: object) -> None:
        """Write the settings down."""
        self.config.write_text("".join(f"{name} = {value!r}\n" for name, value in settings.items()))

    def workers(self) -> set[int]:
        """The processes that answer pages."""
        followers = _followers(self.process.pid)
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(child) for child in children} - set(followers)

    def is_listening(self) -> bool:
        """Whether somebody takes connections at the port."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=60).close()
        except ConnectionRefusedError:
            return False
        return True

    def answers(self, port: int) -> bool:
        """Whether pages are served at a port."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            return ask(port) == 200
        except OSError:
            return False


def ask(port: int) -> int:
    """Ask whether the pages answer."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
        return int(answer.status)


@pytest.fixture
def served(founded_library: object, control: DocumentControl, tmp_path: Path) -> Iterator[Served]:
    """A library that answers."""
    served = Served(tmp_path, control.data)
    _wait(lambda: served.answers(served.port))
    yield served
    if served.process.poll() is None:
        served.process.kill()
        served.process.wait()


class Crowd:
    """People who ask one page after the other, each over a connection of its own."""

    def __init__(self, port: int) -> None:
        self.answered, self.lost = 0, list[str]()
        self._port, self._stop = port, threading.Event()
        self._threads = [threading.Thread(target=self._ask_on) for _ in range(4)]
        for thread in self._threads:
            thread.start()

    def leave(self) -> None:
        """Stop asking."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask_on(self) -> None:
        while not self._stop.is_set():
            try:
                connection = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            except OSError:
                return  # nobody is there any more, and nothing was asked
            with connection:
                try:
                    connection.sendall(ASK)
                    head = connection.recv(12)
                except OSError as trouble:
                    head = str(trouble).encode()
            if head == b"HTTP/1.1 200":
                self.answered += 1
            else:
                self.lost.append(head.decode())


def test_settings_are_taken_without_losing_a_request(served: Served) -> None:
    follower = _wait(lambda: _followers(served.process.pid))
    crowd = Crowd(served.port)
    _wait(lambda: crowd.answered > 20)
    served.put_down(PORT=served.port, WORKERS=2, SESSION_IDLE_MINUTES=5)
    for _ in range(2):
        before = served.workers()
        served.process.send_signal(signal.SIGHUP)
        _wait(lambda before=before: len(served.workers()) == 2 and not served.workers() & before)  # type: ignore[misc]
    asked = crowd.answered
    _wait(lambda: crowd.answered > asked + 20)
    _wait(lambda: (now := _followers(served.process.pid)) and now != follower)
    crowd.leave()
    assert not crowd.lost, served.log.read_text()


def test_what_has_begun_to_ask_is_answered_before_the_server_stops(served: Served) -> None:
    asking = [socket.create_connection(("127.0.0.1", served.port), timeout=60) for _ in range(8)]
    for each in asking:
        each.sendall(ASK[:20])
    served.process.send_signal(signal.SIGTERM)
    _wait(lambda: not served.is_listening())
    for each in asking:
        each.sendall(ASK[20:])
        assert each.recv(12) == b"HTTP/1.1 200"
        each.close()
    assert served.process.wait(timeout=120) == 0


def test_what_cannot_be_taken_is_said_and_the_server_goes_on(served: Served) -> None:
    served.put_down(PORT=served.port, WORKERS=0)
    served.process.send_signal(signal.SIGHUP)
    _wait(lambda: "DOCCTL_WORKERS is “0”; it takes 1 to 64" in served.log.read_text())
    _wait(lambda: served.answers(served.port))
    another = _free_port()
    served.put_down(PORT=another, WORKERS=1)
    served.process.send_signal(signal.SIGHUP)
    _wait(lambda: served.answers(another))


def test_a_place_cannot_change_while_it_is_served(tmp_path: Path) -> None:
    here = Settings(DATA=str(tmp_path))
    with pytest.raises(InvalidInputError, match="DOCCTL_DATA is another now; that takes a restart"):
        renewed(here, Settings(DATA=str(tmp_path / "elsewhere")))
    with pytest.raises(InvalidInputError, match="DOCCTL_MAIL_SERVER is written like"):
        renewed(here, Settings(DATA=str(tmp_path), MAIL_SERVER="nowhere"))
    assert renewed(here, Settings(DATA=str(tmp_path), WORKERS=3)).WORKERS == 3
