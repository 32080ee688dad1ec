"""An adoption that is killed at any named place goes on where it was: each document came in whole or not at all."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.actions.intake import adopting_past, sources_of_a_past
from docctl.actions.intake.recording_past import Terms
from docctl.domain.documents.document import Document
from docctl.domain.documents.lifecycle import State
from docctl.domain.intake.adoption_plan import ADOPTED, UNCHANGED
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from tests.checks.faults import crew
from tests.factories.databases import copy_library

DOCUMENTS = ("POL-001", "POL-002", "POL-003")
# What is adopted when the process ends there: each document is written to Git, and then decided.
POINTS = {
    "before objects": 0,
    "objects written": 0,
    "write lock taken": 0,
    "committed": 1,
    "objects unpacked:3": 1,
    "decision made:2": 1,
    "events chained:2": 1,
    "ledger written:2": 1,
    "committed:2": 2,
    "committed:3": 3,
}


def adopt(data: Path, folder: Path, instant: datetime, crash_at: str) -> None:
    """Adopt a folder, a document at a time, in a process of its own that ends at a named place."""
    office = crew.office_at(data, instant)
    adopting_past.DOCUMENTS_TOGETHER = 1
    os.environ[CRASH_AT] = crash_at
    source = sources_of_a_past.of_folder(office.control, folder)
    list(adopting_past.adopt_past(office.control, office.people["carla"], source, Terms("binder 12"), workers=1))


@pytest.mark.drawn(more=4)
@pytest.mark.parametrize("point", POINTS, ids=lambda each: each.replace(" ", "-"))
def test_what_was_interrupted_goes_on_and_nothing_is_adopted_twice(
    founded_library: tuple[Path, dict[str, int], datetime], tmp_path: Path, point: str
) -> None:
    data, folder, instant = tmp_path / "data", tmp_path / "past", founded_library[2]
    copy_library(founded_library[0], data)
    folder.mkdir()
    for number in DOCUMENTS:
        for label, day in (("1", "2019-01-01"), ("2", "2020-01-01")):
            (folder / f"{number} Aims v{label}_{day}.md").write_text(f"# Aims\n\nAims {label} of {number}.\n")
    assert crew.run(adopt, data, folder, instant, point) == EXIT_CODE, f"never passes “{point}”"
    office = crew.recover(data, instant)
    assert crew.faults(office.control) == []
    source = sources_of_a_past.of_folder(office.control, folder)
    for expected in ([UNCHANGED] * POINTS[point] + [ADOPTED] * (3 - POINTS[point]), [UNCHANGED] * 3):
        again = adopting_past.adopt_past(office.control, office.people["carla"], source, Terms("binder 12"))
        assert [verdict.status for verdict in again] == expected
    with office.control.reading() as session:
        found = session.scalars(select(Document).order_by(Document.number)).all()
        states = {document.number: [revision.state for revision in document.revisions] for document in found}
    assert states == {number: [State.SUPERSEDED, State.IN_FORCE] for number in DOCUMENTS}
    assert crew.faults(crew.recover(data, instant).control) == []
    office.control.engine.dispose()
