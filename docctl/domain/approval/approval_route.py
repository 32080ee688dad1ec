"""Approval routes: who reviews in parallel, who then approves in which order, and how many of them are needed."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.errors import IncompleteRouteError, InvalidInputError
from docctl.domain.mapping import Record
from docctl.domain.people.user import Role, User

REVIEW = "review"
APPROVE = "approve"
ALL = "all"
ANY = "any"
LONGEST_COUNT = 3


@dataclass(frozen=True)
class RouteStep:
    """One step: named people or holders of roles, of whom all, any, or a number (``"2"``) must sign."""

    kind: str
    meaning: str
    needed: str = ANY
    people: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in (REVIEW, APPROVE):
            raise InvalidInputError("A step of an approval route is either a review or an approval.")
        if self.needed not in (ALL, ANY) and not (
            self.needed.isascii()
            and self.needed.isdigit()
            and len(self.needed) <= LONGEST_COUNT
            and int(self.needed) > 0
        ):
            raise InvalidInputError("A step of an approval route needs all, any, or a number of its people.")
        if not self.people and not self.roles:
            raise InvalidInputError("A step of an approval route names at least one person or role.")
        if not self.meaning.strip():
            raise InvalidInputError("A step of an approval route says what a signature at it means.")


@dataclass(frozen=True)
class AskedStep:
    """A step as it was when a revision was submitted: the people asked, and how many of them must sign."""

    kind: str
    meaning: str
    needed: int
    people: tuple[int, ...]
    roles: tuple[str, ...]
    rule: str

    def as_row(self) -> dict[str, Any]:
        """Return the step as it is kept with the revision."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "AskedStep":
        """Read a step back as it was kept."""
        return cls(row["kind"], row["meaning"], row["needed"], tuple(row["people"]), tuple(row["roles"]), row["rule"])


class ApprovalRoute(Record):
    """A named sequence of steps; a change of it never touches a revision that is already under way."""

    __tablename__ = "approval_routes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    rows: Mapped[list[dict[str, Any]]] = mapped_column("steps", default=list)

    @property
    def steps(self) -> tuple[RouteStep, ...]:
        """The steps in order: reviews first, then approvals."""
        steps = (
            RouteStep(row["kind"], row["meaning"], row["needed"], tuple(row["people"]), tuple(row["roles"]))
            for row in self.rows
        )
        return tuple(sorted(steps, key=lambda step: step.kind == APPROVE))

    def lay_down(self, steps: Iterable[RouteStep]) -> None:
        """Set the steps; a route without an approval is refused."""
        steps = tuple(steps)
        if not any(step.kind == APPROVE for step in steps):
            raise InvalidInputError(
                "The route “%(name)s” needs at least one approval; add an approver.", name=self.name
            )
        self.rows = [asdict(step) for step in steps]


def asked_steps(route: ApprovalRoute, users: Iterable[User], author_persons: frozenset[str]) -> tuple[AskedStep, ...]:
    """Resolve a route into the people asked; raise IncompleteRouteError where too few besides the authors can sign."""
    able = [user for user in users if not user.disabled and user.person not in author_persons]
    asked: list[AskedStep] = []
    for step in route.steps:
        people = [user for user in able if user.id in step.people or _holds_one(user, step.roles)]
        persons = {user.person for user in people}
        named = len(step.people) if not step.roles else len(persons)
        needed = {ALL: max(named, 1), ANY: 1}.get(step.needed) or int(step.needed)
        if len(persons) < needed:
            who = " or ".join(step.roles) or "the people named"
            raise IncompleteRouteError(
                "The route “%(route)s” asks %(needed)s of %(who)s to sign “%(meaning)s”, but only %(count)s "
                "can, because nobody signs what they wrote; change the route or give somebody the role.",
                route=route.name,
                needed=needed,
                who=who,
                meaning=step.meaning,
                count=len(persons),
            )
        asked.append(
            AskedStep(
                step.kind,
                step.meaning,
                needed,
                tuple(user.id for user in people),
                step.roles,
                f"{needed} of {len(persons)}",
            )
        )
    check_distinct_signers(route.name, asked, {user.id: user.person for user in able})
    return tuple(asked)


def _holds_one(user: User, roles: tuple[str, ...]) -> bool:
    return any(user.holds(Role(role)) for role in roles)


def check_distinct_signers(route: str, asked: list[AskedStep], person_of: dict[int, str]) -> None:
    """Refuse a route that would need one person twice: each signature of a round is another person's."""
    places = [frozenset(person_of[user] for user in step.people) for step in asked for _ in range(step.needed)]
    taken: dict[str, int] = {}

    def seat(place: int, tried: set[str]) -> bool:
        for person in sorted(places[place] - tried):
            tried.add(person)
            if person not in taken or seat(taken[person], tried):
                taken[person] = place
                return True
        return False

    if not all(seat(place, set()) for place in range(len(places))):
        raise IncompleteRouteError(
            "The route “%(route)s” needs %(count)s different people to sign, and there are too few; give "
            "more people the roles it asks for, or change the route.",
            route=route,
            count=len(places),
        )
