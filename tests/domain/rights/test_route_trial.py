"""Whom a route asks: how many must sign, who is left out and why, and routes that nobody could complete."""

import pytest

from docctl.domain.approval.approval_route import ALL, ANY, APPROVE, REVIEW, ApprovalRoute, RouteStep
from docctl.domain.errors import IncompleteRouteError
from docctl.domain.people.user import User
from docctl.domain.rights.asked_signer import WhyNot, asks, may_stand_in
from docctl.domain.rights.route_trial import asked_steps, fault_of, try_step


def _user(number: int, *roles: str, person: str = "", disabled: bool = False) -> User:
    name = f"Person {number}"
    return User(
        id=number, login=f"u{number}", name=name, person=person or f"u{number}", roles=list(roles), disabled=disabled
    )


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
    asked = asked_steps(_route(step), [_user(1, "approver"), _user(2, "approver"), _user(3)], frozenset())
    assert asked[0].needed == 2
    with pytest.raises(IncompleteRouteError):
        asked_steps(_route(step), [_user(1, "approver"), _user(3)], frozenset())


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


def test_everybody_left_out_is_named_with_the_reason() -> None:
    users = [
        _user(1, "approver"), _user(2, "reviewer"), _user(3, "auditor"), _user(4, "approver", disabled=True),
        _user(5, "approver"),
    ]  # fmt: skip
    tried = try_step(RouteStep(APPROVE, "approved", ANY, people=(1, 2, 3, 4, 5)), users, {"u1"})
    assert [user.id for user in tried.people] == [5]
    assert {left.user.id: left.why for left in tried.left_out} == {
        1: WhyNot.WROTE, 2: WhyNot.MAY_NOT_APPROVE, 3: WhyNot.AUDITOR, 4: WhyNot.DISABLED,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("step", "match"),
    [
        (RouteStep(APPROVE, "approved", "5", people=(1, 2)), "asks 5 of the people named"),
        (RouteStep(APPROVE, "approved", "3", roles=("approver",)), "asks 3 of approver"),
        (RouteStep(APPROVE, "approved", ANY, people=(1, 3)), "names Person 3 at “approved”, who may not approve"),
        (RouteStep(APPROVE, "approved", ANY, people=(1, 4)), "whose account is disabled"),
        (RouteStep(APPROVE, "approved", ANY, people=(1, 5)), "for audits alone"),
        (RouteStep(APPROVE, "approved", ANY, roles=("author",)), "only 0 can"),
    ],
)
def test_a_route_that_nobody_can_fulfil_says_why(step: RouteStep, match: str) -> None:
    users = [
        _user(1, "approver"), _user(2, "approver"), _user(3, "reviewer"), _user(4, "approver", disabled=True),
        _user(5, "auditor"), _user(6, "author"),
    ]  # fmt: skip
    fault = fault_of("test", [step], users)
    assert fault is not None
    assert match in str(fault)
    assert fault_of("test", [APPROVE_BY_ANY], users) is None


def test_who_was_named_needs_no_role_beside_the_right() -> None:
    step = RouteStep(APPROVE, "approved", ANY, people=(1,), roles=("controller",))
    named, holder = _user(1, "approver"), _user(2, "controller")
    asked = asked_steps(_route(step), [named, holder], frozenset())[0]
    assert (asks(asked, named), asks(asked, holder)) == (True, True)
    named.roles, holder.roles = ["reviewer"], ["approver"]
    assert (asks(asked, named), asks(asked, holder)) == (False, False)


def test_a_delegate_may_sign_whatever_the_absent_may() -> None:
    reviewer, approver, reader = _user(1, "reviewer"), _user(2, "approver"), _user(3)
    assert may_stand_in(approver, reviewer)
    assert not may_stand_in(reviewer, approver)
    assert not may_stand_in(reader, reviewer)
    assert not may_stand_in(_user(4, "approver", person="u2"), approver)
