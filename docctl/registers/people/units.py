"""The units of the organisation: what each is and was called, who belongs to it, how many documents say it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.document_control.departments import departments, units_of_a_kind
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import InvalidInputError, NotFoundError
from docctl.domain.people.person import Person, number_written
from docctl.domain.people.reader import Reader
from docctl.domain.people.unit import BorneName, Unit, UnitKind, UnitsOfAKind
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require
from docctl.registers.readable import in_force_for


@dataclass(frozen=True)
class UnitLine:
    """One unit as it is shown; documents are those in force that the person may read and that say a department."""

    id: int
    kind: UnitKind
    name: str
    names: tuple[BorneName, ...]
    inherited: tuple[str, ...]
    retired_on: date | None
    merged_into: str
    people: int
    documents: int
    head_id: int | None
    head: str

    @property
    def is_living(self) -> bool:
        """Whether people can still be put into it."""
        return self.retired_on is None

    @property
    def earlier_names(self) -> list[str]:
        """What it was called before, the newest first."""
        return [each.name for each in reversed(self.names[:-1])]


@dataclass(frozen=True)
class UnlistedName:
    """A name that accounts say as their department, which is none."""

    name: str
    people: int


def units(session: Session, person: Reader, kind: UnitKind = UnitKind.DEPARTMENT) -> list[UnitLine]:
    """Return every unit of a kind, those there are first, by name."""
    require(person, Right.ORGANISE)
    known, people, documents = units_of_a_kind(session, kind), Counter[str](), Counter[str]()
    if kind == UnitKind.DEPARTMENT:
        people, documents = _people(session), _documents(session, person, known)
    lines = [_line(unit, people, documents) for unit in known.units]
    return sorted(lines, key=lambda line: (not line.is_living, line.name.casefold(), line.id))


def unit(session: Session, person: Reader, unit_id: int) -> UnitLine:
    """Return one unit; raise NotFoundError where there is none."""
    require(person, Right.ORGANISE)
    found = session.get(Unit, unit_id)
    if found is None:
        raise NotFoundError("There is no such department, site, position or group; choose one from the list.")
    return next(each for each in units(session, person, UnitKind(found.kind)) if each.id == unit_id)


def unit_named(
    session: Session, person: Reader, name: str, kind: UnitKind = UnitKind.DEPARTMENT
) -> UnitLine:  # fmt: skip
    """Return a unit by its present or an earlier name; raise NotFoundError that lists those there are."""
    require(person, Right.ORGANISE)
    known = units_of_a_kind(session, kind)
    found = known.meant_by(name.strip())
    if found is None:
        names = ", ".join(known.offered)
        raise NotFoundError("There is no “%(name)s”; there are: %(names)s.", name=name, names=names)
    return unit(session, person, found.id)


def members(session: Session, person: Reader, line: UnitLine) -> list[User]:
    """Return the open accounts that belong to a department, by name."""
    require(person, Right.ORGANISE)
    if not line.is_living or line.kind != UnitKind.DEPARTMENT:
        return []
    of_unit = (User.department == line.name) & User.disabled.is_(False)
    return list(session.scalars(select(User).where(of_unit).order_by(User.name, User.id)))


def headed_by(session: Session, person: Reader, number: int) -> list[Unit]:
    """Return the units there are whose head a person is, by name."""
    require(person, Right.ORGANISE)
    units_of = session.scalars(select(Unit).where(Unit.head_id == number, Unit.retired_on.is_(None)))
    return sorted(units_of, key=lambda each: each.name.casefold())


def head_meant(session: Session, person: Reader, text: str) -> int | None:
    """Return the person whom a login, or a number of people such as #12, means; nobody for no text.

    Raises InvalidInputError where it means nobody.
    """
    require(person, Right.ORGANISE)
    text = text.strip()
    if not text:
        return None
    same = number_written(text)
    key = select(User.person).where(User.login == text.lower()).scalar_subquery()
    found = session.scalar(select(Person.id).where(Person.key == key if same is None else Person.id == same))
    if found is None:
        raise InvalidInputError(
            "There is no account “%(login)s”, so nothing was changed; write the login of the head, or the number of "
            "a person such as #12.",
            login=text[:40],
        )
    return found


def unlisted_names(session: Session, person: Reader) -> list[UnlistedName]:
    """Return what accounts say as their department that is none, as earlier versions let them."""
    require(person, Right.ORGANISE)
    offered = set(departments(session).offered)
    return [UnlistedName(name, count) for name, count in sorted(_people(session).items()) if name not in offered]


def _people(session: Session) -> Counter[str]:
    said = select(User.department, func.count()).where(User.department != "", User.disabled.is_(False))
    return Counter(dict(session.execute(said.group_by(User.department)).all()))


def _documents(session: Session, person: Reader, known: UnitsOfAKind) -> Counter[str]:
    said = select(Revision.department, func.count()).where(in_force_for(person)).group_by(Revision.department)
    counts: Counter[str] = Counter()
    for name, count in session.execute(said):
        counts[known.present(name)] += count
    return counts


def _line(row: Unit, people: Counter[str], documents: Counter[str]) -> UnitLine:
    return UnitLine(
        id=row.id,
        kind=UnitKind(row.kind),
        name=row.name,
        names=row.names,
        inherited=tuple(row.inherited),
        retired_on=row.retired_on,
        merged_into=row.merged_into.name if row.merged_into is not None else "",
        people=people[row.name] if row.is_living else 0,
        documents=documents[row.name] if row.is_living else 0,
        head_id=row.head_id,
        head=row.head.name if row.head is not None else "",
    )
