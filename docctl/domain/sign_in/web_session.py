"""Signed-in sessions and refused sign-ins: who is at a browser, since when, and who has to wait before trying again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record

LONGEST_SESSION = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
LONGEST_WARNING = timedelta(minutes=2)
SHORTEST_WARNING = timedelta(seconds=20)  # WCAG 2.2.1
TOLD_EVERY = timedelta(minutes=1)
WRONG_PASSWORDS = 5
LONGEST_BROWSER = 250


@dataclass(frozen=True)
class TimeLeft:
    """How long a session goes on when nobody is seen, and whether being seen can still make it longer."""

    lasts: timedelta
    is_final: bool = False

    @property
    def seconds(self) -> int:
        """The whole seconds of it; none once it is over."""
        return max(0, int(self.lasts.total_seconds()))


def warning_before(idle: timedelta) -> timedelta:
    """Return how long before its end people are told that a session ends; long enough to answer by one key."""
    return max(SHORTEST_WARNING, min(LONGEST_WARNING, idle / 2))


class WebSession(Record):
    """A person signed in at one browser; only the hash of what the browser holds is kept."""

    __tablename__ = "sessions"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    session_key: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    wrong_passwords: Mapped[int] = mapped_column(default=0)
    signed_at: Mapped[datetime | None]
    awaits_code: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(String(64), default="")
    browser: Mapped[str] = mapped_column(String(LONGEST_BROWSER), default="")
    signed_in_by: Mapped[int | None]

    def is_over(self, now: datetime, idle: timedelta) -> bool:
        """Say whether the session has ended by its age or because nobody was seen for too long."""
        return self.time_left(now, idle).lasts <= timedelta(0)

    def time_left(self, now: datetime, idle: timedelta) -> TimeLeft:
        """Say how long the session goes on when nobody is seen, at most until its latest end."""
        unseen = self.last_seen_at + idle
        return TimeLeft(min(self.ends_at, unseen) - now, is_final=self.ends_at <= unseen)


@dataclass(frozen=True)
class Place:
    """Where somebody signs in: the address of their network, what their browser calls itself, and whether it is known.

    A browser in which the account was signed in before is known by a name of its own.
    """

    address: str = ""
    browser: str = ""
    known_browser: str = ""


class SignInAttempts(Record):
    """How often sign-ins were refused lately: for one login, one address, or one login from one address or browser."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    subject: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(64))
    refused: Mapped[float] = mapped_column(default=0)
    last_refused_at: Mapped[datetime] = mapped_column(index=True)
    wait_until: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    untold: Mapped[int] = mapped_column(default=0)

    def refuse(self, now: datetime, allowance: "Allowance") -> bool:
        """Count one more refusal, of which one is forgotten each minute; say whether waiting begins with it."""
        waited_before = self.refused > allowance.free
        minutes = (now - self.last_refused_at).total_seconds() / 60
        self.refused = max(0.0, self.refused - max(0.0, minutes)) + 1
        self.last_refused_at = now
        over = self.refused - allowance.free
        if over <= 0:
            return False
        self.wait_until = now + min(allowance.longest, timedelta(seconds=2 ** min(over, 12)))
        return not waited_before


@dataclass(frozen=True)
class Allowance:
    """How many refusals cost nothing, and the longest that anybody then waits; no account is locked for ever."""

    free: int
    longest: timedelta


# Whoever floods one login from elsewhere makes its owner wait ten seconds at most.
ALLOWANCES = {
    "login": Allowance(30, timedelta(seconds=10)),
    "address": Allowance(15, timedelta(minutes=5)),
    "both": Allowance(5, timedelta(minutes=15)),
    "browser": Allowance(5, timedelta(minutes=15)),
}
# Beside each count stands how many did not wait, and were not looked at.
HELD = "held-"


def attempt_ids(login: str, address: str, known_browser: str = "") -> dict[str, str]:
    """Return what refused sign-ins are counted under; logins are hashed, because some people type their password."""
    named = {"login": f"login {login}", "address": f"address {address}", "both": f"both {login} {address}"}
    if known_browser:
        named["browser"] = f"browser {login} {known_browser}"
    return {kind: f"{kind}:{hashlib.sha256(text.encode()).hexdigest()}" for kind, text in named.items()}
