"""Two revisions or saved drafts compared as people read them."""

import io
import json

import docx
import pytest
from docx.shared import RGBColor

from docctl.actions.documents import drafting
from docctl.domain.documents.document_metadata import CitedClause, DocumentMetadata
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import NotFoundError
from docctl.registers.documents.comparison import Comparison, compare
from tests.factories.files.hostile_word import png
from tests.factories.library import Office

OLD = "# Purpose\n\nRecords are kept for five years.\n\n| Role | Duty |\n|---|---|\n| Owner | Keeps |\n"
NEW = OLD.replace("five", "ten") + "\n# New\n\n&lt;script&gt;\n"


def compared(office: Office, login: str, old: int, new: int, **drafts: int) -> Comparison:
    """Return a comparison as somebody asks for it."""
    with office.control.reading() as session:
        return compare(office.control, session, office.person(login), "POL-001", old, new, **drafts)


def test_two_revisions_are_compared_in_words_sections_metadata_and_clauses(office: Office) -> None:
    office.publish(text=OLD, clauses=[("iso-9001-2015", "5.2")])
    revision_id = office.open_revision("POL-001")
    metadata = DocumentMetadata(
        "Policy on quality", "Head of Quality", "Quality", clauses=(CitedClause("iso-9001-2015", "7.5"),)
    )
    office.save(revision_id, NEW, metadata=metadata)
    office.carry_through(revision_id)
    found = compared(office, "eve", 1, 2)
    assert (found.old.state, found.new.state) == ("SUPERSEDED", "IN_FORCE")
    assert [section.title for section in found.sections] == ["Purpose", "New"]
    assert [(each.field, each.old, each.new) for each in found.metadata] == [
        ("title", "Quality policy", "Policy on quality")
    ]
    assert [line.clause for line in found.clauses_added] == ["7.5"]
    assert [line.clause for line in found.clauses_removed] == ["5.2"]
    assert not found.is_identical
    assert "<script" not in "".join(piece.inline for piece in found.pieces)
    as_read = json.loads(json.dumps(found.as_json()))
    assert as_read["blocks"][0]["cells"][0][1] == {"change": "removed", "text": "five "}
    assert as_read["old"]["revision"] == 1


def test_saved_drafts_are_compared_for_those_at_work_only(office: Office) -> None:
    office.publish(text=OLD)
    revision_id = office.open_revision("POL-001")
    office.save(revision_id, NEW)
    found = compared(office, "alice", 2, 2, old_draft=1)
    assert (found.old.saved_draft, found.new.saved_draft) == (1, 2)
    assert found.words_added > 0
    with pytest.raises(NotFoundError):
        compared(office, "eve", 1, 2)
    office.carry_through(revision_id)
    assert compared(office, "eve", 1, 2).words_added > 0
    with pytest.raises(NotFoundError):
        compared(office, "eve", 2, 2, old_draft=1)


def test_revision_is_identical_to_itself(office: Office) -> None:
    office.publish(text=OLD)
    found = compared(office, "eve", 1, 1)
    assert found.is_identical
    assert found.as_json()["blocks"] == []


def test_metadata_of_an_earlier_draft_is_its_own(office: Office) -> None:
    revision_id = office.write(clauses=[("iso-9001-2015", "5.2", "Purpose")], keywords=("quality", "a, b"))
    office.save(revision_id, metadata=DocumentMetadata("Later title", "Head of Quality", "Quality"))
    found = compared(office, "alice", 1, 1, old_draft=1)
    assert found.old.title == "Quality policy"
    assert {each.field for each in found.metadata} == {"title", "keywords"}
    assert [line.section for line in found.clauses_removed] == ["Purpose"]


def test_pictures_that_came_or_went_are_named(office: Office) -> None:
    office.publish(text="![Flow](assets/a.png)\n", assets={"assets/a.png": png()})
    office.revise("POL-001", "No picture any more.\n")
    assert [(each.path, each.change) for each in compared(office, "eve", 1, 2).pictures] == [
        ("assets/a.png", "removed")
    ]


def test_unknown_revision_is_not_found(office: Office) -> None:
    office.publish()
    with pytest.raises(NotFoundError):
        compared(office, "carla", 1, 7)


def coloured(colour: str) -> bytes:
    """A Word file that says the same in another colour."""
    document = docx.Document()
    document.add_paragraph().add_run("Valve A stays shut.").font.color.rgb = RGBColor.from_string(colour)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_a_colour_in_the_word_file_alone_is_a_difference(office: Office) -> None:
    office.publish(text="Valve A stays shut.\n")
    revision_id = office.open_revision("POL-001")
    for colour in ("FF0000", "00FF00"):
        text = WrittenText("Valve A stays shut.\n", word_source=coloured(colour))
        revision = office.revision(revision_id)
        drafting.save_draft(
            office.control,
            revision_id,
            office.people["alice"],
            reason="Paint it",
            based_on=revision.fingerprint,
            text=text,
        )
    newest = office.revision(revision_id).current.number
    found = compared(office, "alice", 2, 2, old_draft=newest - 1)
    assert [(look.what, look.old, look.new) for look in found.looks] == [("colour", "red", "green")]
    assert not found.is_identical
    assert found.as_json()["looks"][0]["place"] == "“Valve A stays shut.”"
    assert found.as_json()["identical"] is False
    assert [look.what for look in compared(office, "alice", 1, 2).looks] == ["pages"]
