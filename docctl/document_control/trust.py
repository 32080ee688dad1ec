"""Trust: whether a library may go on recording, and the exact reason where it may only be read."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from docctl.adapters.data_folder import write_durably
from docctl.domain.errors import LibraryDistrustedError

VERIFY, QUICK_CHECK = "docctl verify", "quick check"
LOOK_AGAIN_SECONDS = 30


class Trust:
    """What this process found by itself, and what a check of any process wrote down in the data folder."""

    def __init__(self, data: Path) -> None:
        self._file = data / "distrusted"
        self._found = ""
        self._check: Callable[[], str] | None = None
        self._looked_at = 0.0

    def watch(self, check: Callable[[], str]) -> None:
        """Look at the library now by a quick check, and again while it finds anything."""
        self._check = check
        self.look()

    def look(self) -> None:
        """Look at the library by the quick check."""
        if self._check is not None:
            self._found, self._looked_at = self._check(), time.monotonic()

    def look_again(self) -> None:
        """Look once more at a library found wanting a while ago, because it may have been mended."""
        if self._found and time.monotonic() - self._looked_at >= LOOK_AGAIN_SECONDS:
            self.look()

    @property
    def found(self) -> str:
        """What this process found by itself."""
        return self._found

    @property
    def reason(self) -> str:
        """Why the library cannot be trusted; nothing where it can."""
        return self._found or self._remembered()[0]

    def _remembered(self) -> tuple[str, str]:
        try:
            said = self._file.read_text()
        except FileNotFoundError:
            return "", ""
        try:
            kept = json.loads(said)
            return str(kept["reason"]), str(kept["found_by"])
        except (ValueError, KeyError, TypeError):
            return "A check found the library changed or damaged; run docctl verify.", VERIFY

    def remember(self, reason: str, found_by: str, at: str) -> bool:
        """Write down for all processes why the library cannot be trusted; say whether that is news.

        A full check outweighs a quick one.
        """
        if found_by == QUICK_CHECK and self._remembered()[0]:
            return False
        kept = {"reason": reason, "found_by": found_by, "found_at": at}
        write_durably(self._file, json.dumps(kept, ensure_ascii=False).encode())
        return True

    def forget(self, found_by: str) -> None:
        """Trust the library again; a clean quick check does not take back what a full one found."""
        if found_by == VERIFY or self._remembered()[1] == QUICK_CHECK:
            self._file.unlink(missing_ok=True)
        if found_by == VERIFY and self._found:
            self.look()

    def require(self) -> None:
        """Raise LibraryDistrustedError where the library cannot be trusted."""
        if reason := self.reason:
            raise LibraryDistrustedError(
                f"The library is read-only, because it cannot be trusted: {reason} Nothing was recorded; "
                "call the administrator, who runs “docctl verify”."
            )
