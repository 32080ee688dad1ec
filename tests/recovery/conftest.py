"""Libraries that were lived once, and that each test of recovery gets a copy of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from docctl.replay.acts import REBUILDS
from tests.checks.faults import crew
from tests.factories.databases import drop_database
from tests.factories.kept_libraries import Kept, brought_to, copy_of
from tests.factories.library import Clock, Founded, Office
from tests.factories.losses import EVERY_KIND, accept_all, lose, two_documents
from tests.factories.mixed_copies import Ages, put_together
from tests.recovery import whole_life


def _whole_life(office: Office, clock: Clock) -> None:
    acts = whole_life.live(office, clock)
    assert {str(act) for act in REBUILDS} <= acts, "an act that rebuilds rows never happened in this life"


@pytest.fixture(scope="session")
def life_lived(founded_library: Founded, once: Path) -> Kept:
    """A library in which everything happened."""
    return brought_to(founded_library, once, _whole_life)


@pytest.fixture
def lived(life_lived: Kept, clock: Clock, tmp_path: Path) -> Iterator[Office]:
    """A library of this test's own in which everything happened, caught up with."""
    with copy_of(life_lived, tmp_path / "lived", clock) as office:
        yield office


@pytest.fixture
def whole(ages: Ages, tmp_path: Path) -> Iterator[Office]:
    """A library as it became."""
    with copy_of(Kept(ages.newer, ages.instant), tmp_path / "whole") as office:
        yield office


@pytest.fixture
def older_database(ages: Ages, tmp_path: Path) -> Iterator[Office]:
    """The same library with a database older than its Git repository."""
    yield from _mixed(put_together(ages.older, ages.newer, tmp_path / "mixed"))


@pytest.fixture
def older_git(ages: Ages, tmp_path: Path) -> Iterator[Office]:
    """The same library with a Git repository older than its database."""
    yield from _mixed(put_together(ages.newer, ages.older, tmp_path / "mixed"))


def _mixed(data: Path) -> Iterator[Office]:
    office = crew.office_at(data)
    yield office
    office.control.engine.dispose()
    drop_database(data)


def _two_documents(office: Office, _: Clock) -> None:
    two_documents(office)


@pytest.fixture(scope="session")
def two_written(founded_library: Founded, once: Path) -> Kept:
    """A library with a document of two issued revisions, and another one."""
    return brought_to(founded_library, once, _two_documents)


@pytest.fixture
def written(two_written: Kept, clock: Clock, tmp_path: Path) -> Iterator[Office]:
    """A copy of it."""
    with copy_of(two_written, tmp_path / "written", clock) as office:
        yield office


@pytest.fixture(params=EVERY_KIND, ids=lambda which: which.__name__)
def lossy(request: pytest.FixtureRequest, written: Office) -> Office:
    """A library that lost an object, which two persons accepted."""
    lose(written, request.param)
    accept_all(written)
    return written
