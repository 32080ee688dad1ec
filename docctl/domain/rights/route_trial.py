"""Whom an approval route asks: its steps resolved into people, who of them may sign, and whether they suffice."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from docctl.domain.approval.approval_route import ALL, ANY, ApprovalRoute, AskedStep, RouteStep
from docctl.domain.documents.described_fields import msgid
from docctl.domain.errors import IncompleteRouteError
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import WhyNot, why_not

NAMES_IN_VAIN = {
    WhyNot.DISABLED: msgid(
        "The route “%(route)s” names %(name)s at “%(meaning)s”, whose account is disabled; name somebody else."
    ),
    WhyNot.AUDITOR: msgid(
        "The route “%(route)s” names %(name)s at “%(meaning)s”, who is here for audits alone and signs nothing; name "
        "somebody else."
    ),
    WhyNot.MAY_NOT_REVIEW: msgid(
        "The route “%(route)s” names %(name)s at “%(meaning)s”, who may not review; name somebody else, or give them "
        "a role that may."
    ),
    WhyNot.MAY_NOT_APPROVE: msgid(
        "The route “%(route)s” names %(name)s at “%(meaning)s”, who may not approve; name somebody else, or give "
        "them a role that may."
    ),
}

_TOO_FEW = msgid(
    "The route “%(route)s” asks %(needed)s of %(who)s to sign “%(meaning)s”, but only %(count)s can; change the route "
    "or give somebody the role."
)
_TOO_FEW_BESIDE_AUTHORS = msgid(
    "The route “%(route)s” asks %(needed)s of %(who)s to sign “%(meaning)s”, but only %(count)s can, because nobody "
    "signs what they wrote; change the route or give somebody the role."
)


@dataclass(frozen=True)
class LeftOut:
    """Somebody whom a step names and who is not asked, and why."""

    user: User
    why: WhyNot


@dataclass(frozen=True)
class TriedStep:
    """A step with the people it would ask, how many of them must sign, and who is left out."""

    step: RouteStep
    needed: int
    people: tuple[User, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def persons(self) -> frozenset[str]:
        """The people asked, each once whatever accounts they have."""
        return frozenset(user.person for user in self.people)

    @property
    def rule(self) -> str:
        """How many of how many must sign."""
        return f"{self.needed} of {len(self.persons)}"

    @property
    def asked(self) -> AskedStep:
        """The step as it is kept with a revision that is submitted."""
        step, people = self.step, tuple(user.id for user in self.people)
        named = tuple(number for number in people if number in step.people)
        return AskedStep(step.kind, step.meaning, self.needed, people, step.roles, self.rule, named)


def people_of(step: RouteStep, users: Iterable[User]) -> list[User]:
    """Resolve a step into the accounts it speaks of: those named, and those that hold one of its roles."""
    return [user for user in users if user.id in step.people or user.holds(*step.roles)]


def try_step(step: RouteStep, users: Iterable[User], writers: Collection[str] = ()) -> TriedStep:
    """Say whom a step would ask for a revision that these people wrote on."""
    found = [(user, why_not(user, step.kind, writers)) for user in people_of(step, users)]
    people = tuple(user for user, why in found if why is None)
    persons = {user.person for user in people}
    named = len(step.people) if not step.roles else len(persons)
    needed = {ALL: max(named, 1), ANY: 1}.get(step.needed) or int(step.needed)
    return TriedStep(step, needed, people, tuple(LeftOut(user, why) for user, why in found if why is not None))


def try_route(steps: Iterable[RouteStep], users: Sequence[User], writers: Collection[str] = ()) -> list[TriedStep]:
    """Say whom each step of a route would ask."""
    return [try_step(step, users, writers) for step in steps]


def asked_steps(route: ApprovalRoute, users: Sequence[User], author_persons: frozenset[str]) -> tuple[AskedStep, ...]:
    """Resolve a route into the people asked; raise IncompleteRouteError where too few besides the authors can sign."""
    tried = try_route(route.steps, users, author_persons)
    fault = too_few(route.name, tried)
    if fault is not None:
        raise fault
    return tuple(each.asked for each in tried)


def fault_of(route: str, steps: Iterable[RouteStep], users: Sequence[User]) -> IncompleteRouteError | None:
    """Return why nobody, whoever the author is, could fulfil a route, or whom it names in vain; else nothing."""
    tried = try_route(steps, users)
    for each in tried:
        for left in each.left_out:
            if left.user.id in each.step.people:
                return IncompleteRouteError(
                    NAMES_IN_VAIN[left.why], route=route, name=left.user.name, meaning=each.step.meaning
                )
    return too_few(route, tried)


def too_few(route: str, tried: Sequence[TriedStep]) -> IncompleteRouteError | None:
    """Return why the people asked could not complete a route; nothing where they can."""
    for each in tried:
        if len(each.persons) < each.needed:
            return IncompleteRouteError(
                _TOO_FEW_BESIDE_AUTHORS if any(left.why == WhyNot.WROTE for left in each.left_out) else _TOO_FEW,
                route=route,
                needed=each.needed,
                who=" or ".join(each.step.roles) or "the people named",
                meaning=each.step.meaning,
                count=len(each.persons),
            )
    person_of = {user.id: user.person for each in tried for user in each.people}
    places = [each.asked for each in tried]
    return None if has_distinct_signers(places, person_of) else _need_others(route, places)


def check_distinct_signers(route: str, asked: list[AskedStep], person_of: dict[int, str]) -> None:
    """Refuse a route that would need one person twice: each signature of a round is another person's."""
    if not has_distinct_signers(asked, person_of):
        raise _need_others(route, asked)


def has_distinct_signers(asked: Iterable[AskedStep], person_of: dict[int, str]) -> bool:
    """Say whether every signature that the steps need can be another person's."""
    places = [frozenset(person_of[user] for user in step.people) for step in asked for _ in range(step.needed)]
    taken: dict[str, int] = {}

    def seat(place: int, tried: set[str]) -> bool:
        for person in sorted(places[place] - tried):
            tried.add(person)
            if person not in taken or seat(taken[person], tried):
                taken[person] = place
                return True
        return False

    return all(seat(place, set()) for place in range(len(places)))


def _need_others(route: str, asked: Iterable[AskedStep]) -> IncompleteRouteError:
    return IncompleteRouteError(
        "The route “%(route)s” needs %(count)s different people to sign, and there are too few; give "
        "more people the roles it asks for, or change the route.",
        route=route,
        count=sum(step.needed for step in asked),
    )
