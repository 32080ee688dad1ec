"""A loss that nothing mends: found, accepted by two persons by page and command, and named for ever."""

import json
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from docctl import tools
from docctl.actions.documents import withdrawing
from docctl.actions.operations.accepting_losses import accept_losses
from docctl.actions.retention import retaining
from docctl.actions.sign_in import setting_up_factor
from docctl.cli import main
from docctl.domain.errors import (
    NotFoundError,
    NotPermittedError,
    PartDistrustedError,
    SecondPersonError,
    WrongPasswordError,
)
from docctl.domain.operations.accepted_losses import losses_in
from docctl.domain.sign_in.password import Credentials
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.finding import ACCEPTED, NOTED
from docctl.registers.integrity.quick_check import lost_files
from docctl.registers.integrity.verifying import verify
from tests.factories.library import PASSWORD, TEXT, Office
from tests.factories.stranger import check_clone
from tests.registers.integrity.test_authority import as_controller
from tests.web.conftest import SignedIn


def run(office: Office, *words: str, given: str | None = None) -> Result:
    """Run a command on the library."""
    office.control.library.let_go()
    return CliRunner().invoke(main, ["--data", str(office.control.data), *words], input=given)


def lose_a_file(office: Office, revision_id: int, path: str = "content.md") -> None:
    """Take the bytes of a file of a revision out of Git."""
    blob = next(each.blob for each in office.revision(revision_id).current.files if each.path == path)
    (office.control.library.folder / "objects" / blob[:2] / blob[2:]).unlink()
    office.control.library.let_go()


@pytest.fixture
def lost(office: Office) -> int:
    """A revision in force of which a file is lost, as verify found it."""
    revision_id = office.publish("POL-001")
    office.publish("POL-002", "Other policy", "# Purpose\n\nAnother text.\n")
    catch_up(office.control, issuing=False)
    lose_a_file(office, revision_id)
    assert run(office, "verify").exit_code == 2
    return revision_id


def accept(browser: object, *losses: str, password: str = PASSWORD, code: str = "") -> str:
    """Accept losses by the page."""
    data = {"loss": list(losses), "reason": "No backup has it", "password": password, "code": code}
    return str(browser.post("/administration/losses", data=data, follow_redirects=True).text)  # type: ignore[attr-defined]


@pytest.mark.only_sqlite
def test_two_persons_accept_a_lost_file_by_page_and_verify_says_so(
    office: Office, lost: int, app: Flask, signed_in: SignedIn
) -> None:
    control = office.control
    found = [each.identity for each in losses_in(control.data)]
    assert found
    with pytest.raises(PartDistrustedError):
        office.open_revision("POL-001")
    admin, controller = signed_in("admin"), signed_in("carla")
    assert "is damaged or missing in Git" in admin.get("/administration/losses").text
    assert "not your password" in accept(admin, *found, password="wrong")
    assert "counts once a second person does" in accept(admin, *found)
    assert "You accepted" in accept(admin, *found)
    assert run(office, "verify").exit_code == 2
    assert "Two persons accepted it now" in accept(controller, *found)
    catch_up(control, issuing=False)
    told = run(office, "verify")
    assert (told.exit_code, control.trust.stopped.things) == (0, frozenset()), told.output
    assert "by Ada Administrator and Carla Controller" in told.output
    assert "and was accepted" in told.output
    assert {each.severity for each in verify(control, every_object=True).findings} == {ACCEPTED, NOTED}
    assert lost_files(control) == []
    shown = admin.get("/administration/losses").text
    assert "found nothing that would have to be accepted" in shown
    assert all(each in shown for each in ("Accepted losses", "Ada Administrator", "Carla Controller", "No backup"))
    withdrawing.withdraw(control, office.document_id("POL-001"), office.people["carla"], "Its text is lost")
    lose_a_file(office, lost, "document.yaml")
    assert run(office, "verify").exit_code == 2


@pytest.mark.only_sqlite
def test_the_register_says_what_was_accepted_by_whom_and_whether_it_was_found_again(
    office: Office, lost: int, tmp_path: Path, app: Flask, signed_in: SignedIn
) -> None:
    control = office.control
    blob = next(each.blob for each in office.revision(lost).current.files if each.path == "content.md")
    first, *_ = losses_in(control.data)
    assert run(office, "verify").exit_code == 2
    assert losses_in(control.data)[0].found_at == first.found_at != ""
    accept_losses(control, office.people["carla"], [first.identity], "No mirror has it", Credentials(PASSWORD))
    [row] = json.loads(run(office, "export", "accepted-losses", "--json").stdout)
    assert (row["loss"], row["about"], row["objects_in_git"]) == (first.identity, first.subject, blob)
    assert (row["accepted_by"], row["reason"]) == ("Carla Controller", "No mirror has it")
    assert (row["counts"], row["found_again"], row["first_found"]) == ("no", "no", first.found_at)
    assert "A second person is missing" in signed_in("carla").get("/administration/losses").text
    accept_losses(control, office.people["admin"], [first.identity], "Nor any disk", Credentials(PASSWORD))
    control.library.write([tools.git_library.blob(TEXT.encode())])
    rows = json.loads(run(office, "export", "accepted-losses", "--json", "--as", "audra").stdout)
    assert [(each["accepted_by"], each["counts"], each["found_again"]) for each in rows] == [
        ("Carla Controller", "yes", "yes"), ("Ada Administrator", "yes", "yes"),
    ]  # fmt: skip
    assert "Found again" in signed_in("admin").get("/administration/losses").text
    assert "Nor any disk" in signed_in("admin").get("/administration/losses.csv").text
    assert signed_in("eve").get("/administration/losses.csv").status_code == 403
    assert run(office, "export", "accepted-losses", "--as", "eve").exit_code != 0


