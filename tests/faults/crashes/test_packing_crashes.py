"""A packing that is killed at any named place loses nothing, and the next one does what it left undone."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.followers import packing
from docctl.followers.catching_up import catch_up
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from docctl.registers.operations.packed import check_packing
from tests.checks.faults import crew
from tests.checks.faults.packings import everything, twice_there
from tests.factories.databases import copy_library
from tests.factories.kept_libraries import brought_to
from tests.factories.library import Clock, Founded, Office

POINTS = (
    "packing begun",
    "pack written",
    "pack checked",
    "pack half taken in",
    "pack half taken in:2",
    "pack taken in",
    "loose object removed",
    "loose object removed:30",
    "packing begun:2",
    "pack checked:2",
    "pack half taken in:3",
    "pack taken in:2",
    "pack replaced",
    "pack replaced:7",
)
UNREFERENCED = b"a text that somebody is about to save"


@pytest.fixture(scope="module")
def archive(founded_library: Founded, once: Path) -> tuple[Path, datetime]:
    """A library with a pack and as much again that is loose; no test changes it."""
    kept = brought_to(founded_library, once, _live)
    return kept.data, kept.instant


def _live(office: Office, _: Clock) -> None:
    for number in ("POL-001", "POL-002"):
        for step in (crew.create, crew.submit, crew.review, crew.approve):
            step(office, number, "")
        crew.recover(office.control.data).control.engine.dispose()
        if number == "POL-001":
            packing.pack(office.control, sweeping=False)
    office.control.library.write([tools.git_library.blob(UNREFERENCED)])


def pack_and_end(data: Path, instant: datetime, crash_at: str) -> None:
    """Pack the library in a process of its own that ends at a named place."""
    office = crew.office_at(data, instant)
    os.environ[CRASH_AT] = crash_at
    packing.pack(office.control, sweeping=True)


@pytest.mark.drawn(more=7)
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_packing_loses_nothing_and_is_gone_on_with(
    archive: tuple[Path, datetime], tmp_path: Path, point: str
) -> None:
    data = tmp_path / "data"
    copy_library(archive[0], data)
    before = everything(data)
    assert crew.run(pack_and_end, data, archive[1], point) == EXIT_CODE
    assert everything(data) == before
    office = crew.recover(data, archive[1])
    assert crew.faults(office.control) == []
    assert _state(office.control) == ("warning", "A packing was cut off; nothing is lost.")
    crew.create(office, "POL-003", "")
    packing.pack(office.control, sweeping=True)
    now = everything(data)
    assert {name: now[name] for name in before} == before
    assert twice_there(data) == []
    assert list(tools.git_library.loose_objects(data / "library.git")) == [tools.git_library.blob(UNREFERENCED).id]
    assert _state(office.control)[0] == "ok"
    catch_up(office.control)
    assert crew.faults(office.control) == []
    office.control.engine.dispose()


def _state(control: DocumentControl) -> tuple[str, str]:
    check = check_packing(control)
    return check.state, check.sentence.partition(". ")[0].removesuffix(".") + "."
