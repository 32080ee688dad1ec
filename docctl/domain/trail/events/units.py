"""Events of the units of the organisation, such as its departments."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.recorded import Details


@dataclass(frozen=True)
class UnitAdded(Details, act=Act.UNIT_ADDED):
    """A unit was added; the subject is its kind and name, such as `department:Quality`."""

    unit: Annotated[int, "The number of the unit."]
    kind: Annotated[str, "What it is: `department`, `site`, `position` or `group`."]
    name: Annotated[str, "What it is called."]
    day: Annotated[date, "The first day on which it is there."]


@dataclass(frozen=True)
class UnitRenamed(Details, act=Act.UNIT_RENAMED):
    """A unit was renamed, with the accounts of a department; it answers to its earlier names, too."""

    unit: Annotated[int, "The number of the unit."]
    old: Annotated[str, "What it was called before."]
    new: Annotated[str, "What it is called from that day on."]
    day: Annotated[date, "The first day of the name."]


@dataclass(frozen=True)
class UnitMerged(Details, act=Act.UNIT_MERGED):
    """A unit was merged into another of its kind, to which those who belong to it belong from then on."""

    unit: Annotated[int, "The number of the unit that is no more."]
    name: Annotated[str, "What it was called."]
    into: Annotated[int, "The number of the unit that takes it in, and answers to its names."]
    into_name: Annotated[str, "What that is called."]
    day: Annotated[date, "The day of the merger."]


@dataclass(frozen=True)
class UnitSplit(Details, act=Act.UNIT_SPLIT):
    """A part of a unit became a unit of its own; the accounts that go into it are changed by events of their own."""

    unit: Annotated[int, "The number of the unit that was split."]
    name: Annotated[str, "What it is called."]
    part: Annotated[int, "The number of the part."]
    part_name: Annotated[str, "What the part is called."]
    answers_to: Annotated[list[str], "The names to which the unit answers, and the part from then on, too."]
    day: Annotated[date, "The first day of the part."]


@dataclass(frozen=True)
class UnitRetired(Details, act=Act.UNIT_RETIRED):
    """A unit was retired, for the reason given: nobody is put into it any more."""

    unit: Annotated[int, "The number of the unit."]
    name: Annotated[str, "What it was called."]
    day: Annotated[date, "The day from which on it is not there any more."]


@dataclass(frozen=True)
class UnitHeadNamed(Details, act=Act.UNIT_HEAD_NAMED):
    """The head of a unit was named, or it was said that it has none."""

    unit: Annotated[int, "The number of the unit."]
    name: Annotated[str, "What it is called."]
    head: Annotated[int | None, "The number of the person who is its head."]
    head_name: Annotated[str, "The printed name of the head, empty where there is none."]
    day: Annotated[date, "The first day on which it is so."]
