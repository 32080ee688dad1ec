"""The virus scanner of the machine: a command in a process of its own that says whether a file is clean."""

import logging
import os
import shlex
import signal
import subprocess
import tempfile
from dataclasses import dataclass

from docctl.domain.documents.stored_file import sha256
from docctl.domain.errors import InfectedUploadError, InvalidInputError, UnscannedUploadError

security = logging.getLogger("docctl.security")
CLEAN, INFECTED = 0, 1
PLACE = "{}"
_WITH_TIME_LIMIT = ("/bin/sh", "-c", 'ulimit -c 0 && ulimit -t "$SCAN_SECONDS" && exec "$0" "$@"')


@dataclass(frozen=True)
class VirusScanner:
    """A command by clamdscan's convention: exit 0 is clean, 1 infected, and anything else is no answer at all.

    The file's path stands for ``{}``, or last where there is none; the file is the command's standard input as well.
    """

    command: tuple[str, ...]
    seconds: int

    @classmethod
    def from_setting(cls, written: str, seconds: int) -> "VirusScanner | None":
        """Return the scanner that a setting names, if it names one; raises InvalidInputError for half of one."""
        try:
            words = tuple(shlex.split(written))
        except ValueError as error:
            raise InvalidInputError("DOCCTL_SCAN_COMMAND has a quotation mark that is never closed.") from error
        if not words:
            return None
        if seconds < 1:
            raise InvalidInputError("DOCCTL_SCAN_SECONDS is at least 1.")
        return cls(words if any(PLACE in word for word in words) else (*words, PLACE), seconds)

    def require_clean(self, data: bytes) -> None:
        """Raise InfectedUploadError for what is infected, UnscannedUploadError where the command gives no answer."""
        answer = self._answer(data)
        if answer == CLEAN:
            return
        event = "upload_infected" if answer == INFECTED else "upload_not_scanned"
        particulars = {"event": event, "sha256": sha256(data), "bytes": len(data), "answer": answer}
        security.warning("%s: a file of %d bytes was refused", event, len(data), extra=particulars)
        if answer == INFECTED:
            raise InfectedUploadError(
                "The virus scanner found something in the file, so it was refused; tell your administrator."
            )
        raise UnscannedUploadError(
            "The file could not be checked for viruses, so it was refused; try again, and tell your administrator."
        )

    def _answer(self, data: bytes) -> int | str:
        """Return the exit of the command, or in a word why there is none."""
        try:
            return self._exit_of(data)
        except OSError as trouble:
            return trouble.strerror or "no answer"

    def _exit_of(self, data: bytes) -> int | str:
        with tempfile.TemporaryDirectory(prefix="docctl-scan-") as folder:
            path = os.path.join(folder, "upload")
            with open(path, "wb") as file:
                file.write(data)
            command = [word.replace(PLACE, path) for word in self.command]
            environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": folder, "LANG": "C.UTF-8"}
            environment |= {"TMPDIR": folder, "SCAN_SECONDS": str(self.seconds)}
            with open(path, "rb") as sent:
                process = subprocess.Popen(
                    [*_WITH_TIME_LIMIT, *command],
                    cwd=folder,
                    env=environment,
                    stdin=sent,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
                try:
                    return process.wait(timeout=self.seconds)
                except subprocess.TimeoutExpired:
                    return "too late"
                finally:
                    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command with all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.poll()
    process.wait()
