"""Pages of saved drafts: reading an earlier one, restoring it, and two texts side by side."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.factories.library import Office
from tests.web.forms import hidden_fields, page_of, send

SignedIn = Callable[[str], FlaskClient]
DRAFT = "/documents/POL-001/revisions/1"


def test_an_earlier_save_is_read_and_restored(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write(text="# Purpose\n\nThe first words.\n")
    office.save(revision_id, "# Purpose\n\nOther words.\n")
    alice = signed_in("alice")
    assert "The first words." in page_of(alice, f"{DRAFT}/saved/1")
    answer = send(alice, f"{DRAFT}/saved/1", action="restore")
    assert answer.status_code == 405
    assert alice.post(f"{DRAFT}/saved/1/restore", data={"request_id": "a"}).status_code == 303
    assert "The first words." in page_of(alice, f"{DRAFT}/preview")
    assert "Restored saved draft 1" in page_of(alice, f"{DRAFT}/saved")


def test_a_save_that_is_not_there_is_not_found(signed_in: SignedIn, office: Office) -> None:
    office.write()
    alice = signed_in("alice")
    assert alice.get(f"{DRAFT}/saved/9").status_code == 404
    assert alice.post(f"{DRAFT}/saved/9/restore").status_code == 404


def test_an_auditor_reads_saves_and_restores_none(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    office.save(revision_id, "# Purpose\n\nMore.\n")
    audra = signed_in("audra")
    page = page_of(audra, f"{DRAFT}/saved/1")
    assert "Make this the current text" not in page
    assert audra.post(f"{DRAFT}/saved/1/restore").status_code == 403


def test_of_two_people_who_save_both_texts_are_kept_and_shown(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    alice, carla = signed_in("alice"), signed_in("carla")
    opened = hidden_fields(page_of(carla, f"{DRAFT}/write"))
    assert send(alice, f"{DRAFT}/write", html="<p>By Alice.</p>", reason="Mine").status_code == 303
    answer = carla.post(f"{DRAFT}/write", data={**opened, "html": "<p>By Carla.</p>", "reason": "Also mine"})
    assert answer.location == f"{DRAFT}/saved/3/both"
    both = page_of(carla, answer.location)
    assert "By Alice." in both
    assert "By Carla." in both
    assert "saved POL-001 revision 1 while you were writing" in both
    assert office.revision(revision_id).current.number == 2
    assert carla.post(f"{DRAFT}/saved/3/restore").status_code == 303
    assert "By Carla." in page_of(alice, f"{DRAFT}/preview")
