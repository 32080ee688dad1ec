"""Whoever waits for a lock says for which after some seconds, and does not wait for ever; who gets on is waited for."""

import fcntl
import itertools
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from docctl.domain.errors import LibraryBusyError
from docctl.machine import file_lock
from docctl.machine.file_lock import take_lock


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    """An open file whose lock is to be taken."""
    descriptor = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[int]:
    """Somebody else who holds the lock of the file."""
    descriptor = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield descriptor
    os.close(descriptor)


def test_a_free_lock_is_taken_without_a_word(file: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    take_lock(file, "the shelf", 1)
    other = os.open(tmp_path / "lock", os.O_RDWR)
    with pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)
    assert caplog.messages == []


@pytest.mark.usefixtures("holder")
def test_a_lock_that_is_kept_is_named_and_given_up(
    file: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(file_lock, "SAID_AFTER_SECONDS", 0.1)
    with pytest.raises(LibraryBusyError, match=r"held the lock of the shelf for .* what was recorded before stays"):
        take_lock(file, "the shelf", 0.4)
    assert [message.partition(",")[0] for message in caplog.messages] == ["Waiting for the lock of the shelf"]
    if Path("/proc/locks").exists():
        assert f"(number {os.getpid()})" in caplog.text


def test_a_lock_that_gets_free_is_taken(file: int, holder: int) -> None:
    threading.Timer(0.2, fcntl.flock, (holder, fcntl.LOCK_UN)).start()
    take_lock(file, "the shelf", 20)
    with pytest.raises(BlockingIOError):
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_who_gets_on_is_waited_for_longer(file: int, holder: int) -> None:
    steps = itertools.count()
    threading.Timer(0.6, fcntl.flock, (holder, fcntl.LOCK_UN)).start()
    take_lock(file, "the shelf", 0.2, state=lambda: next(steps))
    with pytest.raises(BlockingIOError):
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.usefixtures("holder")
def test_those_who_share_wait_for_whoever_is_alone(file: int) -> None:
    with pytest.raises(LibraryBusyError):
        take_lock(file, "the shelf", 0.1, alone=False)
