"""Units of the organisation, such as its departments: what each was called when, and to which names it answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docctl.domain.errors import InvalidInputError
from docctl.domain.mapping import Record
from docctl.domain.people.person import Person


class UnitKind(StrEnum):
    """What a unit is."""

    DEPARTMENT = "department"
    SITE = "site"
    POSITION = "position"
    GROUP = "group"


@dataclass(frozen=True)
class BorneName:
    """A name that a unit bore, and the first day of it."""

    name: str
    from_day: date


class Unit(Record):
    """A part of the organisation; it is never deleted, so that its earlier names go on meaning it."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name_rows: Mapped[list[dict[str, Any]]] = mapped_column("names", default=list)
    inherited: Mapped[list[str]] = mapped_column(default=list)
    retired_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    merged_into: Mapped["Unit | None"] = relationship(remote_side=[id])
    head_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"))
    head: Mapped[Person | None] = relationship()

    @property
    def names(self) -> tuple[BorneName, ...]:
        """Every name it ever bore, in order."""
        return tuple(BorneName(row["name"], date.fromisoformat(row["from_day"])) for row in self.name_rows)

    @property
    def name(self) -> str:
        """The name it bears now, or bore last."""
        return str(self.name_rows[-1]["name"])

    @property
    def subject(self) -> str:
        """How the audit trail names it."""
        return f"{self.kind}:{self.name}"

    @property
    def is_living(self) -> bool:
        """Whether people can still be put into it."""
        return self.retired_on is None

    def name_on(self, day: date) -> str:
        """Return what it was called on a day; nothing where it was not there yet."""
        return next((each.name for each in reversed(self.names) if each.from_day <= day), "")

    def bear(self, name: str, from_day: date) -> None:
        """Give it a name from a day on."""
        self.name_rows = [*(self.name_rows or ()), {"name": name, "from_day": from_day.isoformat()}]


def new_unit(number: int | None, kind: str, name: str, day: date) -> Unit:
    """Return a unit that begins on a day."""
    unit = Unit(id=number, kind=kind, inherited=[], retired_on=None)
    unit.bear(name, day)
    return unit


def take_list(units: Iterable[Unit], names: Iterable[str], day: date) -> list[Unit]:
    """Retire the departments that a list of all names does not have, and return those that it adds.

    So earlier versions set departments: a name that was left out once and came back is another department.
    """
    wanted = list(dict.fromkeys(names))
    living = {unit.name: unit for unit in units if unit.kind == UnitKind.DEPARTMENT and unit.is_living}
    for name in living.keys() - set(wanted):
        living[name].retired_on = day
    return [new_unit(None, UnitKind.DEPARTMENT, name, day) for name in wanted if name not in living]


class UnitsOfAKind:
    """Which unit of a kind a name means.

    A unit answers to every name it ever bore and to those of the units merged into it, unless another living one bears
    that name now; and to those of the unit it was split from. So whatever says an earlier name of a department, as
    documents do for ever, loses nobody.
    """

    def __init__(self, units: Iterable[Unit], kind: str) -> None:
        self.units = tuple(sorted((each for each in units if each.kind == kind), key=lambda it: it.id))

    @cached_property
    def _meant(self) -> Mapping[str, Unit]:
        heirs = [(unit, heir) for unit in self.units if (heir := _heir(unit)) is not None]
        split_off = {name: heir for unit, heir in reversed(heirs) for name in unit.inherited}
        borne = {each.name: heir for unit, heir in heirs for each in unit.names}
        return split_off | borne | {unit.name: unit for unit in self.units if unit.is_living}

    @cached_property
    def _answering(self) -> Mapping[int, frozenset[str]]:
        names: dict[int, set[str]] = {}
        for name, unit in self._meant.items():
            names.setdefault(unit.id, set()).add(name)
        for unit in self.units:
            if unit.inherited and (heir := _heir(unit)) is not None:
                names[heir.id].update(unit.inherited)
        return {number: frozenset(found) for number, found in names.items()}

    @property
    def offered(self) -> list[str]:
        """The names that can be chosen, in order."""
        return sorted((unit.name for unit in self.units if unit.is_living), key=str.casefold)

    @property
    def names(self) -> frozenset[str]:
        """Every name that one of them ever bore."""
        return frozenset(each.name for unit in self.units for each in unit.names)

    @property
    def earlier(self) -> Mapping[str, str]:
        """Every earlier name that still means one of them, with what that is called now."""
        return {name: unit.name for name, unit in self._meant.items() if name != unit.name}

    def meant_by(self, name: str) -> Unit | None:
        """Return the living unit that a name means, nothing where there is none."""
        return self._meant.get(name)

    def present(self, name: str) -> str:
        """Return what the unit that a name means is called now; a name that means none is as it is."""
        unit = self._meant.get(name)
        return name if unit is None else unit.name

    def answering(self, name: str) -> frozenset[str]:
        """Return all names to which the unit answers that a name means, with this one; none for no name."""
        unit = self._meant.get(name)
        return frozenset({name} - {""}) | (frozenset() if unit is None else self._answering[unit.id])

    def require_free(self, name: str, of: Unit | None = None) -> None:
        """Raise InvalidInputError where another unit of the kind bears a name, or answers to it."""
        for known, unit in self._meant.items():
            if known.casefold() != name.casefold() or unit is of:
                continue
            if unit.name == known:
                raise InvalidInputError("“%(name)s” is there already; choose another name.", name=known)
            raise InvalidInputError(
                "“%(name)s” is an earlier name of “%(present)s”, which goes on reading what says it; "
                "choose another name.",
                name=known,
                present=unit.name,
            )


class Departments(UnitsOfAKind):
    """Which department a name means; they alone answer for what people read."""

    def __init__(self, units: Iterable[Unit]) -> None:
        super().__init__(units, UnitKind.DEPARTMENT)


def _heir(unit: Unit) -> Unit | None:
    """Return the living unit that a unit is, or was merged into at last."""
    heir: Unit | None = unit
    while heir is not None and not heir.is_living:
        heir = heir.merged_into
    return heir
