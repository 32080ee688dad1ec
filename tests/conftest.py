"""A freshly founded library for each test, copied from one that is founded once."""

import os
import shutil
from collections.abc import Generator, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from docctl.document_control import DocumentControl
from tests.browser import browser
from tests.factories.library import Clock, Office, found_library, open_library, people_of

__all__ = ["browser"]


@pytest.fixture(scope="session")
def founded_library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int], datetime]:
    """The data folder of a founded library that no test changes, its people, and the time it was founded."""
    data = tmp_path_factory.mktemp("founded") / "data"
    clock = Clock()
    control = found_library(data, clock)
    people = people_of(control)
    control.engine.dispose()
    return data, people, clock.instant


@pytest.fixture
def clock(founded_library: tuple[Path, dict[str, int], datetime]) -> Clock:
    """The clock of the library."""
    return Clock(founded_library[2])


@pytest.fixture
def people(founded_library: tuple[Path, dict[str, int], datetime]) -> dict[str, int]:
    """Everybody's id by login: admin, carla, alice, rob, ann, eve, audra."""
    return dict(founded_library[1])


@pytest.fixture
def control(
    founded_library: tuple[Path, dict[str, int], datetime], tmp_path: Path, clock: Clock
) -> Iterator[DocumentControl]:
    """A library of this test's own."""
    data = tmp_path / "data"
    shutil.copytree(founded_library[0], data)
    opened = open_library(data, clock)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def office(control: DocumentControl, people: dict[str, int]) -> Office:
    """The library at work, to move documents through their lives."""
    return Office(control, people)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let nothing be skipped for a missing tool where everything is installed: under CI a skip is a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.name} was skipped, and under CI nothing may be: {report.longrepr}"
    return report
