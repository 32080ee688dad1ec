"""Finding people to choose from in a form: a few at a time, by words, however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from docctl.domain.approval.approval_route import REVIEW
from docctl.domain.errors import NotFoundError
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import may_sign, may_stand_in, possible_signers
from docctl.domain.rights.permission import Right, require

MOST_FOUND = 12
MOST_WORDS = 6
Searched = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
_SEARCHED = (User.name, User.login, User.department)


class Whom(StrEnum):
    """Whom a form lets choose."""

    SIGNERS = "signers"
    DELEGATES = "delegates"
    SUCCESSORS = "successors"
    READERS = "readers"


@dataclass(frozen=True)
class FoundPeople:
    """The first who were found, each as number and words, and whether there are more."""

    people: tuple[tuple[int, str], ...]
    are_more: bool


def find_people(session: Session, person: Reader, whom: Whom, text: str, of: int | None = None) -> FoundPeople:
    """Return the first people, by name, whose name, login or department holds all words; nobody for no words.

    ``of`` is the account for which a delegate or a successor is looked for.
    """
    absent = _about(session, person, whom, of)
    words = text.split()[:MOST_WORDS]
    if not words:
        return FoundPeople((), are_more=False)
    everybody = select(User) if whom in (Whom.READERS, Whom.SUCCESSORS) else possible_signers()
    wanted = everybody.where(User.disabled.is_(False), *(holds(word, _SEARCHED) for word in words)).order_by(None)
    rows = session.scalars(wanted.order_by(User.name, User.id).execution_options(yield_per=MOST_FOUND * 4))
    found = [*islice((user for user in rows if _fits(user, whom, absent)), MOST_FOUND + 1)]
    return FoundPeople(tuple(map(_as_choice, found[:MOST_FOUND])), are_more=len(found) > MOST_FOUND)


def people_numbered(session: Session, accounts: Iterable[int]) -> tuple[tuple[int, str], ...]:
    """Return those who were chosen in a form, by name, as they are shown in it."""
    return tuple(map(_as_choice, session.scalars(select(User).where(User.id.in_(set(accounts))).order_by(User.name))))


def _about(session: Session, person: Reader, whom: Whom, of: int | None) -> User | None:
    """Return for whom somebody is looked for, and refuse who may not choose."""
    if whom == Whom.DELEGATES and of == person.id:
        return person.account
    right = {Whom.SIGNERS: Right.CONTROL, Whom.READERS: Right.WRITE}.get(whom, Right.ADMINISTER)
    require(person, right)
    if whom in (Whom.SIGNERS, Whom.READERS):
        return None
    found = session.get(User, of) if of is not None else None
    if found is None:
        raise NotFoundError("There is no such person.")
    return found


def _fits(user: User, whom: Whom, absent: User | None) -> bool:
    if whom == Whom.SIGNERS:
        return may_sign(user, REVIEW)
    if absent is None:
        return True
    return may_stand_in(user, absent) if whom == Whom.DELEGATES else user.person != absent.person


def holds(word: str, columns: Iterable[Searched]) -> ColumnElement[bool]:
    """Ask for rows of which one of the columns holds a word, in whichever case."""
    forms = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    return or_(*(column.icontains(form, autoescape=True) for column in columns for form in forms))


def _as_choice(user: User) -> tuple[int, str]:
    return user.id, f"{user.name} ({user.department or user.login})"
