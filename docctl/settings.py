"""The settings of docctl: what each means, what it may be, and where it is read from."""

import difflib
import os
import runpy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docctl.domain.errors import SettingError
from docctl.machine.crash_point import CRASH_AT
from docctl.shipped import IN_A_WHEEL, TREE

PREFIX = "DOCCTL_"
CONFIG = f"{PREFIX}CONFIG"
"""Names the file that is read in place of the config.py of the source tree."""
_NO_SETTINGS = frozenset({CONFIG, CRASH_AT})
_YES, _NO = {"1", "yes", "true", "on"}, {"0", "no", "false", "off", ""}


def _setting(
    default: Any, about: str, *, least: float | None = None, most: float | None = None,
    one_of: tuple[str, ...] = (), is_secret: bool = False,
) -> Any:  # fmt: skip
    """One setting: its value where nobody sets it, what it means, and what it may be."""
    return field(
        default=default,
        repr=not is_secret,
        metadata={"about": about, "least": least, "most": most, "one_of": one_of},
    )


@dataclass(frozen=True)
class Settings:
    """Where a library is kept and how it is served; raises SettingError for a value that cannot be served with."""

    DATA: str = _setting("data", "data folder of the library")
    DATABASE_URL: str = _setting("", "database, where it is not SQLite in the data folder")
    HOST: str = _setting("127.0.0.1", "address to listen on")
    PORT: int = _setting(5000, "port to listen on", least=1, most=65535)
    WORKERS: int = _setting(2, "processes that answer pages", least=1, most=64)
    THREADS_PER_WORKER: int = _setting(4, "threads of each of them", least=1, most=256)
    BASE_URL: str = _setting("", "address in links, with https:// or http://")
    TRUSTED_PROXIES: int = _setting(0, "how many reverse proxies may set forwarded headers", least=0, most=10)
    UPLOAD_LIMIT_MB: int = _setting(25, "largest file that is taken in", least=1, most=2000)
    UPLOADS_AT_ONCE: int = _setting(2, "files that one person may send at a time", least=1, most=100)
    UPLOADS_PER_MINUTE: int = _setting(600, "files that one person may send in a minute", least=1, most=100_000)
    SCAN_COMMAND: str = _setting("", "virus scanner that every file from outside has to pass")
    SCAN_SECONDS: int = _setting(60, "how long the scanner may take for a file", least=1, most=3600)
    SESSION_IDLE_MINUTES: int = _setting(600, "how long a session lasts when nobody is seen", least=1, most=720)
    FOLLOW_SECONDS: float = _setting(0.5, "how often the followers look", least=0.05, most=60)
    CONVERSION_WORKERS: int = _setting(2, "conversions at a time during import", least=1, most=64)
    WORD_PAGES: str = _setting(
        "libreoffice", "who writes the PDF of what was written in Word", one_of=("libreoffice", "typst")
    )
    CHECKPOINT_FOLDER: str = _setting("", "folder that gets a signed checkpoint every day")
    CHECKPOINT_MAIL: str = _setting("", "mail address that gets it")
    MIRROR: str = _setting("", "bare repository that what is new is pushed to")
    LOG_FORMAT: str = _setting("json", "form of the log", one_of=("json", "text"))
    LOG_FILE: str = _setting("", "file of the log, where it is not standard error")
    METRICS_TOKEN: str = _setting("", "token that a machine shows to read /metrics", is_secret=True)
    CLOCK_LEAP_DAYS: int = _setting(
        366, "days after the newest event at which a clock has leapt; 0 for never", least=0, most=36_500
    )
    DISK_FLOOR_MB: int = _setting(500, "free space below which nothing is recorded", least=0)
    DISK_FLOOR_PERCENT: int = _setting(5, "the same as a share of the disk", least=0, most=100)
    MAIL_SERVER: str = _setting("", "mail server as host:port; without it no mail is sent")
    MAIL_FROM: str = _setting("", "sender of notices")
    MAIL_LOGIN: str = _setting("", "login at the mail server")
    MAIL_PASSWORD: str = _setting("", "password at the mail server", is_secret=True)
    MAIL_STARTTLS: bool = _setting(True, "no only for a mail server on the same machine")

    def __post_init__(self) -> None:
        for each in fields(self):
            _require_allowed(each, getattr(self, each.name))
        if not self.DATA or not self.HOST:
            raise SettingError(
                "%(prefix)s%(setting)s is empty; name one, or leave it unset.",
                prefix=PREFIX,
                setting="HOST" if self.DATA else "DATA",
            )
        if self.BASE_URL and not _is_address(self.BASE_URL):
            raise SettingError(
                "%(prefix)sBASE_URL is “%(base_url)s”; write it with its scheme and without a question mark, "
                "like https://docs.riverton.example.",
                prefix=PREFIX,
                base_url=self.BASE_URL,
            )

    @classmethod
    def read(cls, chosen: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> "Settings":
        """Return the settings: what was chosen, else the environment, else config.py, else the default.

        Raises SettingError, which names the setting, where one is unknown or cannot be read.
        """
        by_name = {each.name: each for each in fields(cls)}
        values: dict[str, object] = {}
        for name, written, place in (*_of_file(_config_file(environment)), *_of_environment(environment)):
            if name not in by_name:
                raise SettingError(
                    "%(place)s is no setting of docctl.%(meant)s", place=place, meant=_meant(name, by_name)
                )
            values[name] = _as_kind(place, by_name[name], written)
        return cls(**(values | {name: value for name, value in chosen.items() if value is not None}))  # type: ignore[arg-type]

    @property
    def data_folder(self) -> Path:
        """The data folder of the library."""
        return Path(self.DATA).expanduser().resolve()

    @property
    def database_url(self) -> str:
        """Where the database is: in the data folder, unless another one is named."""
        return self.DATABASE_URL or f"sqlite:///{self.data_folder / 'docctl.db'}"

    @property
    def address(self) -> str:
        """Where people open the library in their browser."""
        return self.BASE_URL.rstrip("/") or f"http://{self.HOST}:{self.PORT}"


def _config_file(environment: Mapping[str, str]) -> Path | None:
    """Return the file of the operator's settings; raise SettingError where the one that is named is not there."""
    if named := environment.get(CONFIG):
        path = Path(named).expanduser()
        if not path.is_file():
            raise SettingError("%(config)s names %(named)s, and there is no such file.", config=CONFIG, named=named)
        return path
    path = TREE / "config.py"
    return path if path.is_file() and not IN_A_WHEEL.is_dir() else None


def _of_file(path: Path | None) -> Iterator[tuple[str, object, str]]:
    """Each setting of a file: name, value, and where it stands."""
    if path is None:
        return
    try:
        read = runpy.run_path(str(path))
    except (Exception, SystemExit) as trouble:
        raise SettingError(
            "The settings in %(path)s cannot be read: %(trouble)s.", path=path, trouble=trouble
        ) from trouble
    for name, value in read.items():
        if name.isupper():
            yield name, value, f"{name} in {path}"


def _of_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, object, str]]:
    """Each setting of the environment: name, value, and how it is called there."""
    for name, written in sorted(environment.items()):
        if name.startswith(PREFIX) and name not in _NO_SETTINGS:
            yield name.removeprefix(PREFIX), written, name


