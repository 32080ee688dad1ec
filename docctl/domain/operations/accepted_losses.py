"""Losses that cannot be mended, and were accepted: each finding by its identity, by two persons, for their reasons."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from docctl.domain.trail.events.operations import LossAccepted
from docctl.domain.trail.events.recorded import Details, Recorded

LOSSES_NOTE, SECRET = "losses.json", "secret_key"
PERSONS_NEEDED = 2
MOST_TOLD = 200


def identity_of(rule: str, subject: str, sentence: str, wrong: Iterable[str] = ()) -> str:
    """Return what tells a finding from every other; where more is lost, or other bytes are there, it is another."""
    return hashlib.sha256("\n".join((rule, subject, sentence, *wrong)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Loss:
    """A finding that may be accepted: what was found, and when first, of which objects of Git, and what it stops."""

    rule: str
    subject: str
    sentence: str
    objects: tuple[str, ...] = ()
    stops: str = ""
    found_at: str = ""
    wrong: tuple[str, ...] = ()
    """Which of the objects hold other bytes, each with the SHA-256 of what was found in its place."""

    @property
    def identity(self) -> str:
        """What tells it from every other finding."""
        return identity_of(self.rule, self.subject, self.sentence, self.wrong)


@dataclass(frozen=True)
class Acceptance:
    """Who accepted a finding, when and why."""

    person: str
    name: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class AcceptedLoss:
    """What somebody accepted as lost, as it was found, and who did so."""

    identity: str
    rule: str
    subject: str
    sentence: str
    document: str | None
    found_at: datetime | None
    objects: frozenset[str]
    wrong: frozenset[str] = frozenset()
    by: tuple[Acceptance, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether so many persons accepted it that it counts."""
        return len(self.by) >= PERSONS_NEEDED

    def accepted_by(self, told: LossAccepted, acceptance: Acceptance) -> "AcceptedLoss":
        """Return it as one more event tells of it: a person counts once, and of the objects only what all accepted."""
        known = any(each.person == acceptance.person for each in self.by)
        objects, wrong = self.objects & set(told.objects), self.wrong & set(told.wrong or ())
        return replace(self, objects=objects, wrong=wrong, by=self.by if known else (*self.by, acceptance))


class AcceptedLosses:
    """Takes events in order, then says which findings and which objects of Git count as accepted."""

    def __init__(self, events: Iterable[Recorded[Details]] = ()) -> None:
        self._losses: dict[str, AcceptedLoss] = {}
        for event in events:
            self.take(event)

    def __iter__(self) -> Iterator[AcceptedLoss]:
        return iter(self._losses.values())

    def take(self, event: Recorded[Details]) -> None:
        """Take one event; of all but these acts nothing is kept."""
        if isinstance(event.details, LossAccepted):
            told = event.details
            first = AcceptedLoss(
                told.finding, told.rule, event.subject, told.found, event.document, told.found_at,
                frozenset(told.objects), frozenset(told.wrong or ()),
            )  # fmt: skip
            acceptance = Acceptance(told.person, event.actor_name, event.time, event.reason)
            self._losses[told.finding] = self._losses.get(told.finding, first).accepted_by(told, acceptance)

    def by(self, identity: str) -> tuple[Acceptance, ...]:
        """Return who accepted a finding, in order."""
        found = self._losses.get(identity)
        return found.by if found is not None else ()

    def counts(self, identity: str) -> bool:
        """Say whether so many persons accepted a finding that it counts."""
        return identity in self._losses and self._losses[identity].counts

    @property
    def objects(self) -> frozenset[str]:
        """The objects of Git whose loss counts as accepted."""
        return frozenset[str]().union(*(each.objects for each in self if each.counts))

    def covers(self, objects: Iterable[str], wrong: Iterable[str]) -> bool:
        """Say whether objects count as lost as they are: gone, or with the very bytes that were accepted."""
        known = frozenset[str]().union(*(each.wrong for each in self if each.counts))
        return self.objects.issuperset(objects) and known.issuperset(wrong)

    @property
    def documents(self) -> frozenset[str]:
        """The documents of which objects of Git count as lost."""
        return frozenset(each.document for each in self if each.counts and each.objects and each.document)

    def in_words(self, identity: str) -> str:
        """Return when and by whom a finding was accepted, as verify says it."""
        accepted = self.by(identity)
        return f"Accepted on {accepted[-1].at:%Y-%m-%d} by {' and '.join(each.name for each in accepted)}."


def losses_in(data: Path) -> list[Loss]:
    """Return what the last check found that may be accepted; nothing where no note can be read as a check wrote it."""
    try:
        note = json.loads((data / LOSSES_NOTE).read_text())
        if not hmac.compare_digest(note["seal"], _seal(note["losses"], data)):
            return []
        return [
            Loss(**{**row, "objects": tuple(row["objects"]), "wrong": tuple(row["wrong"])}) for row in note["losses"]
        ]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def losses_as_text(losses: Iterable[Loss], data: Path) -> str:
    """Return losses as a data folder keeps them: sealed with the library's secret, so that nobody writes them by hand.

    Raises OSError where the secret cannot be read.
    """
    rows = [asdict(each) for each in [*losses][:MOST_TOLD]]
    return json.dumps({"losses": rows, "seal": _seal(rows, data)}, indent=1, ensure_ascii=False) + "\n"


def _seal(rows: object, data: Path) -> str:
    secret = (data / SECRET).read_bytes().strip()
    return hmac.digest(secret, f"docctl losses\n{json.dumps(rows, sort_keys=True)}".encode(), "sha256").hex()
