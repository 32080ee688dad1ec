"""Commands that decide: the act that a page records too, in the name of who did it, refused to whom the page is."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from docctl.actions.rights import auditing
from docctl.actions.settings import administering, setting_types
from docctl.cli import main
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.operations.exits import Exit
from docctl.domain.people.user import User
from docctl.domain.retention.retention import RetentionRule
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.audit_trail import Act, Event
from tests.factories import library as offices
from tests.factories.post_office import PostOffice
from tests.web.conftest import SignedIn, app, signed_in

__all__ = ["app", "signed_in"]
pytestmark = pytest.mark.only_sqlite


def _ran(office: offices.Office, *command: object, given: str = "") -> Result:
    done = CliRunner().invoke(main, ["--data", str(office.control.data), *map(str, command)], input=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def _done(office: offices.Office, *command: object, given: str = "") -> str:
    done = _ran(office, *command, given=given)
    assert (done.exit_code, done.stderr) == (Exit.DONE, ""), done.output
    return done.stdout


def _refused(office: offices.Office, *command: object) -> str:
    done = _ran(office, *command)
    assert done.exit_code == Exit.REFUSED, done.output
    return done.stderr


def _newest(office: offices.Office) -> Event:
    with office.control.reading() as session:
        acts = [act for act in Act if not act.startswith(("git:", "follower:"))]
        return session.scalars(select(Event).where(Event.act.in_(acts)).order_by(Event.seq.desc()).limit(1)).one()


def _user(office: offices.Office, login: str) -> User:
    with office.control.reading() as session:
        return session.scalars(select(User).where(User.login == login)).one()


def _second_controller(office: offices.Office) -> None:
    administering.add_user(
        office.control, office.people["admin"], login="dora", name="Dora Second", roles=["controller", "reviewer"]
    )


@pytest.mark.parametrize(
    ("command", "act", "actor", "wrong"),
    [
        (["change-user", "eve", "--name", "Eva Employee"], Act.USER_CHANGED, "admin", "carla"),
        (["disable", "eve"], Act.USER_DISABLED, "admin", "carla"),
        (["ask-second-factor", "approver"], Act.LIBRARY_CHANGED, "admin", "carla"),
        (["change-engagement", "1", "--until", "2098-12-31"], Act.ENGAGEMENT_CHANGED, "admin", "eve"),
        (["set-organisation", "--time-zone", "Europe/Paris"], Act.LIBRARY_CHANGED, "carla", "admin"),
        (["people", "add", "Hans"], Act.PERSON_ADDED, "admin", "carla"),
        (["people", "change", "6", "--personnel-number", "12"], Act.PERSON_CHANGED, "admin", "carla"),
        (["people", "end", "4", "2098-12-31"], Act.PERSON_ENDED, "admin", "eve"),
        (["units", "add", "Law"], Act.UNIT_ADDED, "carla", "eve"),
        (["units", "add", "Depot", "--kind", "site"], Act.UNIT_ADDED, "carla", "eve"),
        (["units", "rename", "Quality", "Assurance"], Act.UNIT_RENAMED, "carla", "eve"),
        (["units", "head", "Quality", "rob"], Act.UNIT_HEAD_NAMED, "carla", "eve"),
        (["units", "merge", "Quality", "Management", "One team"], Act.UNIT_MERGED, "carla", "rob"),
        (["units", "split", "Environment", "Climate", "Two offices"], Act.UNIT_SPLIT, "carla", "ann"),
        (["units", "retire", "Environment", "Nobody is left"], Act.UNIT_RETIRED, "carla", "ann"),
        (["set-type", "policy", "--review-cycle", "12"], Act.TYPE_CHANGED, "carla", "admin"),
        (["set-retention", "policy", "--months", "24", "--basis", "Law"], Act.RETENTION_RULE_SET, "carla", "admin"),
        (["template", "use", "policy", "manual.docx"], Act.TYPE_CHANGED, "carla", "admin"),
        (["hold", "POL-001", "Lawsuit", "--reference", "12 C 34/26"], Act.HOLD_PLACED, "carla", "admin"),
        (["withdraw", "POL-001", "Not needed any more"], Act.DOCUMENT_WITHDRAWN, "carla", "admin"),
    ],
    ids=lambda given: given[0] if isinstance(given, list) else None,
)  # fmt: skip
def test_a_command_records_the_act_of_the_page_and_asks_for_its_right(
    office: offices.Office, command: list[str], act: Act, actor: str, wrong: str
) -> None:
    office.publish("POL-001")
    assert "Your roles do not allow you" in _refused(office, *command, "--as", wrong)
    before = _newest(office).seq
    _done(office, *command)
    with office.control.reading() as session:
        [event] = session.scalars(select(Event).where(Event.seq > before, Event.act == act))
    assert event.actor_id == office.people[actor]


def test_departments_and_their_people_are_listed_as_of_a_day(office: offices.Office) -> None:
    with office.control.reading() as session:
        day = office.control.today(session).isoformat()
    _done(office, "units", "rename", "Procurement", "Purchasing")
    assert "Purchasing: 1 people, 0 documents, before: Procurement" in _done(office, "units", "list")
    assert "Procurement: 1 people, now Purchasing" in _done(office, "units", "list", "--on", day)
    assert _done(office, "units", "list", "--on", "2000-01-01") == ""
    assert _done(office, "units", "members", "Procurement").startswith("eve: Eve Employee, since ")
    [member] = json.loads(_done(office, "units", "members", "Purchasing", "--on", day, "--json"))
    assert (member["login"], member["name"]) == ("eve", "Eve Employee")


def test_people_are_listed_changed_and_ended_by_their_number(office: offices.Office) -> None:
    _done(office, "people", "add", "Hans Depot", "--personnel-number", "4711", "--since", "2026-01-02")
    _done(office, "people", "change", "6", "--supervisor", "4711")
    assert _done(office, "people", "list", "depot") == "8: Hans Depot, 4711\n"
    [eve] = json.loads(_done(office, "people", "list", "eve", "--json"))
    assert (eve["supervisor"], eve["accounts"], eve["name"]) == ("Hans Depot", "eve", "Eve Employee")
    _done(office, "people", "change", "8", "--name", "Hans Yard")
    _done(office, "people", "end", "8", "2026-02-28", "--reason", "Retires")
    assert _done(office, "people", "list", "hans") == "8: Hans Yard, 4711, until 2026-02-28\n"
    _done(office, "people", "take-back-end", "8", "Stays")
    _done(office, "people", "end", "8", "2026-02-28")
    assert _done(office, "people", "dispose-records", "8", "Left").startswith("5 records are disposed of")
    assert _done(office, "people", "list", "hans") == "8: Hans Yard\n"
    refused = _refused(office, "people", "add", "Grete", "--supervisor", "4711")
    assert "Nobody has the personnel number “4711”" in refused


def test_the_head_of_a_department_is_named_by_login_or_number_and_by_nobody(office: offices.Office) -> None:
    assert _done(office, "units", "head", "Quality", "Rob") == "The head of “Quality” is Rob Reviewer.\n"
    assert "Quality: 3 people, 0 documents, head: Rob Reviewer" in _done(office, "units", "list")
    assert _done(office, "units", "head", "Quality", "#6") == "The head of “Quality” is Eve Employee.\n"
    assert _done(office, "units", "head", "Quality") == "The head of “Quality” is nobody.\n"
    assert "There is no account “bob”" in _refused(office, "units", "head", "Quality", "bob")


def test_sites_are_listed_renamed_and_merged_by_their_kind(office: offices.Office) -> None:
    site = ("--kind", "site")
    for name in ("Depot", "Quality"):
        _done(office, "units", "add", name, *site)
    _done(office, "units", "rename", "Depot", "Yard", *site)
    _done(office, "units", "merge", "Quality", "Depot", "One place", *site)
    listed = _done(office, "units", "list", *site)
    assert "Yard: 0 people, 0 documents, before: Depot" in listed
    assert "Quality: 0 people, 0 documents, retired on" in listed
    assert "Quality: 3 people" in _done(office, "units", "list")
    assert "There is no “Laboratory”; there are: Yard." in _refused(office, "units", "members", "Laboratory", *site)


def test_what_is_not_named_stays_as_it_is(office: offices.Office) -> None:
    with office.control.reading() as session:
        old = vars(setting_types.TypeSettings.of(session.get_one(DocumentType, office.type_id("policy"))))
        time_zone = office.control.organisation(session).time_zone
    _done(office, "set-type", "policy", "--review-cycle", "12", "--default")
    _done(office, "set-organisation", "--name", "Town of Measures", "--standard", "iso-9001-2015")
    _done(office, "change-user", "rob", "--email", "rob@riverton.example")
    with office.control.reading() as session:
        kind = session.get_one(DocumentType, office.type_id("policy"))
        assert vars(setting_types.TypeSettings.of(kind)) == old | {"review_cycle_months": 12, "is_default": True}
        organisation = office.control.organisation(session)
        assert (organisation.name, organisation.time_zone) == ("Town of Measures", time_zone)
        assert organisation.standards == ["iso-9001-2015"]
    rob = _user(office, "rob")
    assert (rob.name, rob.email, rob.roles) == ("Rob Reviewer", "rob@riverton.example", ["reader", "reviewer"])


def test_a_new_type_takes_pattern_template_and_route(office: offices.Office) -> None:
    whole = ["--number-pattern", "CHK-###", "--template", "form.docx", "--route", "Approval only"]
    assert _ran(office, "set-type", "checklist", *whole[:4]).exit_code == Exit.MISUSED
    _done(office, "set-type", "checklist", *whole)
    rows = json.loads(_done(office, "export", "document-types", "--json"))
    [row] = [row for row in rows if row["type"] == "checklist"]
    assert (row["number_pattern"], row["approval_route"], row["documents"]) == ("CHK-###", "Approval only", 0)


def test_a_route_is_set_as_it_is_exported(office: offices.Office, tmp_path: Path) -> None:
    steps = [
        {"kind": "review", "meaning": "I have read it.", "people": ["rob", "carla"], "needed": "all"},
        {"kind": "approve", "meaning": "I approve it.", "roles": "approver"},
    ]
    _done(office, "set-route", "Two reviews", "-", given=json.dumps(steps))
    rows = [
        row for row in json.loads(_done(office, "export", "approval-routes", "--json")) if row["route"] == "Two reviews"
    ]
    assert [(row["kind"], row["needed"], row["people"], row["roles"]) for row in rows] == [
        ("review", "all", "carla, rob", ""), ("approve", "any", "", "approver"),
    ]  # fmt: skip
    (tmp_path / "route.json").write_text(json.dumps(rows))
    _done(office, "set-route", "Two reviews again", tmp_path / "route.json")
    again = json.loads(_done(office, "export", "approval-routes", "--json"))
    assert [row | {"route": "Two reviews"} for row in again if row["route"] == "Two reviews again"] == rows


def test_types_and_routes_are_renamed_copied_and_retired(office: offices.Office) -> None:
    _done(office, "type", "rename", "Policy", "Rule book")
    assert _newest(office).act == Act.TYPE_RENAMED
    _done(office, "set-type", "policy", "--review-cycle", "6")
    _done(office, "type", "retire", "rule book")
    types = {row["type"]: row for row in json.loads(_done(office, "export", "document-types", "--json"))}
    kept = types["rule book"]
    assert (kept["review_cycle_in_months"], kept["retired"], kept["former_names"]) == (6, "yes", "policy")
    _done(office, "type", "retire", "policy", "--undo")
    assert _newest(office).act == Act.TYPE_REINSTATED
    _done(office, "route", "rename", "Approval only", "Head only")
    _done(office, "route", "copy", "Head only", "Board")
    assert "is used for" in _refused(office, "route", "retire", "Head only")
    _done(office, "route", "retire", "Board")
    routes = {row["route"]: row for row in json.loads(_done(office, "export", "approval-routes", "--json"))}
    assert (routes["Board"]["retired"], routes["Head only"]["former_names"]) == ("yes", "Approval only")
    _done(office, "route", "retire", "Board", "--undo")
    assert _newest(office).act == Act.ROUTE_REINSTATED
    assert _refused(office, "type", "rename", "policy", "form", "--as", "admin")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("no JSON", "no JSON"),
        ('{"kind": "review"}', "list of objects"),
        ("[1]", "list of objects"),
        ("[]", "at least one approval"),
        ('[{"kind": "approve", "meaning": "Yes", "people": ["nobody"]}]', "nobody"),
        ('[{"kind": "nod", "meaning": "Yes", "roles": ["approver"]}]', "a review or an approval"),
    ],
)
def test_steps_that_are_none_are_refused(office: offices.Office, given: str, why: str) -> None:
    done = _ran(office, "set-route", "Broken", "-", given=given)
    assert (done.exit_code, why in done.stderr) == (Exit.REFUSED, True), done.stderr
    assert "Broken" not in _done(office, "export", "approval-routes")


def test_a_retention_rule_is_for_months_or_for_ever(office: offices.Office) -> None:
    for both in ([], ["--months", "12", "--for-ever"]):
        assert _ran(office, "set-retention", "policy", "--basis", "Law", *both).exit_code == Exit.MISUSED
    _done(office, "set-retention", "policy", "--for-ever", "--basis", "§ 147 AO")
    with office.control.reading() as session:
        assert session.get_one(RetentionRule, office.type_id("policy")).rule.in_words() == "Keep for ever (§ 147 AO)"


def test_a_hold_is_lifted_by_its_number_and_a_disposal_declined(office: offices.Office) -> None:
    office.publish("POL-001")
    _done(office, "set-retention", "policy", "--months", "1", "--basis", "Law")
    _done(office, "withdraw", "POL-001", "Not needed any more")
    assert "to be kept until" in _refused(office, "propose-disposal", "POL-001", "Its time is up")
    _done(office, "hold", "POL-001", "Lawsuit")
    assert "on legal hold" in _refused(office, "propose-disposal", "POL-001", "Its time is up")
    [row] = json.loads(_done(office, "export", "legal-holds", "--json"))
    _done(office, "lift-hold", row["hold"], "The lawsuit is over")
    assert "lifted" in _refused(office, "lift-hold", row["hold"], "Once more")
    assert "Nobody proposes" in _refused(office, "decline-disposal", "POL-001", "It is needed")


def test_somebody_else_is_asked_to_sign(office: offices.Office) -> None:
    revision = office.write()
    office.submit(revision)
    _second_controller(office)
    assert "no revision under way" in _refused(office, "reassign", office.publish("POL-002") and "POL-002", "rob",
                                               "dora", "Ill")  # fmt: skip
    _done(office, "reassign", "POL-001", "rob", "dora", "Rob is ill")
    assert _newest(office).act == Act.REVISION_REASSIGNED


def test_an_approved_revision_is_published_before_its_day(office: offices.Office) -> None:
    revision = office.write()
    assert "Only an approved revision" in _refused(office, "publish", "POL-001")
    office.submit(revision, effective=office.person("carla").account.created_at.date().replace(year=2030))
    office.review(revision)
    office.approve(revision)
    assert "is in force" in _done(office, "publish", "POL-001")
    assert office.revision(revision).state == "IN_FORCE"


def test_who_leaves_names_a_successor_or_says_why_not(office: offices.Office) -> None:
    _second_controller(office)
    office.submit(office.write())
    assert "successor" in _refused(office, "disable", "rob")
    both = ["--successor", "dora", "--left-open", "Later"]
    assert _ran(office, "disable", "rob", *both).exit_code == Exit.MISUSED
    _done(office, "disable", "rob", "--successor", "dora")
    assert _user(office, "rob").disabled
    _done(office, "enable", "rob")
    assert not _user(office, "rob").disabled


def test_sessions_are_listed_and_ended(
    office: offices.Office, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in("rob")
    with office.control.remembering() as session:
        row = session.scalars(select(WebSession)).one()
        row.last_seen_at = row.created_at = office.control.now().replace(year=2098)
        row.ends_at = row.ends_at.replace(year=2099)
    [found] = json.loads(_done(office, "sessions", "--json"))
    assert (found["login"], found["since"][:4]) == ("rob", "2098")
    assert "rob  since 2098" in _done(office, "sessions", "rob")
    assert "Your roles do not allow you" in _refused(office, "sessions", "--as", "carla")
    assert _done(office, "end-sessions", "rob") == "1 sessions of rob are ended.\n"
    assert json.loads(_done(office, "sessions", "--json")) == []


def test_a_delegation_is_revoked_by_its_number(office: offices.Office) -> None:
    named = ["name-delegate", "rob", "ann", "On leave", "--from", "2026-12-01", "--until", "2027-01-31"]
    assert "for others an administrator does" in _refused(office, *named, "--as", "carla")
    _done(office, *named)
    [row] = json.loads(_done(office, "export", "delegations", "--json"))
    assert (row["absent"], row["reason"], row["revoked"]) == ("Rob Reviewer", "On leave", None)
    _done(office, "revoke-delegation", row["delegation"])
    assert "has ended already" in _refused(office, "revoke-delegation", row["delegation"])


def test_an_engagement_is_changed_in_what_is_named(office: offices.Office) -> None:
    _done(office, "change-engagement", "1", "--purpose", "Stage 2", "--type", "policy")
    [row] = json.loads(_done(office, "engagements", "--json"))
    assert (row["purpose"], row["scope"], row["ends_on"]) == ("Stage 2", ["type:policy"], "2099-12-31")
    assert len(row["purpose"]) < auditing.PURPOSE_LONGEST


def test_a_test_mail_goes_out_at_once_or_says_what_is_in_the_way(
    office: offices.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No mail is set up" in _refused(office, "mail", "test", "ada@riverton.example")
    server = PostOffice().open()
    monkeypatch.setenv("DOCCTL_MAIL_SERVER", f"127.0.0.1:{server.port}")
    monkeypatch.setenv("DOCCTL_MAIL_FROM", "docs@riverton.example")
    monkeypatch.setenv("DOCCTL_MAIL_STARTTLS", "no")
    _done(office, "mail", "test", "ada@riverton.example")
    assert server.subjects("ada@riverton.example") == ["Test mail of the document library of Town of Weights"]
    server.refused["nobody@riverton.example"] = 550
    assert "refuses the address (550)" in _refused(office, "mail", "test", "nobody@riverton.example")
    server.close()
    away = _ran(office, "mail", "test", "ada@riverton.example")
    assert away.exit_code == Exit.UNABLE
    assert "0 notices" in _done(office, "mail", "again")
