"""A table to take away: its headings and rows, and the name of its file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

Cell = str | int | date | datetime | None


@dataclass(frozen=True)
class Table:
    """A register as it is taken away; headings are texts for the translators, cells are what is on record."""

    name: str
    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]

    def as_json(self) -> Iterator[dict[str, Any]]:
        """Give each row out as plain values under the names of its headings, in lower case."""
        names = [heading.removesuffix(" (UTC)").replace(",", "").lower().replace(" ", "_") for heading in self.headings]
        for row in self.rows:
            yield dict(zip(names, map(_plain, row), strict=True))


def yes_or_no(is_so: bool) -> str:
    """Return what a cell says of what is so or not."""
    return "yes" if is_so else "no"


def _plain(cell: Cell) -> str | int | None:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat()
    return cell.isoformat() if isinstance(cell, date) else cell
