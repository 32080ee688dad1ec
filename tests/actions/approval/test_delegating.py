"""Declarations before the first signature, two components at a session's first, and signing in somebody's place."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select, update

from docctl.actions.approval import delegating, reviewing
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer, signing_in
from docctl.document_control import DocumentControl
from docctl.domain.approval.declaration import DECLARATION_VERSION, Declaration
from docctl.domain.approval.delegation import Delegation
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import (
    AlreadySignedError,
    DeclarationMissingError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    NotYourTurnError,
    SelfApprovalError,
    WrongPasswordError,
    WrongStateError,
)
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.audit_trail import Act, Event
from docctl.registers.integrity.verifying import verify
from docctl.registers.people.work_queue import work_queue
from tests.factories.library import PASSWORD, Clock, Office

TODAY = date(2026, 3, 2)
Named = Callable[..., int]


@pytest.fixture
def dan(office: Office, in_approval: int) -> int:
    """Dan Deputy, an approver who was made one after the route asked Ann by name."""
    made = _add(office, "dan", "Dan Deputy", ("approver",))
    office.people["dan"] = made
    return made


@pytest.fixture
def named(control: DocumentControl, people: dict[str, int], dan: int) -> Named:
    """Name a delegate for ann, by default dan for a week."""

    def name(**changed: object) -> int:
        wanted = {"absent_id": people["ann"], "delegate_id": dan, "from_day": TODAY, "until_day": date(2026, 3, 9)}
        by = changed.pop("by", people["ann"])
        return delegating.name_delegate(control, by, **{**wanted, "reason": "holiday", **changed})  # type: ignore[arg-type]

    return name


@pytest.fixture
def in_approval(office: Office, people: dict[str, int]) -> int:
    """A revision that waits for ann's approval, and could wait for nobody else's."""
    made = office.write("POL-001")
    office.submit(made)
    office.review(made)
    return made


def faults(control: DocumentControl) -> list[str]:
    """What verify finds changed without an event."""
    return [finding.subject for finding in verify(control).findings if finding.rule == "I4"]


def _add(office: Office, login: str, name: str, roles: tuple[str, ...], person: str = "") -> int:
    made = administering.add_user(
        office.control, office.people["admin"], login=login, name=name, roles=roles, person=person
    )
    secret = administering.issue_link(office.control, office.people["admin"], made)
    administering.choose_password(office.control, secret, PASSWORD)
    identifying_signer.declare(office.control, made)
    return made


def test_nobody_signs_before_declaring_that_it_binds_them(office: Office, people: dict[str, int]) -> None:
    control, admin = office.control, people["admin"]
    people["rae"] = rae = administering.add_user(control, admin, login="rae", name="Rae Reviewer", roles=["reviewer"])
    administering.choose_password(control, administering.issue_link(control, admin, rae), PASSWORD)
    made = office.write()
    office.submit(made)
    with pytest.raises(DeclarationMissingError, match="nothing was signed"):
        office.review(made, reviewer="rae")
    assert office.revision(made).state == "IN_REVIEW"
    with pytest.raises(WrongPasswordError):
        identifying_signer.accept_declaration(control, rae, Credentials("wrong"), DECLARATION_VERSION)
    identifying_signer.accept_declaration(control, rae, Credentials(PASSWORD), DECLARATION_VERSION)
    office.review(made, reviewer="rae")
    assert office.revision(made).state == "IN_APPROVAL"


def test_a_declaration_that_no_event_tells_of_is_found(office: Office, people: dict[str, int]) -> None:
    assert not faults(office.control)
    with office.control.remembering() as session:
        session.delete(session.get_one(Declaration, (people["rob"], DECLARATION_VERSION)))
    assert faults(office.control) == ["rob"]


def test_the_first_signing_of_a_session_asks_for_the_login_name_too(office: Office, people: dict[str, int]) -> None:
    control = office.control
    _, secret = signing_in.sign_in(control, "rob", PASSWORD)
    first, second = office.write("POL-001"), office.write("POL-002")
    for made in (first, second):
        office.submit(made)

    def review(made: int, login: str) -> None:
        shown = office.revision(made).fingerprint
        reviewing.review(
            control, made, people["rob"], shown=shown, credentials=Credentials(PASSWORD, login=login, session=secret)
        )

    for login in ("", "ann"):
        with pytest.raises(WrongPasswordError, match="login name or password"):
            review(first, login)
    review(first, " Rob ")
    review(second, "")
    assert {office.revision(made).state for made in (first, second)} == {"IN_APPROVAL"}


def test_a_delegate_signs_in_the_place_of_the_absent_and_the_record_carries_both_names(
    office: Office, people: dict[str, int], named: Named, in_approval: int
) -> None:
    named()
    office.approve(in_approval, "dan")
    with office.control.reading() as session:
        revision = session.get_one(Revision, in_approval)
        signature = revision.signatures[-1]
        event = session.scalars(select(Event).where(Event.act == Act.REVISION_APPROVED)).one()
    assert revision.state == "IN_FORCE"
    assert signature.printed_name == "Dan Deputy for Ann Approver"
    assert (signature.person, signature.in_place_of_person) == (str(people["dan"]), str(people["ann"]))
    assert event.plain_values["printed_name"] == "Dan Deputy for Ann Approver"
    assert not faults(office.control)


def test_the_work_queue_of_a_delegate_says_for_whom_each_signature_is(
    office: Office, named: Named, dan: int, in_approval: int
) -> None:
    named()
    with office.control.reading() as session:
        person = office.person("dan")
        queue = work_queue(office.control, session, person)
    assert [item.note for item in queue.to_approve] == ["I approve this revision for use. (for Ann Approver)"]


def test_a_delegation_counts_from_its_first_to_its_last_day_and_ends_by_itself(
    office: Office, named: Named, in_approval: int, clock: Clock
) -> None:
    named(from_day=date(2026, 3, 3), until_day=date(2026, 3, 4))
    with pytest.raises(NotFoundError):
        office.approve(in_approval, "dan")
    clock.forward(days=3)
    with pytest.raises(NotFoundError):
        office.approve(in_approval, "dan")
    clock.instant = clock.instant.replace(day=4)
    assert office.revision(in_approval).state == "IN_APPROVAL"


def test_a_revoked_delegation_lets_nobody_sign(
    office: Office, people: dict[str, int], named: Named, in_approval: int
) -> None:
    delegating.revoke_delegation(office.control, people["ann"], named())
    with pytest.raises(NotFoundError):
        office.approve(in_approval, "dan")
    assert not faults(office.control)


def test_w03_an_author_does_not_approve_their_own_document_as_a_delegate(
    office: Office, people: dict[str, int], named: Named
) -> None:
    """W03: author approves own document via delegate, also by a second account of the same person."""
    second = _add(office, "alice2", "Alice Twice", ("approver",), person="alice")
    office.people["alice2"] = second
    made = office.write("POL-003")
    administering.set_disabled(office.control, people["admin"], second, True)
    office.submit(made)
    office.review(made)
    administering.set_disabled(office.control, people["admin"], second, False)
    named(delegate_id=second)
    with pytest.raises(SelfApprovalError):
        office.approve(made, "alice2")
    assert office.revision(made).state == "IN_APPROVAL"


def test_one_person_counts_once_also_through_a_delegate(
    office: Office, people: dict[str, int], named: Named, in_approval: int
) -> None:
    """Whoever reviewed cannot also approve in the place of somebody else in the same round."""
    administering.change_user(
        office.control, people["admin"], people["rob"], name="Rob Reviewer", email="", department="Quality",
        roles=["reviewer", "approver"],
    )  # fmt: skip
    named(delegate_id=people["rob"])
    with pytest.raises(AlreadySignedError):
        office.approve(in_approval, "rob")


def test_a_delegate_without_the_right_of_the_step_cannot_sign(
    office: Office, people: dict[str, int], named: Named, in_approval: int
) -> None:
    office.people["rita"] = _add(office, "rita", "Rita Reviewer", ("reviewer",))
    with pytest.raises(InvalidInputError, match="may not sign all that Ann Approver may sign"):
        named(delegate_id=office.people["rita"])
    office.give_roles("rita", "approver")
    named(delegate_id=office.people["rita"])
    office.give_roles("rita", "reviewer")
    with pytest.raises(NotYourTurnError):
        office.approve(in_approval, "rita")


def test_a_disabled_person_is_nobodys_signer_any_more(
    office: Office, people: dict[str, int], named: Named, in_approval: int
) -> None:
    named()
    administering.set_disabled(office.control, people["admin"], people["ann"], True, left_open="Back soon")
    with pytest.raises(NotFoundError):
        office.approve(in_approval, "dan")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"until_day": date(2026, 3, 1)}, InvalidInputError),
        ({"until_day": date(2028, 3, 1)}, InvalidInputError),
        ({"reason": " "}, InvalidInputError),
        ({"delegate_id": 5}, InvalidInputError),
        ({"delegate_id": 999}, InvalidInputError),
    ],
)
def test_a_delegation_that_cannot_work_is_refused(
    named: Named, changed: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        named(**changed)


def test_nobody_names_a_delegate_for_others_but_an_administrator_and_never_themselves(
    office: Office, people: dict[str, int], named: Named, dan: int
) -> None:
    with pytest.raises(NotPermittedError):
        named(by=people["carla"])
    with pytest.raises(NotPermittedError):
        named(by=dan)
    named(by=people["admin"])
    with pytest.raises(WrongStateError, match="a delegate for some of these days already"):
        named()


def test_a_delegation_changed_in_the_database_is_found(office: Office, named: Named) -> None:
    named()
    with office.control.remembering() as session:
        session.execute(update(Delegation).values(until_day=date(2027, 1, 1)))
    assert faults(office.control) == ["delegation 1"]
