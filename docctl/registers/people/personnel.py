"""Everybody who works here or did: what is kept of each, and the accounts they have."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from docctl.domain.errors import InvalidInputError, NotFoundError
from docctl.domain.people.person import Person, number_written
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.permission import Right, require
from docctl.registers.people.finding_people import MOST_WORDS, holds

PAGE_SIZE = 100


@dataclass(frozen=True)
class AccountOfPerson:
    """An account of a person, by its login."""

    login: str
    is_disabled: bool


@dataclass(frozen=True)
class PersonLine:
    """One person as they are shown."""

    id: int
    name: str
    personnel_number: str
    email: str
    language: str
    supervisor_id: int | None
    supervisor: str
    started_on: date | None
    ended_on: date | None
    accounts: tuple[AccountOfPerson, ...]

    def has_left(self, today: date) -> bool:
        """Whether the last day is over."""
        return self.ended_on is not None and self.ended_on < today

    @property
    def open_accounts(self) -> list[str]:
        """The logins by which they can sign in."""
        return [each.login for each in self.accounts if not each.is_disabled]


@dataclass(frozen=True)
class FoundPersonnel:
    """A page of people, and how many there are in all."""

    rows: tuple[PersonLine, ...]
    total: int


def personnel(session: Session, person: Reader, text: str = "", page: int | None = None) -> FoundPersonnel:
    """Return a page of those whose name, personnel number or mail address holds all words, or all of them, by name."""
    require(person, Right.ADMINISTER)
    columns = (Person.name, Person.personnel_number, Person.email)
    wanted = select(Person).where(*(holds(word, columns) for word in text.split()[:MOST_WORDS]))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    shown = wanted.order_by(Person.name, Person.id).options(selectinload(Person.supervisor))
    if page is not None:
        shown = shown.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return FoundPersonnel(_lines(session, shown), total)


def one_person(session: Session, person: Reader, number: int) -> PersonLine:
    """Return one person; raise NotFoundError where there is none."""
    require(person, Right.ADMINISTER)
    found = _lines(session, select(Person).where(Person.id == number))
    if not found:
        raise NotFoundError("There is no such person.")
    return found[0]


def supervised_by(session: Session, person: Reader, number: int) -> list[Person]:
    """Return those whom a person supervises, by name."""
    require(person, Right.ADMINISTER)
    return list(session.scalars(select(Person).where(Person.supervisor_id == number).order_by(Person.name)))


def supervisor_meant(session: Session, person: Reader, text: str) -> int | None:
    """Return whom a personnel number, or a number of the list such as #12, means; nobody for no text.

    Raises InvalidInputError where it means nobody.
    """
    require(person, Right.ADMINISTER)
    text = text.strip()
    if not text:
        return None
    number = number_written(text)
    same = Person.personnel_number == text if number is None else Person.id == number
    found = session.scalar(select(Person.id).where(same))
    if found is None:
        raise InvalidInputError(
            "Nobody has the personnel number “%(number)s”, so nothing was changed; write another one as supervisor, "
            "or the number of the list such as #12.",
            number=text[:40],
        )
    return found


def _lines(session: Session, wanted: Select[Person]) -> tuple[PersonLine, ...]:
    people = session.scalars(wanted).all()
    accounts = _accounts(session, people)
    return tuple(
        PersonLine(
            id=each.id,
            name=each.name,
            personnel_number=each.personnel_number or "",
            email=each.email,
            language=each.language,
            supervisor_id=each.supervisor_id,
            supervisor=each.supervisor.name if each.supervisor is not None else "",
            started_on=each.started_on,
            ended_on=each.ended_on,
            accounts=tuple(accounts[each.key]),
        )
        for each in people
    )


def _accounts(session: Session, people: Sequence[Person]) -> dict[str, list[AccountOfPerson]]:
    """Return the accounts of people by the keys of these."""
    said = select(User.person, User.login, User.disabled).order_by(User.id)
    if len(people) <= PAGE_SIZE:
        said = said.where(User.person.in_([each.key for each in people]))
    found: dict[str, list[AccountOfPerson]] = defaultdict(list)
    for key, login, is_disabled in session.execute(said):
        found[key].append(AccountOfPerson(login, is_disabled))
    return found
