"""What somebody with rights on the database gave, used and put back shows: each act is held against its moment."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, text

from docctl import tools
from docctl.actions.approval import delegating
from docctl.actions.documents import withdrawing
from docctl.actions.issued_files import publishing
from docctl.actions.retention import disposing, retaining
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer
from docctl.domain.people.user import User
from docctl.domain.retention.retention import DISPOSE, Rule
from docctl.domain.sign_in.commitments import commitment_to
from docctl.domain.trail.events.sign_in import UserPasswordChosen
from docctl.followers.catching_up import catch_up
from docctl.recovery.rebuilding import rebuild
from docctl.registers.integrity.authority import RULE
from docctl.registers.integrity.finding import UNAUTHORISED
from docctl.registers.integrity.verifying import TAMPERED, verify
from tests.factories.library import PASSWORD, Clock, Office


@contextmanager
def meanwhile(office: Office, table: str, where: str, **changed: object) -> Iterator[None]:
    """Change columns of rows behind the library's back, and put back what was there."""
    names = ", ".join(changed)
    with office.control.engine.begin() as connection:
        was = connection.execute(text(f"SELECT id, {names} FROM {table} WHERE {where}")).mappings().all()
        assert was
        _set(connection, table, [dict(row) | changed for row in was])
    yield
    with office.control.engine.begin() as connection:
        _set(connection, table, [dict(row) for row in was])


def _set(connection: object, table: str, rows: list[dict[str, object]]) -> None:
    for row in rows:
        names = ", ".join(f"{name} = :{name}" for name in row if name != "id")
        connection.execute(text(f"UPDATE {table} SET {names} WHERE id = :id"), row)  # type: ignore[attr-defined]


def found(office: Office) -> list[str]:
    """What verify finds of acts without authority; nothing else may be wrong."""
    report = verify(office.control)
    assert not report.doubt
    sentences = [finding.sentence for finding in report.findings if finding.rule == RULE]
    assert (report.exit_code == TAMPERED) is bool(sentences)
    return sentences


def waiting(office: Office) -> int:
    """A revision that waits for its approval."""
    revision_id = office.write("POL-001")
    office.submit(revision_id)
    office.review(revision_id)
    return revision_id


def test_what_was_done_in_a_role_that_no_event_gave(office: Office) -> None:
    office.write("POL-001")
    with meanwhile(office, "users", "login = 'eve'", roles='["controller"]'):
        retaining.place_hold(office.control, office.document_id("POL-001"), office.people["eve"], "Because", "Case 1")
    [told] = found(office)
    assert told.endswith(
        "had no authority: Eve Employee acted as controller, but events had made that account: Eve Employee, reader."
    )


def test_a_library_with_such_an_act_is_rebuilt_and_goes_on_and_says_so(office: Office, tmp_path: Path) -> None:
    office.write("POL-001")
    with meanwhile(office, "users", "login = 'eve'", roles='["controller"]'):
        retaining.place_hold(office.control, office.document_id("POL-001"), office.people["eve"], "Because", "Case 1")
    catch_up(office.control, issuing=False)
    data, keys = tmp_path / "elsewhere", office.control.data / "keys"
    made = rebuild(data, f"sqlite:///{data}/docctl.db", office.control.library.folder, keys=keys).control
    assert [finding.rule for finding in verify(made).findings if finding.severity == UNAUTHORISED] == [RULE]
    with made.reading() as session:
        assert {user.password_hash for user in session.scalars(select(User))} == {""}
    assert not made.distrust
    administering.issue_link(made, None, office.people["carla"])
    made.engine.dispose()


def test_what_was_done_under_another_name(office: Office) -> None:
    revision_id = waiting(office)
    with meanwhile(office, "users", "login = 'ann'", name="The Director"):
        office.approve(revision_id)
    assert any("The Director acted as approver" in sentence for sentence in found(office))


def test_what_a_disabled_account_did(office: Office) -> None:
    administering.set_disabled(office.control, office.people["admin"], office.people["alice"], True)
    with meanwhile(office, "users", "login = 'alice'", disabled=False):
        office.write("POL-001")
    assert any("the account alice was disabled" in sentence for sentence in found(office))


def test_a_route_that_was_cut_while_something_was_submitted(office: Office) -> None:
    revision_id = office.write("POL-001")
    only = '[{"kind": "approve", "meaning": "I approve this.", "needed": "any", "people": [], "roles": ["approver"]}]'
    with meanwhile(office, "approval_routes", "1 = 1", steps=only):
        office.submit(revision_id)
    office.approve(revision_id)
    assert any("was not submitted to the route" in sentence for sentence in found(office))


