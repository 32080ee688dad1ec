"""Losses that cannot be mended, and were accepted: each finding by its identity, by two persons, for their reasons."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
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
    """A finding that may be accepted: what was found, which objects of Git it is about, and what it stops."""

    rule: str
    subject: str
    sentence: str
    objects: tuple[str, ...] = ()
    stops: str = ""

    @property
    def identity(self) -> str:
        """What tells it from every other finding."""
        return identity_of(self.rule, self.subject, self.sentence)


@dataclass(frozen=True)
class Acceptance:
    """Who accepted a finding first, and when."""

    person: str
    name: str
    at: datetime


class AcceptedLosses:
    """Takes events in order, then says which findings and which objects of Git count as accepted."""

    def __init__(self, events: Iterable[Recorded[Details]] = ()) -> None:
        self._by: dict[str, dict[str, Acceptance]] = defaultdict(dict)
        self._objects: dict[str, frozenset[str]] = {}
        self._documents: dict[str, str | None] = {}
        for event in events:
            self.take(event)

    def take(self, event: Recorded[Details]) -> None:
        """Take one event; of all but these acts nothing is kept."""
        if isinstance(event.details, LossAccepted):
            told = event.details
            accepted = Acceptance(told.person, event.actor_name, event.time)
            self._by[told.finding].setdefault(told.person, accepted)
            # Only what everybody accepted counts, should one of them have been shown more.
            self._objects[told.finding] = self._objects.get(told.finding, frozenset(told.objects)) & set(told.objects)
            self._documents[told.finding] = event.document

    def by(self, identity: str) -> list[Acceptance]:
        """Return who accepted a finding, in order."""
        return list(self._by.get(identity, {}).values())

    def counts(self, identity: str) -> bool:
        """Say whether so many persons accepted a finding that it counts."""
        return len(self._by.get(identity, {})) >= PERSONS_NEEDED

    @property
    def objects(self) -> frozenset[str]:
        """The objects of Git whose loss counts as accepted."""
        return frozenset(each for identity in self._by if self.counts(identity) for each in self._objects[identity])

    @property
    def documents(self) -> frozenset[str]:
        """The documents of which objects of Git count as lost."""
        lost = (self._documents[each] for each in self._by if self.counts(each) and self._objects[each])
        return frozenset(number for number in lost if number)

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
