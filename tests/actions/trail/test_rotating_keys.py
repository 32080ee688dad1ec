"""A new key follows the old one by an event that both sign; what the old one signed stays valid, nothing else does."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from docctl import tools
from docctl.actions.settings import administering
from docctl.actions.trail.checkpointing import take_checkpoint, write_checkpoint
from docctl.actions.trail.rotating_keys import rotate_key, settle
from docctl.adapters.signing_key import SigningKey
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError, LibraryMismatchError
from docctl.followers import git_refs, library_snapshot
from docctl.registers.integrity.verifying import verify
from docctl.registers.integrity.witnesses import read_checkpoint
from tests.factories.library import Clock, Office, open_library


def follow(control: DocumentControl) -> None:
    """Let references and snapshot catch up."""
    git_refs.follow(control)
    library_snapshot.follow(control)


def rotated_twice(office: Office, clock: Clock) -> Office:
    """A library whose key was changed twice, with documents signed before, between and after."""
    for number in ("POL-001", "POL-002"):
        office.publish(number)
        clock.forward(days=400)
        rotate_key(office.control, "Yearly change of the key")
    office.publish("POL-003")
    follow(office.control)
    return office


def test_old_signatures_stay_valid_after_rotation_and_after_their_signer_left(office: Office, clock: Clock) -> None:
    before = office.control.signing_key.public_line
    rotated_twice(office, clock)
    administering.set_disabled(office.control, office.people["admin"], office.people["rob"], True, left_open="Left")
    follow(office.control)
    assert office.control.signing_key.public_line != before
    assert verify(office.control).findings == ()
    with office.control.reading() as session:
        keys = office.control.ledger_keys(session)
    assert (len(keys.keys), keys.first) == (3, before)
    keys_folder = office.control.data / "keys"
    assert (keys_folder / "ledger_key.001.pub").read_text().strip() == before
    assert not (keys_folder / "ledger_key.next").exists()


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is missing: apt-get install openssh-client")
def test_stock_git_accepts_every_commit_in_its_time_and_an_old_key_no_more(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    stolen = SigningKey.read(office.control.data / "keys" / "ledger_key")
    rotated_twice(office, clock)
    control, git = office.control, tools.git_library
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", control.library.folder, clone], check=True, capture_output=True)
    command = ["git", "-c", f"gpg.ssh.allowedSignersFile={clone}/allowed_signers"]
    revisions = subprocess.run(
        [*command, "rev-list", "origin/ledger", "library"], cwd=clone, capture_output=True, text=True
    )
    commits = revisions.stdout.split()
    assert len(commits) > 40
    checked = subprocess.run([*command, "verify-commit", *commits], cwd=clone, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    empty = git.tree({})
    text = git.CommitText(empty.id, (), "docctl", "ledger@docctl.invalid", clock(), "forged with the old key")
    forged = git.commit(text, stolen.sign)
    control.library.write([empty, forged])
    again = subprocess.run([*command, "verify-commit", forged.id], cwd=control.library.folder, capture_output=True)
    assert again.returncode != 0


def test_an_old_key_signs_nothing_after_its_rotation(office: Office) -> None:
    stolen = SigningKey.read(office.control.data / "keys" / "ledger_key")
    rotate_key(office.control, "The old key may be known to somebody")
    office.control.keys._held = stolen
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(office.control.keys, "key", lambda _: stolen)
        office.write()
    follow(office.control)
    sentences = [finding.sentence for finding in verify(office.control).findings]
    assert any("does not carry the library's signature" in sentence for sentence in sentences)


def test_a_process_that_was_running_signs_with_the_new_key(office: Office, clock: Clock) -> None:
    other = open_library(office.control.data, clock)
    rotate_key(other, "Rotated elsewhere")
    office.write()
    follow(office.control)
    assert verify(office.control).findings == ()
    other.engine.dispose()


def test_key_that_did_not_agree_to_follow_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docctl.actions.trail.rotating_keys.rotation_text", lambda *_: b"something else")
    rotate_key(office.control, "Forged")
    office.write()
    follow(office.control)
    findings = verify(office.control).findings
    assert [finding.rule for finding in findings] == ["I7"]
    assert "did not sign to follow" in findings[0].sentence


def test_library_whose_key_was_exchanged_records_nothing_and_says_why(office: Office) -> None:
    rotate_key(office.control, "Yearly change of the key")
    keys = office.control.data / "keys"
    (keys / "ledger_key").unlink()
    SigningKey.create(keys / "ledger_key")
    other = open_library(office.control.data, Clock())
    with pytest.raises(LibraryMismatchError, match="backup of the keys"):
        administering.issue_link(other, None, office.people["eve"])
    assert any("bring it back" in finding.sentence for finding in verify(other).findings)
    other.engine.dispose()


def test_checkpoint_from_before_a_rotation_still_counts_and_one_by_an_old_key_does_not(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write_checkpoint(office.control, take_checkpoint(office.control), tmp_path / "old")
    stolen = SigningKey.read(office.control.data / "keys" / "ledger_key")
    rotate_key(office.control, "Yearly change of the key")
    taken = take_checkpoint(office.control)
    follow(office.control)
    with monkeypatch.context() as patched:
        patched.setattr(office.control.keys, "key", lambda _: stolen)
        forged = write_checkpoint(office.control, taken, tmp_path / "forged")
    assert verify(office.control, witnesses=[read_checkpoint(old)]).findings == ()
    assert verify(office.control, witnesses=[read_checkpoint(forged)]).exit_code == 2


def test_rotation_needs_a_reason_and_settling_changes_nothing_afterwards(office: Office) -> None:
    with pytest.raises(InvalidInputError):
        rotate_key(office.control, " ")
    rotate_key(office.control, "Yearly change of the key")
    keys = office.control.data / "keys"
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    settle(office.control)
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before
    assert os.stat(keys / "ledger_key").st_mode & 0o077 == 0
