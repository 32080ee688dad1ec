"""Settings of docctl; every one can be overridden by an environment variable DOCCTL_<NAME>."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path

HOME = Path(__file__).resolve().parent
_YES, _NO = {"1", "yes", "true", "on"}, {"0", "no", "false", "off", ""}


@dataclass(frozen=True)
class Config:
    """Where a library is kept and how it is served."""

    DATA: str = "data"
    DATABASE_URL: str = ""
    HOST: str = "127.0.0.1"
    PORT: int = 5000
    WORKERS: int = 2
    THREADS_PER_WORKER: int = 4
    BASE_URL: str = ""
    TRUSTED_PROXIES: int = 0
    UPLOAD_LIMIT_MB: int = 25
    UPLOADS_AT_ONCE: int = 2
    UPLOADS_PER_MINUTE: int = 600
    SCAN_COMMAND: str = ""
    SCAN_SECONDS: int = 60
    SESSION_IDLE_MINUTES: int = 600
    FOLLOW_SECONDS: float = 0.5
    CONVERSION_WORKERS: int = 2
    WORD_PAGES: str = "libreoffice"
    CHECKPOINT_FOLDER: str = ""
    CHECKPOINT_MAIL: str = ""
    MIRROR: str = ""
    LOG_FORMAT: str = "json"
    LOG_FILE: str = ""
    CLOCK_LEAP_DAYS: int = 366
    DISK_FLOOR_MB: int = 500
    DISK_FLOOR_PERCENT: int = 5
    MAIL_SERVER: str = ""
    MAIL_FROM: str = ""
    MAIL_LOGIN: str = ""
    MAIL_PASSWORD: str = field(default="", repr=False)
    MAIL_STARTTLS: bool = True

    @classmethod
    def from_environment(cls, **chosen: object) -> "Config":
        """Return the settings: what was chosen, else DOCCTL_<NAME> of the environment, else the default."""
        values: dict[str, object] = {}
        for setting in fields(cls):
            written = os.environ.get(f"DOCCTL_{setting.name}")
            if setting.name in chosen and chosen[setting.name] is not None:
                values[setting.name] = chosen[setting.name]
            elif written is not None:
                values[setting.name] = _READ[type(setting.default)](written)
        return cls(**values)  # type: ignore[arg-type]

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
        return self.BASE_URL or f"http://{self.HOST}:{self.PORT}"


def _yes_or_no(written: str) -> bool:
    word = written.strip().lower()
    if word not in _YES | _NO:
        raise ValueError(f"{written!r} is neither yes nor no")
    return word in _YES


_READ: dict[type, Callable[[str], object]] = {bool: _yes_or_no, int: int, str: str}
