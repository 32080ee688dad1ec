"""Administration in the browser: who may, what is refused and why, and what is never taken from a form."""

import pytest
from sqlalchemy import select

from docctl.actions.settings import administering
from docctl.document_control import DocumentControl
from docctl.domain.operations.health import OK, WARNING
from docctl.domain.people.user import User
from docctl.registers.operations.operations import check_library
from docctl.registers.tables import of_settings
from tests.factories.library import Office
from tests.web.conftest import SignedIn

PEOPLE, MATTERS = "/administration/people", ("types", "routes", "organisation")


def _user(control: DocumentControl, login: str) -> User:
    with control.reading() as session:
        return session.scalars(select(User).where(User.login == login)).one()


@pytest.mark.parametrize("login", ["alice", "rob", "ann", "eve", "audra"])
def test_others_do_not_administer(signed_in: SignedIn, login: str) -> None:
    browser = signed_in(login)
    assert browser.get("/administration").status_code == 403
    for page in ("people", *MATTERS):
        assert browser.get(f"/administration/{page}").status_code == 403
    assert browser.post(f"{PEOPLE}/{login}", data={"name": "X", "roles": "administrator"}).status_code == 403
    assert browser.post(f"{PEOPLE}/{login}/link").status_code == 403


def test_people_are_the_administrators_matter_and_documents_the_controllers(signed_in: SignedIn) -> None:
    admin, carla = signed_in("admin"), signed_in("carla")
    assert admin.get(PEOPLE).status_code == 200
    assert carla.get(PEOPLE).status_code == 403
    for page in MATTERS:
        assert carla.get(f"/administration/{page}").status_code == 200
        assert admin.get(f"/administration/{page}").status_code == 403


def test_a_person_is_added_and_chooses_the_password_by_a_link_that_works_once(
    signed_in: SignedIn, control: DocumentControl
) -> None:
    form = {"login": "new", "name": "<b>Nora</b>", "roles": ["author"], "department": "Quality"}
    page = signed_in("admin").post(f"{PEOPLE}/new", data=form)
    assert page.status_code == 200
    assert "&lt;b&gt;Nora" in page.text
    address = page.text.split("<code>")[1].split("</code>")[0].split("localhost", 1)[1]
    browser = signed_in("eve")
    passwords = {"password": "correct horse battery", "password_again": "correct horse battery"}
    assert browser.post(address, data=passwords).status_code == 303
    assert browser.post(address, data=passwords).status_code == 401
    assert set(_user(control, "new").roles) == {"author", "reader"}


def test_what_a_form_may_not_say_is_ignored(signed_in: SignedIn, control: DocumentControl) -> None:
    before = _user(control, "alice")
    form = {
        "name": "Alice Author", "email": "", "department": "Quality", "roles": "author", "id": "1", "login": "root",
        "person": "admin", "password_hash": "x", "disabled": "yes", "created_at": "2001-01-01", "session_key": "x",
    }  # fmt: skip
    assert signed_in("admin").post(f"{PEOPLE}/alice", data=form).status_code == 303
    after = _user(control, "alice")
    for name in ("id", "login", "person", "password_hash", "disabled", "created_at"):
        assert getattr(after, name) == getattr(before, name), name


def test_nobody_raises_themselves_and_one_administrator_stays(signed_in: SignedIn, control: DocumentControl) -> None:
    browser = signed_in("admin")
    raised = browser.post(f"{PEOPLE}/admin", data={"name": "Ada", "roles": ["administrator", "approver"]})
    assert raised.status_code == 403
    assert "Nobody gives themselves a role" in raised.text
    last = browser.post(f"{PEOPLE}/admin", data={"name": "Ada", "roles": ["reader"]})
    assert last.status_code == 409
    assert "last administrator" in last.text
    assert browser.post(f"{PEOPLE}/admin/disabled", data={"disabled": "yes"}).status_code == 409
    assert set(_user(control, "admin").roles) == {"administrator", "reader"}


def test_unknown_roles_and_taken_logins_are_refused(signed_in: SignedIn) -> None:
    browser = signed_in("admin")
    emperor = browser.post(f"{PEOPLE}/new", data={"login": "x", "name": "X", "roles": "emperor"})
    assert emperor.status_code == 422
    taken = browser.post(f"{PEOPLE}/new", data={"login": "alice", "name": "Another Alice"})
    assert taken.status_code == 422
    assert 'value="Another Alice"' in taken.text


def test_a_disabled_account_is_signed_out_at_once(signed_in: SignedIn) -> None:
    eve = signed_in("eve")
    assert signed_in("admin").post(f"{PEOPLE}/eve/disabled", data={"disabled": "yes"}).status_code == 303
    assert eve.get("/").status_code in (302, 303)


