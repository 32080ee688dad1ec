"""The libraries that fault tests begin with: freshly founded, at work, or grown to many events."""

import itertools
import shutil
from datetime import datetime
from pathlib import Path

from docctl.followers import git_refs, library_snapshot, renditions, search_index
from docctl.followers.watermark import head_seq, set_watermark
from tests.checks.benchmarks import library_of
from tests.checks.benchmarks.search_at_size import entries
from tests.checks.faults import crew
from tests.factories.databases import copy_library, drop_database, new_database
from tests.factories.library import Clock, Office, found_library, open_library, people_of

STAGES: dict[str, tuple[str, ...]] = {
    "POL-001": (),
    "POL-002": (),
    "POL-003": ("submit",),
    "POL-004": ("submit", "review"),
    "POL-005": ("submit", "review", "approve"),
    "POL-006": ("submit", "review", "approve"),
}
READY_FOR = {
    "create": "POL-100",
    "save": "POL-001",
    "submit": "POL-002",
    "review": "POL-003",
    "approve": "POL-004",
    "revise": "POL-005",
    "withdraw": "POL-006",
    "adopt": "POL-100",
}
WORDS_EACH = 60


def put_to_work(data: Path, instant: datetime | None = None) -> datetime:
    """Bring a founded library to where it has a document in each stage of life; return its time."""
    control = open_library(data, Clock(instant) if instant else Clock())
    office = Office(control, people_of(control))
    for number, steps in STAGES.items():
        for step in ("create", *steps):
            crew.ACTIONS[step](office, number, "")
    crew.recover(data).control.engine.dispose()
    control.engine.dispose()
    return control.now()


def grow(data: Path, events: int) -> None:
    """Let a founded library grow to so many events: short documents, each superseded once."""
    control = open_library(data, Clock())
    people = people_of(control)
    batches = library_of.batches(entries(events, WORDS_EACH))
    while _newest(control) < events:
        library_of.adopt(control, people["carla"], next(batches))
    set_watermark(control, renditions.NAME, _newest(control))
    while sum(follow(control) for follow in (git_refs.follow, search_index.follow, library_snapshot.follow)):
        continue
    control.engine.dispose()


def _newest(control: crew.DocumentControl) -> int:
    with control.reading() as session:
        return head_seq(session)


class Scenes:
    """Where the libraries of a run are kept: each is made once for its database, and copied for every use."""

    def __init__(self, folder: Path, database: str, room: Path) -> None:
        self.folder, self.database = folder, database
        self._room, self._copies = room, itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True)

    def founded(self) -> Path:
        """A library freshly founded."""
        data = self.folder / "founded"
        if not data.exists():
            new_database(data, self.database, self._room)
            found_library(data).engine.dispose()
        return data

    def at_work(self) -> Path:
        """A library with a document in each stage of life."""
        data = self.folder / "at-work"
        if not data.exists():
            put_to_work(self._copied(self.founded(), data))
        return data

    def grown(self, events: int) -> Path:
        """A library with so many events."""
        data = self.folder / f"grown-{events}"
        if not data.exists():
            grow(self._copied(self.founded(), data), events)
        return data

    def copy(self, source: Path, under: Path | None = None) -> Path:
        """A copy to work in."""
        place = (under or self.folder) / f"copy-{next(self._copies)}"
        place.mkdir()
        return self._copied(source, place / "data")

    def discard(self, data: Path) -> None:
        """Throw a copy away."""
        drop_database(data)
        shutil.rmtree(data.parent)

    def _copied(self, source: Path, data: Path) -> Path:
        copy_library(source, data)
        return data
