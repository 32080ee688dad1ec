"""What an issued file was made from and with, so that it can be made again and compared."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

TYPST, LIBREOFFICE = "Typst", "LibreOffice"
LAYOUT = "the layout of docctl"
FONTS = "the set of fonts"
READER = "the reader of issued files"


@dataclass(frozen=True)
class MadeWith:
    """The Word template and the programs with their versions; the pages are Typst's or LibreOffice's."""

    template: str
    template_sha256: str
    pages: str
    programs: dict[str, str] = field(default_factory=dict)

    def as_row(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Return what plain values say."""
        return cls(**row)

    def differences(self, now: "MadeWith") -> list[str]:
        """Name the programs that are not the ones they were."""
        pairs = ((name, version, now.programs.get(name, "")) for name, version in self.programs.items())
        return [f"{name} was {before}, and is {after or 'missing'}" for name, before, after in pairs if before != after]


def issue_tag(number: str, revision: int, edition: int = 1) -> str:
    """Return the reference to what was issued of a revision: first, or again in another template."""
    return f"refs/tags/{number}/{revision}" + (f".{edition}" if edition > 1 else "")


def issue_tags(number: str, revision: int, newest: str, earlier: list[dict[str, Any]]) -> dict[str, str]:
    """Return the references to every issue of a revision, each with its commit."""
    commits = [each["commit"] for each in earlier] + ([newest] if newest else [])
    return {issue_tag(number, revision, edition): commit for edition, commit in enumerate(commits, start=1)}


class Verdict(StrEnum):
    """What comes of making an issued file again."""

    SAME = "the same"
    OTHER_TOOLS = "made with other tools"
    NOT_COMPARED = "not compared"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Rebuilt:
    """An issued file that was made again, and how it compares with what was issued."""

    file: str
    verdict: Verdict
    sentence: str = ""
