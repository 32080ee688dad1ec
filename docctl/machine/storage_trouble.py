"""What a disk says when it is full or fails, as a refusal that people understand."""

import errno

from docctl.domain.errors import DiskFullError, LibraryBusyError, StorageFailedError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FAILING = {errno.EIO, errno.EROFS}
_FULL_IN_WORDS = ("No space left on device", "Disk quota exceeded", "File too large", "is full")


def disk_full() -> DiskFullError:
    """Say that there was no room for what was to be written."""
    return DiskFullError(
        "The disk of the library is full, so nothing was recorded; reading goes on, and writing again as soon as the "
        "administrator has made room."
    )


def failed_sync(said: str) -> StorageFailedError:
    """Say that the disk did not confirm what was written; whether it is there, only a new start can tell."""
    return StorageFailedError(
        "The disk did not confirm that it keeps what was written (%(reason)s). Nothing more is recorded by "
        "this process; the administrator has to look at the disk, start docctl again and run “docctl verify”.",
        reason=said[:120],
    )


def refusal_of(trouble: OSError) -> LibraryBusyError | None:
    """Return the refusal for a disk that is full or fails; None where the trouble is another."""
    if trouble.errno in _FULL:
        return disk_full()
    if trouble.errno in _FAILING:
        return LibraryBusyError(
            "The disk of the library cannot be written (%(strerror)s), so nothing was recorded; tell the "
            "administrator.",
            strerror=trouble.strerror,
        )
    return None


def refusal_in(said: str) -> LibraryBusyError:
    """Return the refusal for what a program said that ended before it had written what it was given."""
    line = " ".join(said.split())
    if "fsync error" in line:
        return failed_sync(line)
    if any(words in line for words in _FULL_IN_WORDS):
        return disk_full()
    return LibraryBusyError(
        "Git ended before it had written everything (%(reason)s), so nothing was recorded; try again, and "
        "tell the administrator if it happens again.",
        reason=line[:160] or "it was ended from outside",
    )
