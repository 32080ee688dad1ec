"""One picker for people in all forms: it finds a few by words, and forms stay small with 5,000 accounts."""

import re
import time

import pytest
from sqlalchemy import insert

from docctl.document_control import DocumentControl
from docctl.domain.people.user import User
from docctl.registers.people.finding_people import MOST_FOUND, Whom, find_people
from tests.factories.library import Office
from tests.web.conftest import SignedIn

LARGEST_PAGE = 100_000


def _crowd(control: DocumentControl, count: int = 5000) -> None:
    """As many accounts as a large town has, half of which may approve."""
    with control.remembering() as session:
        session.execute(
            insert(User),
            [
                {
                    "login": f"p{number:04}", "name": f"Person Number{number:04}", "person": f"p{number}", "email": "",
                    "department": "Works", "roles": ["approver", "reader"] if number % 2 else ["reader"],
                    "password_hash": "", "one_time_hash": "", "session_key": "", "disabled": False,
                    "created_at": control.now(),
                }
                for number in range(count)
            ],
        )  # fmt: skip


def _found(office: Office, whom: Whom, text: str, login: str = "carla", of: str = "") -> list[str]:
    with office.control.reading() as session:
        number = office.people[of] if of else None
        found = find_people(session, office.person(login), whom, text, number)
    return [words for _number, words in found.people]


def test_people_are_found_by_any_words_of_name_login_and_department(office: Office) -> None:
    assert _found(office, Whom.READERS, "ev empl") == ["Eve Employee (Procurement)"]
    assert _found(office, Whom.READERS, "procurement") == ["Eve Employee (Procurement)"]
    assert _found(office, Whom.READERS, " ") == []
    assert _found(office, Whom.READERS, "50%") == []


def test_only_who_may_be_chosen_is_found(office: Office) -> None:
    assert _found(office, Whom.SIGNERS, "e") == [
        "Ann Approver (Management)", "Carla Controller (Quality)", "Rob Reviewer (Quality)",
    ]  # fmt: skip
    assert _found(office, Whom.DELEGATES, "r", "ann", "ann") == ["Carla Controller (Quality)"]
    assert "Ann Approver (Management)" not in _found(office, Whom.SUCCESSORS, "a", "admin", "ann")


@pytest.mark.parametrize(
    ("login", "whom", "of"),
    [("eve", "readers", ""), ("alice", "signers", ""), ("carla", "successors", "5"), ("eve", "delegates", "5")],
)
def test_nobody_finds_people_whom_they_could_not_choose(signed_in: SignedIn, login: str, whom: str, of: str) -> None:
    answer = signed_in(login).get(f"/people/found?whom={whom}&of={of}&name=x&find-x=a")
    assert answer.status_code == 403


def test_a_form_finds_people_without_javascript_and_does_nothing(
    office: Office, signed_in: SignedIn, people: dict[str, int]
) -> None:
    carla = signed_in("carla")
    form = {
        "kind-0": "approve", "needed-0": "any", "meaning-0": "I approve it.", "people-0": str(people["ann"]),
        "find-people-0": "carl", "find": "people-0",
    }  # fmt: skip
    answer = carla.post("/administration/routes/2", data=form)
    assert answer.status_code == 200
    assert 'value="I approve it."' in answer.text
    assert re.search(rf'name="people-0" value="{people["ann"]}" checked', answer.text)
    assert re.search(rf'name="people-0" value="{people["carla"]}">', answer.text)
    assert "Not done" not in answer.text
    nobody = carla.post("/administration/routes/2", data=form | {"find-people-0": "eve"})
    assert "Nobody who can be chosen here fits “eve”" in nobody.text
    assert "I approve it." not in carla.get("/administration/routes").text


def test_readers_who_were_found_are_kept_with_the_document(
    office: Office, signed_in: SignedIn, people: dict[str, int]
) -> None:
    alice = signed_in("alice")
    form = {
        "type": "policy", "number": "POL-009", "title": "For two", "owner": "Alice", "department": "Quality",
        "language": "en", "classification": "restricted", "find-people": "eve",
    }  # fmt: skip
    page = alice.post("/documents/new", data=form | {"find": "people"})
    assert (page.status_code, f'value="{people["eve"]}">' in page.text) == (200, True)
    assert 'value="For two"' in page.text
    assert alice.post("/documents/new", data=form | {"people": str(people["eve"])}).status_code == 303
    with office.control.reading():
        kept = office.revision(1).document_metadata
    assert kept.people == (people["eve"],)


def test_forms_stay_small_and_quick_with_5000_accounts(office: Office, signed_in: SignedIn) -> None:
    _crowd(office.control)
    carla, admin, alice = signed_in("carla"), signed_in("admin"), signed_in("alice")
    pages = (
        (carla, "/administration/routes/1"), (admin, "/administration/people/ann"), (carla, "/absence"),
        (admin, "/administration/people/ann/absence"), (alice, "/documents/new?type=policy"),
    )  # fmt: skip
    for browser, address in pages:
        answer = browser.get(address)
        assert (answer.status_code, len(answer.data) < LARGEST_PAGE) == (200, True), address
    with office.control.reading() as session:
        person = office.person("carla")
        started = time.process_time()
        found = find_people(session, person, Whom.SIGNERS, "number12")
        taken = time.process_time() - started
    assert (len(found.people), found.are_more, taken < 0.3) == (MOST_FOUND, True, True)
