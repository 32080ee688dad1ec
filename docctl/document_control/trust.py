"""Trust: whether a library may go on recording, and the exact reason where it may only be read."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from docctl.domain.errors import LibraryDistrustedError, PartDistrustedError
from docctl.domain.operations.stops import EVERYTHING, NOTHING_STOPPED, Stop, Stopped, thing
from docctl.machine.durable_files import write_durably

VERIFY, QUICK_CHECK, WATCH = "docctl verify", "quick check", "watch"
LOOK_THROUGH = "“docctl verify” looks at everything and says what brings it back"
LOOK_AGAIN_SECONDS = 30


@dataclass(frozen=True)
class _Kept:
    """What a check wrote down: which acts stop and why, what found it, and what brings it back."""

    stopped: Stopped = NOTHING_STOPPED
    found_by: str = ""
    remedy: str = ""

    @property
    def reason(self) -> str:
        return self.stopped.reason


class Trust:
    """What this process found by itself, and what a check of any process wrote down in the data folder."""

    def __init__(self, data: Path) -> None:
        self._file = data / "distrusted"
        self._witnesses = data / "distrusted_by_witnesses"
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
        kept = self._remembered()
        reason = kept.reason if kept.stopped.is_everything else ""
        return self._found or reason or next(iter(self.witnessed.values()), "")

    @property
    def stopped(self) -> Stopped:
        """Which acts have stopped while all others go on, and why; nothing where everything has, or none."""
        kept = self._remembered().stopped
        return NOTHING_STOPPED if kept.is_everything else kept

    @property
    def remedy(self) -> str:
        """What brings it back, as a full check said; else that a full check says it."""
        return self._remembered().remedy or LOOK_THROUGH

    def _remembered(self) -> "_Kept":
        try:
            said = self._file.read_text()
        except FileNotFoundError:
            return _Kept()
        try:
            kept = json.loads(said)
            stopped = Stopped.of(map(str, kept.get("stops", [EVERYTHING])), str(kept["reason"]))
            return _Kept(stopped, str(kept["found_by"]), str(kept.get("remedy", "")))
        except (ValueError, KeyError, TypeError, AttributeError):
            return _Kept(Stopped.of([EVERYTHING], "A check found the library changed or damaged."), VERIFY)

    @property
    def witnessed(self) -> dict[str, str]:
        """What signed checkpoints from outside showed, each by the place in the chain it knew."""
        try:
            return {str(key): str(reason) for key, reason in json.loads(self._witnesses.read_text()).items()}
        except FileNotFoundError:
            return {}
        except (ValueError, AttributeError):
            return {"": "A checkpoint from outside found the library changed."}

    def remember(
        self, reason: str, found_by: str, at: str, remedy: str = "", stops: Iterable[str] = (EVERYTHING,),
        *, replaces: bool = False,
    ) -> bool:  # fmt: skip
        """Write down for all processes which acts stop and why; say whether that is news.

        A full check that a person runs replaces what was known; all others only add to it.
        """
        before, found = self._remembered(), Stopped.of(stops, reason)
        after = found if replaces else before.stopped.and_(found)
        if found_by != VERIFY and before.reason and after == before.stopped:
            return False
        if after.reason != reason:
            remedy = before.remedy
            # What a quick look takes back is only what quick looks found.
            found_by = before.found_by if found_by == QUICK_CHECK or before.found_by == VERIFY else found_by
        kept = {"reason": after.reason, "found_by": found_by, "found_at": at, "remedy": remedy}
        kept_with = {**kept, "stops": sorted(after.things)}
        write_durably(self._file, json.dumps(kept_with, ensure_ascii=False).encode())
        return True

    def remember_witness(self, key: str, reason: str, at: str) -> None:
        """Write down what a signed checkpoint from outside showed, which no check without it can take back."""
        kept = {**self.witnessed, key: f"{reason} (Found on {at[:10]}.)"}
        write_durably(self._witnesses, json.dumps(kept, ensure_ascii=False).encode())

    def forget_witness(self, key: str) -> None:
        """Forget what a checkpoint showed, now that it agrees with the library again."""
        kept = self.witnessed
        if kept.pop(key, None) is None:
            return
        if kept:
            write_durably(self._witnesses, json.dumps(kept, ensure_ascii=False).encode())
        else:
            self._witnesses.unlink(missing_ok=True)

    def forget(self, found_by: str) -> None:
        """Trust the library again; a clean quick check does not take back what a full one found."""
        if found_by == VERIFY or self._remembered().found_by == QUICK_CHECK:
            self._file.unlink(missing_ok=True)
        if found_by == VERIFY and self._found:
            self.look()

    def require_sound(self, stop: Stop, name: str = "") -> None:
        """Raise PartDistrustedError where acts that depend on a thing have stopped."""
        stopped = self.stopped
        if stopped.includes(stop, name):
            raise PartDistrustedError(
                "What is kept of the %(what)s was found changed or lost, so nothing was recorded that depends on it: "
                "%(reason)s Everything else goes on; call the administrator, who runs “docctl verify”.",
                what=thing(stop, name),
                reason=stopped.reason,
            )

    def require(self) -> None:
        """Raise LibraryDistrustedError where the library cannot be trusted."""
        if reason := self.reason:
            raise LibraryDistrustedError(
                "The library is read-only, because it cannot be trusted: %(reason)s Nothing was recorded; "
                "call the administrator, who runs “docctl verify”.",
                reason=reason,
            )
