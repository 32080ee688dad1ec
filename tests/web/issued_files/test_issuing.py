"""Pages for what issued files say differently from the page: named, let stand, tried again, sent back."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from docctl.cli import main
from docctl.followers.catching_up import catch_up
from docctl.registers.operations.operations import check_library
from tests.factories.held_up import SHAPELESS, SIGN, broken_template, hiding_template
from tests.factories.library import Office
from tests.web.forms import hidden_fields, page_of, send

SignedIn = Callable[[str], FlaskClient]
DRAFT = "/documents/POL-001/revisions/1"


def test_submitting_names_every_difference_and_freezes_nothing(signed_in: SignedIn, office: Office) -> None:
    made = office.write(text=SHAPELESS)
    alice = signed_in("alice")
    assert "are made and read back" in page_of(alice, f"{DRAFT}/submit")
    answer = send(alice, f"{DRAFT}/submit", change_summary="First issue")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The files do not say what the page says, in 1 place." in page
    assert "under “Purpose”" in page
    assert page.count(SIGN) >= 2
    assert "Let it stand" not in page
    assert office.revision(made).state == "DRAFT"


def test_the_piece_of_the_submission_says_that_all_is_well(signed_in: SignedIn, office: Office) -> None:
    office.write()
    piece = signed_in("alice").get(f"{DRAFT}/files", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "The Word file and the PDF say what the page says." in piece
    assert "<html" not in piece


def test_a_difference_that_stands_is_shown_to_everybody_who_signs(signed_in: SignedIn, office: Office) -> None:
    made = office.write(text=SHAPELESS)
    carla = signed_in("carla")
    fields = hidden_fields(page_of(carla, f"{DRAFT}/files"))
    assert carla.post(f"{DRAFT}/let-stand", data={**fields, "reason": " "}).status_code == 422
    assert carla.post(f"{DRAFT}/let-stand", data={**fields, "reason": "Only shown"}).status_code == 303
    assert send(signed_in("alice"), f"{DRAFT}/submit", change_summary="First issue").status_code == 303
    shown = office.revision(made).fingerprint
    for login, address in (("rob", f"{DRAFT}/review"), ("rob", f"{DRAFT}/review/sign?shown={shown}")):
        page = page_of(signed_in(login), address)
        assert "Only shown" in page
        assert SIGN in page
    office.review(made)
    assert "Only shown" in page_of(signed_in("ann"), f"{DRAFT}/approve?shown={shown}")
    office.approve(made)
    assert "1 difference let stand" in page_of(carla, "/documents/POL-001/history")
    assert "Only shown" in page_of(carla, f"{DRAFT}/publication")


def test_files_that_are_not_there_are_told_of_and_the_last_sound_ones_stay(
    signed_in: SignedIn, office: Office
) -> None:  # fmt: skip
    office.publish()
    catch_up(office.control)
    office.revise("POL-001", "# Purpose\n\nNew.\n")
    eve, carla = signed_in("eve"), signed_in("carla")
    with broken_template(office):
        catch_up(office.control)
        page = page_of(eve, "/documents/POL-001")
        assert "The Word file and the PDF of revision 2 are not there yet" in page
        assert f"{DRAFT}/pdf" in page
        assert "revisions/2/pdf" not in page
        assert "Try again" not in page
        assert eve.get("/documents/POL-001/revisions/2/pdf").status_code == 409
        assert eve.get(f"{DRAFT}/pdf").data.startswith(b"%PDF")
        assert "The files cannot be issued." in page_of(carla, "/documents/POL-001")
        assert "Files that cannot be issued" in page_of(carla, "/tasks")
        assert json.loads(eve.get("/readyz").data) == {"status": "ready", "files_held_up": 1}
        (check,) = (each for each in check_library(office.control, naming=True) if each.name == "issues")
        assert (check.state, "POL-001 revision 2" in check.sentence) == ("fault", True)
        operations = page_of(signed_in("admin"), "/administration/operations")
        assert "The files of 1 revision cannot be issued" in operations
        again = carla.post("/documents/POL-001/revisions/2/issue-again", data={"request_id": "a"})
        assert "cannot be made" in page_of(carla, again.location)
    assert carla.post("/documents/POL-001/revisions/2/issue-again", data={"request_id": "b"}).status_code == 303
    assert eve.get("/documents/POL-001/revisions/2/pdf").data.startswith(b"%PDF")
    assert json.loads(eve.get("/readyz").data) == {"status": "ready"}


def test_sending_back_is_one_click(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    with broken_template(office):
        catch_up(office.control)
    answer = signed_in("carla").post(f"{DRAFT}/send-back", data={"request_id": "a"})
    assert answer.location.endswith("/documents/POL-001/revisions/2/write")
    assert signed_in("carla").post(f"{DRAFT}/send-back", data={"request_id": "b"}).status_code == 409


@pytest.mark.parametrize("days", [0, 10], ids=["at issue", "before its day"])
def test_trying_again_and_sending_back_are_one_click_each_beside_the_difference(
    signed_in: SignedIn, office: Office, days: int
) -> None:
    made = office.write()
    office.carry_through(made, effective=office.control.now().date() + timedelta(days=days))
    with hiding_template(office):
        catch_up(office.control)
        page = page_of(signed_in("carla"), f"{DRAFT}/publication")
        assert "do not say what its page says" in page
        forms = dict(re.findall(r'<form[^>]* action="([^"]+)"[^>]*>(.*?)</form>', page, re.DOTALL))
        carla = signed_in("carla")
        for act in ("issue-again", "send-back"):
            form = forms[f"{DRAFT}/{act}"]
            assert "<button" in form
            answer = carla.post(f"{DRAFT}/{act}", data=hidden_fields(form))
            assert answer.status_code == 303
        number = 1 if days else 2
        assert answer.location.endswith(f"/documents/POL-001/revisions/{number}/write")
        assert "do not say what its page says" in page_of(carla, "/documents/POL-001/history")


def test_commands_list_let_stand_try_again_and_send_back(office: Office) -> None:
    made = office.write(text=SHAPELESS)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["--data", str(office.control.data), *arguments])
        return result.output + str(result.exception or "")

    listed = run("let-stand", "POL-001")
    key = listed.split()[0]
    assert SIGN in listed
    assert "No difference has the key “0000”" in run("let-stand", "POL-001", "0000", "--reason", "x")
    assert "It stands" in run("let-stand", "POL-001", key, "--reason", "Only shown")
    assert "say what its page says" in run("let-stand", "POL-001")
    office.carry_through(made)
    with broken_template(office):
        catch_up(office.control)
        assert "cannot be made" in run("issue", "POL-001", "--again")
    assert "say what its page says" in run("issue", "POL-001", "--again")
    office.publish("POL-002")
    with broken_template(office):
        catch_up(office.control)
    assert "Revision 2 of POL-002 is a draft now." in run("send-back", "POL-002")
