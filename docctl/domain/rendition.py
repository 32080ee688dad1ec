"""What an issued file was made from and with, so that it can be made again and compared."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

TYPST, LIBREOFFICE = "Typst", "LibreOffice"
LAYOUT = "the layout of docctl"
FONTS = "the set of fonts"


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
