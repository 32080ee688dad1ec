"""How much room the disk of a library has left, and below which floor nothing more is recorded."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docctl.domain.errors import DiskFullError, StorageFailedError
from docctl.machine.storage_trouble import refusal_of

log = logging.getLogger(__name__)
MEGABYTE = 1024 * 1024


class DiskSpace:
    """The disk under a data folder; it is looked at anew each time, so that writing goes on once there is room."""

    def __init__(self, folder: Path, floor_mb: int = 0, floor_percent: int = 0) -> None:
        self._folder = folder
        self.floor_mb, self.floor_percent = floor_mb, floor_percent
        self._failure = ""

    @contextmanager
    def recording(self, needs_room: bool = True) -> Iterator[None]:
        """Let something be recorded; after a failed fsync never again, because nobody knows what the disk dropped.

        What reading itself needs, such as signing in, may still be recorded where there is little room.
        """
        if self._failure:
            raise StorageFailedError(self._failure)
        if needs_room:
            self.require()
        try:
            yield
        except StorageFailedError as failure:
            self._failure = str(failure)
            log.critical("%s", failure)
            raise
        except OSError as trouble:
            refusal = refusal_of(trouble)
            if refusal is None:
                raise
            raise refusal from trouble

    @property
    def has_failed(self) -> bool:
        """Say whether the disk once failed to confirm what this process wrote."""
        return bool(self._failure)

    @property
    def free(self) -> int:
        """The bytes that are free for us."""
        disk = os.statvfs(self._folder)
        return disk.f_bavail * disk.f_frsize

    @property
    def floor(self) -> int:
        """The bytes that have to stay free: so many, or so much of the whole disk, whichever is more."""
        disk = os.statvfs(self._folder)
        return max(self.floor_mb * MEGABYTE, disk.f_blocks * disk.f_frsize * self.floor_percent // 100)

    def is_low(self) -> bool:
        """Say whether less is free than has to be."""
        return self.free < self.floor

    def require(self) -> None:
        """Raise DiskFullError where less is free than has to be."""
        if self.is_low():
            raise DiskFullError(
                "The disk of the library is nearly full (%(megabytes)s MB free), so nothing was recorded; "
                "reading goes on, and writing again as soon as the administrator has made room.",
                megabytes=self.free // MEGABYTE,
            )
