"""A checkpoint is an event that names the one before, and a file that stock ssh-keygen verifies."""

import shutil
import subprocess
from pathlib import Path

import pytest

from docctl.actions.trail.checkpointing import checkpoint_of, take_checkpoint, write_checkpoint
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.checkpoint import Checkpoint
from docctl.domain.trail.ledger_keys import LEDGER_PRINCIPAL
from docctl.domain.trail.signed_note import SignedHead
from tests.factories.library import Office


def test_checkpoint_reaches_up_to_its_own_event_which_names_the_one_before(office: Office) -> None:
    first = take_checkpoint(office.control)
    office.write()
    second = take_checkpoint(office.control, office.people["carla"])
    with office.control.reading() as session:
        event = session.get_one(Event, second.seq)
        assert session.query(Event).count() == second.seq
    assert (event.chain, event.ledger_commit) == (second.chain, second.ledger_commit)
    assert event.actor_name == "Carla Controller"
    assert event.plain_values["previous"] == {"seq": first.seq, "chain": first.chain}
    assert checkpoint_of(office.control, event) == second


def test_checkpoint_file_is_written_whole_with_its_signature_beside_it(office: Office, tmp_path: Path) -> None:
    taken = take_checkpoint(office.control)
    path = write_checkpoint(office.control, taken, tmp_path / "kept" / "here")
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name, f"{path.name}.note", f"{path.name}.sig"]
    head = SignedHead.read(path.with_name(f"{path.name}.note").read_text()).head
    assert head.size == taken.seq
    assert Checkpoint.read(path.read_text()) == taken
    assert write_checkpoint(office.control, taken, path.parent) == path


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is missing: apt-get install openssh-client")
def test_stock_ssh_keygen_accepts_a_checkpoint_as_such_and_as_nothing_else(office: Office, tmp_path: Path) -> None:
    path = write_checkpoint(office.control, take_checkpoint(office.control), tmp_path)
    signers = office.control.data / "keys" / "allowed_signers"
    for namespace, accepted in (("docctl-checkpoint", True), ("git", False)):
        command = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", LEDGER_PRINCIPAL, "-n", namespace]
        run = subprocess.run([*command, "-s", f"{path}.sig"], input=path.read_bytes(), capture_output=True)
        assert (run.returncode == 0) is accepted, run.stderr
