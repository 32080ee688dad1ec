"""The trial of a route: whom it would ask for a document today, and who is left out and why."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from docctl.actions.approval import delegating
from docctl.actions.rights import laying_routes
from docctl.cli import main
from docctl.domain.approval.approval_route import ANY, APPROVE, MEANINGS, REVIEW, ApprovalRoute, RouteStep
from docctl.domain.errors import NotFoundError, NotPermittedError
from docctl.registers.approval.route_trial import AskedToday, RouteTrial, try_for
from tests.factories.library import Office
from tests.web.conftest import SignedIn, app, signed_in

__all__ = ["app", "signed_in"]


@pytest.fixture
def route(office: Office) -> int:
    """A route that asks two people by name, and everybody who may approve."""
    office.give_roles("alice", "author", "approver")
    people = (office.people["rob"], office.people["alice"])
    steps = [
        RouteStep(REVIEW, MEANINGS[REVIEW], ANY, people=people),
        RouteStep(APPROVE, MEANINGS[APPROVE], ANY, roles=("approver",)),
    ]
    laying_routes.set_route(office.control, office.people["carla"], "Two steps", steps)
    with office.control.reading() as session:
        return session.scalars(select(ApprovalRoute.id).where(ApprovalRoute.name == "Two steps")).one()


def _tried(office: Office, route: int, number: str = "POL-001", login: str = "carla") -> RouteTrial:
    with office.control.reading() as session:
        return try_for(office.control, session, office.person(login), session.get_one(ApprovalRoute, route), number)


def test_authors_are_left_out_with_the_reason(office: Office, route: int) -> None:
    office.write("POL-001")
    review, approval = _tried(office, route).steps
    assert [each.name for each in review.asked] == ["Rob Reviewer"]
    assert [(each.user.name, str(each.why)) for each in review.left_out] == [("Alice Author", "wrote on it")]
    assert ([each.name for each in approval.asked], approval.needed, approval.count) == (["Ann Approver"], 1, 1)
    assert _tried(office, route).fault is None


def test_a_document_without_a_revision_under_way_leaves_nobody_out(office: Office, route: int) -> None:
    office.publish("POL-001")
    trial = _tried(office, route)
    assert (trial.revision, trial.authors) == ("", ())
    assert [len(step.asked) for step in trial.steps] == [2, 2]


def test_who_is_absent_stands_there_with_their_delegate(office: Office, route: int) -> None:
    office.write("POL-001")
    delegating.name_delegate(
        office.control, office.people["ann"], absent_id=office.people["ann"], delegate_id=office.people["carla"],
        from_day=date(2026, 3, 1), until_day=date(2026, 3, 20), reason="Holiday",
    )  # fmt: skip
    absent = AskedToday("Ann Approver", date(2026, 3, 20), "Carla Controller", may_delegate_sign=True)
    assert _tried(office, route).steps[1].asked == (absent,)
    office.give_roles("carla", "controller", "reader")
    assert _tried(office, route).steps[1].asked == (absent,)
    office.give_roles("carla", "reviewer")
    office.give_roles("alice", "controller")
    said = _tried(office, route, login="alice").steps[1].asked
    assert [each.may_delegate_sign for each in said] == [False]


def test_a_trial_says_why_too_few_could_sign(office: Office, route: int) -> None:
    office.write("POL-001")
    office.give_roles("ann", "reviewer")
    assert "only 0 can, because nobody signs what they wrote" in str(_tried(office, route).fault)


def test_only_controllers_try_routes_of_documents_that_exist(office: Office, route: int) -> None:
    office.write("POL-001")
    with pytest.raises(NotPermittedError):
        _tried(office, route, login="alice")
    with pytest.raises(NotFoundError):
        _tried(office, route, "POL-999")


@pytest.mark.only_sqlite
def test_the_trial_is_a_command(office: Office, route: int) -> None:
    office.write("POL-001")
    told = ["--data", str(office.control.data), "route", "try", "Two steps", "pol-001"]
    done = CliRunner().invoke(main, told)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "For POL-001 the route “Two steps” asks; Alice Author wrote POL-001 revision 1:",
        f"1. review: 1 of 1, “{MEANINGS[REVIEW]}”",
        "     Rob Reviewer",
        "     not Alice Author: wrote on it",
        f"2. approve: 1 of 1, “{MEANINGS[APPROVE]}”",
        "     Ann Approver",
        "     not Alice Author: wrote on it",
    ]
    rows = json.loads(CliRunner().invoke(main, [*told, "--json"]).stdout)
    assert [(row["asked"], row["left_out"]) for row in rows] == [
        (["Rob Reviewer"], ["Alice Author: wrote on it"]), (["Ann Approver"], ["Alice Author: wrote on it"]),
    ]  # fmt: skip
    office.give_roles("ann", "reviewer")
    assert CliRunner().invoke(main, told).exit_code == 1


def test_the_trial_stands_on_the_page_of_the_route(office: Office, route: int, signed_in: SignedIn) -> None:
    office.write("POL-001")
    browser = signed_in("carla")
    page = browser.get(f"/administration/routes/{route}?document=POL-001").text
    assert "on which Alice Author wrote" in page
    assert "Alice Author: wrote on it" in page
    assert "There is no such document" in browser.get(f"/administration/routes/{route}?document=POL-999").text
