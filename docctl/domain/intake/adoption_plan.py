"""What is to become of a claimed document, and became of it: adopted, continued, left as it is, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from docctl.domain.intake.claimed_past import ClaimedDocument, ClaimedRevision, revision_numbers

TO_ADOPT, ADOPTED, UNCHANGED, REFUSED = "to adopt", "adopted", "unchanged", "refused"


@dataclass(frozen=True)
class KnownRevision:
    """A revision of the library that was adopted: its number, and by what it is known again in its source."""

    number: int
    label: str
    file: str
    file_sha256: str


@dataclass(frozen=True)
class AdoptionPlan:
    """A claimed document beside what the library has of it already, and the reasons for which it cannot be adopted."""

    document: ClaimedDocument
    number: str = ""
    document_id: int | None = None
    known: tuple[KnownRevision, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def new(self) -> tuple[ClaimedRevision, ...]:
        """The revisions that the library does not have yet; none where the document cannot be adopted."""
        return () if self.reasons else self.document.revisions[len(self.known) :]

    @property
    def numbers(self) -> list[int]:
        """The revision numbers that the new revisions get."""
        after = max((each.number for each in self.known), default=0)
        return revision_numbers([each.label for each in self.new], after)


@dataclass(frozen=True)
class RevisionLine:
    """One revision as the table of a dry run or a report shows it."""

    number: int
    label: str
    effective: date | None
    written_by: tuple[str, ...]
    approved_by: str
    file: str
    place: str
    losses: tuple[str, ...] = ()
    recall: float | None = None


@dataclass(frozen=True)
class AdoptionVerdict:
    """What is to become of one document, or became of it; ``held_up`` is what keeps its files from being issued."""

    status: str
    number: str
    title: str
    revisions: tuple[RevisionLine, ...] = ()
    known: int = 0
    withdrawn: date | None = None
    reasons: tuple[str, ...] = ()
    file: str = ""
    seconds: float = field(default=0.0, compare=False)
    held_up: str = ""

    def in_one_line(self) -> str:
        """Return the verdict for the terminal."""
        name = f"{self.number or 'next number'}  {self.title or self.file}".rstrip()
        if self.status == REFUSED:
            told = f"refused    {self.number or self.file}: {' '.join(self.reasons)}"
        elif self.status == UNCHANGED:
            told = f"unchanged  {name}: adopted before, {_counted(self.known)}"
        else:
            end = f", withdrawn {self.withdrawn}" if self.withdrawn else ""
            before = f" after {self.known} adopted before" if self.known else ""
            told = f"{self.status:<10} {name}: {_counted(len(self.revisions))}{before}{end}"
            told += f" (held up: {self.held_up})" if self.held_up else ""
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in told)

    def as_row(self) -> dict[str, Any]:
        """Return the verdict as the report has it."""
        revisions = [
            vars(line)
            | {"effective": str(line.effective or ""), "written_by": list(line.written_by), "losses": list(line.losses)}
            for line in self.revisions
        ]
        return vars(self) | {
            "revisions": revisions,
            "withdrawn": str(self.withdrawn or ""),
            "reasons": list(self.reasons),
            "seconds": round(self.seconds, 3),
        }

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "AdoptionVerdict":
        """Return the verdict that a report has."""
        lines = tuple(
            RevisionLine(
                **{
                    **line,
                    "effective": _day(line["effective"]),
                    "written_by": tuple(line["written_by"]),
                    "losses": tuple(line["losses"]),
                }
            )
            for line in row["revisions"]
        )
        told = {"revisions": lines, "withdrawn": _day(row["withdrawn"]), "reasons": tuple(row["reasons"])}
        return cls(**{**row, **told})


def in_numbers(verdicts: Sequence[AdoptionVerdict]) -> str:
    """Count what became of documents, in one sentence."""
    counted = {status: sum(each.status == status for each in verdicts) for status in _SAID}
    told = [f"{count} {status}" for status, count in counted.items() if count or status == REFUSED]
    revisions = sum(len(each.revisions) for each in verdicts if each.status in (TO_ADOPT, ADOPTED))
    documents = "1 document" if len(verdicts) == 1 else f"{len(verdicts)} documents"
    return f"{documents}: {', '.join(told)}; {_counted(revisions)}."


_SAID = (TO_ADOPT, ADOPTED, UNCHANGED, REFUSED)


def _counted(revisions: int) -> str:
    return f"{revisions} revision" if revisions == 1 else f"{revisions} revisions"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
