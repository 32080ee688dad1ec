"""Serving: one process to a library, a follower that is started again and ends with it, an orderly stop."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from docctl.adapters import host
from docctl.app import DEFAULTS
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError, LibraryBusyError, LibraryMissingError
from docctl.opening import open_library
from docctl.server import serving
from docctl.settings import Settings

HOME = Path(__file__).resolve().parents[2]


def _wait(until: Callable[[], object]) -> object:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if found := until():
            return found
        time.sleep(0.1)
    raise AssertionError("It did not happen.")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _followers(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes().split(b"\0")
            state = (path / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if command[-3:-1] == [b"--with-parent", str(parent).encode()] and state != "Z":
            found.append(int(path.name))
    return found


@pytest.fixture
def served(founded_library: object, control: object, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A library that is being served, and its port."""
    port = _free_port()
    command = [sys.executable, "-m", "docctl", "--data", str(tmp_path / "data"), "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=HOME, env=os.environ | {"DOCCTL_WORKERS": "1"}, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )

    def answers() -> bool:
        assert process.poll() is None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=30) as answer:
                return answer.status == 200
        except OSError:
            return False

    _wait(answers)
    yield process, port
    if process.poll() is None:
        process.kill()
        process.wait()


def test_an_index_that_is_gone_is_built_again_within_ten_seconds_of_no_event(
    served: tuple[subprocess.Popen[bytes], int], tmp_path: Path
) -> None:
    index = tmp_path / "data" / "index"
    _wait(lambda: list(index.glob("*.pst")))
    shutil.rmtree(index)
    began = time.monotonic()
    _wait(lambda: list(index.glob("*.pst")))
    assert time.monotonic() - began < 10


def test_it_serves_follows_and_stops_in_order(served: tuple[subprocess.Popen[bytes], int], tmp_path: Path) -> None:
    process, port = served
    follower = _wait(lambda: _followers(process.pid))
    with pytest.raises(LibraryBusyError):
        serving.claim(tmp_path / "data")
    with pytest.raises(InvalidInputError):
        serving._require_free("127.0.0.1", port)
    assert isinstance(follower, list)
    os.kill(follower[0], signal.SIGKILL)
    _wait(lambda: [pid for pid in _followers(process.pid) if pid != follower[0]])
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=120) == 0
    _wait(lambda: not _followers(process.pid))


def test_the_follower_ends_when_what_serves_is_killed(served: tuple[subprocess.Popen[bytes], int]) -> None:
    process, _ = served
    _wait(lambda: _followers(process.pid))
    process.kill()
    process.wait()
    _wait(lambda: not _followers(process.pid))


def test_what_rewrites_a_library_does_not_begin_while_it_is_served(control: DocumentControl) -> None:
    with serving.alone(control.data):
        told = CliRunner().invoke(main, ["--data", str(control.data), "repair", "--adopt-git"])
        with pytest.raises(LibraryBusyError), serving.alone(control.data):
            raise AssertionError("two processes are alone")
    assert told.exit_code != 0
    assert "is being served already" in told.output
    with serving.alone(control.data):
        assert (control.data / "serving.lock").stat().st_mode & 0o777 == 0o600


def test_a_disk_of_another_machine_is_told_at_the_start(
    control: DocumentControl, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    serving.warn_of_network_disk(control.data)
    assert not caplog.records
    monkeypatch.setattr(host, "NETWORK_FILE_SYSTEMS", {file_system_of(control.data)})
    serving.warn_of_network_disk(control.data)
    assert "not to be relied on" in caplog.text


def file_system_of(folder: Path) -> str:
    """The kind of disk that a folder lies on, as the machine names it."""
    known = [line.split()[1:3] for line in Path("/proc/self/mounts").read_text().splitlines()]
    above = [(place, kind) for place, kind in known if folder.is_relative_to(place)]
    return max(above, key=lambda each: len(each[0]))[1]


def test_nothing_is_served_where_there_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissingError):
        serving.serve(Settings(DATA=str(tmp_path)))


def test_every_setting_that_the_pages_know_reaches_them() -> None:
    told = serving.web_settings(
        Settings(BASE_URL="https://docs.example", TRUSTED_PROXIES=1, SESSION_IDLE_MINUTES=15, UPLOAD_LIMIT_MB=3)
    )
    assert (told["TRUSTED_PROXIES"], told["SESSION_IDLE_MINUTES"]) == (1, 15)
    assert told["BASE_URL"] == "https://docs.example"
    assert {field.name for field in fields(Settings)} & set(DEFAULTS) <= set(told)


def test_pages_without_settings_behave_as_those_with_the_settings_of_the_readme() -> None:
    told, unhurried = serving.web_settings(Settings()), ("ABSENT_BEAT_SECONDS", "CONVERSION_PATIENCE_SECONDS")
    for name in (told.keys() & DEFAULTS.keys()) - {*unhurried, "UPLOAD_PATIENCE_SECONDS"}:
        assert DEFAULTS[name] == told[name], name


def test_a_library_takes_in_files_as_large_as_the_settings_say(control: DocumentControl) -> None:
    opened = open_library(Settings(DATA=str(control.data), UPLOAD_LIMIT_MB=40))
    assert opened.upload_limit_mb == 40
    opened.engine.dispose()
