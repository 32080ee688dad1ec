"""Which duties a revision gives rise to, whatever happens to it, compared with a plain model of who owes what."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from docctl.actions.approval import reviewing
from docctl.actions.documents import drafting, withdrawing
from docctl.actions.people import leaving
from docctl.actions.rights import laying_routes
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer
from docctl.domain.approval.approval_route import ALL, APPROVE, REVIEW, RouteStep
from docctl.domain.documents.revision import Revision
from docctl.domain.people.duty import Duty
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event
from docctl.registers.integrity.rows import ReplayedRows
from tests.factories.library import PASSWORD, Office

STEPS = (
    "save", "save of another", "submit", "review of rob", "review of rita", "approve", "request changes", "recall",
    "ask dan instead", "disable", "enable", "take", "give back",
)  # fmt: skip


@dataclass
class Model:
    """Who owes what for one revision, as people would say it."""

    state: str = "draft"
    was_returned: bool = False
    writers: set[str] = field(default_factory=lambda: {"alice"})
    holder: str = ""
    reviewers: set[str] = field(default_factory=set)

    @property
    def owed(self) -> set[tuple[str, str]]:
        """The duties that are open."""
        if self.state == "draft":
            return {("revise", each) for each in self.writers | {self.holder} - {""}} if self.was_returned else set()
        if self.state == "in review":
            return {("review", each) for each in self.reviewers}
        return {("approve", "ann")} if self.state == "in approval" else {("periodic_review", "")}

    def take(self, step: str, disabled: bool) -> bool:
        """Take a step where it is possible; say whether it was."""
        if step in ("disable", "enable"):
            return disabled == (step == "enable")
        if step.startswith("save"):
            self.writers |= {"carla"} if step == "save of another" and self.state == "draft" else set()
            return self.state == "draft"
        if step in ("take", "give back"):
            is_possible = self.state == "draft" and (step == "take") == (not self.holder)
            self.holder = self.holder if not is_possible else "carla" if step == "take" else ""
            return is_possible
        if step == "submit":
            is_possible, self.reviewers = (
                self.state == "draft",
                {"rob", "rita", "dan"} - ({"rita"} if disabled else set()),
            )
            self.state, self.holder = ("in review", "") if is_possible else (self.state, self.holder)
            return is_possible
        return self._take_in_review(step, disabled)

    def _take_in_review(self, step: str, disabled: bool) -> bool:
        who = step.removeprefix("review of ")
        if step.startswith("review of") and self.state == "in review" and who in self.reviewers:
            if disabled and who == "rita":
                return False
            self.state = "in approval"
            return True
        if step == "approve" and self.state == "in approval":
            self.state = "in force"
            return True
        if step in ("request changes", "recall") and self.state in ("in review", "in approval"):
            self.state, self.was_returned = "draft", True
            return True
        if step == "ask dan instead" and self.state == "in review" and "rob" in self.reviewers:
            self.reviewers = self.reviewers - {"rob"} | {"dan"}
            return True
        return False


@pytest.fixture
def staffed(office: Office) -> Office:
    """An office in which any of three people reviews."""
    for login in ("rita", "dan"):
        add(office, login, "reviewer")
    return office


def add(office: Office, login: str, *roles: str) -> None:
    """Let somebody join who can sign at once."""
    admin = office.people["admin"]
    made = administering.add_user(office.control, admin, login=login, name=login.title(), roles=roles)
    administering.choose_password(office.control, administering.issue_link(office.control, admin, made), PASSWORD)
    identifying_signer.declare(office.control, made)
    office.people[login] = made


def duties(office: Office, revision_id: int, *states: str) -> list[tuple[str, str, str]]:
    """The duties of a revision: what, who, and what became of it."""
    login_of = {number: login for login, number in office.people.items()}
    with office.control.reading() as session:
        found = session.scalars(select(Duty).where(Duty.revision_id == revision_id).order_by(Duty.id))
        return [
            (each.kind, login_of[each.user_id] if each.user_id else "", each.state)
            for each in found
            if not states or each.state in states
        ]


def is_replayed(office: Office) -> bool:
    """Whether the events make the same rows."""
    rows = ReplayedRows(office.control)
    with office.control.reading() as session:
        rows.take([read_event(event) for event in session.scalars(select(Event).order_by(Event.seq))])
        return [*rows.compare(session)] == []


def happen(office: Office, revision_id: int, step: str) -> None:
    """Let something happen by the real actions."""
    control, people = office.control, office.people
    if step.startswith("save"):
        office.save(revision_id, author="carla" if step == "save of another" else "alice")
    elif step == "submit":
        office.submit(revision_id)
    elif step.startswith("review of"):
        office.review(revision_id, step.removeprefix("review of "))
    elif step == "approve":
        office.approve(revision_id)
    elif step == "request changes":
        shown = office.revision(revision_id).fingerprint
        reviewing.request_changes(control, revision_id, people["carla"], "Unclear", shown=shown)
    elif step == "recall":
        reviewing.recall(control, revision_id, people["alice"], "A word is missing")
    elif step == "ask dan instead":
        leaving.reassign(
            control, revision_id, people["carla"], instead_of_id=people["rob"], successor_id=people["dan"],
            reason="Away",
        )  # fmt: skip
    elif step == "take":
        drafting.take_for_editing(control, revision_id, people["carla"])
    elif step == "give back":
        drafting.give_back(control, revision_id, people["carla"])
    else:
        administering.set_disabled(control, people["admin"], people["rita"], step == "disable", left_open="Back soon")


@settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.sampled_from(STEPS), max_size=14))
def test_whatever_happens_people_owe_what_a_plain_model_says(staffed: Office, steps: list[str]) -> None:
    with staffed.control.reading() as session:
        count = session.query(Revision).count()
    revision_id, model = staffed.write(f"POL-{count + 1:03}"), Model()
    for step in [*steps, "enable"]:
        if model.take(step, staffed.person("rita").disabled):
            happen(staffed, revision_id, step)
        owed = duties(staffed, revision_id, "open")
        assert {(kind, who) for kind, who, _ in owed} == model.owed, step
        assert len(owed) == len(model.owed)
    assert is_replayed(staffed)


def test_a_duty_is_done_by_who_signed_and_dropped_for_the_others(staffed: Office) -> None:
    revision_id = staffed.write()
    staffed.submit(revision_id)
    staffed.review(revision_id, "rita")
    assert duties(staffed, revision_id, "done", "dropped") == [
        ("review", "rob", "dropped"), ("review", "rita", "done"), ("review", "dan", "dropped"),
    ]  # fmt: skip
    staffed.approve(revision_id)
    assert duties(staffed, revision_id)[3:] == [("approve", "ann", "done"), ("periodic_review", "", "open")]


def test_a_duty_says_since_when_by_which_event_and_until_when(office: Office) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    office.review(revision_id)
    with office.control.reading() as session:
        acts = {event.seq: event.act for event in session.scalars(select(Event))}
        [first, second] = session.scalars(select(Duty).order_by(Duty.id))
        submitted, reviewed = (session.get_one(Event, seq) for seq in (first.opened_by, second.opened_by))
    assert (acts[first.opened_by], acts[second.opened_by]) == (Act.REVISION_SUBMITTED, Act.REVISION_REVIEWED)
    assert (first.since, first.ended_at, first.ended_by) == (
        submitted.happened_at, reviewed.happened_at, reviewed.seq,
    )  # fmt: skip
    assert first.why == "I have reviewed this revision and found it fit for use."
    assert {first.fingerprint, second.fingerprint} == {office.revision(revision_id).fingerprint}


def test_a_review_is_done_by_the_next_revision_and_dropped_by_withdrawal(office: Office) -> None:
    first = office.publish()
    assert office.revision(first).review_due is not None
    second = office.revise("POL-001", "# Purpose\n\nAnother text.\n")
    withdrawing.withdraw(office.control, office.document_id("POL-001"), office.people["carla"], "Not needed")
    assert duties(office, first)[-1] == ("periodic_review", "", "done")
    assert duties(office, second)[-1] == ("periodic_review", "", "dropped")


def test_somebody_else_is_to_be_asked_where_who_was_asked_has_signed_already(office: Office) -> None:
    add(office, "rita", "reviewer", "approver")
    rita = office.people["rita"]
    steps = (
        RouteStep(REVIEW, "I have read this.", people=(office.people["rob"], rita)),
        RouteStep(APPROVE, "I approve this.", ALL, people=(rita,)),
    )
    route = office.revision(office.write()).document.type.approval_route.name
    laying_routes.set_route(office.control, office.people["carla"], route, steps)
    revision_id = office.write("POL-002")
    office.submit(revision_id)
    office.review(revision_id, "rita")
    assert duties(office, revision_id, "open") == [("reassign", "", "open")]
    reviewing.recall(office.control, revision_id, office.people["alice"], "Ask somebody else")
    assert duties(office, revision_id)[2:] == [("reassign", "", "dropped"), ("revise", "alice", "open")]
    assert is_replayed(office)
