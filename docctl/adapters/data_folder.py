"""The data folder of a library: laid down durably, recognisable where its making was cut off, and what takes room."""

import os
import pwd
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from docctl.domain.errors import DataFolderClosedError, LibraryMissingError
from docctl.machine.durable_files import sync_folder, write_durably

STAGING = "staging"
BATCH_DAYS, DRAFT_DAYS = 7, 30
DAY = 86_400
UNFINISHED = "unfinished"
DATABASE = "database"
KEYS, SECRET_KEY, LEDGER_KEY, SIGNERS = "keys", "secret_key", "ledger_key", "allowed_signers"
_FOLDERS = ("keys", "cache", "templates", "index", "library.git", "staging", "uploads", "records")
_FILES = ("secret_key", "git.lock", "index.lock", "serving.lock", "docctl.db", "docctl.db-journal", DATABASE)


def require_readable(data: Path, *, every_object: bool = False) -> None:
    """Raise DataFolderClosedError where the account that this runs as may not read a data folder, or Git's in it.

    Asked for every object, it looks at the files of single objects, too. Raises LibraryMissingError where it is no
    folder.
    """
    try:
        there = data.stat()
        owner = there.st_uid
        if not stat.S_ISDIR(there.st_mode):
            raise LibraryMissingError("%(data)s is no folder, so no library is in it; name its data folder.", data=data)
    except (FileNotFoundError, NotADirectoryError):
        return
    except PermissionError:
        owner = None
    whose = "" if owner is None else f" ({_account(owner)})"
    if owner is None or not _may_read(data):
        raise DataFolderClosedError(
            "The account that docctl runs as (%(account)s) may not read the data folder %(data)s; run it as the "
            "account that the folder belongs to%(owner)s.",
            account=_account(os.geteuid()),
            data=data,
            owner=whose,
        )
    for closed in _closed_in(data / "library.git", every_object):
        raise DataFolderClosedError(
            "The account that docctl runs as (%(account)s) may not read %(path)s; run it as the account that the data "
            "folder belongs to%(owner)s, and let that account read all of it.",
            account=_account(os.geteuid()),
            path=closed,
            owner=whose,
        )


def _may_read(path: Path) -> bool:
    wanted = os.R_OK | os.X_OK if path.is_dir() else os.R_OK
    return os.access(path, wanted, effective_ids=os.access in os.supports_effective_ids)


def _closed_in(repository: Path, every_object: bool) -> Iterator[Path]:
    """Give what may not be read of the folders of a Git repository, and of the files that hold many objects."""
    if not repository.is_dir():
        return
    if not _may_read(repository):
        yield repository
        return
    for folder, deeper in ((repository, "refs/*"), (repository / "refs", "*/"), (repository / "objects", "*")):
        if folder.is_dir() and not _may_read(folder):
            yield folder
        elif folder.is_dir():
            yield from (path for path in sorted(folder.glob(deeper)) if not _may_read(path))
    files = [repository / name for name in ("HEAD", "config", "packed-refs")]
    files += (repository / "objects").glob("*/*" if every_object else "pack/pack-*")
    yield from (path for path in files if not _may_read(path) and path.exists())


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def is_unfinished(data: Path) -> bool:
    """Say whether the making of this library was cut off before it was whole."""
    return (data / UNFINISHED).exists()


def begin(data: Path) -> None:
    """Mark a data folder as one that is being made, with the names that were there before and are to stay."""
    if is_unfinished(data):
        return
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    there = [name for name in (*_FOLDERS, *_FILES) if (data / name).exists()]
    write_durably(data / UNFINISHED, "".join(f"{name}\n" for name in there).encode())


def finish(data: Path) -> None:
    """Take the mark away: the library is whole, and durably so."""
    os.sync()
    (data / UNFINISHED).unlink(missing_ok=True)
    sync_folder(data)


