"""What is issued of a Word file is the text that was signed, on every road into force; authors go on in theirs."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from docctl.actions.documents import drafting
from docctl.actions.intake import import_batches, importing, sources_of_a_past
from docctl.actions.intake.adopting_past import adopt_past
from docctl.actions.intake.importing import Adoption
from docctl.actions.intake.recording_past import Terms
from docctl.actions.intake.writing_in_word import base_of, read_edited_word, word_for_editing
from docctl.actions.issued_files import exporting
from docctl.cli import main
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import CONTENT, FIXED_WORD, WORD_SOURCE, fingerprint
from docctl.domain.errors import RefusedUploadError
from docctl.domain.rights.permission import Library
from docctl.followers.catching_up import catch_up
from tests.checks.faults import crew
from tests.factories.files.hostile_word import paragraph, word_file
from tests.factories.files.unfixed_word import bound, commented, deleted, field, inserted, line, text, unfixed_word
from tests.factories.foreign_repository import ForeignRepository
from tests.factories.library import Clock, Office

OPEN = unfixed_word(
    paragraph("Doors", "Heading1")
    + line("The door is ", deleted("never "), inserted("always "), "locked at ", field("DATE", "ten"), commented("."))
    + line("The clerk may spend at most ", bound(text("500")), " euros."),
    comment="We never did this before the audit",
    header=line(deleted("Scribble"), field("AUTHOR", "Ada Example")),
    data="50000",
)
SAID = "The door is always locked at ten. and so on"


def _shown(word: bytes) -> str:
    """Everything in a Word file that a reader or a curious one could find, as markup."""
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        return b"".join(map(package.read, sorted(package.namelist()))).decode()


def _require_fixed(word: bytes) -> None:
    markup = _shown(word)
    plain = re.sub(r"<[^>]+>", "", markup)
    assert SAID in plain
    assert "The clerk may spend at most 500 euros." in plain
    assert "Ada Example" in plain
    assert not re.search(
        r"<w:(ins|del|comment\w+|dataBinding|instrText|fldChar)\b|50000|never|Bo Editor|Scribble", markup
    )


def _issued(office: Office, revision: Revision) -> bytes:
    catch_up(office.control)
    _, word = exporting.issued_file(office.control, revision.id, office.people["eve"], exporting.WORD)
    return word


def _in_force(office: Office, number: str) -> Revision:
    with office.control.reading() as session:
        document = session.get_one(exporting.Revision, 1).document
        assert document.number == number
        assert document.in_force is not None
        return office.revision(document.in_force.id)


def _page(office: Office, revision: Revision) -> str:
    return office.control.read_text(Library.ITSELF, revision.current, revision).text


def _require_all_fixed(office: Office, number: str) -> None:
    revision = _in_force(office, number)
    assert SAID in _page(office, revision)
    _require_fixed(_issued(office, revision))
    assert revision.current.fingerprint == fingerprint(revision.current.files)
    assert {CONTENT, FIXED_WORD, WORD_SOURCE} <= {file.path for file in revision.current.files}
    assert crew.faults(office.control) == []


def test_what_is_imported_as_in_force_is_issued_with_changes_settled_comments_out_and_fields_as_text(
    office: Office, tmp_path: Path
) -> None:
    (tmp_path / "POL-001.docx").write_bytes(OPEN)
    (verdict,) = importing.import_files(
        office.control, office.people["carla"], [tmp_path / "POL-001.docx"], adoption=Adoption(evidence="minutes")
    )
    assert any("taken as accepted" in loss for loss in verdict.losses)
    assert any("comment was left out" in loss for loss in verdict.losses)
    _require_all_fixed(office, "POL-001")


def test_what_is_imported_at_a_browser_is_issued_fixed_after_it_waited_for_confirmation(office: Office) -> None:
    key = import_batches.new_batch(office.control, office.people["carla"])
    staged = import_batches.stage(office.control, office.people["carla"], key, "POL-001.docx", OPEN)
    chosen = import_batches.Confirmed("POL-001", "Doors", office.type_id("policy"))
    adoption = Adoption(evidence="minutes")
    import_batches.import_staged(office.control, office.people["carla"], key, {staged.place: chosen}, adoption)
    _require_all_fixed(office, "POL-001")


def test_every_commit_of_somebody_elses_repository_is_issued_fixed(office: Office, tmp_path: Path) -> None:
    repository = ForeignRepository(tmp_path / "theirs")
    repository.write("POL-001.docx", OPEN)
    repository.commit("First", "2020-01-02")
    with sources_of_a_past.of_repository(office.control, repository.folder) as source:
        (verdict,) = adopt_past(office.control, office.people["carla"], source, Terms("their repository"))
    assert verdict.reasons == ()
    _require_all_fixed(office, "POL-001")


def test_every_revision_of_an_adopted_past_is_issued_fixed(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "past"
    folder.mkdir()
    (folder / "old.docx").write_bytes(word_file(paragraph("Old words")))
    (folder / "new.docx").write_bytes(OPEN)
    register = folder / "register.csv"
    rows = ("POL-001;Doors;1;2020-01-01;old.docx", "POL-001;Doors;2;2021-01-01;new.docx")
    register.write_text("\n".join(("Number;Title;Revision;Effective from;File", *rows)))
    source = sources_of_a_past.of_register(office.control, register, folder)
    (verdict,) = adopt_past(office.control, office.people["carla"], source, Terms("binder 12"))
    assert verdict.reasons == ()
    assert any("taken as accepted" in loss for loss in verdict.revisions[-1].losses)
    _require_all_fixed(office, "POL-001")


def test_what_only_word_draws_is_the_same_on_the_page_and_in_what_is_issued(office: Office, tmp_path: Path) -> None:
    drawn = unfixed_word(
        paragraph("Doors", "Heading1")
        + line(field("AUTONUMLGL", None), " Lock the door.")
        + line("The clerk shall ", field("LISTNUM NumberDefault \\l 2", None), " open and ")
        + line(field("SYMBOL 252 \\f Wingdings", None), " done, ", field("EQ \\f(1,2)", None), " of it.")
    )
    (tmp_path / "POL-001.docx").write_bytes(drawn)
    (verdict,) = importing.import_files(
        office.control, office.people["carla"], [tmp_path / "POL-001.docx"], adoption=Adoption(evidence="minutes")
    )
    assert (verdict.reason, verdict.losses) == ("", ())
    revision = _in_force(office, "POL-001")
    issued = re.sub(r"<[^>]+>", "", _shown(_issued(office, revision)))
    page = _page(office, revision).replace("\\", "")
    for said in ("1. Lock the door.", "shall a) open and", " done, 1/2 of it."):
        assert said in page
        assert said in issued
    assert re.search("[✓✔] done", page)


def _save(office: Office, revision_id: int, word: bytes) -> None:
    drafting.save_draft(
        office.control,
        revision_id,
        office.people["alice"],
        reason="Written in Word",
        based_on=office.revision(revision_id).fingerprint,
        text=read_edited_word(office.control, "POL-001.docx", word),
    )


def _for_editing(office: Office, revision_id: int) -> bytes:
    with office.control.reading() as session:
        revision = session.get_one(Revision, revision_id)
        sheet = exporting.issue_sheet(office.control, session, revision)
        return word_for_editing(office.control, Library.ITSELF, revision, sheet, None)


def test_the_author_goes_on_in_the_live_file_and_whoever_looks_at_the_draft_gets_the_fixed_one(office: Office) -> None:
    revision_id = office.write("POL-001")
    _save(office, revision_id, OPEN)
    live = _shown(_for_editing(office, revision_id))
    assert all(sign in live for sign in ("dataBinding", "instrText", "w:del ", "Bo Editor"))
    _, shown = exporting.issued_file(office.control, revision_id, office.people["carla"], exporting.WORD)
    _require_fixed(shown)


def test_the_fingerprint_covers_the_fixed_file_and_a_file_without_anything_to_fix_is_stored_once(
    office: Office,
) -> None:
    revision_id = office.write("POL-001")
    _save(office, revision_id, OPEN)
    current = office.revision(revision_id).current
    without = [file for file in current.files if file.path != FIXED_WORD]
    assert current.fingerprint == fingerprint(current.files) != fingerprint(without)
    _save(office, revision_id, word_file(paragraph("Nothing to fix here")))
    assert office.revision(revision_id).current.file(FIXED_WORD) is None


def test_words_written_in_the_browser_afterwards_leave_no_fixed_file_behind(office: Office) -> None:
    revision_id = office.write("POL-001")
    _save(office, revision_id, OPEN)
    drafting.save_draft(
        office.control,
        revision_id,
        office.people["alice"],
        reason="In the browser",
        based_on=office.revision(revision_id).fingerprint,
        text=drafting.WrittenText("# Doors\n\nOther words.\n"),
    )
    assert office.revision(revision_id).current.file(FIXED_WORD) is None


def test_a_library_from_before_without_fixed_files_issues_fixed_ones(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision_id = office.write("POL-001")
    monkeypatch.setattr("docctl.actions.documents.drafting.FIXED_WORD", "unknown.docx")
    _save(office, revision_id, OPEN)
    monkeypatch.undo()
    assert office.revision(revision_id).current.file(FIXED_WORD) is None
    _, shown = exporting.issued_file(office.control, revision_id, office.people["carla"], exporting.WORD)
    _require_fixed(shown)


@pytest.mark.only_sqlite
def test_issued_files_with_fields_are_the_same_on_another_day(office: Office, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "POL-001.docx").write_bytes(OPEN)
    adoption = Adoption(evidence="minutes")
    list(importing.import_files(office.control, office.people["carla"], [tmp_path / "POL-001.docx"], adoption=adoption))
    catch_up(office.control)
    clock.forward(days=400)
    checked = CliRunner().invoke(main, ["--data", str(office.control.data), "verify", "--reissue"])
    assert "2 issued files made again, 2 of them the same" in checked.output


def test_what_an_author_takes_to_word_says_who_wrote_it_as_before(office: Office) -> None:
    own = "<dc:creator>Ada Example</dc:creator><dc:title>Petty cash</dc:title>"
    revision_id = office.write("POL-001")
    _save(office, revision_id, unfixed_word(line("text ", field("AUTHOR", "Ada Example")), core=own))
    taken = docx.Document(io.BytesIO(_for_editing(office, revision_id))).core_properties
    assert (taken.author, taken.title) == ("Ada Example", "Petty cash")
    _, shown = exporting.issued_file(office.control, revision_id, office.people["carla"], exporting.WORD)
    assert docx.Document(io.BytesIO(shown)).core_properties.author == "Town of Weights"
    assert "Ada Example" in _shown(shown)


def test_what_was_issued_of_an_authors_own_file_is_not_taken_for_another_draft(office: Office) -> None:
    first, other = office.write("POL-001"), office.write("POL-002")
    _save(office, first, unfixed_word(line("text ", field("AUTHOR", "Ada Example"))))
    _, issued = exporting.issued_file(office.control, first, office.people["carla"], exporting.WORD)
    with office.control.reading() as session:
        revision = office.revision(other)
        with pytest.raises(RefusedUploadError, match="This is the Word file of POL-001 revision 1"):
            base_of(office.control, session, revision, issued)
        assert not base_of(office.control, session, office.revision(first), issued).is_known
