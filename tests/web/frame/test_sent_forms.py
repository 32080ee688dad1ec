"""Forms sent twice, by a double click or the back button: the same answer again, and nothing done a second time."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from docctl.actions.retention import retaining
from docctl.document_control import DocumentControl
from docctl.domain.retention.retention import LegalHold, Rule
from docctl.domain.trail.audit_trail import Event
from tests.factories.library import PASSWORD, TEXT, Clock, Office
from tests.web.conftest import SignedIn
from tests.web.forms import page_of

ONE = "/documents/POL-001/revisions/1"
KEY = "0123456789abcdef0123456789abcdef"
NEW = {
    "type": "policy",
    "number": "POL-001",
    "title": "New",
    "owner": "Head of Quality",
    "department": "Quality",
    "classification": "internal",
    "language": "en",
}
FORMS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "submit": ("draft", "alice", f"{ONE}/submit", {"change_summary": "First", "based_on": "SHOWN"}),
    "discard": ("draft", "alice", f"{ONE}/discard", {"reason": "Not needed"}),
    "save": ("draft", "alice", f"{ONE}/write", {"reason": "Words", "based_on": "SHOWN", "html": "<h1>New</h1>"}),
    "comment": ("in review", "rob", f"{ONE}/comments", {"text": "Is that so?"}),
    "review": ("in review", "rob", f"{ONE}/review", {"shown": "SHOWN", "password": PASSWORD}),
    "request changes": ("in review", "rob", f"{ONE}/request-changes", {"shown": "SHOWN", "reason": "Say who"}),
    "recall": ("in review", "alice", f"{ONE}/recall", {"reason": "Too early"}),
    "approve": ("in approval", "ann", f"{ONE}/approve", {"shown": "SHOWN", "password": PASSWORD}),
    "withdraw": ("in force", "carla", "/documents/POL-001/withdraw", {"reason": "Not needed"}),
    "revise": ("in force", "alice", "/documents/POL-001/revise", {"reason": "Yearly"}),
    "hold": ("in force", "carla", "/documents/POL-001/hold", {"reason": "A claim", "reference": "C-1"}),
    "lift": ("on hold", "carla", "/documents/POL-001/hold/lift", {"hold": "HOLD", "because": "Settled"}),
    "propose": ("ended", "carla", "/documents/POL-001/disposal", {"reason": "Its time is up"}),
    "create": ("nothing", "alice", "/documents/new", NEW),
}


@pytest.fixture
def ready(office: Office, clock: Clock) -> Office:
    """The library, with a rule by which policies are disposed of after a year."""
    rule = Rule(12, "dispose", "Archives Act")
    retaining.set_rule(office.control, office.people["carla"], office.type_id("policy"), rule, also_ended=False)
    return office


def bring_to(office: Office, stage: str, clock: Clock, carla: FlaskClient) -> dict[str, str]:
    """Bring POL-001 to a stage of its life; return what forms have to name."""
    if stage == "nothing":
        return {}
    revision_id = office.write("POL-001", text=TEXT)
    if stage != "draft":
        office.submit(revision_id)
    if stage not in ("draft", "in review"):
        office.review(revision_id)
    if stage in ("in force", "on hold", "ended"):
        office.approve(revision_id)
    if stage == "on hold":
        carla.post("/documents/POL-001/hold", data={"reason": "A claim", "reference": "C-1"})
    if stage == "ended":
        carla.post("/documents/POL-001/withdraw", data={"reason": "Not needed"})
        clock.forward(days=400)
    with office.control.reading() as session:
        hold = session.scalars(select(LegalHold.id)).first()
    return {"SHOWN": office.revision(revision_id).fingerprint, "HOLD": str(hold)}


def acts(control: DocumentControl) -> list[str]:
    """What happened, but for signing in."""
    with control.reading() as session:
        return [act for act in session.scalars(select(Event.act).order_by(Event.seq)) if not act.startswith("user:")]


@pytest.mark.parametrize("what", sorted(FORMS))
def test_a_form_sent_twice_leads_where_it_led_and_does_nothing_more(
    ready: Office, clock: Clock, signed_in: SignedIn, what: str
) -> None:
    stage, login, address, fields = FORMS[what]
    known = bring_to(ready, stage, clock, signed_in("carla"))
    form = {name: known.get(value, value) for name, value in fields.items()} | {"request_id": KEY}
    browser = signed_in(login)

    def send() -> TestResponse:
        return browser.post(address, data=form)

    first = send()
    assert first.status_code == 303, first.text
    page_of(browser, "/account")  # what was told of the first is read
    before = acts(ready.control)
    second = send()
    assert (second.status_code, second.location) == (first.status_code, first.location)
    assert acts(ready.control) == before
    assert "You sent this form before" in page_of(browser, "/account") or what == "create"


def test_a_form_with_the_key_of_another_is_refused_and_keeps_what_was_typed(
    ready: Office, clock: Clock, signed_in: SignedIn
) -> None:
    shown = bring_to(ready, "draft", clock, signed_in("carla"))["SHOWN"]
    alice = signed_in("alice")
    form = {"reason": "Words", "based_on": shown, "request_id": KEY}
    assert alice.post(f"{ONE}/write", data={**form, "html": "<h1>First</h1>"}).status_code == 303
    again = alice.post(f"{ONE}/write", data={**form, "html": "<h1>Changed my mind</h1>"})
    assert again.status_code == 409
    assert "sent before with other contents" in again.text
    assert "Changed my mind" in again.text
    assert KEY not in again.text, "the page that comes back has a key of its own"
