"""Reading back: where the words of a Word file or PDF as issued are not those of the page that is signed."""

import hashlib
import re
import unicodedata
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

_SPELT_OUT = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
"""What print shows in place of a letter that no font has."""


class ReadFrom(StrEnum):
    """The file whose bytes were read back."""

    WORD = "Word file"
    PDF = "PDF"


class Fault(StrEnum):
    """What is the matter with words that were read back."""

    OTHER_WORDS = "other words"
    NO_SHAPE = "signs without a shape"
    UNSEEN = "text that nobody sees"
    STRUCK = "words struck out"
    RUNNING = "other words in a header or footer"


@dataclass(frozen=True)
class Difference:
    """One place where a file as issued does not say what the page says; ``place`` is the heading above it."""

    file: ReadFrom
    fault: Fault
    place: str
    page: str
    shown: str

    def __str__(self) -> str:
        where = f" under “{self.place}”" if self.place else ""
        if self.fault == Fault.NO_SHAPE and self.page:
            return f"The {self.file} prints a box for a sign at “{self.page}”{where}, because no font here has it."
        if self.fault == Fault.NO_SHAPE:
            return f"The {self.file} has no shape for “{self.shown}”{where}."
        if self.fault == Fault.UNSEEN:
            return f"The {self.file} holds text that nobody sees{where}: “{self.shown}”."
        if self.fault == Fault.STRUCK:
            return f"The {self.file} strikes out “{self.shown}”{where}, the page does not."
        if self.fault == Fault.RUNNING:
            told = f"the Word file says “{self.page}”" if self.page else "the Word file has nothing like it"
            return f"A header or footer of the {self.file} says “{self.shown}”; {told}."
        if without_font := set(_SPELT_OUT.findall(self.shown)) - set(_SPELT_OUT.findall(self.page)):
            return (
                f"The page says “{self.page}”, the {self.file} “{self.shown}”{where}, because no font here has "
                f"{_named(without_font)}; install a font on the server that has them."
            )
        page = f"the page says “{self.page}”" if self.page else "the page says nothing"
        shown = f"the {self.file} “{self.shown}”" if self.shown else f"the {self.file} nothing"
        return f"{page[0].upper()}{page[1:]}, {shown}{where}."

    @property
    def key(self) -> str:
        """The same for the same difference whenever it is found again, so that letting it stand holds for it alone."""
        return hashlib.sha256(
            "\x00".join((self.file, self.fault, self.place, self.page, self.shown)).encode()
        ).hexdigest()

    def as_row(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Return what plain values say."""
        return cls(ReadFrom(row["file"]), Fault(row["fault"]), row["place"], row["page"], row["shown"])


def _named(codes: set[str]) -> str:
    """Name letters by their scripts, and signs that belong to none as they are, with their numbers."""
    signs = {code: chr(int(code, 16)) for code in codes}
    letters = {code: sign for code, sign in signs.items() if unicodedata.category(sign)[0] in "LM"}
    scripts = sorted({unicodedata.name(sign, "").partition(" ")[0].capitalize() for sign in letters.values()} - {""})
    rest = sorted(
        f"{sign} (U+{code})" if sign.isprintable() else f"U+{code}"
        for code, sign in signs.items()
        if code not in letters
    )
    said = [f"letters of {' and '.join(scripts)}"] if scripts else []
    return " and ".join([*said, *([f"the signs {', '.join(rest)}"] if rest else [])])
