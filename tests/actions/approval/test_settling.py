"""Before anybody signs, changes tracked in Word are settled, comments closed, and barriers mended or accepted."""

import pytest
from sqlalchemy import select

from docctl.actions.approval import reviewing
from docctl.actions.approval.settling import settle_changes
from docctl.actions.documents import drafting
from docctl.actions.intake.writing_in_word import read_edited_word
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import BarriersLeftError, OpenPlacesLeftError, UnsettledChangesError, WrongStateError
from docctl.domain.rights.permission import Library
from docctl.domain.trail.audit_trail import Act, Event
from tests.factories.files.hostile_word import word_file
from tests.factories.files.unfixed_word import bound, deleted, field, inserted, line, text, unfixed_word
from tests.factories.library import Office

AT = 'w:id="1" w:author="Bo Editor" w:date="2026-01-02T03:04:05Z"'
SHOWING = "<w:showingPlcHdr/><w:text/>"
TRACKED = (
    "<w:p><w:r><w:t xml:space='preserve'>Cranes lift </w:t></w:r>"
    f"<w:del {AT}><w:r><w:delText>light</w:delText></w:r></w:del>"
    f"<w:ins {AT}><w:r><w:t>heavy</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> loads.</w:t></w:r></w:p>"
)


@pytest.fixture
def draft(office: Office) -> int:
    """A draft whose Word file has tracked changes."""
    revision_id = office.write("POL-001")
    text = read_edited_word(office.control, "POL-001.docx", word_file(TRACKED))
    drafting.save_draft(
        office.control,
        revision_id,
        office.people["alice"],
        reason="Written in Word",
        based_on=office.revision(revision_id).fingerprint,
        text=text,
    )
    return revision_id


def _submit(office: Office, revision_id: int, **more: bool) -> None:
    shown = office.revision(revision_id).fingerprint
    reviewing.submit(
        office.control, revision_id, office.people["alice"], change_summary="First", based_on=shown, **more
    )


def _settle(office: Office, revision_id: int, *, accept: bool) -> str:
    shown = office.revision(revision_id).fingerprint
    settle_changes(office.control, revision_id, office.people["alice"], accept=accept, based_on=shown)
    return office.control.read_text(
        Library.ITSELF, office.revision(revision_id).current, office.revision(revision_id)
    ).text


def test_a_draft_with_tracked_changes_is_not_submitted_and_the_refusal_names_them(office: Office, draft: int) -> None:
    with pytest.raises(UnsettledChangesError, match=r"2 tracked changes .*Bo Editor.*light") as refusal:
        _submit(office, draft)
    assert str(refusal.value).endswith(".")


def test_accepting_all_changes_saves_the_text_with_them_and_lets_it_be_submitted(office: Office, draft: int) -> None:
    assert "Cranes lift heavy loads." in _settle(office, draft, accept=True)
    _submit(office, draft)
    assert "accepted" in office.revision(draft).current.reason


def test_rejecting_all_changes_saves_the_text_without_them(office: Office, draft: int) -> None:
    assert "Cranes lift light loads." in _settle(office, draft, accept=False)


def test_nothing_is_settled_where_nothing_is_open(office: Office, draft: int) -> None:
    _settle(office, draft, accept=True)
    with pytest.raises(WrongStateError, match="no tracked changes"):
        _settle(office, draft, accept=True)


def test_a_text_with_barriers_is_submitted_only_on_the_word_of_its_author_and_the_trail_names_them(
    office: Office,
) -> None:
    revision_id = office.write("POL-001")
    drafting.save_draft(
        office.control,
        revision_id,
        office.people["alice"],
        reason="Add a deep heading",
        based_on=office.revision(revision_id).fingerprint,
        text=WrittenText("# Purpose\n\nText.\n\n### Deep\n\nText.\n"),
    )
    with pytest.raises(BarriersLeftError, match="1 found, first a heading level skipped: Deep"):
        _submit(office, revision_id)
    _submit(office, revision_id, despite_barriers=True)
    with office.control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.REVISION_SUBMITTED)).one()
    assert event.plain_values["barriers"] == ["heading level skipped: Deep"]


def _written(office: Office, word: bytes, type_name: str = "policy", number: str = "POL-001") -> int:
    revision_id = office.write(number, type_name=type_name)
    written = read_edited_word(office.control, f"{number}.docx", word)
    shown = office.revision(revision_id).fingerprint
    drafting.save_draft(
        office.control, revision_id, office.people["alice"], reason="In Word", based_on=shown, text=written
    )
    return revision_id


def test_a_change_in_a_header_is_settled_before_anybody_signs_too(office: Office) -> None:
    changed = line("The door is ", deleted("never "), inserted("always "), "locked")
    revision_id = _written(office, unfixed_word(line("text"), header=changed))
    with pytest.raises(UnsettledChangesError, match="never"):
        _submit(office, revision_id)
    _settle(office, revision_id, accept=True)
    _submit(office, revision_id)


def test_places_left_open_in_word_are_submitted_only_on_the_word_of_the_author_and_the_trail_names_them(
    office: Office,
) -> None:
    lost = line("See ", field("REF _gone", "Error! Reference source not found."))
    unfinished = lost + line(bound(text("Who?"), SHOWING))
    revision_id = _written(office, unfixed_word(unfinished))
    assert any("Reference source not found" in loss for loss in office.revision(revision_id).current.losses)
    with pytest.raises(OpenPlacesLeftError, match=r"2 found, first: error shown: “Error! Reference"):
        _submit(office, revision_id)
    _submit(office, revision_id, despite_open_places=True)
    with office.control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.REVISION_SUBMITTED)).one()
    assert event.plain_values["open_places"][1] == "place to fill in: “Who?”"


def test_a_form_is_submitted_with_its_places_to_fill_in(office: Office) -> None:
    form = unfixed_word(line("Name ", bound(text("Click here"), SHOWING)))
    revision = _written(office, form, "form", "FRM-001")
    _submit(office, revision)
    assert office.revision(revision).state in ("IN_REVIEW", "IN_APPROVAL")
