"""A request id belongs to its person, its act and its contents: sent again it tells the first answer, or refuses."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.actions.approval import approving, reviewing
from docctl.actions.documents import drafting, withdrawing
from docctl.actions.retention import disposing_of_records
from docctl.document_control import DocumentControl
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import AlreadyDoneError, DocctlError, RequestReusedError
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.repeated_request import request_digest
from docctl.registers.integrity.verifying import verify
from tests.factories.library import PASSWORD, TEXT, Office

pytestmark = pytest.mark.both_databases
ACTIONS = Path(__file__).resolve().parents[2] / "docctl" / "actions"
KEY = "0123456789abcdef"


def events(control: DocumentControl) -> int:
    """How many events there are."""
    with control.reading() as session:
        return len(session.scalars(select(Event.seq)).all())


@pytest.fixture
def submitted(office: Office) -> int:
    """A revision that alice submitted with the key."""
    revision_id = office.write("POL-001")
    reviewing.submit(
        office.control,
        revision_id,
        office.people["alice"],
        change_summary="First issue",
        based_on=office.revision(revision_id).fingerprint,
        request_id=KEY,
    )
    return revision_id


def test_the_same_again_tells_of_the_first_time(office: Office, submitted: int) -> None:
    before = events(office.control)
    with pytest.raises(AlreadyDoneError) as answer:
        reviewing.submit(
            office.control,
            submitted,
            office.people["alice"],
            change_summary="First issue",
            based_on=office.revision(submitted).fingerprint,
            request_id=KEY,
        )
    assert (answer.value.subject, answer.value.revision) == ("POL-001 revision 1", 1)
    assert answer.value.at is not None
    assert events(office.control) == before


def others(office: Office, submitted: int) -> dict[str, Callable[[], object]]:
    """What else the same key may come with."""
    control, people, shown = office.control, office.people, office.revision(submitted).fingerprint
    other = office.write("POL-002")
    of_other = office.revision(other).fingerprint

    def submit(who: str, revision_id: int, based_on: str, summary: str) -> None:
        reviewing.submit(
            control, revision_id, people[who], change_summary=summary, based_on=based_on, request_id=KEY
        )  # fmt: skip

    return {
        "another act": lambda: reviewing.recall(control, submitted, people["alice"], "First issue", request_id=KEY),
        "a signature": lambda: reviewing.review(
            control, submitted, people["rob"], shown=shown, credentials=Credentials(PASSWORD), request_id=KEY
        ),
        "another person": lambda: submit("carla", submitted, shown, "First issue"),
        "another revision": lambda: submit("alice", other, of_other, "First issue"),
        "other contents": lambda: submit("alice", submitted, shown, "Quite another change"),
        "a save": lambda: drafting.save_draft(
            control, other, people["alice"], reason="New words", based_on=of_other, text=WrittenText(TEXT + "!"),
            request_id=KEY,
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    "what", ["another act", "a signature", "another person", "another revision", "other contents", "a save"]
)
def test_the_key_of_what_was_done_does_nothing_else(office: Office, submitted: int, what: str) -> None:
    send = others(office, submitted)[what]
    before = events(office.control)
    with pytest.raises(RequestReusedError, match="nothing was done now"):
        send()
    assert events(office.control) == before
    assert office.revision(submitted).state == "IN_REVIEW"


def test_an_approval_is_not_said_to_be_done_of_what_was_changed_since(office: Office, submitted: int) -> None:
    control, people = office.control, office.people
    office.review(submitted)
    shown = office.revision(submitted).fingerprint
    approving.approve(
        control, submitted, people["ann"], shown=shown, credentials=Credentials(PASSWORD), request_id="approval"
    )
    for of in (shown, "0" * 64):
        with pytest.raises(AlreadyDoneError if of == shown else RequestReusedError):
            approving.approve(
                control, submitted, people["ann"], shown=of, credentials=Credentials(PASSWORD), request_id="approval"
            )


def test_a_refused_request_may_be_sent_again_with_its_key(office: Office) -> None:
    office.publish("POL-001")
    document_id, carla = office.document_id("POL-001"), office.people["carla"]
    with pytest.raises(DocctlError):
        withdrawing.withdraw(office.control, document_id, carla, " ", request_id=KEY)
    withdrawing.withdraw(office.control, document_id, carla, "Not needed", request_id=KEY)
    with pytest.raises(AlreadyDoneError):
        withdrawing.withdraw(office.control, document_id, carla, "Not needed", request_id=KEY)


def test_an_event_of_an_older_release_is_its_persons_alone(office: Office, submitted: int) -> None:
    control = office.control
    with control.remembering() as session:
        event = session.scalars(select(Event).where(Event.request_id == KEY)).one()
        event.text = event.text.replace('"request":', '"was_not_there":')
    with pytest.raises(AlreadyDoneError):
        reviewing.recall(control, submitted, office.people["alice"], "Whatever", request_id=KEY)
    with pytest.raises(RequestReusedError):
        reviewing.recall(control, submitted, office.people["carla"], "Whatever", request_id=KEY)


def test_events_with_a_bound_key_verify(office: Office, submitted: int) -> None:
    assert all(finding.severity == "repairable" for finding in verify(office.control).findings)


def test_every_action_with_a_key_says_what_is_asked() -> None:
    found = 0
    for path in sorted(ACTIONS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "deciding":
                names = [each.id for each in node.args if isinstance(each, ast.Name)]
                if "request_id" in names or any(each.arg == "request_id" for each in node.keywords):
                    assert len(node.args) == 3, f"{path.name}:{node.lineno} does not bind its request id"
                    found += 1
    assert found > 20


def test_what_lies_apart_cannot_be_guessed_from_what_its_event_says_of_the_request(office: Office) -> None:
    control, rob = office.control, office.people["rob"]
    submitted = office.write()
    office.submit(submitted)
    for key in ("one", "two"):
        reviewing.comment(control, submitted, rob, "He was drunk", "Purpose", request_id=key)
    guessed = request_digest(("comment", submitted, "Purpose", "He was drunk"))
    with control.reading() as session:
        one, two = session.scalars(select(Event).where(Event.act == Act.REVISION_COMMENTED))
    assert guessed in one.record, "this is what a request is known by"
    assert guessed not in one.text + two.text
    disposing_of_records.dispose_of_record(control, one.seq, office.people["carla"], "Said in anger")
    with pytest.raises(AlreadyDoneError):
        reviewing.comment(control, submitted, rob, "He was drunk", "Purpose", request_id="one")
