"""Approval routes: which steps they may have, in which order, and what a signature at them may mean."""

import pytest

from docctl.domain.approval.approval_route import ANY, APPROVE, MEANINGS, REVIEW, ApprovalRoute, RouteStep
from docctl.domain.errors import InvalidInputError


def _route(*steps: RouteStep) -> ApprovalRoute:
    route = ApprovalRoute(name="test")
    route.lay_down(steps)
    return route


REVIEW_BY_ANY = RouteStep(REVIEW, "reviewed", ANY, roles=("reviewer",))
APPROVE_BY_ANY = RouteStep(APPROVE, "approved", ANY, roles=("approver",))


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


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        (REVIEW, "I approve this revision for use."),
        (REVIEW, "I have reviewed this and approve it."),
        (REVIEW, "I hereby approve it"),
        (REVIEW, "Approved."),
        (REVIEW, "Ich genehmige diese Fassung."),
        (APPROVE, "I have reviewed this revision and found it fit for use."),
        (APPROVE, "Geprüft."),
    ],
)
def test_a_signature_never_says_the_other_kind(kind: str, meaning: str) -> None:
    with pytest.raises(InvalidInputError, match="its signature would say"):
        RouteStep(kind, meaning, roles=("approver",)).require_true()


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        (REVIEW, MEANINGS[REVIEW]),
        (REVIEW, "I have read this and recommend that it be approved."),
        (APPROVE, MEANINGS[APPROVE]),
        (APPROVE, "I have reviewed this revision and approve it."),
        (APPROVE, "I take responsibility for this revision."),
    ],
)
def test_a_signature_says_its_own_kind_in_many_words(kind: str, meaning: str) -> None:
    RouteStep(kind, meaning, roles=("approver",)).require_true()