@pytest.mark.only_sqlite
def test_by_command_it_takes_the_password_of_each(office: Office, lost: int) -> None:
    listed = run(office, "accept-loss").output
    identity = listed.split()[0]
    assert "is damaged or missing in Git" in listed
    wrong = run(office, "accept-loss", identity, "--reason", "Gone", "--as", "admin", given="wrong\n")
    assert wrong.exit_code == 1
    first = run(office, "accept-loss", identity, "--reason", "Gone", "--as", "admin", given=f"{PASSWORD}\n")
    assert "It counts once a second person accepts it." in first.output, first.output
    assert "(accepted by Ada Administrator)" in run(office, "accept-loss").output
    second = run(office, "accept-loss", identity, "--reason", "Gone", "--as", "carla", given=f"{PASSWORD}\n")
    assert (second.exit_code, "second person" in second.output) == (0, False)


def recovery_codes(office: Office, login: str) -> list[str]:
    """Set up a second factor for somebody; return their recovery codes."""
    person, control = office.people[login], office.control
    key = setting_up_factor.begin(control, person)
    return setting_up_factor.confirm(control, person, PASSWORD, pyotp.TOTP(key).at(control.now()))


@pytest.mark.only_sqlite
def test_whoever_has_a_second_factor_gives_its_code_too(
    office: Office, lost: int, app: Flask, signed_in: SignedIn
) -> None:
    [identity, *_] = [each.identity for each in losses_in(office.control.data)]
    page = signed_in("carla")
    assert 'name="code"' not in page.get("/administration/losses").text
    by_command, by_page, again = recovery_codes(office, "carla")[:3]
    assert 'name="code"' in page.get("/administration/losses").text
    assert "not your password or code" in accept(page, identity)
    wrong = run(
        office, "accept-loss", identity, "--reason", "Gone", "--as", "carla", given=f"{PASSWORD}\n000000\n"
    )  # fmt: skip
    assert (wrong.exit_code, "not your password or code" in wrong.output) == (1, True)
    given = f"{PASSWORD}\n{by_command}\n"
    assert run(office, "accept-loss", identity, "--reason", "Gone", "--as", "carla", given=given).exit_code == 0
    assert "You accepted" in accept(page, identity, code=by_page)
    with pytest.raises(WrongPasswordError):
        accept_losses(office.control, office.people["carla"], [identity], "Gone", Credentials(PASSWORD, code=by_page))
    with pytest.raises(SecondPersonError):
        accept_losses(office.control, office.people["carla"], [identity], "Gone", Credentials(PASSWORD, code=again))


@pytest.mark.only_sqlite
def test_only_those_who_may_accept_and_only_what_was_found(office: Office, lost: int) -> None:
    [identity, *_] = [each.identity for each in losses_in(office.control.data)]
    for login, what, refusal in (
        ("eve", identity, NotPermittedError),
        ("alice", identity, NotPermittedError),
        ("carla", "0" * 16, NotFoundError),
    ):
        with pytest.raises(refusal):
            accept_losses(office.control, office.people[login], [what], "Gone", Credentials(PASSWORD))
    accept_losses(office.control, office.people["carla"], [identity], "Gone", Credentials(PASSWORD))
    with pytest.raises(SecondPersonError):
        accept_losses(office.control, office.people["carla"], [identity], "Gone", Credentials(PASSWORD))


@pytest.mark.only_sqlite
def test_an_act_that_had_no_authority_is_accepted_and_named_by_verify_and_by_a_stranger(
    office: Office, tmp_path: Path
) -> None:
    control = office.control
    office.write("POL-001")
    with as_controller(office):
        retaining.place_hold(control, office.document_id("POL-001"), office.people["eve"], "Because", "Case 1")
    catch_up(control, issuing=False)
    assert run(office, "verify").exit_code == 2
    found = [each.identity for each in losses_in(control.data)]
    for login in ("admin", "carla"):
        accept_losses(control, office.people[login], found, "It was right all the same", Credentials(PASSWORD))
    catch_up(control, issuing=False)
    told = run(office, "verify")
    assert (told.exit_code, told.output.count("by Ada Administrator and Carla Controller")) == (0, len(found))
    assert "accepted by two persons: event " in check_clone(control.library.folder, tmp_path)[1]
