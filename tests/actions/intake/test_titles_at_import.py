"""Titles at import: the line that a file has for its title is the title, or it stays in the text."""

from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.actions.documents.recognising import read_file
from docctl.actions.intake import import_batches, sources_of_a_past
from docctl.actions.intake.adopting_past import adopt_past
from docctl.actions.intake.import_batches import Confirmed
from docctl.actions.intake.recording_past import Terms
from docctl.actions.intake.writing_in_word import read_edited_word
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.rights.permission import Library
from docctl.word_format.markup import words_in
from tests.factories.files.hostile_word import paragraph, word_file
from tests.factories.library import Office

TITLED = word_file(
    paragraph("SOP-36 Keeping of pressure records", "Title")
    + paragraph("Scope", "Heading1")
    + paragraph("All pumps.")
    + paragraph("Record", "Heading1")
)
MARKDOWN = b"# SOP-36 Keeping of pressure records\n\n## Scope\n\nAll pumps.\n"
FRONT = b"---\ntitle: Pressure\n---\n" + MARKDOWN


@pytest.mark.parametrize("name", ["POL-02 Valve rules", "POL-02", "SOP-36", "scan 0001", "SOP-36 Keeping"])
@pytest.mark.parametrize(("ending", "data"), [("docx", TITLED), ("md", MARKDOWN), ("md", FRONT)])
def test_no_word_of_a_title_line_is_gone(control: DocumentControl, name: str, ending: str, data: bytes) -> None:
    read = read_file(control, f"{name}.{ending}", data)
    said = words_in(f"{read.number} {read.title} {read.text.markdown}")
    assert set(words_in("SOP-36 Keeping of pressure records")) <= set(said)
    assert said.count("records") == 1 or read.number != "SOP-36"


def test_a_title_chosen_at_the_confirmation_leaves_the_line_of_the_file_in_the_text(
    control: DocumentControl, people: dict[str, int]
) -> None:
    key = import_batches.new_batch(control, people["carla"])
    file = import_batches.stage(control, people["carla"], key, "scan.docx", TITLED)
    assert (file.number, file.title) == ("SOP-36", "Keeping of pressure records")
    chosen = Confirmed("POL-050", "Valve rules", None)
    import_batches.import_staged(control, people["carla"], key, {file.place: chosen}, None)
    assert _text(control, "POL-050").startswith("SOP-36 Keeping of pressure records")


def test_a_title_confirmed_as_it_was_found_is_not_repeated(control: DocumentControl, people: dict[str, int]) -> None:
    key = import_batches.new_batch(control, people["carla"])
    file = import_batches.stage(control, people["carla"], key, "scan.docx", TITLED)
    chosen = Confirmed(file.number, file.title, None)
    import_batches.import_staged(control, people["carla"], key, {file.place: chosen}, None)
    assert _text(control, "SOP-36").startswith("Scope")


def test_a_title_that_the_name_of_an_adopted_file_claims_leaves_its_line_in_the_text(
    control: DocumentControl, people: dict[str, int], tmp_path: Path
) -> None:
    (tmp_path / "POL-051 Valve rules_rev1_2021-05-03.docx").write_bytes(TITLED)
    source = sources_of_a_past.of_folder(control, tmp_path)
    list(adopt_past(control, people["carla"], source, Terms("binder 12")))
    assert _text(control, "POL-051").startswith("SOP-36 Keeping of pressure records")


def test_a_word_file_uploaded_for_a_draft_of_another_title_keeps_its_title_line(
    control: DocumentControl, office: Office
) -> None:
    revision = office.revision(office.write("POL-001", "Quality policy"))
    text = read_edited_word(control, "x.docx", TITLED).under(revision.document.number, revision.title)
    assert text.markdown.startswith("SOP-36 Keeping of pressure records")


def _text(control: DocumentControl, number: str) -> str:
    with control.reading() as session:
        document = session.scalars(select(Document).where(Document.number == number)).one()
        return control.read_text(Library.ITSELF, document.revisions[-1].current, document.revisions[-1]).text


@pytest.mark.parametrize("ending", ["docx", "md"])
def test_a_title_that_is_too_long_is_cut_after_a_word_and_named_so(control: DocumentControl, ending: str) -> None:
    long = " ".join(["Care of the gates and of all doors"] * 7)
    word = word_file(paragraph(long, "Title") + paragraph("Scope", "Heading1") + paragraph("All pumps."))
    data = word if ending == "docx" else f"---\ntitle: {long}\n---\n\nAll pumps.\n".encode()
    read = read_file(control, f"scan.{ending}", data)
    assert long.startswith(f"{read.title} ")
    assert 190 < len(read.title) <= 200
    [said] = [loss for loss in read.text.losses if "title" in loss]
    assert said.startswith("The title has 244 letters, and a title may have 200: it was cut after “")
    if ending == "docx":
        assert read.text.markdown.startswith(long)
