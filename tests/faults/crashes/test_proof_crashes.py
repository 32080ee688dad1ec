"""A process that ends while it writes a checkpoint or changes the key leaves a sound library that goes on by itself."""

import os
from pathlib import Path

import pytest

from docctl.actions.trail.checkpointing import take_checkpoint, write_checkpoint
from docctl.actions.trail.rotating_keys import rotate_key
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.checkpoint import Checkpoint
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from docctl.registers.integrity.verifying import verify
from docctl.registers.integrity.witnesses import read_checkpoint
from tests.checks.faults import crew
from tests.factories.library import Office

CHECKPOINTS = ("checkpoint recorded", "checkpoint half written")
ROTATION = ("next key written", "rotation recorded", "key half changed", "former key kept", "key changed")
POINTS = (*CHECKPOINTS, *ROTATION)


def write_and_end(data: Path, folder: Path, crash_at: str) -> None:
    """Write a checkpoint in a process that ends at a named place."""
    control = crew.office_at(data).control
    os.environ[CRASH_AT] = crash_at
    write_checkpoint(control, take_checkpoint(control), folder)


def rotate_and_end(data: Path, crash_at: str) -> None:
    """Change the key in a process that ends at a named place."""
    control = crew.office_at(data).control
    os.environ[CRASH_AT] = crash_at
    rotate_key(control, "Yearly change of the key")


@pytest.mark.parametrize("point", CHECKPOINTS)
def test_a_checkpoint_that_was_interrupted_is_written_anew(office: Office, tmp_path: Path, point: str) -> None:
    assert crew.run(write_and_end, office.control.data, tmp_path / "kept", point) == EXIT_CODE
    assert not list((tmp_path / "kept").glob("*.txt"))
    again = crew.recover(office.control.data).control
    with again.reading() as session:
        interrupted = session.query(Event).filter_by(act=Act.CHECKPOINT_WRITTEN).one()
    path = write_checkpoint(again, take_checkpoint(again), tmp_path / "kept")
    crew.recover(office.control.data)
    report = verify(again, witnesses=[read_checkpoint(path)])
    assert report.findings == ()
    assert Checkpoint.read(path.read_text()).seq == interrupted.seq + 1
    again.engine.dispose()


@pytest.mark.parametrize("point", [*ROTATION, "events chained", "ledger written", "committed"])
def test_key_and_trail_agree_wherever_a_rotation_was_interrupted(office: Office, point: str) -> None:
    running, before = office.control, office.control.signing_key.public_line
    assert crew.run(rotate_and_end, running.data, point) == EXIT_CODE
    office.write("POL-001")
    again = crew.recover(running.data)
    again.write("POL-002")
    assert crew.faults(crew.recover(running.data).control) == []
    happened = point in ("committed", *ROTATION[1:])
    assert (again.control.signing_key.public_line != before) is happened
    keys = running.data / "keys"
    assert not (keys / "ledger_key.next").exists()
    assert (keys / "ledger_key.001.pub").exists() is happened
    rotate_key(again.control, "Once more")
    assert crew.faults(crew.recover(running.data).control) == []
    again.control.engine.dispose()
