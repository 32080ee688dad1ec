"""What an issued document states about itself on its pages."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

UNKNOWN_TIME = datetime(2000, 1, 1)
_WRITTEN_TIME = re.compile(r"(\d{1,2} \w+ \d{4}, \d\d:\d\d:\d\d)(?:.*UTC([+-])(\d\d):(\d\d))?")


@dataclass(frozen=True)
class ApprovalLine:
    """One signature as printed: who, in which role, with which meaning, and when with its time zone."""

    printed_name: str
    role: str
    meaning: str
    signed_at: str


@dataclass(frozen=True)
class HistoryLine:
    """One revision as printed in the revision history."""

    revision: str
    effective_date: str
    summary: str
    approved_by: str


@dataclass(frozen=True)
class ClauseLine:
    """One clause of a standard that the document covers."""

    standard: str
    clause: str
    title: str


@dataclass(frozen=True)
class IssueSheet:
    """Everything the pages of one issued revision say besides its text; dates are already written out.

    ``heading_numbers`` is not stated of what was issued before page, Word file and PDF showed the same numbers.
    ``further`` are the plain fields that say something, by name.
    """

    organisation: str
    number: str
    title: str
    document_type: str
    revision: str
    status: str
    effective_date: str
    owner: str
    department: str
    classification: str
    language: str
    approvals: tuple[ApprovalLine, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    clauses: tuple[ClauseLine, ...] = ()
    chain_head: str = ""
    seq: int = 0
    issued_at: str = ""
    mark: str = ""
    link: str = ""
    link_picture: str = ""
    heading_numbers: tuple[str, ...] | None = None
    further: tuple[tuple[str, str], ...] = ()

    def as_row(self) -> dict[str, Any]:
        """Return what the pages state as plain values; the picture of the link is made anew from the link."""
        left_out = ("link_picture",) if self.further else ("link_picture", "further")
        return {name: value for name, value in asdict(self).items() if name not in left_out}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Return what plain values say that the pages state."""
        lines = {"approvals": ApprovalLine, "history": HistoryLine, "clauses": ClauseLine}
        numbers = row.get("heading_numbers")
        made = {name: tuple(line(**each) for each in row[name]) for name, line in lines.items()}
        further = tuple((name, line) for name, line in row.get("further", ()))
        return cls(**row | made | {"heading_numbers": None if numbers is None else tuple(numbers), "further": further})

    @property
    def issued_instant(self) -> datetime:
        """The instant at which the revision was issued, in UTC and without its zone; a fixed one where none is said."""
        found = _WRITTEN_TIME.search(self.issued_at)
        if found is None:
            return UNKNOWN_TIME
        try:
            local = datetime.strptime(found[1], "%d %B %Y, %H:%M:%S")
        except ValueError:
            return UNKNOWN_TIME
        offset = timedelta(hours=int(found[3] or 0), minutes=int(found[4] or 0))
        return local + offset if found[2] == "-" else local - offset
