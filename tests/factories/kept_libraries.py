"""Libraries that are brought once to where many tests begin, and that each of those tests gets a copy of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.factories.databases import copy_library, drop_database
from tests.factories.library import Clock, Office, open_library, people_of


@dataclass(frozen=True)
class Kept:
    """The data folder of a library that no test changes, and its time."""

    data: Path
    instant: datetime


@contextmanager
def brought_to(
    founded: Path, instant: datetime, folder: Path, live: Callable[[Office, Clock], object]
) -> Iterator[Kept]:
    """Let a copy of a founded library live on in a folder, and keep it."""
    data, clock = folder / "data", Clock(instant)
    copy_library(founded, data)
    control = open_library(data, clock)
    live(Office(control, people_of(control)), clock)
    control.engine.dispose()
    control.library.let_go()
    yield Kept(data, clock.instant)
    drop_database(data)


@contextmanager
def copy_of(kept: Kept, data: Path, clock: Clock | None = None) -> Iterator[Office]:
    """Open a copy of a kept library in a data folder, at its time."""
    clock = clock or Clock()
    clock.instant = kept.instant
    copy_library(kept.data, data)
    control = open_library(data, clock)
    yield Office(control, people_of(control))
    control.engine.dispose()
    drop_database(data)