def _as_kind(place: str, setting: "Field[Any]", written: object) -> object:
    """Return a value as what the setting is: a text, a whole number, a number, or yes or no."""
    read, what = _KINDS[type(setting.default)]
    try:
        return read(written)
    except ValueError:
        given = f"is “{written}”" if setting.repr else "has a value that cannot be read"
        raise SettingError(
            "%(place)s %(given)s; it takes %(what)s: %(about)s.",
            place=place,
            given=given,
            what=what,
            about=setting.metadata["about"],
        ) from None


def _require_allowed(setting: "Field[Any]", value: Any) -> None:
    """Raise SettingError where a value is outside of what the setting may be."""
    least, most, one_of = (setting.metadata[name] for name in ("least", "most", "one_of"))
    if one_of and value not in one_of:
        allowed = " or ".join(one_of)
    elif least is not None and not value >= least:
        allowed = f"{least} or more" if most is None else f"{least} to {most}"
    elif most is not None and not value <= most:
        allowed = f"{least} to {most}"
    else:
        return
    raise SettingError(
        "%(prefix)s%(setting)s is “%(value)s”; it takes %(allowed)s: %(about)s.",
        prefix=PREFIX,
        setting=setting.name,
        value=value,
        allowed=allowed,
        about=setting.metadata["about"],
    )


def _is_address(written: str) -> bool:
    try:
        parts = urlsplit(written)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        return False


def _meant(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {PREFIX}{near[0]}?" if near else " The manual lists them all."


def _yes_or_no(written: object) -> bool:
    word = str(written).strip().lower()
    if word not in _YES | _NO:
        raise ValueError(f"{written!r} is neither yes nor no")
    return word in _YES


def _whole_number(written: object) -> int:
    if isinstance(written, bool):
        raise ValueError("yes and no are no numbers")
    return int(str(written).strip())


def _number(written: object) -> float:
    return float(str(written).strip())


def _text(written: object) -> str:
    if not isinstance(written, str):
        raise ValueError(f"{written!r} is no text")
    return written


_KINDS: dict[type, tuple[Callable[[object], object], str]] = {
    bool: (_yes_or_no, "yes or no"),
    int: (_whole_number, "a whole number"),
    float: (_number, "a number"),
    str: (_text, "a text"),
}
