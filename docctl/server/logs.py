"""Log lines while serving: one JSON object a line, or one plain line; never a secret, never a forged line."""

import logging
import re
import sys
import time
from logging.handlers import WatchedFileHandler

from gunicorn.config import Config
from gunicorn.glogging import Logger
from pythonjsonlogger.json import JsonFormatter

from docctl.domain.errors import SettingError

JSON, TEXT = "json", "text"
_ONE_TIME_LINK = re.compile(r"""(choose-password/)[^\s"'?#<>\\]+""")
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def without_secrets(line: str) -> str:
    """Return a line in which the secrets of one-time links are left out, whoever wrote their address into it."""
    return _ONE_TIME_LINK.sub(r"\1[secret]", line)


class JsonLines(JsonFormatter):
    """Each record is one JSON object on one line, with everything that was said along with it."""

    def __init__(self) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            static_fields={},
        )

    converter = staticmethod(time.gmtime)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the time in UTC, to the millisecond."""
        return f"{super().formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03}Z"

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without secrets."""
        return without_secrets(super().format(record))


class PlainLines(logging.Formatter):
    """Each record begins a line; what goes on below it is indented, so that no text can pass for another record."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(name)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines without secrets and control characters."""
        text = without_secrets(super().format(record))
        plain = _CONTROL_CHARACTERS.sub(lambda found: ascii(found[0])[1:-1], text)
        return plain.replace("\n", "\n    | ")


class GunicornLog(Logger):  # type: ignore[misc]  # gunicorn does not say its types
    """gunicorn's own log, written with ours."""

    def setup(self, cfg: Config) -> None:
        """Hand everything on to the handlers of the library."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True
        self.error_log.setLevel(logging.WARNING)


def set_up(form: str, file: str = "") -> None:
    """Write the log in a form, to a file or to standard error; raise SettingError where either is not to be had."""
    if form not in (JSON, TEXT):
        raise SettingError("DOCCTL_LOG_FORMAT is json or text.")
    try:
        handler = WatchedFileHandler(file) if file else logging.StreamHandler(sys.stderr)
    except OSError as error:
        raise SettingError(
            "DOCCTL_LOG_FILE is %(file)s, and nothing can be written there (%(why)s); name a file in a folder that is "
            "there.",
            file=file,
            why=error.strerror or str(error),
        ) from error
    handler.setFormatter(JsonLines() if form == JSON else PlainLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("docctl").setLevel(logging.INFO)
    logging.captureWarnings(True)
