"""What somebody with rights on the database gave, used and put back shows: each act is held against its moment."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import NoResultFound

from docctl import tools
from docctl.actions.approval import delegating
from docctl.actions.documents import withdrawing
from docctl.actions.issued_files import publishing
from docctl.actions.retention import disposing, retaining
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer, signing_in
from docctl.domain.errors import AuthorityChangedError, WrongPasswordError
from docctl.domain.people.user import User
from docctl.domain.retention.retention import DISPOSE, Rule
from docctl.domain.sign_in.commitments import commitment_to
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.events.sign_in import UserPasswordChosen, UserSignedIn
from docctl.followers.catching_up import catch_up
from docctl.recovery.rebuilding import rebuild
from docctl.registers.integrity.authority import RULE
from docctl.registers.integrity.finding import UNAUTHORISED
from docctl.registers.integrity.verifying import TAMPERED, verify
from tests.factories import tampering
from tests.factories.library import PASSWORD, Clock, Office, choose_passwords

CANONICAL: dict[str, Any] = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}


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


@contextmanager
def told(office: Office, subject: str, was: str, now: str) -> Iterator[None]:
    """Let the events about a subject say something else meanwhile too, so that what is compared at use agrees."""
    with office.control.engine.begin() as connection:
        found = text("SELECT seq, text FROM events WHERE subject = :subject AND text LIKE :was")
        kept = connection.execute(found, {"subject": subject, "was": f"%{was}%"}).mappings().all()
        assert kept
        for row in kept:
            _say(connection, row["seq"], row["text"].replace(was, now))
    yield
    with office.control.engine.begin() as connection:
        for row in kept:
            _say(connection, row["seq"], row["text"])


def _say(connection: object, seq: int, said: str) -> None:
    connection.execute(text("UPDATE events SET text = :said WHERE seq = :seq"), {"said": said, "seq": seq})  # type: ignore[attr-defined]


@contextmanager
def as_controller(office: Office) -> Iterator[None]:
    """Let eve be a controller meanwhile, and her event say so."""
    subject = f"account:{office.people['eve']}"
    with (
        meanwhile(office, "users", "login = 'eve'", roles='["controller"]'),
        told(office, subject, '"roles":["reader"]', '"roles":["controller"]'),
    ):
        yield


def _set(connection: object, table: str, rows: list[dict[str, object]]) -> None:
    for row in rows:
        names = ", ".join(f"{name} = :{name}" for name in row if name != "id")
        connection.execute(text(f"UPDATE {table} SET {names} WHERE id = :id"), row)  # type: ignore[attr-defined]


def compare_as_earlier_versions(office: Office) -> None:
    """Let acts go through that rely on a row which is not as its events made it."""
    office.control.compare_at_use = None


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
    with as_controller(office):
        retaining.place_hold(office.control, office.document_id("POL-001"), office.people["eve"], "Because", "Case 1")
    by_event, by_rows = found(office)
    assert by_event.endswith("Eve Employee acted as controller, but the event that it names gave: reader.")
    assert by_rows.endswith(
        "had no authority: Eve Employee acted as controller, but events had made that account: Eve Employee, reader."
    )


@pytest.mark.parametrize(
    "changed", [{"roles": '["controller"]'}, {"name": "Carla C"}, {"person": "1"}, {"department": "Quality"}]
)
def test_an_account_that_no_event_made_so_is_refused_at_use(office: Office, changed: dict[str, str]) -> None:
    with (
        meanwhile(office, "users", "login = 'eve'", **changed),
        pytest.raises(AuthorityChangedError, match="is not as its events made it, so nothing was recorded"),
    ):
        office.write("POL-001", author="eve")
    with pytest.raises(NoResultFound):
        office.document_id("POL-001")
    assert found(office) == []


def test_a_library_with_such_an_act_is_rebuilt_and_goes_on_and_says_so(office: Office, tmp_path: Path) -> None:
    office.write("POL-001")
    with as_controller(office):
        retaining.place_hold(office.control, office.document_id("POL-001"), office.people["eve"], "Because", "Case 1")
    catch_up(office.control, issuing=False)
    data, keys = tmp_path / "elsewhere", office.control.data / "keys"
    made = rebuild(data, f"sqlite:///{data}/docctl.db", office.control.library.folder, keys=keys).control
    assert [finding.rule for finding in verify(made).findings if finding.severity == UNAUTHORISED] == [RULE] * 2
    with made.reading() as session:
        assert {user.password_hash for user in session.scalars(select(User))} == {""}
    assert not made.distrust
    administering.issue_link(made, None, office.people["carla"])
    made.engine.dispose()


def test_what_was_done_under_another_name(office: Office) -> None:
    revision_id = waiting(office)
    with (
        meanwhile(office, "users", "login = 'ann'", name="The Director"),
        told(office, f"account:{office.people['ann']}", "Ann Approver", "The Director"),
    ):
        office.approve(revision_id)
    assert any("The Director acted as approver" in sentence for sentence in found(office))


def test_what_a_disabled_account_did(office: Office) -> None:
    administering.set_disabled(office.control, office.people["admin"], office.people["alice"], True)
    with meanwhile(office, "users", "login = 'alice'", disabled=False):
        with pytest.raises(AuthorityChangedError, match="The account of Alice Author"):
            office.write("POL-001")
        with told(office, f"account:{office.people['alice']}", "user:disabled", "user:enabled"):
            office.write("POL-001")
    assert any("the account alice was disabled" in sentence for sentence in found(office))


def test_a_route_that_was_cut_while_something_was_submitted(office: Office) -> None:
    revision_id = office.write("POL-001")
    only = '[{"kind": "approve", "meaning": "I approve this.", "needed": "any", "people": [], "roles": ["approver"]}]'
    with meanwhile(office, "approval_routes", "1 = 1", steps=only):
        with pytest.raises(AuthorityChangedError, match="The approval route “Review and approval”"):
            office.submit(revision_id)
        route = _route_of(office)
        with told(office, "approval_route:Review and approval", route, json.dumps(json.loads(only), **CANONICAL)):
            office.submit(revision_id)
    office.approve(revision_id)
    assert any("was not submitted to the route" in sentence for sentence in found(office))


def _route_of(office: Office) -> str:
    with office.control.reading() as session:
        event = session.scalars(select(Event).where(Event.subject == "approval_route:Review and approval")).one()
    return json.dumps(json.loads(event.text)["steps"], **CANONICAL)


def test_a_document_type_whose_route_was_changed_without_an_event(office: Office) -> None:
    revision_id = office.write("POL-001")
    other = "(SELECT id FROM approval_routes WHERE name = 'Approval only')"
    with office.control.engine.begin() as connection:
        connection.execute(text(f"UPDATE document_types SET approval_route_id = {other} WHERE name = 'policy'"))
    with pytest.raises(AuthorityChangedError, match="The document type “policy”"):
        office.submit(revision_id)


def test_a_delegation_of_another_account_or_for_other_days_is_refused_at_use(office: Office) -> None:
    control, today = office.control, office.control.now().date()
    revision_id = waiting(office)
    office.people["dan"] = dan = administering.add_user(
        control, office.people["admin"], login="dan", name="Dan Deputy", roles=["approver"]
    )
    administering.choose_password(
        control, administering.issue_link(control, office.people["admin"], dan), PASSWORD
    )  # fmt: skip
    identifying_signer.declare(control, dan)
    delegating.name_delegate(
        control, office.people["ann"], absent_id=office.people["ann"], delegate_id=office.people["carla"],
        from_day=today, until_day=today + timedelta(days=3), reason="holiday",
    )  # fmt: skip
    with (
        meanwhile(office, "delegations", "1 = 1", delegate_id=dan),
        pytest.raises(AuthorityChangedError, match="The delegation of Ann Approver"),
    ):
        office.approve(revision_id, approver="dan")
    assert found(office) == []


def test_an_engagement_that_no_event_made_so_is_refused_at_use(office: Office) -> None:
    with (
        meanwhile(office, "audit_engagements", "1 = 1", ends_on="2199-01-01"),
        pytest.raises(AuthorityChangedError, match="The audit engagement of Audra Auditor"),
        office.control.deciding(office.people["audra"]),
    ):
        raise AssertionError("nothing is decided")


def test_events_name_what_gave_their_authority_and_what_was_shown(office: Office) -> None:
    control, ann = office.control, office.people["ann"]
    administering.choose_password(control, administering.issue_link(control, office.people["admin"], ann), PASSWORD)
    office.approve(waiting(office))
    with control.reading() as session:
        events = {event.seq: read_event(event) for event in session.scalars(select(Event))}
    by_act = {event.action: event for event in events.values()}
    signed = by_act[Act.REVISION_APPROVED]
    assert [events[seq].action for seq in signed.authority or []] == [Act.USER_ADDED]
    assert [events[seq].action for seq in signed.credential or []] == [Act.USER_PASSWORD_CHOSEN]
    submitted = by_act[Act.REVISION_SUBMITTED].authority or []
    assert {events[seq].action for seq in submitted} == {Act.USER_ADDED, Act.ROUTE_ADDED, Act.TYPE_ADDED}
    assert by_act[Act.LIBRARY_FOUNDED].authority is None
    assert found(office) == []


def test_a_password_that_was_changed_between_showing_and_signing_signs_nothing(office: Office) -> None:
    control, ann = office.control, office.people["ann"]
    revision_id = waiting(office)
    administering.choose_password(control, administering.issue_link(control, office.people["admin"], ann), PASSWORD)
    shown = identifying_signer.identify_signer(control, revision_id, ann, Credentials(PASSWORD))
    administering.choose_password(control, administering.issue_link(control, office.people["admin"], ann), PASSWORD)
    with pytest.raises(WrongPasswordError, match="was changed meanwhile"), control.deciding(ann, credential=shown):
        raise AssertionError("nothing is decided")


Said = dict[str, Any]
OTHERWISE: dict[str, tuple[Act, Callable[[Said], object], str]] = {
    "no authority": (Act.REVISION_APPROVED, lambda said: said.pop("authority"), "does not say which event gave it"),
    "none named": (Act.REVISION_APPROVED, lambda said: said.update(authority=[]), "does not name the one event"),
    "a later event": (
        Act.REVISION_APPROVED, lambda said: said.update(authority=[said["seq"] + 1]), "which gave nothing of that kind"
    ),
    "somebody else's": (
        Act.REVISION_APPROVED, lambda said: said["authority"].append(said["authority"][0] - 1), "gave it to somebody"
    ),
    "other roles": (
        Act.REVISION_APPROVED, lambda said: said.update(actor_roles=["approver", "controller", "reader"]), "gave: "
    ),
    "no password": (Act.REVISION_APPROVED, lambda said: said.update(credential=[]), "by which password"),
    "an old password": (
        Act.REVISION_APPROVED, lambda said: said.update(credential=[said["credential"][0] - 2]), "had taken its place"
    ),
    "no route": (Act.REVISION_SUBMITTED, lambda said: said["authority"].pop(0), "does not name"),
}  # fmt: skip


@pytest.mark.only_sqlite
@pytest.mark.parametrize(("act", "change", "wanted"), OTHERWISE.values(), ids=OTHERWISE)
def test_each_field_that_names_another_event_is_found_though_the_key_signed_it(
    office: Office, act: Act, change: Callable[[Said], object], wanted: str
) -> None:
    control, ann = office.control, office.people["ann"]
    for _ in range(2):
        administering.choose_password(control, administering.issue_link(control, office.people["admin"], ann), PASSWORD)
    office.approve(waiting(office))
    catch_up(control, issuing=False)
    assert found(office) == []
    tampering.rewrite(office, lambda said: change(said) if said["action"] == act else None)
    assert any(wanted in sentence for sentence in found(office))


def test_somebody_put_among_the_people_asked(office: Office) -> None:
    compare_as_earlier_versions(office)
    revision_id = waiting(office)
    asked = [
        row | {"people": [*row["people"], office.people["carla"]]} for row in office.revision(revision_id).asked_rows
    ]
    kept = json.dumps(asked).replace('"approver"', '"approver", "controller"')
    with meanwhile(office, "revisions", f"id = {revision_id}", asked_rows=kept):
        office.approve(revision_id, approver="carla")
    assert any("did not ask for that signature" in sentence for sentence in found(office))


def test_a_day_that_was_moved_until_a_revision_came_into_force(office: Office, clock: Clock) -> None:
    compare_as_earlier_versions(office)
    revision_id = office.write("POL-001")
    ahead = office.control.now().date() + timedelta(days=90)
    office.carry_through(revision_id, effective=ahead)
    with meanwhile(office, "revisions", f"id = {revision_id}", wanted_effective_date=None):
        publishing.publish_due(office.control)
    with office.control.engine.begin() as connection:
        connection.execute(text("UPDATE revisions SET wanted_effective_date = NULL"))
    assert any(f"was to come into force on {ahead}" in sentence for sentence in found(office))


def test_a_review_that_was_put_off_by_another_cycle(office: Office) -> None:
    compare_as_earlier_versions(office)
    revision_id = waiting(office)
    with meanwhile(office, "document_types", "name = 'policy'", review_cycle_months=1200):
        office.approve(revision_id)
    assert any("is to be reviewed on another day" in sentence for sentence in found(office))


def test_a_hold_that_was_lifted_for_a_disposal(office: Office, clock: Clock) -> None:
    compare_as_earlier_versions(office)
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
    compare_as_earlier_versions(office)
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


@pytest.mark.both_databases
def test_a_sign_in_by_a_password_that_nobody_had_chosen(office: Office) -> None:
    """The check at sign-in left out, as by a changed program that has the library's key."""
    admin = office.people["admin"]
    added = administering.add_user(office.control, admin, login="nia", name="Nia New", roles=["author"])
    with office.control.deciding(added) as decision:
        decision.record(UserSignedIn(address="", second_factor="", session=None), f"account:{added}")
    [sentence] = found(office)
    assert "(user:signed_in) had no authority: it does not say by which password its actor was known." in sentence
    choose_passwords(office.control, added)
    signing_in.sign_in(office.control, "nia", PASSWORD)
    assert found(office) == [sentence]


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
        control,
        admin,
        office.people["rob"],
        name="Rob New",
        email="",
        department="Procurement",
        roles=["reviewer", "author"],
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
