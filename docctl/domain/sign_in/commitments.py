"""What events committed to of each account's secrets: a secret that is another one was changed behind the trail."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.operations import GitAdopted, LibraryRebuilt
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.sign_in import (
    RecoveryCodesRenewed,
    SecondFactorRemoved,
    SecondFactorSetUp,
    UserLinkIssued,
    UserLinkMailed,
    UserPasswordChosen,
    UserPasswordHashedAnew,
)

PASSWORD, DEVICE, CODES, LINK = "password", "second factor", "recovery codes", "one-time link"
SET_A_SECRET = (
    Act.USER_PASSWORD_CHOSEN,
    Act.USER_PASSWORD_HASHED_ANEW,
    Act.SECOND_FACTOR_SET_UP,
    Act.SECOND_FACTOR_REMOVED,
    Act.RECOVERY_CODES_RENEWED,
)
OF_AN_ACCOUNT = (Act.USER_LINK_ISSUED, Act.USER_LINK_MAILED, *SET_A_SECRET)
OF_EVERYBODY = (Act.LIBRARY_REBUILT, Act.GIT_ADOPTED)
NONE_KEPT = ""
# The hash of a one-time link as it is kept, and until when it holds.
KeptLink = tuple[str, datetime | None]


def commitment_to(secret: str) -> str:
    """Return a salted hash of a secret, which tells nobody what it is."""
    salt = secrets.token_hex(16)
    return f"{salt}:{_hashed(salt, secret)}"


def _hashed(salt: str, secret: str) -> str:
    return hashlib.sha256(f"{salt}:{secret}".encode()).hexdigest()


def all_codes(hashes: Iterable[str]) -> str:
    """Return recovery codes as one secret."""
    return " ".join(sorted(hashes))


@dataclass(frozen=True)
class Commitment:
    """A salted hash and the event that holds it; nothing where an event of an earlier version did not say it."""

    seq: int
    to: str | None

    def holds_for(self, secret: str) -> bool:
        """Say whether a secret is the one; where none is kept any more, only nothing is."""
        if self.to is None:
            return True
        if self.to == NONE_KEPT:
            return not secret
        salt = self.to.partition(":")[0]
        return secrets.compare_digest(f"{salt}:{_hashed(salt, secret)}", self.to)


@dataclass(frozen=True)
class GivenLink(Commitment):
    """The commitment to a one-time link, and until when it holds."""

    until: datetime


class Commitments:
    """Takes events in order, then says which secrets are not what was committed to."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Commitment] = {}
        self._links: dict[int, list[GivenLink]] = {}

    def take(self, event: Recorded[Details], account: int) -> None:
        """Take one event, with the number of the account that it is about."""
        match event.details:
            case UserLinkIssued(link=to, valid_hours=hours):
                self._give(event, account, to, timedelta(hours=hours))
            case UserLinkMailed(link=to, valid_minutes=minutes):
                self._give(event, account, to, timedelta(minutes=minutes))
            case UserPasswordChosen(commitment=to):
                self._links.pop(account, None)
                self._known[PASSWORD, account] = Commitment(event.seq, to)
            case UserPasswordHashedAnew(commitment=to):
                self._known[PASSWORD, account] = Commitment(event.seq, to)
            case SecondFactorSetUp() as told:
                self._known[DEVICE, account] = Commitment(event.seq, told.device)
                self._known[CODES, account] = Commitment(event.seq, told.codes)
            case RecoveryCodesRenewed(codes=to):
                self._known[CODES, account] = Commitment(event.seq, to)
            case SecondFactorRemoved():
                self._known[DEVICE, account] = self._known[CODES, account] = Commitment(event.seq, NONE_KEPT)
            case LibraryRebuilt():
                self._void(after=0, seq=event.seq)
            case GitAdopted(after=after):
                self._void(after, event.seq)

    def _void(self, after: int, seq: int) -> None:
        """Let nothing be kept of what was chosen after an event, because no Git holds secrets."""
        for known, commitment in self._known.items():
            if commitment.seq > after:
                self._known[known] = Commitment(seq, NONE_KEPT)
        for account, links in self._links.items():
            self._links[account] = [link for link in links if link.seq <= after]

    def _give(self, event: Recorded[Details], account: int, to: str | None, valid: timedelta) -> None:
        self._links.setdefault(account, []).append(GivenLink(event.seq, to, event.time + valid))

    def changed(
        self, account: int, password: str, device: str, codes: str, links: Iterable[KeptLink] = ()
    ) -> list[str]:
        """Return which secrets of an account are not those that were committed to.

        A password that is gone lets nobody in, and is none that was changed. Each secret came with an event: what no
        event says was ever chosen is changed, whatever is kept.
        """
        kept = {PASSWORD: password, DEVICE: device, CODES: codes}
        known = {what: self._known.get((what, account)) for what in kept}
        changed = [what for what in kept if kept[what] and known[what] is None]
        changed += [
            what
            for what, commitment in known.items()
            if commitment is not None and (kept[what] or what != PASSWORD) and not commitment.holds_for(kept[what])
        ]
        return changed + [LINK for link, until in links if not self._holds_until(account, link, until)][:1]

    def _holds_until(self, account: int, link: str, until: datetime | None) -> bool:
        return any(each.until == until and each.holds_for(link) for each in self._links.get(account, ()))

    def was_given(self, account: int, link: str, now: datetime | None = None) -> bool:
        """Say whether an event gave a one-time link to an account that has not been used; now, if it still holds."""
        given = (each for each in self._links.get(account, ()) if now is None or each.until >= now)
        return any(each.holds_for(link) for each in given)

    def events(self, account: int, *what: str) -> tuple[int, ...]:
        """Return the events that set secrets of an account which are kept still."""
        known = (self._known.get((each, account)) for each in what)
        return tuple(sorted({each.seq for each in known if each is not None and each.to != NONE_KEPT}))

    def was_set(self, what: str, account: int) -> bool:
        """Say whether an event ever set a secret."""
        return (what, account) in self._known
