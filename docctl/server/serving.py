"""Serving: the pages under gunicorn, and one follower process beside them that follows the audit trail."""

import fcntl
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.errors import DocctlError, LibraryBusyError, SettingError
from docctl.followers import checkpoints, cosignatures, notices, packing, search_index
from docctl.followers.catching_up import catch_up
from docctl.followers.watermark import head_seq
from docctl.opening import mail_server, open_library
from docctl.receiving.worker import ReceivingWorker
from docctl.registers.integrity.quick_check import quick_check
from docctl.registers.operations.watching import Watch
from docctl.server import logs
from docctl.server.looking_out import look_out, tell_found
from docctl.server.rounds import LAST_OF_ALL, go_rounds
from docctl.settings import Settings
from docctl.shipped import TREE

log = logging.getLogger("docctl")
PAGES = "docctl.app:create_app"
DUE_EVERY_SECONDS = 60
LOOK_THROUGH_EVERY_SECONDS = 180
WATCH_EVERY_SECONDS = 60
LOOK_EVERY_SECONDS = 1
REST_AFTER_TROUBLE_SECONDS = 5
STOP_WITHIN_SECONDS = 30
POST_EVERY_SECONDS = 5
CONVERSION_PATIENCE_SECONDS = 3.0
UPLOAD_PATIENCE_SECONDS = 5.0
ABSENT_BEAT_SECONDS = 0.05
GIVE_WAY = 5
ONLY_AT_THE_START = ("DATA", "DATABASE_URL")
DEBUGGING = ("FLASK_DEBUG", "FLASK_ENV", "WERKZEUG_DEBUG_PIN", "PYTHONINSPECT", "PYTHONDEVMODE")


class Follower:
    """The process that follows the audit trail beside the pages; started again whenever it ends by itself."""

    def __init__(self, settings: Settings) -> None:
        self._command = [sys.executable, "-m", "docctl", "--data", str(settings.data_folder), "follow"]
        self._command += ["--with-parent", str(os.getpid())]
        self._environment = os.environ | {"DOCCTL_DATABASE_URL": settings.database_url, "PYTHONPATH": _search_path()}
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._renewing = threading.Event()

    def start(self) -> None:
        """Start the process, and watch over it."""
        self._process = self._begin()
        threading.Thread(target=self._watch, name="follower", daemon=True).start()

    def renew(self) -> None:
        """Let the process begin anew, with the settings as they are now."""
        self._renewing.set()

    def stop(self) -> None:
        """End the process; what it had not done yet is done at the next start."""
        self._stopping.set()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=STOP_WITHIN_SECONDS)

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, env=self._environment, stdin=subprocess.DEVNULL)

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_SECONDS):
            if self._renewing.is_set() and self._process is not None:
                self._renewing.clear()
                self._process.terminate()
                self._process.wait()
                self._process = self._begin()
            elif self._process is not None and self._process.poll() is not None:
                log.warning("The follower ended by itself; it is started again.")
                if not self._stopping.wait(REST_AFTER_TROUBLE_SECONDS):
                    self._process = self._begin()


class LibraryServer(BaseApplication):  # type: ignore[misc]  # gunicorn does not say its types
    """gunicorn with the pages of one library; its first process also starts and ends the follower."""

    def __init__(self, settings: Settings, read_again: Callable[[], Settings]) -> None:
        self.settings = settings
        self.follower = Follower(settings)
        self._read_again = read_again
        self._make_pages = import_app(PAGES)  # loaded once, before the workers part from this process
        stay_loaded()
        super().__init__()

    def reload(self) -> None:
        """Take the settings as they are now (HUP); where they are refused those of before stay."""
        try:
            settings = renewed(self.settings, self._read_again())
            logs.set_up(settings.LOG_FORMAT, settings.LOG_FILE)
            self.settings = settings
        except DocctlError as refused:
            log.error("The settings were not taken, and those of before stay: %s", refused)
        self.follower.renew()
        super().reload()

    def load_config(self) -> None:
        """Tell gunicorn where to listen, and with how many workers."""
        for name, value in {
            "bind": f"{self.settings.HOST}:{self.settings.PORT}",
            "workers": self.settings.WORKERS,
            "threads": self.settings.THREADS_PER_WORKER,
            "worker_class": ReceivingWorker,
            "timeout": 60,
            "graceful_timeout": 10,
            "forwarded_allow_ips": "127.0.0.1",
            "proc_name": "docctl",
            "control_socket_disable": True,
            "logger_class": logs.GunicornLog,
            "on_starting": lambda _: self.follower.start(),
            "on_exit": lambda _: self.follower.stop(),
        }.items():
            self.cfg.set(name, value)

    @property
    def largest_request(self) -> int:
        """How many bytes a request may send; what is larger is refused by its headers alone."""
        return largest_request(self.settings)

    def load(self) -> Any:
        """Open the library in the worker that will answer."""
        control = open_library(self.settings)
        control.trust.watch(lambda: quick_check(control))
        pages = self._make_pages(control, web_settings(self.settings))
        control.get_ready()
        stay_loaded()
        return pages


