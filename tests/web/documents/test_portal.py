"""The portal: what everybody sees first."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]


def test_the_portal_shows_what_came_into_force_lately(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001", "Open policy")
    office.revise("POL-001", "# Purpose\n\nNew.\n", "Shorter by half")
    office.publish("POL-009", "Secret plans", departments=("Quality",))
    page = signed_in("eve").get("/").text
    assert "Open policy" in page
    assert "Shorter by half" in page
    assert "Secret plans" not in page
    assert "POL-009" not in page
    assert "Nothing waits for you." in page


def test_the_portal_counts_what_waits_for_the_person(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    page = signed_in("rob").get("/").text
    assert "To review" in page
    assert '<span class="count count-strong">1</span>' in page


def test_only_those_who_see_everything_get_the_overview(signed_in: SignedIn, office: Office) -> None:
    office.publish()
    office.write("POL-002", "Unfinished")
    assert "The library at a glance" in signed_in("carla").get("/").text
    page = signed_in("eve").get("/").text
    assert "The library at a glance" not in page
    assert "Unfinished" not in page