def test_somebody_put_among_the_people_asked(office: Office) -> None:
    revision_id = waiting(office)
    asked = [
        row | {"people": [*row["people"], office.people["carla"]]} for row in office.revision(revision_id).asked_rows
    ]
    kept = json.dumps(asked).replace('"approver"', '"approver", "controller"')
    with meanwhile(office, "revisions", f"id = {revision_id}", asked_rows=kept):
        office.approve(revision_id, approver="carla")
    assert any("did not ask for that signature" in sentence for sentence in found(office))


def test_a_day_that_was_moved_until_a_revision_came_into_force(office: Office, clock: Clock) -> None:
    revision_id = office.write("POL-001")
    ahead = office.control.now().date() + timedelta(days=90)
    office.carry_through(revision_id, effective=ahead)
    with meanwhile(office, "revisions", f"id = {revision_id}", wanted_effective_date=None):
        publishing.publish_due(office.control)
    with office.control.engine.begin() as connection:
        connection.execute(text("UPDATE revisions SET wanted_effective_date = NULL"))
    assert any(f"was to come into force on {ahead}" in sentence for sentence in found(office))


def test_a_review_that_was_put_off_by_another_cycle(office: Office) -> None:
    revision_id = waiting(office)
    with meanwhile(office, "document_types", "name = 'policy'", review_cycle_months=1200):
        office.approve(revision_id)
    assert any("is to be reviewed on another day" in sentence for sentence in found(office))


def test_a_hold_that_was_lifted_for_a_disposal(office: Office, clock: Clock) -> None:
    control, carla = office.control, office.people["carla"]
    retaining.set_rule(control, carla, office.type_id("policy"), Rule(12, DISPOSE, "Act"), also_ended=False)
    office.publish()
    withdrawing.withdraw(control, office.document_id("POL-001"), carla, "Over")
    clock.forward(days=800)
    retaining.place_hold(control, office.document_id("POL-001"), carla, "Lawsuit", "Case 7")
    with meanwhile(office, "legal_holds", "1 = 1", lifted_at="2026-01-01 00:00:00.000000"):
        disposing.propose_disposal(control, office.document_id("POL-001"), carla, "Its time is up")
    assert any("was under the legal hold 1" in sentence for sentence in found(office))


def test_a_time_that_was_cut_short_for_a_disposal(office: Office) -> None:
    control, carla = office.control, office.people["carla"]
    retaining.set_rule(control, carla, office.type_id("policy"), Rule(120, DISPOSE, "Act"), also_ended=False)
    office.publish()
    withdrawing.withdraw(control, office.document_id("POL-001"), carla, "Over")
    with control.engine.begin() as connection:
        connection.execute(text("UPDATE retentions SET until = '2020-01-01'"))
    disposing.propose_disposal(control, office.document_id("POL-001"), carla, "Its time is up")
    assert any(
        "the time for which POL-001 is kept was not over" in finding.sentence
        for finding in verify(control).findings
        if finding.rule == RULE
    )


def test_a_password_chosen_by_a_link_that_nobody_gave_out(office: Office) -> None:
    hashed = tools.password_hasher.hash_password("another horse that staples")
    with office.control.deciding(None) as decision:
        decision.session.get_one(User, office.people["carla"]).password_hash = hashed
        decision.record(
            UserPasswordChosen(by="carla", commitment=commitment_to(hashed)), f"account:{office.people['carla']}"
        )
    assert any("no link was given out" in sentence for sentence in found(office))


def test_nothing_is_found_where_people_were_given_what_they_used(office: Office, clock: Clock) -> None:
    control, admin = office.control, office.people["admin"]
    today = control.now().date()
    delegated = waiting(office)
    office.people["dan"] = dan = administering.add_user(
        control, admin, login="dan", name="Dan Deputy", roles=["approver"]
    )
    administering.choose_password(control, administering.issue_link(control, admin, dan), PASSWORD)
    identifying_signer.declare(control, dan)
    delegating.name_delegate(
        control, office.people["ann"], absent_id=office.people["ann"], delegate_id=dan, from_day=today,
        until_day=today + timedelta(days=3), reason="holiday",
    )  # fmt: skip
    administering.change_user(
        control, admin, office.people["rob"], name="Rob New", email="", department="Sales", roles=["reviewer", "author"]
    )
    office.approve(delegated, approver="dan")
    ahead = office.write("POL-002")
    office.carry_through(ahead, effective=today + timedelta(days=30))
    publishing.publish_now(control, ahead, office.people["carla"])
    later = office.write("POL-003")
    office.carry_through(later, effective=today + timedelta(days=30))
    clock.forward(days=31)
    publishing.publish_due(control)
    assert office.revision(later).state == "IN_FORCE"
    assert found(office) == []
