"""Rules, holds, and who may dispose of what, when."""

import pytest

from docctl.actions.documents import drafting, withdrawing
from docctl.actions.issued_files import exporting
from docctl.actions.retention import disposing, retaining
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer, signing_in
from docctl.domain.errors import (
    DeclarationMissingError,
    DisposedError,
    InvalidInputError,
    NotPermittedError,
    NumberTakenError,
    RetentionError,
    SecondPersonError,
    WrongPasswordError,
    WrongStateError,
)
from docctl.domain.retention.retention import DISPOSE, KEEP, Disposal, LegalHold, Retention, Rule
from docctl.domain.rights.permission import Library
from docctl.domain.sign_in.password import Credentials
from docctl.registers.integrity import verifying
from tests.factories.library import PASSWORD, Clock, Office, choose_passwords

YEAR = Rule(12, DISPOSE, "Archives Act, section 4")


@pytest.fixture
def dora(office: Office) -> int:
    """A second document controller."""
    control, people = office.control, office.people
    added = administering.add_user(control, people["admin"], login="dora", name="Dora Second", roles=["controller"])
    choose_passwords(control, added)
    identifying_signer.declare(control, added)
    return added


def set_rule(office: Office, rule: Rule = YEAR, *, also_ended: bool = False) -> None:
    """Set the rule for policies."""
    carla = office.people["carla"]
    retaining.set_rule(office.control, carla, office.type_id("policy"), rule, also_ended=also_ended)


def withdrawn(office: Office, number: str = "POL-001") -> int:
    """Publish and withdraw a document; return its id."""
    office.publish(number)
    document_id = office.document_id(number)
    withdrawing.withdraw(office.control, document_id, office.people["carla"], "Not needed")
    return document_id


def retention(office: Office, revision_id: int) -> Retention | None:
    """Return what holds for a revision."""
    with office.control.reading() as session:
        return session.get(Retention, revision_id)


def propose(office: Office, document_id: int) -> int:
    """Propose a disposal as the first controller."""
    return disposing.propose_disposal(office.control, document_id, office.people["carla"], "Its time is up")


def sound(office: Office) -> bool:
    """Nothing was changed or lost."""
    return verifying.verify(office.control).exit_code < verifying.TAMPERED


def test_the_rule_in_force_when_a_revision_ends_stays_with_it(office: Office) -> None:
    set_rule(office)
    first = office.publish()
    office.revise("POL-001", "# New\n")
    set_rule(office, Rule(120, DISPOSE, "New law"))
    kept = retention(office, first)
    assert kept is not None
    assert kept.rule == YEAR
    assert kept.until == kept.since.replace(year=kept.since.year + 1)
    withdrawing.withdraw(office.control, office.document_id("POL-001"), office.people["carla"], "Not needed")
    last = retention(office, 2)
    assert last is not None
    assert last.rule.months == 120
    assert sound(office)


def test_the_organisation_may_let_a_new_rule_hold_for_what_has_ended(office: Office) -> None:
    withdrawn(office)
    assert retention(office, 1) is None
    set_rule(office)
    assert retention(office, 1) is None
    set_rule(office, Rule(0, KEEP, "Historical value"), also_ended=True)
    kept = retention(office, 1)
    assert kept is not None
    assert (kept.rule.then, kept.until) == (KEEP, None)
    assert sound(office)


@pytest.mark.parametrize("rule", [Rule(0, DISPOSE, "Law"), Rule(12, "burn", "Law"), Rule(12, DISPOSE, " ")])
def test_what_is_no_rule_is_refused(office: Office, rule: Rule) -> None:
    with pytest.raises(InvalidInputError):
        set_rule(office, rule)


def test_only_controllers_set_rules_place_holds_and_dispose(office: Office) -> None:
    document_id = withdrawn(office)
    for login in ("alice", "ann", "audra", "admin"):
        person = office.people[login]
        with pytest.raises(NotPermittedError):
            retaining.set_rule(office.control, person, office.type_id("policy"), YEAR, also_ended=False)
        with pytest.raises(NotPermittedError):
            retaining.place_hold(office.control, document_id, person, "Lawsuit", "")
        with pytest.raises(NotPermittedError):
            disposing.propose_disposal(office.control, document_id, person, "Because")


def test_nothing_is_disposed_of_before_its_time_without_a_rule_in_use_or_kept_for_ever(
    office: Office, clock: Clock
) -> None:
    without_rule = withdrawn(office)
    with pytest.raises(RetentionError, match="No retention rule"):
        propose(office, without_rule)
    set_rule(office, also_ended=True)
    with pytest.raises(RetentionError, match="is to be kept until 02 March 2027"):
        propose(office, without_rule)
    office.publish("POL-002")
    clock.forward(days=400)
    with pytest.raises(RetentionError, match="is in use"):
        propose(office, office.document_id("POL-002"))
    set_rule(office, Rule(0, KEEP, "Historical value"), also_ended=True)
    with pytest.raises(RetentionError, match="kept for ever"):
        propose(office, without_rule)


