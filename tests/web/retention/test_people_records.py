"""The pages on records of people: who sees and disposes of them, and what they are told."""

from sqlalchemy import select

from docctl.actions.approval import reviewing
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.record import GONE
from tests.factories.library import Office
from tests.web.conftest import SignedIn

PAGE = "/administration/people/records"


def test_an_administrator_sets_the_rule_and_disposes_of_the_records_of_who_left(
    signed_in: SignedIn, office: Office
) -> None:
    admin = signed_in("admin")
    assert "Eve Employee" in admin.get(PAGE).text
    assert "months as a number" in admin.post(PAGE, data={"months": "two"}).text
    admin.post(PAGE, data={"months": "24"})
    admin.post("/administration/people/eve/disabled", data={"disabled": "yes", "left_open": "Nothing waits"})
    shown = admin.get(PAGE).text
    assert 'value="24"' in shown
    assert 'name="login" value="eve"' in shown
    taken = admin.get(f"{PAGE}.csv").text
    assert "Eve Employee" in taken
    assert taken.splitlines()[0].startswith("\ufeffName") or taken.startswith("Name")
    told = admin.post(f"{PAGE}/dispose", data={"login": "eve", "reason": "She left"}, follow_redirects=True)
    assert "records are disposed of" in told.text
    with office.control.reading() as session:
        assert session.get_one(User, office.people["eve"]).login == f"account-{office.people['eve']}"
    assert "still works here" in admin.post(f"{PAGE}/dispose", data={"login": "rob", "reason": "Why not"}).text


def test_a_controller_disposes_of_one_remark_from_the_audit_log(signed_in: SignedIn, office: Office) -> None:
    draft = office.write()
    office.submit(draft)
    reviewing.comment(office.control, draft, office.people["rob"], "Mr Ulm drinks", "")
    with office.control.reading() as session:
        seq = session.scalars(select(Event.seq).where(Event.act == Act.REVISION_COMMENTED)).one()
    carla, page = signed_in("carla"), f"/audit-log/{seq}/record"
    assert page in carla.get("/audit-log").text
    assert "Mr Ulm drinks" in carla.get(page).text
    with office.control.reading() as session:
        saved = session.scalars(select(Event.seq).where(Event.act == Act.DRAFT_SAVED)).first()
    assert saved is not None
    assert f"/audit-log/{saved}/record" not in carla.get("/audit-log").text, "it goes with its document"
    told = carla.post(page, data={"reason": "Names somebody"}, follow_redirects=True)
    assert "The record is disposed of" in told.text
    assert GONE in told.text
    assert "Mr Ulm drinks" not in told.text
    assert carla.get(page).status_code == 404


def test_nobody_else_gets_there(signed_in: SignedIn) -> None:
    for login in ("carla", "eve", "audra"):
        assert signed_in(login).get(PAGE).status_code == 403
    for login in ("admin", "eve", "audra"):
        assert signed_in(login).get("/audit-log/20/record").status_code in (403, 404)
