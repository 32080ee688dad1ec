"""What Git and the disk say when something fails, as refusals that people understand."""

from collections.abc import Iterator
from contextlib import contextmanager

from git.exc import GitCommandError

from docctl.domain.errors import DiskFullError, LibraryMismatchError, StorageFailedError
from docctl.machine.storage_trouble import refusal_in, refusal_of


@contextmanager
def opened() -> Iterator[None]:
    """Turn what Git says of a repository that it cannot open into a refusal."""
    try:
        yield
    except (GitCommandError, ValueError) as error:
        raise LibraryMismatchError("The Git library in the data folder is damaged; Git cannot open it.") from error


def raise_disk_trouble(error: GitCommandError) -> None:
    """Raise a refusal where Git says that the disk is full or failed; of all else the caller knows what it means."""
    trouble = refusal_in(str(error.stderr))
    if isinstance(trouble, DiskFullError | StorageFailedError):
        raise trouble from error


@contextmanager
def disk_troubles() -> Iterator[None]:
    """Turn what Git and the disk say while something is written into refusals."""
    try:
        yield
    except GitCommandError as error:
        raise refusal_in(str(error.stderr)) from error
    except OSError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