def serve(settings: Settings, read_again: Callable[[], Settings] | None = None) -> None:
    """Serve a library until it is told to stop; raise LibraryBusyError where it is being served already.

    ``read_again`` gives the settings as they are by then, when the process is told to take them (HUP).
    """
    _refuse_debugging()
    logs.set_up(settings.LOG_FORMAT, settings.LOG_FILE)
    open_library(settings).engine.dispose()
    with alone(settings.data_folder):
        _require_free(settings.HOST, settings.PORT)
        warn_of_network_disk(settings.data_folder)
        LibraryServer(settings, read_again or (lambda: settings)).run()


def renewed(settings: Settings, now: Settings) -> Settings:
    """Return the settings as they are now; raise SettingError where a running server cannot take them."""
    for name in ONLY_AT_THE_START:
        if getattr(now, name) != getattr(settings, name):
            raise SettingError("DOCCTL_%(name)s is another now; that takes a restart.", name=name)
    mail_server(now)
    if (now.HOST, now.PORT) != (settings.HOST, settings.PORT):
        _require_free(now.HOST, now.PORT)
    return now


def _refuse_debugging() -> None:
    """Raise SettingError where the environment asks for a debugger, which would show everything to everybody."""
    if asked := debugging_asked_for():
        raise SettingError(
            "%(setting)s is set, and a library is never served with a debugger; unset it first.", setting=asked[0]
        )


def debugging_asked_for() -> list[str]:
    """Return what in the environment asks for a debugger."""
    off = ("", "0", "no", "false", "off", "production")
    return [name for name in DEBUGGING if os.environ.get(name, "").strip().lower() not in off]


def warn_of_network_disk(data: Path) -> None:
    """Tell the log where the data folder lies on a disk of another machine, where two servers do not see each other."""
    if kind := tools.host.network_file_system(data):
        log.warning(
            "The data folder lies on %s, whose locks and syncs are not to be relied on; keep it on a disk of this "
            "machine, and let no other machine serve it.",
            kind,
        )


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Keep a data folder to this process meanwhile; raise LibraryBusyError where another one serves or changes it."""
    lock = claim(data)
    try:
        yield
    finally:
        os.close(lock)


def claim(data: Path) -> int:
    """Claim a data folder for serving; raise LibraryBusyError where another process serves it."""
    descriptor = os.open(data / "serving.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise LibraryBusyError("The library in %(data)s is being served already; stop that first.", data=data) from None
    return descriptor


def largest_request(settings: Settings) -> int:
    """Return how many bytes a request may send: the largest upload, and the form around it."""
    return (settings.UPLOAD_LIMIT_MB + 1) * 1024 * 1024


def web_settings(settings: Settings) -> dict[str, object]:
    """Return the settings of the pages."""
    return {
        "ABSENT_BEAT_SECONDS": ABSENT_BEAT_SECONDS,
        "BASE_URL": settings.BASE_URL,
        "CONVERSION_PATIENCE_SECONDS": CONVERSION_PATIENCE_SECONDS,
        "MAX_CONTENT_LENGTH": largest_request(settings),
        "METRICS_TOKEN": settings.METRICS_TOKEN,
        "SESSION_IDLE_MINUTES": settings.SESSION_IDLE_MINUTES,
        "THREADS": settings.THREADS_PER_WORKER,
        "TRUSTED_PROXIES": settings.TRUSTED_PROXIES,
        "UPLOADS_AT_ONCE": settings.UPLOADS_AT_ONCE,
        "UPLOADS_PER_MINUTE": settings.UPLOADS_PER_MINUTE,
        "UPLOAD_PATIENCE_SECONDS": UPLOAD_PATIENCE_SECONDS,
    }


def follow(settings: Settings, *, parent: int | None = None) -> None:
    """Follow the audit trail until told to stop, or until the process named as its parent is gone."""
    signal.signal(signal.SIGTERM, _end)
    give_way()
    logs.set_up(settings.LOG_FORMAT, settings.LOG_FILE)
    control = open_library(settings)
    if control.mail_server is not None:
        _begin_beside(control, "post", _post, POST_EVERY_SECONDS)
    if kept_by := witnesses(settings):
        _begin_beside(control, "checkpoints", lambda each: checkpoints.follow(each, kept_by))
    _begin_beside(control, "witnesses", cosignatures.follow)
    threading.Thread(target=_pack, args=(control,), name="packing", daemon=True).start()
    threading.Thread(target=go_rounds, args=(control,), name="rounds", daemon=True).start()
    control.trust.watch(lambda: quick_check(control))
    tell_found(control)
    _clear_away(control)
    watch, watch_at = Watch(control), 0.0
    seen, due_at, look_at = -1, 0.0, time.monotonic() + LOOK_THROUGH_EVERY_SECONDS
    while parent is None or os.getppid() == parent:
        try:
            if time.monotonic() >= look_at:
                _clear_away(control)
                control.trust.look()
                tell_found(control)
                look_at = time.monotonic() + LOOK_THROUGH_EVERY_SECONDS
            if time.monotonic() >= watch_at:
                look_out(control, watch)
                watch_at = time.monotonic() + WATCH_EVERY_SECONDS
            if control.distrust:
                control.trust.look_again()
                tell_found(control)
                time.sleep(settings.FOLLOW_SECONDS)
                continue
            with control.reading() as session:
                head = head_seq(session)
                lacks_in_search = search_index.is_behind(control, session)
            if head != seen or lacks_in_search or time.monotonic() >= due_at:
                catch_up(control)
                seen, due_at = head, time.monotonic() + DUE_EVERY_SECONDS
        except LibraryBusyError as busy:
            log.warning("A follower waits: %s", busy)
            time.sleep(REST_AFTER_TROUBLE_SECONDS)
        except (DocctlError, OSError):
            log.exception("A follower could not catch up; it tries again.")
            look_at = 0.0
            time.sleep(REST_AFTER_TROUBLE_SECONDS)
        time.sleep(settings.FOLLOW_SECONDS)


def _clear_away(control: DocumentControl) -> None:
    """Remove what was left behind by what was killed, or sent and never confirmed."""
    tools.host.clear_abandoned_folders(time.time())
    tools.data_folder.clear_staging(control.data, time.time())


def stay_loaded() -> None:
    """Keep what is loaded out of the garbage collector's way, which looks through all of it for 100 ms now and then."""
    gc.collect()
    gc.freeze()


