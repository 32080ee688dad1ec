"""Events of the trail itself: the clock, checkpoints, the mirror, witnesses and the ledger's keys."""

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


@dataclass(frozen=True)
class HistoryBroken(Details, act=Act.HISTORY_BROKEN):
    """Events that a witness saw are lost, for the reason given: heads of the tree have an origin of their own since."""


@dataclass(frozen=True)
class WitnessRegistered(Details, act=Act.WITNESS_REGISTERED):
    """Somebody outside was asked to co-sign the heads of the tree; the subject is the name of that witness."""

    witness: Annotated[int, "The number of the witness."]
    key: Annotated[str, "Its key, as `NAME+ID+KEY`; the first byte of the last part is the type of the key."]
    address: Annotated[str, "Where it is asked, empty where files are exchanged with it."]


@dataclass(frozen=True)
class WitnessDismissed(Details, act=Act.WITNESS_DISMISSED):
    """A witness is not asked any more, for the reason given; what it co-signed stays; the subject is its name."""

    witness: Annotated[int, "The number of the witness."]


@dataclass(frozen=True)
class WitnessRefused(Details, act=Act.WITNESS_REFUSED):
    """A witness did not co-sign a head; the reason is why not, the subject its name. Recorded once a day."""

    witness: Annotated[int, "The number of the witness."]
    size: Annotated[int, "How many events the head has that was refused."]
