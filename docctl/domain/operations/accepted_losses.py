"""Losses that cannot be mended, and were accepted: each finding by its identity, by two persons, for their reasons."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from docctl.domain.trail.events.operations import LossAccepted
from docctl.domain.trail.events.recorded import Details, Recorded

LOSSES_NOTE = "losses.json"
PERSONS_NEEDED = 2
MOST_TOLD = 200


def identity_of(rule: str, subject: str, sentence: str) -> str:
    """Return what tells a finding from every other; where more is lost, or something else, it is another."""
    return hashlib.sha256(f"{rule}\n{subject}\n{sentence}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Loss:
    """A finding that may be accepted: what was found, and when first, of which objects of Git, and what it stops."""

    rule: str
    subject: str
    sentence: str
    objects: tuple[str, ...] = ()
    stops: str = ""
    found_at: str = ""

    @property
    def identity(self) -> str:
        """What tells it from every other finding."""
        return identity_of(self.rule, self.subject, self.sentence)


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
    by: tuple[Acceptance, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether so many persons accepted it that it counts."""
        return len(self.by) >= PERSONS_NEEDED

    def accepted_by(self, told: LossAccepted, acceptance: Acceptance) -> "AcceptedLoss":
        """Return it as one more event tells of it: a person counts once, and of the objects only what all accepted."""
        known = any(each.person == acceptance.person for each in self.by)
        objects = self.objects & set(told.objects)
        return replace(self, objects=objects, by=self.by if known else (*self.by, acceptance))


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
                frozenset(told.objects),
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

    @property
    def documents(self) -> frozenset[str]:
        """The documents of which objects of Git count as lost."""
        return frozenset(each.document for each in self if each.counts and each.objects and each.document)

    def in_words(self, identity: str) -> str:
        """Return when and by whom a finding was accepted, as verify says it."""
        accepted = self.by(identity)
        return f"Accepted on {accepted[-1].at:%Y-%m-%d} by {' and '.join(each.name for each in accepted)}."


def losses_in(data: Path) -> list[Loss]:
    """Return what the last check found that may be accepted; nothing where no note can be read."""
    try:
        rows = json.loads((data / LOSSES_NOTE).read_text())
        return [Loss(**{**row, "objects": tuple(row["objects"])}) for row in rows]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def losses_as_text(losses: Iterable[Loss]) -> str:
    """Return losses as the data folder keeps them."""
    return json.dumps([asdict(each) for each in [*losses][:MOST_TOLD]], indent=1, ensure_ascii=False) + "\n"
