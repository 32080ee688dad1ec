"""Approval routes: who reviews in parallel, who then approves in which order, and how many of them are needed."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.errors import InvalidInputError
from docctl.domain.mapping import Record

REVIEW = "review"
APPROVE = "approve"
ALL = "all"
ANY = "any"
LONGEST_COUNT = 3
MEANINGS = {
    REVIEW: "I have reviewed this revision and found it fit for use.",
    APPROVE: "I approve this revision for use.",
}
"""What a signature means where a step does not say it in other words."""
_SAYS_APPROVED = re.compile(
    r"\bI (?:\w+ly |here(?:by|with) |have |also |do )*approved?\b|\band (?:\w+ly )?approved?\b|^approved\b"
    r"|\bgenehmig|\bfreigegeben\b",
    re.I,
)
_SAYS_REVIEWED = re.compile(r"\breview|\bchecked\b|\bgeprüft\b|\bprüfe\b", re.I)
_SPEAKS_OF_APPROVAL = re.compile(r"approv|authori[sz]|releas|genehmig|freig", re.I)


@dataclass(frozen=True)
class RouteStep:
    """One step: named people or holders of roles, of whom all, any, or a number (``"2"``) must sign."""

    kind: str
    meaning: str
    needed: str = ANY
    people: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in (REVIEW, APPROVE):
            raise InvalidInputError("A step of an approval route is either a review or an approval.")
        if self.needed not in (ALL, ANY) and not (
            self.needed.isascii()
            and self.needed.isdigit()
            and len(self.needed) <= LONGEST_COUNT
            and int(self.needed) > 0
        ):
            raise InvalidInputError("A step of an approval route needs all, any, or a number of its people.")
        if not self.people and not self.roles:
            raise InvalidInputError("A step of an approval route names at least one person or role.")
        if not self.meaning.strip():
            raise InvalidInputError("A step of an approval route says what a signature at it means.")

    def require_true(self) -> None:
        """Raise InvalidInputError where the meaning says of a review that it approves, or of an approval the reverse.

        Asked when a route is laid down; what was laid down before stays as it is.
        """
        if self.kind == REVIEW and _SAYS_APPROVED.search(self.meaning):
            raise InvalidInputError(
                "A review does not approve, but its signature would say “%(meaning)s”; word it as a review, or make "
                "the step an approval.",
                meaning=self.meaning,
            )
        reviews = _SAYS_REVIEWED.search(self.meaning) and not _SPEAKS_OF_APPROVAL.search(self.meaning)
        if self.kind == APPROVE and reviews:
            raise InvalidInputError(
                "An approval says that it approves, but its signature would say “%(meaning)s”; word it as an "
                "approval, or make the step a review.",
                meaning=self.meaning,
            )


@dataclass(frozen=True)
class AskedStep:
    """A step as it was when a revision was submitted: the people asked, and how many of them must sign."""

    kind: str
    meaning: str
    needed: int
    people: tuple[int, ...]
    roles: tuple[str, ...]
    rule: str
    named: tuple[int, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """Return the step as it is kept with the revision; those of earlier versions do not say whom it named."""
        row = asdict(self)
        return row if self.named else {name: row[name] for name in row if name != "named"}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "AskedStep":
        """Read a step back as it was kept."""
        people, roles, named = tuple(row["people"]), tuple(row["roles"]), tuple(row.get("named", ()))
        return cls(row["kind"], row["meaning"], row["needed"], people, roles, row["rule"], named)


class ApprovalRoute(Record):
    """A named sequence of steps; a change of it never touches a revision that is already under way."""

    __tablename__ = "approval_routes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    rows: Mapped[list[dict[str, Any]]] = mapped_column("steps", default=list)
    former_names: Mapped[list[str]] = mapped_column(default=list)
    retired_at: Mapped[datetime | None]

    @property
    def subject(self) -> str:
        """How the audit trail names the route at this moment."""
        return f"approval_route:{self.name}"

    def rename(self, name: str) -> None:
        """Give the route another name; the one it had is kept."""
        self.former_names, self.name = [*self.former_names, self.name], name

    @property
    def steps(self) -> tuple[RouteStep, ...]:
        """The steps in order: reviews first, then approvals."""
        steps = (
            RouteStep(row["kind"], row["meaning"], row["needed"], tuple(row["people"]), tuple(row["roles"]))
            for row in self.rows
        )
        return tuple(sorted(steps, key=lambda step: step.kind == APPROVE))

    @property
    def named(self) -> frozenset[int]:
        """The accounts that its steps name."""
        return frozenset(number for row in self.rows for number in row["people"])

    def lay_down(self, steps: Iterable[RouteStep]) -> None:
        """Set the steps; a route without an approval is refused."""
        steps = tuple(steps)
        if not any(step.kind == APPROVE for step in steps):
            raise InvalidInputError(
                "The route “%(name)s” needs at least one approval; add an approver.", name=self.name
            )
        self.rows = [asdict(step) for step in steps]