def noted_database(data: Path) -> str:
    """Return where the tables of this library were last found, without a password; nothing where nobody noted it."""
    note = data / DATABASE
    return note.read_text().strip() if note.is_file() else ""


def note_database(data: Path, place: str) -> None:
    """Note in the data folder where the tables of its library are."""
    if noted_database(data) != place:
        write_durably(data / DATABASE, f"{place}\n".encode())


def clear(data: Path) -> None:
    """Throw away what a making that was cut off left behind; what was there before it stays."""
    kept = (data / UNFINISHED).read_text().splitlines()
    for name in set(_FOLDERS) - set(kept):
        shutil.rmtree(data / name, ignore_errors=True)
    for name in set(_FILES) - set(kept):
        (data / name).unlink(missing_ok=True)
    (data / UNFINISHED).unlink(missing_ok=True)
    sync_folder(data)


def lay_secret_key(data: Path) -> None:
    """Make the secret that seals sessions, where there is none yet."""
    if not (data / SECRET_KEY).exists():
        write_durably(data / SECRET_KEY, secrets.token_hex(32).encode())


def take_keys(data: Path, keys: Path) -> None:
    """Copy the ledger's keys, and the secret of sessions where it is with them, from where they were kept apart."""
    (data / KEYS).mkdir(mode=0o700, exist_ok=True)
    for source in sorted(keys.iterdir()):
        if source.is_file():
            target = data / SECRET_KEY if source.name == SECRET_KEY else data / KEYS / source.name
            write_durably(target, source.read_bytes())


def lay_templates(data: Path, source: Path) -> None:
    """Copy the Word templates into the library, where it has none of that name yet."""
    (data / "templates").mkdir(mode=0o700, exist_ok=True)
    for template in sorted(source.glob("*.docx")):
        if not (data / "templates" / template.name).exists():
            write_durably(data / "templates" / template.name, template.read_bytes())


@dataclass
class Room:
    """How many files there are of a kind, and how much of the disk they take; what has two names counts once."""

    files: int = 0
    size: int = 0

    def add(self, found: os.stat_result) -> None:
        """Count a file."""
        self.files += 1
        self.size += found.st_blocks * 512


def room_taken(data: Path) -> dict[str, Room]:
    """Return what each name in a data folder takes: a folder with all that is in it."""
    taken: dict[str, Room] = {}
    counted: set[int] = set()
    for path in sorted(data.iterdir()):
        room = taken.setdefault(path.name, Room())
        for found in _files(path):
            if found.st_ino not in counted:
                counted.add(found.st_ino)
                room.add(found)
    return taken


def clear_staging(data: Path, now: float) -> Room:
    """Remove uploads that nobody confirmed: batches not touched for a week, files of drafts for a month.

    ``now`` in seconds since 1970. Younger ones stay, because somebody may be at work on them.
    """
    cleared = Room()
    for kind in _inside(data / STAGING):
        if kind.name.isdigit():
            for path in _inside(kind):
                if _newest(path) < now - DRAFT_DAYS * DAY:
                    _remove(path, cleared)
        else:
            for batch in _inside(kind):
                if _newest(batch) < now - BATCH_DAYS * DAY:
                    _remove(batch, cleared)
    return cleared


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _newest(path: Path) -> float:
    """Return when anything in a folder was last written, or the folder itself; for ever young where it is gone."""
    times = [found.st_mtime for found in _files(path)]
    with suppress(FileNotFoundError):
        times.append(path.lstat().st_mtime)
    return max(times, default=float("inf"))


def _remove(path: Path, cleared: Room) -> None:
    for found in list(_files(path)):
        cleared.add(found)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _files(path: Path) -> Iterator[os.stat_result]:
    """Give out the files at and below a path, without following links; what goes meanwhile is passed over."""
    with suppress(FileNotFoundError):
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            yield found
            return
    for folder, _, names in os.walk(path):
        for name in names:
            with suppress(FileNotFoundError):
                yield (Path(folder) / name).lstat()
