"""Approval routes: who is asked, how many must sign, and routes that nobody could complete."""

import pytest

from docctl.domain.approval.approval_route import ALL, ANY, APPROVE, REVIEW, ApprovalRoute, RouteStep, asked_steps
from docctl.domain.errors import IncompleteRouteError, InvalidInputError
from docctl.domain.people.user import User


def _user(number: int, *roles: str, person: str = "", disabled: bool = False) -> User:
    return User(id=number, login=f"u{number}", person=person or f"u{number}", roles=list(roles), disabled=disabled)


def _route(*steps: RouteStep) -> ApprovalRoute:
    route = ApprovalRoute(name="test")
    route.lay_down(steps)
    return route


REVIEW_BY_ANY = RouteStep(REVIEW, "reviewed", ANY, roles=("reviewer",))
APPROVE_BY_ANY = RouteStep(APPROVE, "approved", ANY, roles=("approver",))


def test_holders_of_a_role_are_asked_and_authors_are_not() -> None:
    users = [_user(1, "reviewer"), _user(2, "reviewer"), _user(3, "approver")]
    asked = asked_steps(_route(REVIEW_BY_ANY, APPROVE_BY_ANY), users, frozenset({"u1"}))
    assert [step.people for step in asked] == [(2,), (3,)]
    assert [step.needed for step in asked] == [1, 1]


def test_a_second_account_of_an_author_is_not_asked() -> None:
    users = [_user(1, "author", person="kim"), _user(2, "reviewer", person="kim"), _user(3, "approver")]
    with pytest.raises(IncompleteRouteError, match="only 0"):
        asked_steps(_route(REVIEW_BY_ANY, APPROVE_BY_ANY), users, frozenset({"kim"}))


def test_disabled_people_are_not_asked() -> None:
    with pytest.raises(IncompleteRouteError):
        asked_steps(_route(APPROVE_BY_ANY), [_user(1, "approver", disabled=True)], frozenset())


def test_all_of_named_people_means_each_of_them() -> None:
    step = RouteStep(APPROVE, "approved", ALL, people=(1, 2))
    asked = asked_steps(_route(step), [_user(1), _user(2), _user(3)], frozenset())
    assert asked[0].needed == 2
    with pytest.raises(IncompleteRouteError):
        asked_steps(_route(step), [_user(1), _user(3)], frozenset())


def test_a_number_of_holders_counts_people_not_accounts() -> None:
    step = RouteStep(APPROVE, "approved", "2", roles=("approver",))
    twice = [_user(1, "approver", person="kim"), _user(2, "approver", person="kim")]
    with pytest.raises(IncompleteRouteError):
        asked_steps(_route(step), twice, frozenset())
    assert asked_steps(_route(step), [*twice, _user(3, "approver")], frozenset())[0].needed == 2


def test_a_route_that_needs_one_person_twice_is_refused() -> None:
    both = _user(1, "reviewer", "approver")
    with pytest.raises(IncompleteRouteError, match="different people"):
        asked_steps(_route(REVIEW_BY_ANY, APPROVE_BY_ANY), [both], frozenset())
    assert asked_steps(_route(REVIEW_BY_ANY, APPROVE_BY_ANY), [both, _user(2, "reviewer")], frozenset())


def test_reviews_come_before_approvals_however_they_were_entered() -> None:
    route = _route(APPROVE_BY_ANY, REVIEW_BY_ANY)
    assert [step.kind for step in route.steps] == [REVIEW, APPROVE]


@pytest.mark.parametrize(
    ("kind", "meaning", "needed", "people"),
    [
        ("sign", "x", ANY, (1,)),
        (REVIEW, " ", ANY, (1,)),
        (REVIEW, "x", "0", (1,)),
        (REVIEW, "x", "²", (1,)),
        (REVIEW, "x", ANY, ()),
    ],
)
def test_a_step_that_says_too_little_is_refused(kind: str, meaning: str, needed: str, people: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInputError):
        RouteStep(kind, meaning, needed, people)


def test_a_route_without_an_approval_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least one approval"):
        _route(REVIEW_BY_ANY)
