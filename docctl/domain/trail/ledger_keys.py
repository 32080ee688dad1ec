"""The ledger's keys, one after the other: which of them signs from which event on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.settings import LibraryFounded
from docctl.domain.trail.events.trail import SigningKeyLost, SigningKeyRotated

LEDGER_PRINCIPAL = "ledger@docctl.invalid"
GIT, CHECKPOINT, ROTATION, LOSS = "git", "docctl-checkpoint", "docctl-key-rotation", "docctl-key-loss"


@dataclass(frozen=True)
class LedgerKey:
    """A public key, the events it signs, and the time in which it signs them; None where that is open."""

    public_line: str
    first_seq: int = 1
    last_seq: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def allowed_signer(self) -> str:
        """The key's line for Git and ssh-keygen, with the time in which its signatures count.

        ssh-keygen knows whole seconds only, and no key that ends within the second in which it began.
        """
        options = [f'namespaces="{GIT},{CHECKPOINT},{ROTATION}"']
        if self.since is not None:
            options.append(f'valid-after="{self.since.astimezone(UTC):%Y%m%d%H%M%SZ}"')
        if self.until is not None:
            until = max(self.until, self.since + timedelta(seconds=1)) if self.since is not None else self.until
            options.append(f'valid-before="{until.astimezone(UTC):%Y%m%d%H%M%SZ}"')
        return f"{LEDGER_PRINCIPAL} {','.join(options)} {self.public_line}\n"


@dataclass(frozen=True)
class LedgerKeys:
    """All keys of a ledger in order; the last one signs what happens now."""

    keys: tuple[LedgerKey, ...]

    @classmethod
    def from_events(cls, held: str, named: Iterable[Recorded[Details]]) -> "LedgerKeys":
        """Return the keys that founding and rotations name; where nothing names one, the one that is held."""
        keys = None
        for event in named:
            match event.details:
                case LibraryFounded(public_key=first):
                    keys = keys or cls((LedgerKey(first),))
                case SigningKeyRotated(old_key=old, new_key=new):
                    keys = (keys or cls((LedgerKey(old),))).followed_by(new, event.seq, event.time)
                case SigningKeyLost(old_key=old, new_key=new):
                    keys = (keys or cls((LedgerKey(old),))).replaced_by(new, event.seq, event.time)
        return keys or cls((LedgerKey(held),))

    @property
    def first(self) -> str:
        """The key by which the library is known outside."""
        return self.keys[0].public_line

    @property
    def current(self) -> str:
        """The key that signs now."""
        return self.keys[-1].public_line

    @property
    def allowed_signers(self) -> str:
        """The file that tells Git and ssh-keygen whose signatures to accept, and for which time."""
        return "".join(key.allowed_signer for key in self.keys)

    @property
    def first_allowed_signers(self) -> str:
        """The same file as the first versions of docctl wrote it: one key, and neither checkpoints nor rotations."""
        return f'{LEDGER_PRINCIPAL} namespaces="{GIT}" {self.first}\n'

    def at(self, seq: int) -> str:
        """Return the key that signs an event."""
        return next(key.public_line for key in reversed(self.keys) if key.first_seq <= seq)

    def since(self, seq: int) -> list[str]:
        """Return the keys that sign an event or anything after it."""
        return [key.public_line for key in self.keys if key.last_seq is None or key.last_seq >= seq]

    def followed_by(self, public_line: str, seq: int, at: datetime) -> "LedgerKeys":
        """Return the keys after the event of a rotation, which the old key signs as its last one."""
        ended = replace(self.keys[-1], last_seq=seq, until=at)
        return LedgerKeys((*self.keys[:-1], ended, LedgerKey(public_line, seq + 1, None, at)))

    def replaced_by(self, public_line: str, seq: int, at: datetime) -> "LedgerKeys":
        """Return the keys after the event that says the last one was lost: the new one alone signs it already."""
        ended = replace(self.keys[-1], last_seq=seq - 1, until=at)
        return LedgerKeys((*self.keys[:-1], ended, LedgerKey(public_line, seq, None, at)))


def loss_text(lost_key: str, new_key: str, seq: int, chain_before: str) -> bytes:
    """Return what the new key states: that the last one was lost, at this place in the chain."""
    lines = ("docctl key loss v1", f"lost {lost_key}", f"new {new_key}", f"seq {seq}", f"after {chain_before}")
    return "".join(f"{line}\n" for line in lines).encode()


def rotation_text(old_key: str, new_key: str, seq: int, chain_before: str) -> bytes:
    """Return what the new key countersigns: that it follows the old one, at this place in the chain only."""
    lines = ("docctl key rotation v1", f"old {old_key}", f"new {new_key}", f"seq {seq}", f"after {chain_before}")
    return "".join(f"{line}\n" for line in lines).encode()
