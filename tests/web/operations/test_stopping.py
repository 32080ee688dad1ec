"""What a watch, a round or a look found changed stops what depends on it, and nothing else, by the real actions."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from docctl import tools
from docctl.actions.documents import withdrawing
from docctl.actions.retention import disposing, retaining
from docctl.cli import main
from docctl.domain.errors import AuthorityChangedError, LibraryDistrustedError, PartDistrustedError
from docctl.domain.operations.health import FAULT
from docctl.domain.retention.retention import DISPOSE, Rule
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.quick_check import lost_files, quick_check
from docctl.registers.operations.operations import check_library
from docctl.registers.operations.watching import Watch
from docctl.server.looking_out import look_out, tell_found
from docctl.server.rounds import go_round
from tests.factories.library import Clock, Office
from tests.web.conftest import SignedIn

ALONE = '[{"kind": "approve", "meaning": "I approve.", "needed": "any", "people": [], "roles": ["approver"]}]'


def change(office: Office, statement: str) -> None:
    """Change the tables behind the library's back, and let the watch look."""
    with office.control.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount > 0
    look_out(office.control, Watch(office.control))


def stopped(act: Callable[[], object], what: str) -> None:
    """An act is refused in one sentence that names what it depends on."""
    with pytest.raises(PartDistrustedError, match=f"What is kept of the {what} was found changed or lost, so nothing"):
        act()


def test_a_changed_account_does_nothing_and_all_others_go_on(office: Office) -> None:
    change(office, "UPDATE users SET roles = '[\"author\", \"controller\"]' WHERE login = 'alice'")
    stopped(lambda: office.write("POL-001"), "account alice")
    office.write("POL-002", author="carla")
    change(office, "UPDATE users SET roles = '[\"author\", \"reader\"]' WHERE login = 'alice'")
    stopped(lambda: office.write("POL-001"), "account alice")
    catch_up(office.control, issuing=False)
    assert CliRunner().invoke(main, ["--data", str(office.control.data), "verify"]).exit_code == 0
    office.write("POL-001")


def test_nothing_is_submitted_to_a_changed_route(office: Office) -> None:
    policy, instruction = office.write("POL-001"), office.write("WI-001", type_name="work instruction")
    change(office, f"UPDATE approval_routes SET steps = '{ALONE}' WHERE name = 'Review and approval'")
    stopped(lambda: office.submit(policy), "approval route Review and approval")
    office.submit(instruction)


def test_nothing_is_created_or_submitted_of_a_changed_type(office: Office) -> None:
    policy = office.write("POL-001")
    change(office, "UPDATE document_types SET review_cycle_months = 600 WHERE name = 'policy'")
    stopped(lambda: office.submit(policy), "document type policy")
    stopped(lambda: office.write("POL-002"), "document type policy")
    office.submit(office.write("SOP-01", type_name="procedure"))


def test_nothing_is_disposed_of_while_a_hold_is_changed(office: Office, clock: Clock) -> None:
    control, carla = office.control, office.people["carla"]
    retaining.set_rule(control, carla, office.type_id("policy"), Rule(12, DISPOSE, "Act"), also_ended=False)
    office.publish("POL-001")
    withdrawing.withdraw(control, office.document_id("POL-001"), carla, "Over")
    clock.forward(days=800)
    retaining.place_hold(control, office.document_id("POL-001"), carla, "Lawsuit", "Case 7")
    change(office, "UPDATE legal_holds SET lifted_at = '2026-01-01 00:00:00.000000'")
    stopped(lambda: disposing.propose_disposal(control, office.document_id("POL-001"), carla, "Over"), "disposal")
    office.write("POL-002")


def test_a_changed_engagement_is_refused_where_somebody_relies_on_it(office: Office) -> None:
    change(office, "UPDATE audit_engagements SET ends_on = '2199-01-01'")
    with pytest.raises(AuthorityChangedError), office.control.deciding(office.people["audra"]):
        raise AssertionError("nothing is decided")
    office.write("POL-001")
    assert office.control.trust.stopped.in_words == "whatever relies on it"


def test_a_changed_organisation_stops_everything(office: Office) -> None:
    change(office, "UPDATE organisation SET time_zone = 'Asia/Tokyo'")
    with pytest.raises(LibraryDistrustedError):
        office.write("POL-001")


def test_a_change_after_another_stops_both_and_one_of_the_chain_everything(office: Office) -> None:
    change(office, "UPDATE users SET roles = '[\"author\", \"controller\"]' WHERE login = 'alice'")
    change(office, "UPDATE document_types SET is_external = true WHERE name = 'policy'")
    assert office.control.trust.stopped.in_words == "account alice, document type policy"
    change(office, "UPDATE events SET text = replace(text, 'Eve Employee', 'Eva Employee') WHERE seq = 10")
    change(office, "UPDATE events SET chain = leaf WHERE seq = 11")
    assert "does not join the chain" in office.control.distrust


def test_a_changed_document_is_left_alone_and_its_readers_are_told(office: Office, signed_in: SignedIn) -> None:
    control, carla = office.control, office.people["carla"]
    office.publish("POL-001")
    office.publish("POL-002", "Other policy")
    catch_up(control, issuing=False)
    draft = office.open_revision("POL-001")
    catch_up(control, issuing=False)
    with control.engine.begin() as connection:
        connection.execute(text("UPDATE signatures SET comment = 'Fine' WHERE id = 1"))
    go_round(control.data)
    assert control.trust.stopped.in_words == "document POL-001"
    for act in (
        lambda: office.save(draft, "# Purpose\n\nNew.\n"),
        lambda: office.submit(draft),
        lambda: retaining.place_hold(control, office.document_id("POL-001"), carla, "Lawsuit", "Case 7"),
    ):
        stopped(act, "document POL-001")
    office.open_revision("POL-002")
    assert catch_up(control, issuing=False) > 0
    employee, controller = signed_in("eve"), signed_in("carla")
    sentence = "Something of this document was found changed or lost"
    assert sentence in employee.get("/documents/POL-001").text
    assert sentence not in employee.get("/documents/POL-002").text
    assert "have stopped (document POL-001)" in controller.get("/master-list").text
    assert next(check for check in check_library(control) if check.name == "trust").state == FAULT


def test_a_lost_file_of_a_document_in_force_is_found_by_a_quick_look_and_stops_it_alone(office: Office) -> None:
    control = office.control
    revision_id = office.publish("POL-001")
    catch_up(control, issuing=False)
    blob = office.revision(revision_id).current.files[0].blob
    kept = control.library.read(blob)
    (control.library.folder / "objects" / blob[:2] / blob[2:]).unlink()
    control.library.let_go()
    assert quick_check(control) == ""
    [lost] = lost_files(control)
    assert (lost.subject, lost.stops) == ("POL-001 revision 1", "document POL-001")
    tell_found(control)
    stopped(lambda: office.open_revision("POL-001"), "document POL-001")
    office.write("POL-002")
    control.library.write([tools.git_library.blob(kept)])
    tell_found(control)
    office.open_revision("POL-001")
