"""Who leaves is disabled, never deleted: what waited for them goes to a successor, and what they signed stays."""

import pytest
from sqlalchemy import event, select

from docctl.actions.documents import drafting
from docctl.actions.people import leaving
from docctl.actions.rights import laying_routes
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer
from docctl.document_control import DocumentControl
from docctl.document_control.laid_routes import faults_of_routes
from docctl.document_control.pending_tasks import owner_now, pending_tasks
from docctl.domain.approval.approval_route import ALL, ANY, APPROVE, MEANINGS, ApprovalRoute, RouteStep
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import (
    IncompleteRouteError,
    InvalidInputError,
    NotPermittedError,
    SelfApprovalError,
    TasksPendingError,
)
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act, Event
from docctl.registers.integrity.verifying import verify
from docctl.registers.people.work_queue import work_queue
from tests.factories.library import PASSWORD, Office


@pytest.fixture
def dan(office: Office, in_approval: int) -> int:
    """Dan Deputy, an approver whom no route asked yet."""
    return _add(office, "dan", ("approver",))


@pytest.fixture
def in_approval(office: Office, people: dict[str, int]) -> int:
    """A revision that asked ann alone to approve it."""
    made = office.write("POL-001")
    office.submit(made)
    office.review(made)
    return made


def _add(office: Office, login: str, roles: tuple[str, ...]) -> int:
    admin = office.people["admin"]
    made = administering.add_user(office.control, admin, login=login, name=login.title() + " Deputy", roles=roles)
    administering.choose_password(office.control, administering.issue_link(office.control, admin, made), PASSWORD)
    identifying_signer.declare(office.control, made)
    office.people[login] = made
    return made


def _disable(office: Office, login: str, **chosen: object) -> None:
    administering.set_disabled(
        office.control, office.people["admin"], office.people[login], True, **chosen  # type: ignore[arg-type]
    )  # fmt: skip


def _acts(control: DocumentControl, *acts: Act) -> list[Event]:
    with control.reading() as session:
        return list(session.scalars(select(Event).where(Event.act.in_(acts)).order_by(Event.seq)))


def _stuck(office: Office) -> list[tuple[str, str]]:
    with office.control.reading() as session:
        queue = work_queue(office.control, session, office.person("carla"))
    return [(item.number, item.note) for item in queue.stuck]


def _sound(office: Office) -> bool:
    return not [finding for finding in verify(office.control).findings if finding.rule == "I4"]


def test_nobody_is_disabled_while_something_waits_for_them(office: Office, in_approval: int) -> None:
    with pytest.raises(TasksPendingError, match="Ann Approver is needed for POL-001 revision 1"):
        _disable(office, "ann")
    assert not office.person("ann").disabled
    _disable(office, "eve")
    assert office.person("eve").disabled


@pytest.mark.both_databases
def test_everything_that_waits_for_a_leaver_goes_to_the_successor_in_one_step(
    office: Office, dan: int, in_approval: int
) -> None:
    second = office.write("POL-002", author="carla", owner="Ann Approver")
    office.submit(second)
    office.review(second)
    _disable(office, "ann", successor_id=dan)
    assert office.person("ann").disabled
    office.approve(in_approval, "dan")
    office.approve(second, "dan")
    acts = _acts(office.control, Act.REVISION_REASSIGNED, Act.DOCUMENT_REASSIGNED, Act.USER_DISABLED)
    assert [(each.act, each.subject) for each in acts] == [
        ("revision:reassigned", "POL-001 revision 1"),
        ("revision:reassigned", "POL-002 revision 1"),
        ("document:reassigned", "POL-002"),
        ("user:disabled", f"account:{office.people['ann']}"),
    ]
    assert all(each.reason == "Ann Approver leaves; Dan Deputy takes over" for each in acts[:3])
    with office.control.reading() as session:
        assert not pending_tasks(session, session.get_one(User, office.people["ann"]))
        assert owner_now(session, session.get_one(Revision, second)) == "Dan Deputy"
    assert office.revision(office.open_revision("POL-002")).owner == "Dan Deputy"
    assert _sound(office)


def test_documents_of_a_leaver_are_found_by_an_earlier_name(office: Office, dan: int) -> None:
    made = office.publish("POL-009", owner="Ann Approver")
    administering.change_user(
        office.control, office.people["admin"], office.people["ann"],
        name="Ann Married", email="", department="Management", roles=["approver"],
    )  # fmt: skip
    _disable(office, "ann", successor_id=dan)
    with office.control.reading() as session:
        assert owner_now(session, session.get_one(Revision, made)) == "Dan Deputy"


