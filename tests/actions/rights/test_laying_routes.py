"""Laying routes: what nobody could fulfil is refused, and whatever breaks a route later says so."""

import pytest
from sqlalchemy import select

from docctl.actions.rights import laying_routes
from docctl.actions.settings import administering
from docctl.domain.approval.approval_route import ALL, ANY, APPROVE, MEANINGS, REVIEW, ApprovalRoute, RouteStep
from docctl.domain.errors import IncompleteRouteError, InvalidInputError
from tests.factories.library import Office


def _set(office: Office, *steps: RouteStep) -> None:
    laying_routes.set_route(office.control, office.people["carla"], "New", steps)


def _step(kind: str, needed: str = ANY, *, people: tuple[int, ...] = (), roles: tuple[str, ...] = ()) -> RouteStep:
    return RouteStep(kind, MEANINGS[kind], needed, people, roles)


def _is_there(office: Office) -> bool:
    with office.control.reading() as session:
        return session.scalars(select(ApprovalRoute).where(ApprovalRoute.name == "New")).first() is not None


@pytest.mark.parametrize(
    ("login", "why"), [("eve", "may not approve"), ("rob", "may not approve"), ("audra", "for audits alone")]
)
def test_nobody_is_named_who_may_not_sign(office: Office, login: str, why: str) -> None:
    with pytest.raises(IncompleteRouteError, match=why):
        _set(office, _step(APPROVE, people=(office.people["ann"], office.people[login])))
    assert not _is_there(office)


def test_a_disabled_account_is_not_named(office: Office) -> None:
    administering.set_disabled(office.control, office.people["admin"], office.people["ann"], True, left_open="Left")
    with pytest.raises(IncompleteRouteError, match="whose account is disabled"):
        _set(office, _step(APPROVE, people=(office.people["ann"], office.people["carla"])))


def test_a_route_needs_no_more_people_than_there_are(office: Office) -> None:
    with pytest.raises(IncompleteRouteError, match=r"asks 5 of the people named .*, but only 2 can"):
        _set(office, _step(APPROVE, "5", people=(office.people["ann"], office.people["carla"])))
    with pytest.raises(IncompleteRouteError, match="needs 3 different people to sign"):
        _set(
            office,
            _step(REVIEW, people=(office.people["ann"],)),
            _step(APPROVE, ALL, people=(office.people["ann"], office.people["carla"])),
        )
    assert not _is_there(office)


def test_a_review_that_says_it_approves_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInputError, match="A review does not approve"):
        _set(
            office, RouteStep(REVIEW, MEANINGS[APPROVE], ANY, roles=("reviewer",)), _step(APPROVE, roles=("approver",))
        )
    assert not _is_there(office)


def test_whatever_breaks_a_route_says_which(office: Office) -> None:
    _set(office, _step(APPROVE, people=(office.people["ann"],)))
    ann = office.person("ann")
    broken = administering.change_user(
        office.control, office.people["admin"], ann.id, name=ann.name, email="", department="", roles=["reviewer"]
    )
    said = [str(fault) for fault in broken]
    assert len(said) == 3
    assert any("The route “New” names Ann Approver" in each for each in said)
    again = administering.change_user(
        office.control, office.people["admin"], ann.id, name="Ann A.", email="", department="", roles=["reviewer"]
    )
    assert again == ()