def test_types_routes_and_the_organisation_are_changed_with_a_message(signed_in: SignedIn) -> None:
    browser = signed_in("carla")
    kind = {
        "name": "record", "number_pattern": "REC-###", "template": "policy.docx", "route": "Approval only",
        "review_cycle_months": "12",
    }  # fmt: skip
    assert browser.post("/administration/types/new", data=kind).status_code == 303
    assert "REC-###" in browser.get("/administration/types").text
    for wrong in (
        {"review_cycle_months": "0"},
        {"number_pattern": "REC"},
        {"template": "../x.docx"},
        {"route": "none"},
    ):
        assert browser.post("/administration/types/new", data=kind | {"name": "odd"} | wrong).status_code == 422
    assert 'name="meaning-5"' in browser.get("/administration/routes/new").text
    assert 'name="meaning-5"' in browser.get("/administration/routes/1").text
    empty = browser.post("/administration/routes/new", data={"name": "Nobody"})
    assert empty.status_code in (409, 422)
    route = {"name": "Board", "kind-0": "approve", "roles-0": "approver", "needed-0": "any", "meaning-0": "I approve."}
    assert browser.post("/administration/routes/new", data=route).status_code == 303
    assert "Board" in browser.get("/administration/routes").text
    zone = {"name": "Town", "time_zone": "Nowhere/Town", "departments": "Quality"}
    assert browser.post("/administration/organisation", data=zone).status_code == 422
    assert browser.post("/administration/organisation", data=zone | {"time_zone": "Europe/Rome"}).status_code == 303


def test_a15_the_owner_of_an_account_is_told_at_sign_in_that_a_link_was_issued(
    office: Office, signed_in: SignedIn
) -> None:
    administering.issue_link(office.control, office.people["admin"], office.people["rob"])
    told = "An administrator issued a one-time link for your account on"
    assert told in signed_in("rob").get("/").text
    assert told not in signed_in("rob").get("/").text


def test_a_route_that_breaks_is_named_wherever_routes_are(
    office: Office, signed_in: SignedIn, control: DocumentControl
) -> None:
    office.publish("POL-001")
    admin, carla = signed_in("admin"), signed_in("carla")
    form = {"name": "Ann Approver", "email": "", "department": "Management", "roles": "reviewer"}
    said = admin.post(f"{PEOPLE}/ann", data=form, follow_redirects=True).text
    assert "The route “Approval only” asks 1 of approver to sign" in said
    for page in ("/administration/routes", "/administration/routes/1"):
        assert "Cannot be fulfilled." in carla.get(page).text
    with control.reading() as session:
        table = of_settings.routes(control, session, office.person("carla"))
        assert all(row["cannot_be_fulfilled"].startswith("The route “") for row in table.as_json())
    checks = {check.name: check for check in check_library(control)}
    assert checks["routes"].state == WARNING
    form["roles"] = "approver"
    admin.post(f"{PEOPLE}/ann", data=form)
    assert {check.name: check for check in check_library(control)}["routes"].state == OK
    assert "Cannot be fulfilled." not in carla.get("/administration/routes").text


def test_the_page_of_a_person_says_which_routes_need_them(signed_in: SignedIn) -> None:
    page = signed_in("admin").get(f"{PEOPLE}/ann").text
    assert "approval route “Approval only”: nobody else can fulfil it" in page
    assert "approval route" not in signed_in("admin").get(f"{PEOPLE}/eve").text


def test_types_and_routes_are_renamed_copied_and_retired_in_the_browser(office: Office, signed_in: SignedIn) -> None:
    carla = signed_in("carla")
    office.publish("POL-001")
    assert carla.post("/administration/types/policy/name", data={"new_name": "Rule book"}).status_code == 303
    assert "Formerly: policy" in carla.get("/administration/types/policy").text
    for saved in ("policy", "rule book"):
        assert "POL-001" in carla.get(f"/documents?type={saved}").text
    taken = carla.post("/administration/types/manual/name", data={"new_name": "rule book"})
    assert (taken.status_code, "There is a document type “rule book” already" in taken.text) == (409, True)
    assert carla.post("/administration/types/rule book/retired", data={"retired": "yes"}).status_code == 303
    assert "Rule book" not in carla.get("/documents/new").text
    assert carla.post("/administration/types/policy/retired", data={"retired": "no"}).status_code == 303
    assert "Rule book" in carla.get("/documents/new").text

    assert carla.post("/administration/routes/2/name", data={"new_name": "Head only"}).status_code == 303
    copy = carla.get("/administration/routes/new?copy=2").text
    assert 'value="Copy of Head only"' in copy
    assert 'value="I approve this revision for use."' in copy
    used = carla.post("/administration/routes/2/retired", data={"retired": "yes"})
    assert (used.status_code, "choose another route for these document types first" in used.text) == (409, True)
    route = {"name": "Board", "kind-0": "approve", "roles-0": "approver", "needed-0": "any", "meaning-0": ""}
    assert carla.post("/administration/routes/new", data=route).status_code == 303
    assert carla.post("/administration/routes/new", data=route).status_code == 409
    assert carla.post("/administration/routes/3/retired", data={"retired": "yes"}).status_code == 303
    assert ">Board</option>" not in carla.get("/administration/types/manual").text
    assert ">Head only</option>" in carla.get("/administration/types/manual").text
