"""Libraries that are brought once to where many tests begin, and that each of those tests gets a copy of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.factories.databases import copy_library, drop_database
from tests.factories.library import Clock, Founded, Office, open_library, people_of
from tests.factories.once.made_once import made_once


@dataclass(frozen=True)
class Kept:
    """The data folder of a library that no test changes, and its time."""

    data: Path
    instant: datetime


def brought_to(founded: Founded, once: Path, live: Callable[[Office, Clock], object]) -> Kept:
    """Let a copy of a founded library live on once for all tests of a run, with all that it keeps in its own folder."""
    data, people, instant = founded

    def make(folder: Path) -> Kept:
        clock = Clock(instant)
        copy_library(data, folder / "data")
        control = open_library(folder / "data", clock)
        live(Office(control, dict(people)), clock)
        control.engine.dispose()
        control.library.let_go()
        return Kept(folder / "data", clock.instant)

    return made_once(once / f"{live.__module__}.{live.__qualname__}-{data.parent.name}", make)


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
