"""Work in progress in the browser: what waits for whom, and the ways out where it is stuck."""

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from docctl.actions.settings import administering
from docctl.cli import main
from tests.actions.duties.test_reminding import post_office
from tests.factories.library import Office
from tests.factories.post_office import PostOffice

__all__ = ["post_office"]

SignedIn = Callable[[str], FlaskClient]


def test_a_controller_sees_what_waits_for_whom(signed_in: SignedIn, office: Office) -> None:
    carla = signed_in("carla")
    assert "Nothing waits for anybody." in carla.get("/work-in-progress").text
    office.submit(office.write())
    page = carla.get("/work-in-progress").text
    assert "Rob Reviewer" in page
    assert 'href="/documents/POL-001/revisions/1"' in page
    assert "Nobody left to sign" not in page
    assert "Nothing in progress fits these filters." in carla.get("/work-in-progress?person=nobody").text
    assert "Rob Reviewer" in carla.get("/work-in-progress?page=7").text
    filtered = carla.get("/work-in-progress?person=rob&what=review&type=policy")
    assert "Rob Reviewer" in filtered.text
    assert 'href="/work-in-progress.csv?person=rob&amp;what=review&amp;type=policy"' in filtered.text
    assert b"Rob Reviewer" in carla.get("/work-in-progress.csv?what=review").data
    assert b"Rob Reviewer" not in carla.get("/work-in-progress.csv?what=approve").data
    assert "Work in progress" in carla.get("/registers").text


def test_what_is_stuck_leads_to_asking_somebody_else_and_to_a_recall(signed_in: SignedIn, office: Office) -> None:
    office.submit(office.write())
    administering.set_disabled(office.control, office.people["admin"], office.people["rob"], True, left_open="Left")
    carla = signed_in("carla")
    page = carla.get("/work-in-progress").text
    assert "Nobody left to sign" in page
    for way_out in ("reassign", "recall"):
        address = f"/documents/POL-001/revisions/1/{way_out}"
        assert f'href="{address}"' in page
        assert carla.get(address).status_code == 200


@pytest.mark.only_sqlite
def test_the_command_lists_the_same(office: Office) -> None:
    office.submit(office.write())
    data = str(office.control.data)
    told = CliRunner().invoke(main, ["--data", data, "work"])
    assert told.exit_code == 0, told.output
    assert "POL-001 revision 1: review, Rob Reviewer, since 2026-03-02" in told.output
    assert "1 in progress, 0 stuck, 0 overdue." in told.output
    as_json = CliRunner().invoke(main, ["--data", data, "work", "--kind", "approve", "--json"])
    assert as_json.output == "[]\n"


@pytest.mark.only_sqlite
def test_people_are_reminded_from_the_register_and_by_a_command(
    signed_in: SignedIn, office: Office, post_office: PostOffice
) -> None:
    office.submit(office.write())
    carla = signed_in("carla")
    assert "Choose at least one row" in carla.post("/work-in-progress/remind").text
    key = re.findall(r'name="row" value="([^"]+)"', carla.get("/work-in-progress").text)
    sent = carla.post("/work-in-progress/remind?what=review", data={"row": key}, follow_redirects=True)
    assert "1 person is reminded by mail." in sent.text
    assert 'value="review" selected' in sent.text
    assert "was reminded today already" in carla.post("/work-in-progress/remind", data={"all": "yes"}).text
    refused = CliRunner().invoke(main, ["--data", str(office.control.data), "remind"])
    assert "No mail is set up" in refused.output
