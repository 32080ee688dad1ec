"""Writing: documents and drafts, and two people who write at once."""

import threading

import pytest
from sqlalchemy import select

from docctl.actions.documents import drafting
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import (
    AlreadyDoneError,
    DocctlError,
    DraftAlreadyOpenError,
    InvalidNumberError,
    NotFoundError,
    NotPermittedError,
    NumberTakenError,
    StaleDraftError,
    WrongStateError,
)
from docctl.domain.trail.audit_trail import Event
from tests.factories.library import Office

pytestmark = pytest.mark.both_databases

TEXT = WrittenText("# Purpose\n\nSee SOP-02 and POL-001.\n")


def test_a_first_draft_is_a_commit_by_its_author(office: Office) -> None:
    revision = office.revision(office.write("POL-001", text="# Purpose\n"))
    commit = office.control.library.read(revision.current.commit).decode()
    assert f"author Alice Author <account-{office.people['alice']}@docctl.invalid>" in commit
    assert "First draft" in commit
    assert office.control.library.read_file(revision.current.file(CONTENT)) == b"# Purpose\n"


def test_a_number_is_never_given_twice_whatever_its_case(office: Office) -> None:
    first = office.write("POL-007")
    drafting.discard(office.control, first, office.people["alice"], "not needed")
    with pytest.raises(NumberTakenError, match="POL-007"):
        office.write("pol-007")


@pytest.mark.parametrize("number", ["../../etc/x1", "POL-1\n", "x1.lock", "--output=x1", "CON", ".git"])
def test_a_number_that_is_none_is_refused_and_leaves_nothing(office: Office, number: str) -> None:
    with pytest.raises(InvalidNumberError):
        office.write(number)
    with office.control.reading() as session:
        assert session.scalars(select(Document)).all() == []


def test_many_people_who_want_one_number_get_it_once(office: Office) -> None:
    outcomes: list[str] = []

    def want() -> None:
        try:
            office.write("POL-001")
            outcomes.append("got it")
        except DocctlError as refusal:
            outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=want) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("got it") == 1
    assert set(outcomes) == {"got it", "NumberTakenError"}


def test_who_saves_over_a_newer_text_is_told_and_both_texts_are_kept(office: Office) -> None:
    made = office.write("POL-001")
    seen = office.revision(made).fingerprint
    office.save(made, "# By Alice\n")
    with pytest.raises(StaleDraftError, match="Alice Author saved POL-001 revision 1"):
        drafting.save_draft(
            office.control, made, office.people["carla"], reason="mine", based_on=seen, text=WrittenText("# By Carla\n")
        )
    with office.control.reading() as session:
        revision = session.get_one(Document, 1).revisions[0]
        kept = {draft.number: draft for draft in revision.saved_drafts}
        assert office.control.library.read_file(revision.current.file(CONTENT)) == b"# By Alice\n"
        assert kept[3].aside
        assert office.control.library.read_file(kept[3].file(CONTENT)) == b"# By Carla\n"
        assert revision.author_persons == {str(office.people["alice"])}


def test_an_earlier_saved_draft_is_restored_as_a_new_save(office: Office) -> None:
    made = office.write("POL-001", text="# One\n")
    office.save(made, "# Two\n")
    drafting.restore_draft(office.control, made, office.people["alice"], 1)
    with office.control.reading() as session:
        revision = session.get_one(Document, 1).revisions[0]
        assert [draft.number for draft in revision.saved_drafts] == [1, 2, 3]
        assert office.control.library.read_file(revision.current.file(CONTENT)) == b"# One\n"


def test_a_picture_still_shown_goes_on_and_one_no_longer_shown_goes(office: Office) -> None:
    text = "![a](assets/a.png) ![b](assets/b.png)\n"
    made = office.write("POL-001", text=text, assets={"assets/a.png": b"a", "assets/b.png": b"b"})
    office.save(made, "![a](assets/a.png)\n")
    paths = {file.path for file in office.revision(made).current.files}
    assert paths == {"assets/a.png", "content.md", "document.yaml"}


