"""Serving: the pages under gunicorn, and one follower process beside them that follows the audit trail."""

import fcntl
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from config import HOME, Config
from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain.errors import DocctlError, LibraryBusyError
from docctl.followers.catching_up import catch_up
from docctl.followers.watermark import head_seq

log = logging.getLogger("docctl")
DUE_EVERY_SECONDS = 60
REST_AFTER_TROUBLE_SECONDS = 5


class LibraryServer(BaseApplication):
    """gunicorn with the pages of one library; its first process also starts and ends the follower."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.follower: subprocess.Popen[bytes] | None = None
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn where to listen, and with how many workers."""
        for name, value in {
            "bind": f"{self.config.HOST}:{self.config.PORT}",
            "workers": self.config.WORKERS,
            "threads": self.config.THREADS_PER_WORKER,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 10,
            "limit_request_field_size": 8190,
            "forwarded_allow_ips": "127.0.0.1",
            "proc_name": "docctl",
            "on_starting": lambda _: self._start_follower(),
            "on_exit": lambda _: self._end_follower(),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Open the library in the worker that will answer."""
        return create_app(open_library(self.config), web_settings(self.config))

    def _start_follower(self) -> None:
        command = [sys.executable, "-m", "docctl.cli", "--data", self.config.DATA, "follow", "--with-parent"]
        self.follower = subprocess.Popen(command, env=os.environ | {"DOCCTL_DATABASE_URL": self.config.database_url})

    def _end_follower(self) -> None:
        if self.follower is not None:
            self.follower.terminate()
            self.follower.wait(timeout=30)


def serve(config: Config) -> None:
    """Serve a library until it is told to stop; raise LibraryBusyError where it is being served already."""
    lock = claim(config.data_folder)
    try:
        LibraryServer(config).run()
    finally:
        os.close(lock)


def claim(data: Path) -> int:
    """Claim a data folder for serving; raise LibraryBusyError where another process serves it."""
    descriptor = os.open(data / "serving.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise LibraryBusyError(f"The library in {data} is being served already; stop that first.") from None
    return descriptor


def open_library(config: Config) -> DocumentControl:
    """Open the library that the settings name."""
    return DocumentControl.open(config.data_folder, config.database_url, HOME)


def web_settings(config: Config) -> dict[str, object]:
    """Return the settings of the pages."""
    return {
        "BASE_URL": config.BASE_URL,
        "TRUSTED_PROXIES": config.TRUSTED_PROXIES,
        "MAX_CONTENT_LENGTH": (config.UPLOAD_LIMIT_MB + 1) * 1024 * 1024,
        "SESSION_IDLE_MINUTES": config.SESSION_HOURS * 60,
    }


def follow(config: Config, *, with_parent: bool = False) -> None:
    """Follow the audit trail until told to stop, or until the process that started this one is gone."""
    parent = os.getppid()
    control = open_library(config)
    seen, due_at = -1, 0.0
    while not with_parent or os.getppid() == parent:
        with control.reading() as session:
            head = head_seq(session)
        if head != seen or time.monotonic() >= due_at:
            try:
                catch_up(control)
                seen, due_at = head, time.monotonic() + DUE_EVERY_SECONDS
            except (DocctlError, OSError):
                log.exception("A follower could not catch up; it tries again.")
                time.sleep(REST_AFTER_TROUBLE_SECONDS)
        time.sleep(config.FOLLOW_SECONDS)
