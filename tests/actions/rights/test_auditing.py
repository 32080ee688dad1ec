"""Auditors see what they are engaged for while they are, and what they looked at stands in the audit trail."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from docctl.actions.rights import auditing
from docctl.actions.settings import administering
from docctl.actions.trail import recording_access
from docctl.app import create_app
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError, NotPermittedError, WrongStateError
from docctl.domain.rights.audit_engagement import AuditEngagement, AuditorView
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.verifying import verify
from docctl.registers.search.search import find
from docctl.registers.trail.audit_log import audit_log
from tests.factories.library import PASSWORD, Clock, Office


def narrow(control: DocumentControl, people: dict[str, int], *scope: str, days: int = 30) -> int:
    """Let audra look at no more than the scope."""
    with control.reading() as session:
        engagement = session.scalars(select(AuditEngagement)).one()
        today = control.today(session)
    auditing.change_engagement(
        control, people["carla"], engagement.id, purpose="Stage 2", scope=scope, begins_on=today,
        ends_on=today + timedelta(days=days),
    )  # fmt: skip
    return engagement.id


def browser_of(control: DocumentControl, login: str) -> FlaskClient:
    """A browser in which the person is signed in."""
    browser = create_app(control, {"TESTING": True, "WTF_CSRF_ENABLED": False}).test_client()
    assert browser.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
    return browser


@pytest.mark.parametrize(
    "entry", ["document:POL-001", "standard:iso-9001-2015", "department:Environment", "type:procedure"]
)
def test_an_auditor_sees_what_is_in_scope_and_nothing_else(office: Office, people: dict[str, int], entry: str) -> None:
    control = office.control
    kind = {"type_name": "procedure"} if entry.startswith("type") else {}
    number = "SOP-01" if kind else "POL-001"
    office.publish(
        number, "Zebras at work", clauses=[("iso-9001-2015", "7.5")], department="Environment", **kind
    )  # fmt: skip
    office.publish("POL-002", "Zebras at rest")
    catch_up(control)
    narrow(control, people, entry.replace("POL-001", number))
    audra = browser_of(control, "audra")
    assert audra.get(f"/documents/{number}").status_code == 200
    assert audra.get("/documents/POL-002").status_code == 404
    listed = audra.get("/documents").text
    assert number in listed
    assert "Zebras at rest" not in listed
    hits = find(control, office.person("audra"), "zebras")
    assert [hit.number for hit in hits.hits] == [number]
    assert hits.total == 1
    with control.reading() as session:
        told = audit_log(control, session, office.person("audra")).rows
    assert {row.document for row in told} == {number}


def test_an_engagement_ends_by_itself_and_the_session_with_it(
    office: Office, people: dict[str, int], clock: Clock
) -> None:
    narrow(office.control, people, "everything", days=2)
    clock.forward(days=2)
    audra = browser_of(office.control, "audra")
    assert audra.get("/documents").status_code == 200
    clock.forward(hours=24)
    assert audra.get("/documents").status_code == 302
    assert audra.post("/sign-in", data={"login": "audra", "password": PASSWORD}).status_code == 401


def test_an_engagement_ended_by_the_controller_is_over_at_once(office: Office, people: dict[str, int]) -> None:
    engagement = narrow(office.control, people, "everything")
    audra = browser_of(office.control, "audra")
    auditing.end_engagement(office.control, people["carla"], engagement, "The audit is finished")
    assert audra.get("/documents").status_code == 302
    catch_up(office.control)
    assert verify(office.control).exit_code == 0


def test_nobody_but_controllers_and_administrators_engages_auditors(office: Office, people: dict[str, int]) -> None:
    day = date(2026, 3, 2)
    with pytest.raises(NotPermittedError):
        auditing.engage(
            office.control, people["audra"], people["audra"], purpose="", scope=["everything"], begins_on=day,
            ends_on=day,
        )  # fmt: skip
    with pytest.raises(InvalidInputError):
        auditing.engage(
            office.control, people["carla"], people["eve"], purpose="", scope=["everything"], begins_on=day, ends_on=day
        )


def test_whoever_becomes_an_auditor_sees_nothing_until_engaged(office: Office, people: dict[str, int]) -> None:
    control, admin = office.control, people["admin"]
    added = administering.add_user(control, admin, login="olaf", name="Olaf", roles=["auditor"])
    administering.change_user(
        control, admin, people["eve"], name="Eve", email="", department="", roles=["auditor", "reader"]
    )
    with control.reading() as session:
        users = [added, people["eve"]]
        assert not session.scalars(select(AuditEngagement).where(AuditEngagement.user_id.in_(users))).all()
        assert not control.reader(session, added).audit_scope


@pytest.mark.parametrize(
    "entry",
    ["standard:iso-9999-2015", "type:poem", "department:Alchemy", "document:POL-999", "nonsense", "document:", ""],
)
def test_a_scope_that_names_nothing_is_refused(office: Office, people: dict[str, int], entry: str) -> None:
    office.write("POL-001")
    with pytest.raises(InvalidInputError):
        narrow(office.control, people, "document:POL-001", entry)


def test_a_new_engagement_limits_what_it_says_also_beside_one_of_an_older_release(
    office: Office, people: dict[str, int]
) -> None:
    control, day = office.control, date(2026, 3, 2)
    office.publish("POL-001")
    office.publish("POL-002")

    def engage(*scope: str, purpose: str = "Stage 1") -> int:
        return auditing.engage(
            control, people["carla"], people["audra"], purpose=purpose, scope=scope, begins_on=day,
            ends_on=date(2099, 1, 1),
        )  # fmt: skip

    engage("document:pol-001")
    with control.reading() as session:
        audra = control.reader(session, people["audra"])
        assert audra.audit_scope == {"document:POL-001"}
    everything = engage("everything", purpose="Certification")
    with pytest.raises(WrongStateError, match=f"end engagement {everything} first"):
        engage("document:POL-002")
    auditing.end_engagement(control, people["carla"], everything, "Done")
    engage("document:POL-002")
    catch_up(control)
    assert verify(control).exit_code == 0


def test_engagements_are_listed_and_ended_by_command(office: Office) -> None:
    office.publish("POL-001")

    def docctl(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--data", str(office.control.data), *arguments])

    made = docctl("engage", "audra", "--until", "2099-01-01", "--document", "POL-001", "--purpose", "Stage 1")
    assert "may look at document:POL-001" in made.output, made.output
    assert docctl("engage", "audra", "--until", "2099-01-01", "--type", "poem").exit_code == 1
    rows = json.loads(docctl("engagements", "--json").output)
    assert [(row["scope"], row["stage"]) for row in rows] == [
        (["document:POL-001"], "running"),
        (["everything"], "over"),
    ]
    assert "document:POL-001" in docctl("engagements").output
    assert docctl("end-engagement", str(rows[0]["id"]), "Finished").exit_code == 0
    assert {row["stage"] for row in json.loads(docctl("engagements", "--json").output)} == {"over"}
    added = docctl("add-user", "olaf", "Olaf", "--role", "auditor")
    assert "sees nothing yet" in added.stderr


def test_what_an_auditor_looked_at_goes_into_the_trail_once_a_minute(
    office: Office, people: dict[str, int], clock: Clock
) -> None:
    office.publish("POL-001")
    audra = browser_of(office.control, "audra")
    audra.get("/documents/POL-001")
    audra.get("/search?q=zebra")
    assert not recording_access.record_collected(office.control)
    clock.instant += timedelta(minutes=2)
    assert recording_access.record_collected(office.control)
    with office.control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.AUDITOR_LOOKED)).one()
        assert session.scalars(select(AuditorView)).first() is None
    views = event.plain_values["views"]
    assert [(view["what"], view["document"], view["asked"]) for view in views] == [
        ("documents.show", "POL-001", ""),
        ("search.find", "", "q=zebra"),
    ]


def test_an_engagement_changed_behind_the_trail_is_found(office: Office) -> None:
    catch_up(office.control)
    assert verify(office.control).exit_code == 0
    with office.control.remembering() as session:
        session.execute(delete(AuditEngagement))
    assert verify(office.control).exit_code == 2