def test_documents_of_a_namesake_who_stays_are_not_handed_over(office: Office, dan: int) -> None:
    made = office.publish("POL-009", owner="Ann Approver")
    namesake = administering.add_user(
        office.control, office.people["admin"], login="ann2", name="Ann Approver", roles=["author"]
    )
    _disable(office, "ann", successor_id=dan)
    with office.control.reading() as session:
        assert owner_now(session, session.get_one(Revision, made)) == "Ann Approver"
        waiting = pending_tasks(session, session.get_one(User, namesake))
        assert [each.document.number for each in waiting.owned] == ["POL-009"]


def test_drafts_of_a_leaver_are_held_by_the_successor(office: Office, people: dict[str, int]) -> None:
    made = office.write("POL-001")
    drafting.take_for_editing(office.control, made, people["alice"])
    with pytest.raises(InvalidInputError, match="may not write POL-001"):
        _disable(office, "alice", successor_id=people["eve"])
    _disable(office, "alice", successor_id=people["carla"])
    assert office.revision(made).held_by_id == people["carla"]
    assert _sound(office)


def test_a_successor_who_wrote_the_revision_is_refused_by_its_name(
    office: Office, people: dict[str, int], in_approval: int
) -> None:
    with pytest.raises(SelfApprovalError, match="wrote on POL-001 revision 1"):
        _disable(office, "ann", successor_id=people["alice"])
    with pytest.raises(InvalidInputError, match="has signed POL-001 revision 1"):
        _disable(office, "ann", successor_id=people["rob"])
    with pytest.raises(InvalidInputError, match="which asks for approver"):
        _disable(office, "ann", successor_id=people["eve"])
    with pytest.raises(InvalidInputError):
        _disable(office, "ann", successor_id=people["ann"])
    assert not office.person("ann").disabled
    assert not _acts(office.control, Act.REVISION_REASSIGNED)


def test_w07_a_step_whose_approver_is_disabled_is_stuck_and_can_be_reassigned(
    office: Office, dan: int, in_approval: int, people: dict[str, int]
) -> None:
    """W07: approver disabled or loses the role before publish."""
    assert _stuck(office) == []
    _disable(office, "ann", left_open="Back in a week")
    assert _acts(office.control, Act.USER_DISABLED)[0].reason == "Back in a week"
    assert _stuck(office) == [("POL-001", "Ann Approver")]
    chosen = {"instead_of_id": people["ann"], "successor_id": dan, "reason": "Ann is away"}
    with pytest.raises(NotPermittedError):
        leaving.reassign(office.control, in_approval, people["rob"], **chosen)  # type: ignore[arg-type]
    leaving.reassign(office.control, in_approval, people["carla"], **chosen)  # type: ignore[arg-type]
    assert _stuck(office) == []
    office.approve(in_approval, "dan")
    assert office.revision(in_approval).state == "IN_FORCE"
    assert _sound(office)


def test_w07_a_step_whose_approver_lost_the_role_is_stuck(office: Office, in_approval: int) -> None:
    admin, ann = office.people["admin"], office.people["ann"]
    administering.change_user(office.control, admin, ann, name="Ann", email="", department="", roles=[])
    assert _stuck(office) == [("POL-001", "Ann")]


def test_w08_signatures_keep_the_name_of_then_when_the_signer_is_renamed_and_disabled(
    office: Office, dan: int, in_approval: int
) -> None:
    """W08: delete/rename a user who signed; edit workflow template (DMSF #880)."""
    admin, rob = office.people["admin"], office.people["rob"]
    before = _acts(office.control, Act.REVISION_REVIEWED)[0].text
    administering.change_user(office.control, admin, rob, name="Robert New", email="", department="", roles=[])
    _disable(office, "rob")
    _disable(office, "ann", successor_id=dan)
    office.approve(in_approval, "dan")
    with office.control.reading() as session:
        signatures = session.get_one(Revision, in_approval).signatures
        assert [each.printed_name for each in signatures] == ["Rob Reviewer", "Dan Deputy"]
    assert _acts(office.control, Act.REVISION_REVIEWED)[0].text == before
    assert _sound(office)


