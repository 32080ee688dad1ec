"""Files and folders of a Git library on the disk, looked at without Git."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from docctl.machine.storage_trouble import failed_sync

SETTINGS = {
    "core.fsync": "all",
    "core.hooksPath": "/dev/null",
    "gc.auto": "0",
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
}
SIGNERS_SETTING = "gpg.ssh.allowedSignersFile"
OBJECT_ID = re.compile(r"[0-9a-f]{40}", re.ASCII)


def place_of(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from every other on this machine; None where there is none."""
    try:
        found = folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino


def names_a_commit(ref_file: Path) -> bool:
    """Say whether a reference names a commit, or another reference."""
    text = ref_file.read_text(errors="replace").rstrip("\n")
    return text.startswith("ref: ") or OBJECT_ID.fullmatch(text) is not None


def sync_folders(folders: Iterable[Path]) -> None:
    """Let what was written into folders, or taken out of them, outlast a loss of power."""
    for folder in folders:
        if folder.is_dir():
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            except OSError as error:
                raise failed_sync(f"{folder.name}: {error.strerror}") from error
            finally:
                os.close(descriptor)
