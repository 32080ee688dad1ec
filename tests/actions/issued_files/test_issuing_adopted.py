"""Every road into force ends with the files: the verdict names where they say something else than the page."""

from collections.abc import Callable
from pathlib import Path

import pytest

from docctl.actions.intake.adopting_past import adopt_past
from docctl.actions.intake.files_of_folders import files_below
from docctl.actions.intake.importing import Adoption, import_files
from docctl.actions.intake.recording_past import Terms
from docctl.actions.intake.sources_of_a_past import of_folder
from docctl.actions.issued_files import exporting
from docctl.actions.issued_files.issuing import issue_again
from docctl.actions.issued_files.issuing_adopted import files_awaited, issued, with_what_holds_up
from docctl.domain.documents.document import Document
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import DifferencesLeftError, NotIssuedError
from docctl.domain.intake.adoption_plan import AdoptionVerdict
from docctl.domain.intake.import_verdict import REFUSED, Verdict
from tests.factories.held_up import SHAPELESS_PART, SIGN, let_all_stand
from tests.factories.library import TEXT, Office

Road = Callable[[Office, Path], list[Verdict] | list[AdoptionVerdict]]


def _imported(office: Office, folder: Path) -> list[Verdict]:
    adoption = Adoption(evidence="minutes")
    return list(import_files(office.control, office.people["carla"], files_below([folder]), adoption=adoption))


def _adopted(office: Office, folder: Path) -> list[AdoptionVerdict]:
    source = of_folder(office.control, folder)
    return list(adopt_past(office.control, office.people["carla"], source, Terms("binder 12")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A file that can be issued, and one whose PDF lacks a sign of the page."""
    made = tmp_path / "files"
    made.mkdir()
    (made / "POL-007 Gates.md").write_text(TEXT)
    (made / "POL-008 Signs.md").write_text(SHAPELESS_PART)
    return made


@pytest.mark.parametrize("road", [_imported, _adopted], ids=["adopted in force", "a past"])
def test_the_verdict_names_the_difference_with_its_place_and_a_controller_lets_it_stand(
    office: Office, folder: Path, road: Road
) -> None:
    control, carla = office.control, office.people["carla"]
    waiting = road(office, folder)
    assert files_awaited(control, waiting) == 2
    sound, held_up = issued(control, waiting)
    assert files_awaited(control, waiting) == 0
    assert (sound.number, sound.held_up, "held up" in sound.in_one_line()) == ("POL-007", "", False)
    assert "do not say what its page says" in held_up.held_up
    assert "under “Purpose”" in held_up.held_up
    assert SIGN in held_up.held_up
    assert held_up.held_up[:40] in held_up.in_one_line()
    assert held_up.as_row()["held_up"] == held_up.held_up
    (revision_id,) = (row.id for row in _revisions(office, "POL-008"))
    with pytest.raises(NotIssuedError, match="none is given out"):
        exporting.issued_file(control, revision_id, office.people["eve"], exporting.PDF)
    let_all_stand(office, revision_id)
    assert issue_again(control, revision_id, carla).is_sound
    assert [each.held_up for each in with_what_holds_up(control, waiting)] == ["", ""]
    assert exporting.issued_file(control, revision_id, office.people["eve"], exporting.PDF)[1].startswith(b"%PDF")


def test_a_file_that_was_refused_says_nothing_of_the_document_that_has_its_number(office: Office, folder: Path) -> None:
    list(issued(office.control, _imported(office, folder)))
    again = list(issued(office.control, _imported(office, folder)))
    assert [(each.status, each.held_up) for each in again] == [(REFUSED, ""), (REFUSED, "")]


def test_a_draft_that_was_imported_waits_for_no_files_and_is_refused_at_submission(
    office: Office, folder: Path
) -> None:  # fmt: skip
    verdicts = list(import_files(office.control, office.people["carla"], [folder / "POL-008 Signs.md"]))
    assert files_awaited(office.control, verdicts) == 0
    (draft,) = _revisions(office, "POL-008")
    assert draft.state == State.DRAFT
    with pytest.raises(DifferencesLeftError, match="under “Purpose”"):
        office.submit(draft.id)


def _revisions(office: Office, number: str) -> list[Revision]:
    with office.control.reading() as session:
        document = session.get_one(Document, office.document_id(number))
        return list(document.revisions)
