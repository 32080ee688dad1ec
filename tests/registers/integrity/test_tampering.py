"""Every known way to tamper (F11), seen by docctl and by a stranger, without and with a checkpoint from outside.

Somebody with full rights on database and repository tries each. What was changed in the database alone cannot show in a
clone, because nothing of it reaches the clone; a stranger then says rightly that the clone is sound.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docctl.actions.settings import administering
from docctl.actions.trail.checkpointing import take_checkpoint, write_checkpoint
from docctl.actions.trail.rotating_keys import rotate_key
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.verifying import verify
from docctl.registers.integrity.witnesses import read_checkpoint, read_head
from tests.factories import tampering
from tests.factories.kept_libraries import Kept, brought_to, copy_of
from tests.factories.library import Clock, Founded, Office
from tests.factories.stand_ins import issue_quickly
from tests.factories.stranger import VERIFIER, check_clone

SOUND, SEEN = 0, 2
DATABASE_ONLY = {
    "edit an event row": tampering.edit_event,
    "edit an event row and its leaf": tampering.edit_event_and_leaf,
    "edit and recompute the whole chain in SQL": tampering.recompute_chain,
    "delete the last events in SQL only": tampering.delete_newest_events,
    "edit a state row": tampering.edit_state,
    "edit a signature": tampering.edit_signature,
    "copy a signature to another document": tampering.copy_signature,
}
SHOWS_IN_A_CLONE = {
    "move the ledger back": tampering.move_ledger_back,
    "replace the ledger's tip": tampering.replace_tip,
    "swap approved bytes in Git's object file": tampering.swap_bytes,
    "forge a ledger commit without the key": tampering.forge_commit,
    "back-date an event": tampering.back_date,
    "let somebody act in roles that no event gave, with the stolen key": tampering.act_in_other_roles,
}
NEEDS_A_WITNESS = {
    "cut the newest events in SQL and Git together": tampering.cut_newest_everywhere,
    "rewrite everything with the stolen key": tampering.rewrite_everything,
}


def _live(office: Office, clock: Clock) -> None:
    """Bring documents into several stages of life, issue their files, and catch up with everything."""
    with pytest.MonkeyPatch.context() as patched:
        issue_quickly(patched)
        office.publish("POL-001", clauses=[("iso-9001-2015", "5.2")])
        administering.issue_link(office.control, None, office.people["eve"])
        office.revise("POL-001", "# Purpose\n\nThe second text.\n")
        office.publish("POL-002", "Other policy")
        draft = office.write("SOP-01", "Procedure", type_name="procedure")
        office.submit(draft)
        office.review(draft)
        catch_up(office.control)


@pytest.fixture(scope="module")
def at_work(founded_library: Founded, once: Path) -> Kept:
    """A library at work, which no test tampers with."""
    return brought_to(founded_library, once, _live)


@pytest.fixture
def kept(at_work: Kept, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A library at work that a test may tamper with."""
    issue_quickly(monkeypatch)
    with copy_of(at_work, tmp_path / "kept", clock) as office:
        yield office


def checkpoint(office: Office, folder: Path) -> Path:
    """Take a checkpoint away."""
    path = write_checkpoint(office.control, take_checkpoint(office.control), folder)
    catch_up(office.control)
    return path


def stranger(office: Office, folder: Path, *checkpoints: Path) -> tuple[int, str]:
    """Let somebody clone and check the library."""
    return check_clone(office.control.library.folder, folder, *checkpoints)


@pytest.mark.parametrize("tamper", DATABASE_ONLY.values(), ids=DATABASE_ONLY.keys())
def test_tampering_in_the_database_alone_is_seen_without_a_checkpoint(
    kept: Office, tmp_path: Path, tamper: tampering.Tamper
) -> None:
    kept_elsewhere = checkpoint(kept, tmp_path)
    tamper(kept)
    assert verify(kept.control).exit_code == SEEN
    assert verify(kept.control, witnesses=[read_checkpoint(kept_elsewhere)]).exit_code == SEEN
    assert stranger(kept, tmp_path, kept_elsewhere)[0] == SOUND


@pytest.mark.parametrize("tamper", SHOWS_IN_A_CLONE.values(), ids=SHOWS_IN_A_CLONE.keys())
def test_tampering_in_the_repository_is_seen_without_a_checkpoint(
    kept: Office, tmp_path: Path, tamper: tampering.Tamper
) -> None:
    kept_elsewhere = checkpoint(kept, tmp_path)
    tamper(kept)
    catch_up_where_possible(kept)
    assert verify(kept.control).exit_code == SEEN
    assert verify(kept.control, witnesses=[read_checkpoint(kept_elsewhere)]).exit_code == SEEN
    for place, checkpoints in (("without", []), ("with", [kept_elsewhere])):
        (tmp_path / place).mkdir()
        code, told = stranger(kept, tmp_path / place, *checkpoints)
        assert code == SEEN, told


@pytest.mark.parametrize("tamper", NEEDS_A_WITNESS.values(), ids=NEEDS_A_WITNESS.keys())
def test_what_leaves_no_trace_here_is_seen_by_a_witness_outside_alone(
    kept: Office, tmp_path: Path, tamper: tampering.Tamper
) -> None:
    kept_elsewhere = checkpoint(kept, tmp_path)
    seen = read_checkpoint(kept_elsewhere)
    tamper(kept)
    assert verify(kept.control).findings == ()
    for witness in (seen, read_head(f"{seen.seq}:{seen.chain[:12]}")):
        assert verify(kept.control, witnesses=[witness]).exit_code == SEEN
    for place, checkpoints, expected in (("without", [], SOUND), ("with", [kept_elsewhere], SEEN)):
        (tmp_path / place).mkdir()
        code, told = stranger(kept, tmp_path / place, *checkpoints)
        assert code == expected, told
    assert "altered or gone" in told


def catch_up_where_possible(office: Office) -> None:
    """Let the ledger's reference follow where the tampering left that to the library itself."""
    with office.control.reading() as session:
        head = session.get_one(tampering.ChainHead, 1).ledger_commit
    if office.control.library.refs()[tampering.LEDGER] == tampering.events_of(office.control)[-2].ledger_commit:
        office.control.library.move_refs([tampering.RefMove(tampering.LEDGER, head)])


def test_a_sound_library_raises_no_alarm_for_anybody(kept: Office, clock: Clock, tmp_path: Path) -> None:
    older = checkpoint(kept, tmp_path / "kept")
    clock.forward(days=30)
    rotate_key(kept.control, "Yearly change of the key")
    changed = kept.open_revision("POL-002")
    kept.save(changed, "# Changed\n")
    kept.carry_through(changed)
    administering.set_disabled(kept.control, kept.people["admin"], kept.people["rob"], True, left_open="Left")
    newer = checkpoint(kept, tmp_path / "kept")
    assert verify(kept.control, witnesses=[read_checkpoint(each) for each in (older, newer)]).findings == ()
    code, told = stranger(kept, tmp_path, older, newer)
    assert (code, told.startswith("sound: ")) == (0, True), told


def test_the_verifier_is_short_and_asks_nothing_of_anybody_but_python_git_and_ssh_keygen() -> None:
    text = VERIFIER.read_text()
    assert len(text.splitlines()) <= 560
    imported = {
        line.split()[1].partition(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= set(sys.stdlib_module_names)