def test_a14_accounts_are_never_deleted_so_that_no_number_is_given_twice(office: Office, dan: int) -> None:
    """A14: user id reused after deletion."""
    statements: list[str] = []
    event.listen(office.control.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    _disable(office, "dan")
    later = _add(office, "kim", ("reader",))
    assert later > dan
    assert not [each for each in statements if each.startswith("DELETE FROM users")]
    with pytest.raises(InvalidInputError, match="is taken"):
        _add(office, "dan", ("reader",))


def test_a_draft_owned_by_name_keeps_its_metadata(office: Office, people: dict[str, int]) -> None:
    made = office.publish("POL-001", owner="Rob Reviewer")
    office.give_roles("carla", "controller", "reviewer")
    _disable(office, "rob", successor_id=people["carla"])
    assert office.revision(made).owner == "Rob Reviewer"
    assert isinstance(office.revision(made).document_metadata, DocumentMetadata)
    assert _sound(office)


def test_what_others_own_is_not_read_to_say_what_waits_for_one_person(office: Office) -> None:
    office.publish("POL-001", owner="Ann Approver")
    asked: list[str] = []
    event.listen(office.control.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def statements() -> int:
        asked.clear()
        with office.control.reading() as session:
            found = pending_tasks(session, session.get_one(User, office.people["ann"]))
            assert [each.document.number for each in found.owned] == ["POL-001"]
        return len(asked)

    before = statements()
    for number in range(2, 6):
        office.publish(f"POL-00{number}", owner="Head of Quality")
    assert statements() == before


def _lay(office: Office, *steps: RouteStep) -> None:
    laying_routes.set_route(office.control, office.people["carla"], "Two people", steps)


def _faults(office: Office) -> dict[str, str]:
    with office.control.reading() as session:
        names = {route.id: route.name for route in session.scalars(select(ApprovalRoute))}
        return {names[number]: str(fault) for number, fault in faults_of_routes(session).items()}


def test_a_successor_stands_in_every_route_that_named_the_leaver(office: Office, people: dict[str, int]) -> None:
    dan = _add(office, "dan", ("approver",))
    _lay(office, RouteStep(APPROVE, MEANINGS[APPROVE], ALL, people=(people["ann"], people["carla"])))
    _disable(office, "ann", successor_id=dan)
    with office.control.reading() as session:
        route = session.scalars(select(ApprovalRoute).where(ApprovalRoute.name == "Two people")).one()
    assert route.named == {dan, people["carla"]}
    changed = _acts(office.control, Act.ROUTE_CHANGED)[-1]
    assert (changed.subject, changed.reason) == (
        "approval_route:Two people", "Ann Approver leaves; Dan Deputy takes over",
    )  # fmt: skip
    assert _faults(office) == {}
    assert all(finding.severity == "repairable" for finding in verify(office.control).findings)


def test_a_successor_who_may_not_sign_takes_no_route_over(office: Office, people: dict[str, int]) -> None:
    _lay(office, RouteStep(APPROVE, MEANINGS[APPROVE], ANY, people=(people["ann"],)))
    with pytest.raises(InvalidInputError, match="Rob Reviewer may not approve, as the route “Two people” asks"):
        _disable(office, "ann", successor_id=people["rob"])
    with pytest.raises(IncompleteRouteError, match="does not fulfil a route that Ann Approver did: The route"):
        _disable(office, "ann", successor_id=people["carla"])
    assert not office.person("ann").disabled


def test_a_successor_takes_nobodys_second_signature(office: Office, people: dict[str, int]) -> None:
    _add(office, "dan", ("approver",))
    _lay(office, RouteStep(APPROVE, MEANINGS[APPROVE], ALL, people=(people["ann"], people["carla"])))
    with pytest.raises(InvalidInputError, match="one signature would be missing"):
        _disable(office, "ann", successor_id=people["carla"])


def test_a_route_left_open_is_named_until_it_is_changed(office: Office, people: dict[str, int]) -> None:
    with pytest.raises(TasksPendingError, match="the route “Review and approval”"):
        _disable(office, "ann")
    broken = administering.set_disabled(office.control, people["admin"], people["ann"], True, left_open="At once")
    assert [str(fault) for fault in broken] == list(_faults(office).values())
    assert set(_faults(office)) == {"Approval only", "Review and approval"}
    administering.set_disabled(office.control, people["admin"], people["ann"], False)
    assert _faults(office) == {}