def test_metadata_alone_can_be_saved_and_changes_the_fingerprint(office: Office) -> None:
    made = office.write("POL-001")
    before = office.revision(made)
    office.save(made, metadata=DocumentMetadata(title="A better title"))
    after = office.revision(made)
    assert after.title == "A better title"
    assert after.current.file(CONTENT) == before.current.file(CONTENT)
    assert after.fingerprint != before.fingerprint


def test_the_next_revision_starts_from_the_text_in_force(office: Office) -> None:
    first = office.publish("POL-001", text="# In force\n")
    second = office.revision(office.open_revision("POL-001"))
    assert second.number == 2
    assert second.state == "DRAFT"
    assert second.current.file(CONTENT) == office.revision(first).current.file(CONTENT)
    with pytest.raises(DraftAlreadyOpenError, match="revision 2 open"):
        office.open_revision("POL-001")


def test_a_discarded_revision_number_is_not_given_again(office: Office) -> None:
    office.publish("POL-001")
    second = office.open_revision("POL-001")
    drafting.discard(office.control, second, office.people["alice"], "no time")
    assert office.revision(office.open_revision("POL-001")).number == 3


def test_mentions_of_other_documents_are_kept(office: Office) -> None:
    made = office.write("POL-001", text="See SOP-02, POL-001 and WI-003.\n")
    with office.control.reading() as session:
        revision = session.get_one(Document, 1).revisions[0]
        assert {mention.canonical for mention in revision.mentions} == {"SOP-02", "WI-003"}
        assert revision.id == made


def test_a_reader_writes_nothing(office: Office) -> None:
    with pytest.raises(NotPermittedError):
        office.write("POL-001", author="eve")
    made = office.write("POL-001")
    with pytest.raises(NotPermittedError):
        office.save(made, "# Mine\n", author="eve")


def test_an_author_may_not_know_of_a_restricted_draft_of_others(office: Office) -> None:
    made = office.write("POL-001", author="carla", departments=("Management",))
    with pytest.raises(NotFoundError, match="or you may not see it"):
        office.save(made, "# Mine\n", author="alice")


def test_a_save_needs_a_reason_and_a_draft(office: Office) -> None:
    made = office.write("POL-001")
    with pytest.raises(DocctlError, match="Say in one line what you changed"):
        office.save(made, "# X\n", reason="  ")
    office.carry_through(made)
    with pytest.raises(WrongStateError, match="in force"):
        office.save(made, "# X\n")


def test_who_has_the_draft_in_word_is_noted(office: Office) -> None:
    made = office.write("POL-001")
    drafting.take_for_editing(office.control, made, office.people["alice"])
    with office.control.reading() as session:
        held_by = session.get_one(Document, 1).revisions[0].held_by
        assert held_by is not None
        assert held_by.name == "Alice Author"
    drafting.give_back(office.control, made, office.people["alice"])
    assert office.revision(made).held_by_id is None


def test_a_request_sent_twice_counts_once(office: Office, control: DocumentControl) -> None:
    made = office.write("POL-001")
    shown = office.revision(made).fingerprint

    def send() -> None:
        alice = office.people["alice"]
        drafting.save_draft(control, made, alice, reason="once", based_on=shown, text=TEXT, request_id="form-1")

    send()
    with pytest.raises(AlreadyDoneError) as answer:
        send()
    assert answer.value.subject == "POL-001 revision 1"
    with control.reading() as session:
        assert len(session.scalars(select(Event).where(Event.request_id == "form-1")).all()) == 1


def test_the_document_branch_is_a_line_of_everything_saved(office: Office) -> None:
    made = office.write("POL-001")
    office.save(made, "# Two\n")
    with office.control.reading() as session:
        document = session.get_one(Document, 1)
        drafts = document.revisions[0].saved_drafts
        assert document.tip_commit == drafts[1].commit
    assert f"parent {drafts[0].commit}" in office.control.library.read(drafts[1].commit).decode()