def give_way() -> None:
    """Let the processes that answer people go first; what follows may take a moment longer."""
    os.nice(GIVE_WAY)


def _begin_beside(
    control: DocumentControl, name: str, follow: Callable[[DocumentControl], object], every: float = DUE_EVERY_SECONDS
) -> None:
    """Begin what is followed beside the other followers, because whoever is asked may take their time or be away."""

    def go_on() -> None:
        while True:
            try:
                if not control.distrust:
                    follow(control)
            except (DocctlError, OSError):
                log.exception("What follows as %s failed; it is tried again.", name)
            time.sleep(every)

    threading.Thread(target=go_on, name=name, daemon=True).start()


def _post(control: DocumentControl) -> None:
    notices.follow(control)
    notices.clear_away(control)


def witnesses(settings: Settings) -> checkpoints.Witnesses:
    """Return who keeps checkpoints outside; raise SettingError where the settings cannot be used."""
    folder = Path(settings.CHECKPOINT_FOLDER).expanduser() if settings.CHECKPOINT_FOLDER else None
    if settings.CHECKPOINT_MAIL and not settings.MAIL_SERVER:
        raise SettingError("DOCCTL_CHECKPOINT_MAIL needs a mail server; set DOCCTL_MAIL_SERVER too.")
    if settings.MIRROR:
        tools.git_library.protocol_of(settings.MIRROR)
    return checkpoints.Witnesses(folder, settings.CHECKPOINT_MAIL, settings.MIRROR)


def _pack(control: DocumentControl) -> None:
    """Pack the Git library beside the other followers, behind everything else that the machine has to do."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LAST_OF_ALL)
    while True:
        time.sleep(DUE_EVERY_SECONDS)
        try:
            if not control.distrust and not control.trust.stopped.things:
                packing.follow(control)
        except (DocctlError, OSError):
            log.exception("The Git library could not be looked at for packing; it is tried again.")


def _require_free(host: str, port: int) -> None:
    """Raise SettingError unless pages can be served at the address."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except (OSError, OverflowError) as trouble:
        raise SettingError(
            "Pages cannot be served at %(host)s:%(port)s (%(reason)s); choose another address or port with "
            "--host and --port.",
            host=host,
            port=port,
            reason=getattr(trouble, "strerror", None) or trouble,
        ) from trouble


def _search_path() -> str:
    """Return the import path of a child, in which this program is found wherever it is started."""
    return os.pathsep.join(filter(None, (str(TREE), os.environ.get("PYTHONPATH", ""))))


def _end(_: int, __: FrameType | None) -> None:
    raise SystemExit(0)
