"""A process that ends while it writes a checkpoint leaves a sound library, and the next checkpoint names that one."""

import os
from pathlib import Path

import pytest

from docctl.actions.checkpointing import take_checkpoint, write_checkpoint
from docctl.domain.audit_trail import Act, Event
from docctl.domain.checkpoint import Checkpoint
from docctl.domain.crash_point import CRASH_AT, EXIT_CODE
from docctl.registers.integrity import verify
from docctl.registers.integrity_checkpoint import read_checkpoint
from tests.factories.library import Office
from tests.faults import crew

POINTS = ("checkpoint recorded", "checkpoint half written")


def write_and_end(data: Path, folder: Path, crash_at: str) -> None:
    """Write a checkpoint in a process that ends at a named place."""
    control = crew.office_at(data).control
    os.environ[CRASH_AT] = crash_at
    write_checkpoint(control, take_checkpoint(control), folder)


@pytest.mark.parametrize("point", POINTS)
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