def test_while_a_hold_is_not_lifted_nothing_is_disposed_of(office: Office, clock: Clock, dora: int) -> None:
    set_rule(office)
    document_id, carla = withdrawn(office), office.people["carla"]
    clock.forward(days=400)
    proposal = propose(office, document_id)
    retaining.place_hold(office.control, document_id, carla, "Lawsuit of a neighbour", "Case 12/2026")
    retaining.place_hold(office.control, document_id, carla, "Audit by the state", "")
    with pytest.raises(RetentionError, match="on legal hold"):
        disposing.authorise_disposal(office.control, proposal, dora, credentials=Credentials(PASSWORD))
    with office.control.reading() as session:
        holds = [hold.id for hold in session.query(LegalHold).order_by(LegalHold.id)]
    retaining.lift_hold(office.control, holds[0], dora, "The lawsuit is settled")
    with pytest.raises(RetentionError, match="lifted by Dora Second already"):
        retaining.lift_hold(office.control, holds[0], dora, "Again")
    with pytest.raises(RetentionError, match="Audit by the state"):
        disposing.authorise_disposal(office.control, proposal, dora, credentials=Credentials(PASSWORD))
    retaining.lift_hold(office.control, holds[1], carla, "The audit is over")
    disposing.authorise_disposal(office.control, proposal, dora, credentials=Credentials(PASSWORD))
    assert sound(office)


def test_a_disposal_needs_a_second_person_and_their_password(office: Office, clock: Clock, dora: int) -> None:
    set_rule(office)
    document_id = withdrawn(office)
    clock.forward(days=400)
    proposal = propose(office, document_id)
    with pytest.raises(RetentionError, match="proposed already"):
        propose(office, document_id)
    with pytest.raises(SecondPersonError):
        disposing.authorise_disposal(
            office.control, proposal, office.people["carla"], credentials=Credentials(PASSWORD)
        )
    twin = administering.add_user(
        office.control, office.people["admin"], login="carla2", name="Carla", roles=["controller"], person="carla"
    )
    choose_passwords(office.control, twin)
    with pytest.raises(SecondPersonError):
        disposing.authorise_disposal(office.control, proposal, twin, credentials=Credentials(PASSWORD))
    with pytest.raises(WrongPasswordError):
        disposing.authorise_disposal(office.control, proposal, dora, credentials=Credentials("guessed"))
    with pytest.raises(NotPermittedError):
        disposing.authorise_disposal(office.control, proposal, office.people["ann"], credentials=Credentials(PASSWORD))
    disposing.authorise_disposal(office.control, proposal, dora, credentials=Credentials(PASSWORD))
    with pytest.raises(RetentionError, match="decided by Dora Second already"):
        disposing.authorise_disposal(office.control, proposal, dora, credentials=Credentials(PASSWORD))


def test_a_disposal_is_authorised_by_the_same_gate_as_a_signature(office: Office, clock: Clock, dora: int) -> None:
    control, people = office.control, office.people
    set_rule(office)
    document_id = withdrawn(office)
    clock.forward(days=400)
    proposal = propose(office, document_id)
    newcomer = administering.add_user(control, people["admin"], login="noel", name="Noel New", roles=["controller"])
    choose_passwords(control, newcomer)
    with pytest.raises(DeclarationMissingError):
        disposing.authorise_disposal(control, proposal, newcomer, credentials=Credentials(PASSWORD))
    administering.issue_link(control, people["admin"], dora)
    with pytest.raises(WrongStateError, match="A one-time link was issued"):
        disposing.authorise_disposal(control, proposal, dora, credentials=Credentials(PASSWORD))
    assert office.revision(1).current.files
    identifying_signer.declare(control, newcomer)
    _, secret = signing_in.sign_in(control, "noel", PASSWORD, "127.0.0.1")
    with pytest.raises(WrongPasswordError, match="login name or password"):
        disposing.authorise_disposal(control, proposal, newcomer, credentials=Credentials(PASSWORD, session=secret))
    disposing.authorise_disposal(
        control, proposal, newcomer, credentials=Credentials(PASSWORD, login="noel", session=secret)
    )
    assert sound(office)


def test_a_declined_proposal_leaves_the_document_and_may_be_made_again(office: Office, clock: Clock, dora: int) -> None:
    set_rule(office)
    document_id = withdrawn(office)
    clock.forward(days=400)
    disposing.decline_disposal(office.control, propose(office, document_id), dora, "Still asked for")
    assert office.revision(1).current.files
    propose(office, document_id)
    assert sound(office)


def test_a_disposed_document_keeps_its_number_dates_signatures_and_fingerprint_and_nothing_else(
    office: Office, clock: Clock, dora: int
) -> None:
    set_rule(office)
    document_id = withdrawn(office)
    fingerprint = office.revision(1).fingerprint
    clock.forward(days=400)
    disposing.authorise_disposal(office.control, propose(office, document_id), dora, credentials=Credentials(PASSWORD))
    with office.control.reading() as session:
        disposal = session.query(Disposal).one()
        revision = session.get_one(drafting.Revision, 1)
        assert (revision.title, revision.state, revision.fingerprint) == ("Quality policy", "OBSOLETE", fingerprint)
        assert [each.printed_name for each in revision.signatures] == ["Rob Reviewer", "Ann Approver"]
        assert (revision.current.file_rows, revision.change_summary, revision.citations) == ([], "", [])
    assert (disposal.proposed_by, disposal.decided_by) == ("Carla Controller", "Dora Second")
    assert disposal.tombstone["revisions"][0]["fingerprint"] == fingerprint
    with pytest.raises(NumberTakenError):
        office.write()
    with pytest.raises(DisposedError):
        office.open_revision("POL-001")
    with pytest.raises(DisposedError):
        exporting.issued_file(office.control, 1, office.people["carla"], exporting.PDF)
    with pytest.raises(DisposedError):
        office.control.read_text(Library.ITSELF, office.revision(1).current, office.revision(1))
    with pytest.raises(DisposedError):
        retaining.place_hold(office.control, document_id, office.people["carla"], "Too late", "")
    assert sound(office)
