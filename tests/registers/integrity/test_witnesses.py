"""What only a witness outside can show: the newest events cut off, or the whole trail written anew."""

from pathlib import Path

import pytest
from sqlalchemy import text

from docctl.actions.trail.checkpointing import take_checkpoint, write_checkpoint
from docctl.adapters.git_library import RefMove
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.domain.trail.audit_trail import ChainHead, Event
from docctl.domain.trail.checkpoint import Checkpoint
from docctl.followers import git_refs, library_snapshot
from docctl.registers.integrity.verifying import verify
from docctl.registers.integrity.witnesses import KnownHead, read_checkpoint, read_head
from tests.factories.library import Office, found_library


@pytest.fixture
def kept(office: Office) -> Office:
    """A library with a document under way."""
    office.write()
    return office


def witness_of(office: Office, folder: Path) -> KnownHead:
    """Take a checkpoint away and let references catch up."""
    path = write_checkpoint(office.control, take_checkpoint(office.control), folder)
    follow(office.control)
    return read_checkpoint(path)


def follow(control: DocumentControl) -> None:
    """Let references and snapshot catch up."""
    git_refs.follow(control)
    library_snapshot.follow(control)


def cut_off(office: Office, at: int) -> None:
    """Cut the newest events off in SQL and in Git together."""
    with office.control.reading() as session:
        last = session.get_one(Event, at)
    with office.control.remembering() as session:
        session.execute(text("DELETE FROM events WHERE seq > :at"), {"at": at})
        session.execute(text("UPDATE watermarks SET seq = :at"), {"at": at})
        head = session.get_one(ChainHead, 1)
        head.seq, head.chain, head.ledger_commit = at, last.chain, last.ledger_commit
        head.happened_at = last.happened_at
    office.control.library.move_refs([RefMove("refs/heads/ledger", last.ledger_commit)])


def test_checkpoint_and_printed_head_agree_with_a_sound_library(kept: Office, tmp_path: Path) -> None:
    witness = witness_of(kept, tmp_path)
    head = read_head(f"{witness.seq}:{witness.chain[:12]}")
    kept.write("POL-002")
    follow(kept.control)
    assert verify(kept.control, witnesses=[witness, head]).findings == ()


def test_events_cut_off_everywhere_are_shown_by_a_checkpoint_alone(kept: Office, tmp_path: Path) -> None:
    with kept.control.reading() as session:
        before = session.get_one(ChainHead, 1).seq
    witness = witness_of(kept, tmp_path)
    cut_off(kept, before)
    assert verify(kept.control).exit_code == 0
    for each in (witness, read_head(f"{witness.seq}:{witness.chain[:12]}")):
        report = verify(kept.control, witnesses=[each])
        assert report.exit_code == 2
        assert f"knew {witness.seq} events: event {witness.seq} is gone" in report.findings[0].sentence


def test_altered_events_are_narrowed_down_by_an_older_checkpoint(kept: Office, tmp_path: Path) -> None:
    older, newer = witness_of(kept, tmp_path), witness_of(kept, tmp_path)
    wrong = read_head(f"{newer.seq}:{'0' * 12}")
    findings = verify(kept.control, witnesses=[wrong, older]).findings
    assert [finding.sentence for finding in findings] == [
        f"An issued PDF knew another chain up to event {newer.seq}: event {newer.seq} was altered since."
    ]


def test_checkpoint_that_was_edited_or_is_of_another_library_proves_nothing(kept: Office, tmp_path: Path) -> None:
    other = found_library(tmp_path / "other")
    theirs = write_checkpoint(other, take_checkpoint(other), tmp_path / "theirs")
    ours = write_checkpoint(kept.control, take_checkpoint(kept.control), tmp_path / "ours")
    follow(kept.control)
    edited = tmp_path / "edited.txt"
    checkpoint = Checkpoint.read(ours.read_text())
    edited.write_text(ours.read_text().replace(f"seq {checkpoint.seq}", f"seq {checkpoint.seq - 1}"))
    Path(f"{edited}.sig").write_text(Path(f"{ours}.sig").read_text())
    for path in (theirs, edited):
        report = verify(kept.control, witnesses=[read_checkpoint(path)])
        assert report.exit_code == 2
        assert "does not carry this library's signature" in report.findings[0].sentence


def test_checkpoint_without_its_signature_is_refused(kept: Office, tmp_path: Path) -> None:
    path = write_checkpoint(kept.control, take_checkpoint(kept.control), tmp_path)
    Path(f"{path}.sig").unlink()
    with pytest.raises(InvalidInputError, match="is not beside"):
        read_checkpoint(path)
