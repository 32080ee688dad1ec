"""A row that is not as its events made it is refused at use, whatever the act, and nothing is recorded."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from docctl.actions.approval import delegating
from docctl.actions.documents import withdrawing
from docctl.actions.issued_files import publishing
from docctl.actions.people import keeping_people, leaving, organising
from docctl.actions.retention import disposing_of_records, retaining
from docctl.actions.rights import auditing
from docctl.actions.settings import administering, setting_types
from docctl.actions.sign_in import setting_up_factor
from docctl.document_control.touched_rows import Touched
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import AuthorityChangedError, InvalidInputError
from docctl.domain.people.person import Person
from docctl.domain.people.user import User
from docctl.domain.retention.retention import KEEP, Rule
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.people import Account, UserChanged
from docctl.registers.integrity.verifying import TAMPERED, verify
from tests.factories.library import Clock, Founded, Office, lived_on, open_library

DAY, WEEK = date(2026, 3, 2), timedelta(days=7)


def _live(office: Office, _: Clock) -> None:
    control, people = office.control, office.people
    office.publish("POL-001")
    office.write("POL-002", "Another")
    office.submit(office.write("POL-003", "Third"))
    people["rae"] = administering.add_user(control, people["admin"], login="rae", name="Rae", roles=["reviewer"])
    people["lee"] = administering.add_user(control, people["admin"], login="lee", name="Lee Leaver", roles=["reader"])
    retaining.place_hold(control, office.document_id("POL-001"), people["carla"], "A claim", "C-1")
    retaining.set_rule(control, people["carla"], office.type_id("policy"), Rule(12, KEEP, "Act"), also_ended=False)
    administering.set_disabled(control, people["admin"], people["lee"], True)
    names = {"absent_id": people["rob"], "delegate_id": people["ann"]}
    delegating.name_delegate(control, people["admin"], **names, from_day=DAY, until_day=DAY + WEEK, reason="Leave")
    auditing.engage(
        control, people["admin"], people["audra"], purpose="9.2", scope=["document:POL-001"], begins_on=DAY,
        ends_on=DAY + WEEK,
    )  # fmt: skip


@pytest.fixture(scope="module")
def founded_library(founded_library: Founded, once: Path) -> Founded:
    """A library in which everything that can be changed has rows."""
    return lived_on(founded_library, once, _live)


Act = Callable[[Office], object]
PLANTED = (
    "INSERT INTO users (id, login, name, email, person, department, roles, password_hash, one_time_hash, session_key, "
    "disabled, created_at) SELECT 900, 'paul', 'Paul Planted', '', 'paul', '', "
    "'[\"approver\", \"auditor\", \"author\", \"reviewer\"]', '', '', '', false, created_at FROM users WHERE id = 1"
)


def _admin(act: Callable[..., object], *more: object, **named: object) -> Act:
    return lambda office: act(office.control, office.people["admin"], *more, **named)


def _carla(act: Callable[..., object], *more: object, **named: object) -> Act:
    return lambda office: act(office.control, office.people["carla"], *more, **named)


def _change(user_id: int, name: str) -> Act:
    return _admin(
        administering.change_user, user_id, name=name, email="", department="Procurement", roles=["reader"]
    )  # fmt: skip


def _person(office: Office, login: str) -> int:
    with office.control.reading() as session:
        return session.scalars(select(Person.id).join(User, User.person == Person.key).where(User.login == login)).one()


def _change_eve(office: Office) -> None:
    _change(office.people["eve"], "Eve Employee")(office)


def _dispose_of_rob(office: Office) -> None:
    control, people = office.control, office.people
    disposing_of_records.dispose_of_account(control, people["rob"], people["admin"], "He asked")


def _hold(number: str) -> Act:
    return lambda office: retaining.place_hold(
        office.control, office.document_id(number), office.people["carla"], "A claim", "C-2"
    )  # fmt: skip


def _withdraw(office: Office) -> None:
    withdrawing.withdraw(office.control, office.document_id("POL-001"), office.people["carla"], "Over")


def _set_rule(office: Office) -> None:
    rule, policy = Rule(24, KEEP, "Act"), office.type_id("policy")
    retaining.set_rule(office.control, office.people["carla"], policy, rule, also_ended=False)


def _reassign(office: Office) -> None:
    with office.control.reading() as session:
        waiting = session.scalars(select(Revision.id).where(Revision.state == State.IN_REVIEW)).one()
    leaving.reassign(
        office.control, waiting, office.people["carla"], instead_of_id=office.people["rob"],
        successor_id=office.people["rae"], reason="Away",
    )  # fmt: skip


def _review(office: Office) -> None:
    with office.control.reading() as session:
        office.review(session.scalars(select(Revision.id).where(Revision.state == State.IN_REVIEW)).one())


def _approve(office: Office) -> None:
    with office.control.reading() as session:
        office.approve(session.scalars(select(Revision.id).where(Revision.state == State.IN_APPROVAL)).one())


def _set_type(route: str) -> Act:
    return _carla(
        setting_types.set_type, setting_types.TypeSettings("policy", "POL-###", "policy.docx", route, 12)
    )  # fmt: skip


def _engagement(act: Callable[..., object], *place: int) -> Act:
    return _admin(act, *place, purpose="Again", scope=["everything"], begins_on=DAY, ends_on=DAY + WEEK)


def _delegate(absent: str, delegate: int) -> Act:
    return lambda office: delegating.name_delegate(
        office.control, office.people["admin"], absent_id=office.people[absent], delegate_id=delegate,
        from_day=DAY, until_day=DAY + WEEK, reason="Leave",
    )  # fmt: skip


_FACTOR = (
    "INSERT INTO second_factors (user_id, seed, last_step, confirmed_at) "
    "SELECT id, 'abc', 0, created_at FROM users WHERE login = 'eve'"
)
_STEP = '[{"kind": "approve", "meaning": "I approve.", "needed": "any", "people": [], "roles": ["approver"]}]'
_ASKED = (
    '[{"kind": "review", "meaning": "I have reviewed this revision and found it fit for use.", "needed": 1, '
    '"people": [14, 4], "roles": ["reviewer"], "rule": "1 of 1"}]'
)
_SIGNED = (
    "INSERT INTO signatures (revision_id, round, step, user_id, person, printed_name, in_place_of_person, role, kind, "
    "meaning, rule, fingerprint, signed_at, time_zone, authenticated_by, comment) SELECT r.id, r.round, 0, u.id, "
    "u.person, u.name, '', 'reviewer', 'review', 'I have reviewed this revision.', 'any', d.fingerprint, d.saved_at, "
    "'UTC', 'password', '' FROM revisions r JOIN saved_drafts d ON d.id = r.current_id, users u "
    "WHERE r.state = 'IN_REVIEW' AND u.login = 'rob'"
)
CASES: dict[str, tuple[str, Act, str]] = {
    "roles, laundered by a department": (
        "UPDATE users SET roles = '[\"approver\", \"reader\"]' WHERE login = 'eve'",
        _change_eve,
        "account of Eve",
    ),
    "a second account of one person": (
        "UPDATE users SET person = 'alice' WHERE login = 'eve'",
        _change_eve,
        "account of Eve",
    ),
    "another name": ("UPDATE users SET name = 'Eve Other' WHERE login = 'eve'", _change_eve, "account of Eve"),
    "a route of a type": (
        "UPDATE document_types SET approval_route_id = (SELECT id FROM approval_routes WHERE name = 'Approval only') "
        "WHERE name = 'policy'",
        _set_type("Review and approval"),
        "document type “policy”",
    ),
    "a wider engagement": (
        "UPDATE audit_engagements SET scope = '[\"everything\"]' WHERE id = 2",
        _engagement(auditing.change_engagement, 2),
        "audit engagement of Audra",
    ),
    "disabled, for its records": (
        "UPDATE users SET disabled = true WHERE login = 'rob'",
        _dispose_of_rob,
        "account of Rob",
    ),
    "disabled, to be enabled": (
        "UPDATE users SET disabled = true WHERE login = 'rob'",
        lambda office: administering.set_disabled(office.control, office.people["admin"], office.people["rob"], False),
        "account of Rob",
    ),
    "enabled, for a link": (
        "UPDATE users SET disabled = false WHERE login = 'lee'",
        lambda office: administering.issue_link(office.control, office.people["admin"], office.people["lee"]),
        "account of Lee",
    ),
    "a planted declaration": (
        "UPDATE declarations SET accepted_at = '2020-01-01 00:00:00'",
        _review,
        "declaration of Rob",
    ),
    "a planted device": (
        _FACTOR,
        lambda office: setting_up_factor.take_away(
            office.control, office.people["admin"], office.people["eve"], "Lost"
        ),
        "second factor of Eve",
    ),
    "a supervisor that nobody named": (
        "UPDATE people SET supervisor_id = 2 WHERE name = 'Eve Employee'",
        lambda office: keeping_people.end_person(office.control, office.people["admin"], _person(office, "eve"), DAY),
        "kept of Eve",
    ),
    "another personnel number, laundered by an account": (
        "UPDATE people SET personnel_number = '1' WHERE name = 'Eve Employee'",
        lambda office: _change(office.people["eve"], "Eve New")(office),
        "kept of Eve",
    ),
    "another language, for a head": (
        "UPDATE people SET language = 'xx' WHERE name = 'Eve Employee'",
        lambda office: organising.name_head(office.control, office.people["carla"], 1, _person(office, "eve")),
        "kept of Eve",
    ),
    "somebody more who was asked": (
        f"UPDATE revisions SET asked_rows = '{_ASKED}' WHERE state = 'IN_REVIEW'",
        _reassign,
        "document POL-003",
    ),
    "a planted hold": (
        "INSERT INTO legal_holds (id, document_id, reason, reference, placed_by_id, placed_by, placed_at, lifted_by, "
        "lifted_because) SELECT 2, document_id, 'x', '', placed_by_id, placed_by, placed_at, '', '' FROM legal_holds",
        _carla(retaining.lift_hold, 2, "Over"),
        "document POL-001",
    ),
    "a hold taken out": ("DELETE FROM legal_holds", _hold("POL-001"), "document POL-001"),
    "a planted engagement": (
        "INSERT INTO audit_engagements (id, user_id, purpose, scope, begins_on, ends_on, opened_at) SELECT 9, user_id, "
        "purpose, scope, begins_on, ends_on, opened_at FROM audit_engagements WHERE id = 2",
        _admin(auditing.end_engagement, 9, "Over"),
        "audit engagement of Audra",
    ),
    "a planted delegation": (
        "INSERT INTO delegations (id, absent_id, delegate_id, from_day, until_day, reason, named_by, named_at) SELECT "
        "9, absent_id, delegate_id, from_day, until_day, reason, named_by, named_at FROM delegations",
        _admin(delegating.revoke_delegation, 9),
        "delegation of Rob",
    ),
    "a planted account, changed": (PLANTED, _change(900, "Paul Planted"), "account of Paul"),
    "a planted account, engaged": (PLANTED, _engagement(auditing.engage, 900), "account of Paul"),
    "a planted account, as delegate": (PLANTED, _delegate("ann", 900), "account of Paul"),
    "a planted route": (
        f"INSERT INTO approval_routes (id, name, steps, former_names) VALUES (90, 'Short', '{_STEP}', '[]')",
        _set_type("Short"),
        "approval route “Short”",
    ),
    "a planted document": (
        "INSERT INTO documents (id, number, canonical, type_id, created_at, tip_commit, branch_commit) SELECT 90, "
        "'POL-090', 'POL-090', type_id, created_at, tip_commit, branch_commit FROM documents WHERE number = 'POL-001'",
        _hold("POL-090"),
        "document POL-090",
    ),
    "put into force": (
        "UPDATE revisions SET state = 'IN_FORCE', title = 'x' WHERE title = 'Quality policy'",
        _withdraw,
        "document POL-001",
    ),
    "a planted review": (_SIGNED, _approve, "document POL-003"),
    "a rule, copied at the end": ("UPDATE retention_rules SET months = 1", _withdraw, "retention rule of the document"),
    "a rule, set anew": (
        "UPDATE retention_rules SET months = 1",
        _set_rule,
        "retention rule of the document type “pol",
    ),
    "a rule taken out": ("DELETE FROM retention_rules", _set_rule, "retention rule of the document type “policy”"),
    "an organisation": (
        "UPDATE organisation SET second_factor_roles = '[\"reader\"]'",
        _admin(setting_up_factor.ask_of_roles, ["author"]),
        "organisation",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_act_upon_it_is_refused_and_nothing_is_recorded(office: Office, case: str) -> None:
    statement, act, what = CASES[case]
    with office.control.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount
        if case == "a planted review":
            connection.execute(text("UPDATE revisions SET state = 'IN_APPROVAL' WHERE state = 'IN_REVIEW'"))
    before = _events(office)
    with pytest.raises(AuthorityChangedError, match=f"{what}.* is not as its events made it, so nothing was recorded"):
        act(office)
    assert _events(office) == before
    report = verify(office.control)
    assert report.exit_code == TAMPERED, report.lines


def _events(office: Office) -> int | None:
    with office.control.reading() as session:
        return session.scalar(select(func.max(Event.seq)))


def test_a_revision_that_is_not_as_its_events_made_it_holds_up_no_other(office: Office, clock: Clock) -> None:
    control, day = office.control, office.control.now().date() + timedelta(days=2)
    for number in ("POL-004", "POL-005"):
        office.carry_through(office.write(number, number), effective=day)
    with control.engine.begin() as connection:
        connection.execute(text("UPDATE revisions SET owner = 'Somebody' WHERE title = 'POL-004'"))
    clock.forward(days=3)
    assert publishing.publish_due(control) == ["POL-005 revision 1"]


def _give_up(office: Office, user_id: int) -> None:
    """Change an account, have it compared as it is then, and take all of it back."""
    control = office.control
    with control.deciding(office.people["admin"]) as decision:
        user = decision.session.get_one(User, user_id)
        old, user.name = user.as_recorded(Account), "Taken back"
        decision.record(UserChanged(old=old, new=user.as_recorded(Account)), user.subject)
        decision.seal()
        decision.session.flush()
        assert control.compare_at_use is not None
        control.compare_at_use(decision.session, Touched("users", user_id))
        raise InvalidInputError("This was not meant.")


def test_what_was_taken_back_or_done_by_another_process_is_not_held_against_the_next(
    office: Office, clock: Clock
) -> None:
    """A process keeps what the events of a thing made of it, and reads only what came since."""
    control, eve = office.control, office.people["eve"]
    other = Office(open_library(control.data, clock), dict(office.people))
    for turn in range(3):
        for each in (office, other, other, office):
            _change(eve, f"Eve {turn} {id(each)}")(each)
            _hold("POL-002")(each)
        with pytest.raises(InvalidInputError, match="not meant"):
            _give_up(office, eve)
    other.control.engine.dispose()
    administering.set_disabled(control, office.people["admin"], eve, True)
    disposing_of_records.dispose_of_account(control, eve, office.people["admin"], "She asked")
    administering.set_disabled(control, office.people["admin"], eve, False)
    _change(eve, "Eve Employee")(office)
    with control.engine.begin() as connection:
        connection.execute(text("UPDATE users SET name = 'Eve Other' WHERE id = :id"), {"id": eve})
    with pytest.raises(AuthorityChangedError, match="account of Eve"):
        _change(eve, "Eve")(office)


def test_acts_upon_everything_else_go_on(office: Office) -> None:
    with office.control.engine.begin() as connection:
        connection.execute(text("UPDATE users SET email = 'x@weights.example' WHERE login = 'eve'"))
        connection.execute(text("UPDATE approval_routes SET steps = '[]' WHERE name = 'Approval only'"))
        connection.execute(text("UPDATE revisions SET owner = 'x' WHERE title = 'Another'"))
    before = _events(office) or 0
    office.publish("POL-006", "Sixth")
    _withdraw(office)
    _change(office.people["lee"], "Lee Leaver")(office)
    assert (_events(office) or 0) > before + 2
