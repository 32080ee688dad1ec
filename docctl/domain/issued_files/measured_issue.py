"""What came of making the files of a revision as they would be issued, and reading them back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from docctl.domain.errors import DifferencesLeftError
from docctl.domain.issued_files.read_back import Difference
from docctl.domain.trail.events.issued_files import IssueFailed
from docctl.texts.short_list import shown_of


@dataclass(frozen=True)
class MeasuredIssue:
    """The differences between page and files of a revision, or why the files cannot be made; with which programs."""

    differences: tuple[Difference, ...] = ()
    failure: str = ""
    programs: dict[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether the files can be made and say what the page says."""
        return not self.failure and not self.differences

    def without(self, standing: frozenset[str]) -> Self:
        """Return what is left beside the differences that were let stand."""
        return replace(self, differences=tuple(found for found in self.differences if found.key not in standing))

    def require_sound(self, name: str, remedy: str) -> None:
        """Raise DifferencesLeftError where the files cannot be made, or say something else than the page."""
        if not self.is_sound:
            raise DifferencesLeftError(
                "%(trouble)s %(remedy)s", self.differences, trouble=self.in_words(name), remedy=remedy
            )

    def in_words(self, name: str) -> str:
        """Say in a sentence why a revision cannot be issued as it is; nothing where it can."""
        if self.failure:
            return f"The Word file and the PDF of {name} cannot be made: {self.failure}"
        if not self.differences:
            return ""
        shown = shown_of(self.differences, 1)
        more = len(self.differences) - len(shown)
        counted = f" There are {more} more." if more else ""
        return f"The files of {name} do not say what its page says. {' '.join(map(str, shown))}{counted}"

    def as_text(self) -> str:
        """Return it as a row keeps it: nothing where all is sound."""
        return "" if self.is_sound else json.dumps(self.as_row(), sort_keys=True, ensure_ascii=False)

    def as_row(self) -> dict[str, Any]:
        """Return it as plain values."""
        rows = [found.as_row() for found in self.differences]
        return {"differences": rows, "failure": self.failure, "programs": self.programs}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return what plain values say."""
        return cls(tuple(map(Difference.from_row, row["differences"])), row["failure"], row["programs"])

    @classmethod
    def of_event(cls, details: IssueFailed) -> Self:
        """Return what the event says that recorded it."""
        return cls(tuple(map(Difference.from_row, details.differences)), details.failure, details.programs or {})

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return what a row keeps."""
        return cls.from_row(json.loads(text)) if text else cls()
