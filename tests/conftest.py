"""A freshly founded library for each test, copied from one that is founded once."""

import gc
import os
import random
from collections.abc import Collection, Generator, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from docctl.adapters import password_hasher
from docctl.adapters.measurements import Measurements
from docctl.document_control import DocumentControl
from tests.browser import browser
from tests.checks.drawn_cases import Draw, draw, left_out
from tests.factories.databases import (
    DATABASES,
    POSTGRESQL,
    SQLITE,
    copy_library,
    drop_database,
    new_database,
    server_room,
)
from tests.factories.library import MEASURED, QUICK, Clock, Founded, Office, found_library, open_library, people_of
from tests.factories.memory import throw_away_in_memory
from tests.factories.mixed_copies import Ages, live_on
from tests.factories.once.compiled import compile_once
from tests.factories.once.converted_once import convert_once
from tests.factories.once.made_once import made_once
from tests.factories.once.packed import pack

__all__ = ["browser"]
ROOM = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose one database for every test, and which cases it tries of those that have very many."""
    parser.addoption("--database", choices=DATABASES, help="keep every library in this database")
    today = date.today().isoformat()
    parser.addoption("--drawn-by", default=today, metavar="DAY", help="try the cases that an earlier day drew")
    parser.addoption("--every-case", action="store_true", help="try every case of the tests that draw some each day")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks of the tests that care for the database, and let passwords be hashed at little cost."""
    settings.register_profile("busy machine", deadline=None)
    settings.load_profile("busy machine")
    throw_away_in_memory()
    compile_once()
    password_hasher.HASHER = QUICK
    config.addinivalue_line("markers", "both_databases: runs on SQLite or on PostgreSQL, as the day draws")
    config.addinivalue_line("markers", "only_sqlite: is about SQLite's own files")
    config.addinivalue_line("markers", "only_postgresql: is about what PostgreSQL alone can do")
    config.addinivalue_line("markers", "drawn(*kinds, more, alike): tries each kind, and more cases that the day draws")
    shared = getattr(config, "workerinput", {}).get("server_room")
    if shared is None:
        leaving = ExitStack()
        shared = leaving.enter_context(server_room())
        config.add_cleanup(leaving.close)
    config.stash[ROOM] = Path(shared)
    convert_once(config.stash[ROOM] / "conversions")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Let all processes of a run share one PostgreSQL server."""
    node.workerinput["server_room"] = str(node.config.stash[ROOM])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let a test have a case for the database that was chosen, or for both where it says so."""
    if "database" in metafunc.fixturenames:
        marks = {mark.name for mark in metafunc.definition.iter_markers()}
        chosen = metafunc.config.getoption("--database")
        both = "both_databases" in marks and "only_sqlite" not in marks
        kinds = (chosen,) if chosen else DATABASES if both else (SQLITE,)
        kinds = (POSTGRESQL,) if "only_postgresql" in marks else kinds
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about SQLite's own files where another database was chosen, and what the day did not draw."""
    for kind, other in ((SQLITE, "only_postgresql"), (POSTGRESQL, "only_sqlite")):
        if config.getoption("--database") == kind:
            _leave_out(config, items, [item for item in items if item.get_closest_marker(other)])
    if not config.getoption("--every-case"):
        _leave_out(config, items, left_out(items, config.getoption("--drawn-by")))


def _leave_out(config: pytest.Config, items: list[pytest.Item], left: Collection[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say by what the cases were drawn."""
    if not config.getoption("--every-case"):
        day = config.getoption("--drawn-by")
        terminalreporter.write_line(f"Cases drawn by --drawn-by={day}; make faults tries every case.")


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what lives as long as the process: all modules and tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def drawn(request: pytest.FixtureRequest) -> Draw:
    """What draws each kind of the cases within a test by the day, or takes them all."""
    if request.config.getoption("--every-case"):
        return lambda cases, _: list(cases)
    chance = random.Random(f"{request.config.getoption('--drawn-by')} {request.node.nodeid}")
    return lambda cases, kinds: draw(cases, kinds, 0, chance)


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database that libraries keep their tables in."""
    return str(request.param)


@pytest.fixture(scope="session")
def once(pytestconfig: pytest.Config) -> Path:
    """The folder of what is made once for all processes of this run, and goes with the run."""
    folder = pytestconfig.stash[ROOM] / "once"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def founded_library(database: str, once: Path, pytestconfig: pytest.Config) -> Founded:
    """The data folder of a founded library that no test changes, its people, and the time it was founded."""

    def found(folder: Path) -> Founded:
        new_database(folder / "data", database, pytestconfig.stash[ROOM])
        clock = Clock()
        control = found_library(folder / "data", clock)
        people = people_of(control)
        control.engine.dispose()
        control.library.let_go()
        pack(control.library.folder)
        return folder / "data", people, clock.instant

    return made_once(once / database, found)


@pytest.fixture
def clock(founded_library: Founded) -> Clock:
    """The clock of the library."""
    return Clock(founded_library[2])


@pytest.fixture
def people(founded_library: Founded) -> dict[str, int]:
    """Everybody's id by login: admin, carla, alice, rob, ann, eve, audra."""
    return dict(founded_library[1])


@pytest.fixture
def control(founded_library: Founded, tmp_path: Path, clock: Clock, once: Path) -> Iterator[DocumentControl]:
    """A library of this test's own."""
    data = tmp_path / "data"
    copy_library(founded_library[0], data)
    opened = open_library(data, clock)
    opened.measurements = Measurements(once / MEASURED, opened.secret_key)
    yield opened
    opened.engine.dispose()
    drop_database(data)


@pytest.fixture
def office(control: DocumentControl, people: dict[str, int]) -> Office:
    """The library at work, to move documents through their lives."""
    return Office(control, people)


@pytest.fixture(scope="session")
def ages(founded_library: Founded, database: str, once: Path) -> Ages:
    """A library as it was once and as it became, which no test changes."""
    data, people, instant = founded_library

    def live(folder: Path) -> Ages:
        copy_library(data, folder / "data")
        return live_on(Office(open_library(folder / "data", Clock(instant)), people), folder)

    return made_once(once / f"ages-{database}", live)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let nothing be skipped for a missing tool where everything is installed: under CI a skip is a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.name} was skipped, and under CI nothing may be: {report.longrepr}"
    return report
