"""Events of the trail itself: the clock, checkpoints, the mirror and the ledger's keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.recorded import Details


@dataclass(frozen=True)
class ClockSays(Details):
    """What the host's clock said."""

    host: Annotated[datetime, "What the host's clock said; the event's own time is never before the newest event."]


@dataclass(frozen=True)
class ClockRegressed(ClockSays, act=Act.CLOCK_REGRESSED):
    """The host's clock stood before the newest event; nothing is signed until somebody confirms it."""


@dataclass(frozen=True)
class ClockLeapt(ClockSays, act=Act.CLOCK_LEAPT):
    """The host's clock stood long after the newest event; nothing is signed until somebody confirms it."""


@dataclass(frozen=True)
class ClockConfirmed(ClockSays, act=Act.CLOCK_CONFIRMED):
    """Somebody said that the clock is right, and why it jumped."""


@dataclass(frozen=True)
class Head:
    """An event, and the chain up to it."""

    seq: Annotated[int, "The number of the event."]
    chain: Annotated[str, "The chain up to it."]


@dataclass(frozen=True)
class CheckpointWritten(Details, act=Act.CHECKPOINT_WRITTEN):
    """A checkpoint was written, which reaches up to this event; the subject is the name of the organisation."""

    previous: Annotated[Head | None, "The checkpoint before; null for the first one."]


@dataclass(frozen=True)
class MirrorDenied(Details, act=Act.MIRROR_DENIED):
    """The mirror did not take what was pushed to it, for the reason given."""


@dataclass(frozen=True)
class NewKey(Details):
    """A new key for the ledger; the subject is its fingerprint."""

    old_key: Annotated[str, "The public key before."]
    new_key: Annotated[str, "The public key from then on."]
    countersignature: Annotated[str, "The new key's signature over the lines that the manual names."]


@dataclass(frozen=True)
class SigningKeyRotated(NewKey, act=Act.SIGNING_KEY_ROTATED):
    """A new key follows the one that signs the ledger, which signs this event as its last.

    The countersignature (namespace `docctl-key-rotation`) is over the lines `docctl key rotation v1`, `old KEY`,
    `new KEY`, `seq N`, `after CHAIN_BEFORE`; the new key signs from the next event on.
    """


@dataclass(frozen=True)
class SigningKeyLost(NewKey, act=Act.SIGNING_KEY_LOST):
    """The key that signed the ledger was lost; the new one alone signs this event already.

    The countersignature (namespace `docctl-key-loss`) is over the lines `docctl key loss v1`, `lost KEY`, `new KEY`,
    `seq N`, `after CHAIN_BEFORE`. Nothing in the library proves it: only a witness outside can.
    """
