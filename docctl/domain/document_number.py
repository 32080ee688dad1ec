"""Document numbers: which are allowed, which are the same, and which one comes next."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from docctl.domain.errors import InvalidNumberError

LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*", re.ASCII)
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?|.*\.(?:LOCK|GIT)", re.ASCII)
MENTION = re.compile(
    r"(?<![A-Za-z0-9._/@-])[A-Z][A-Z0-9]{0,11}(?:[-._][A-Z0-9]{1,8}){1,4}(?![A-Za-z0-9_/@]|[-.][A-Za-z0-9])"
)


def canonical_number(number: str) -> str:
    """Return the form under which a number is unique: case makes no difference."""
    return checked_number(number).upper()


def checked_number(number: str) -> str:
    """Return the number if a document may carry it; raise InvalidNumberError otherwise."""
    well_formed = (
        len(number) <= LONGEST_NUMBER
        and _NUMBER.fullmatch(number) is not None
        and any(character.isdigit() for character in number)
        and _RESERVED.fullmatch(number.upper()) is None
    )
    if not well_formed:
        shown = number if len(number) <= LONGEST_NUMBER else number[:LONGEST_NUMBER] + "…"
        raise InvalidNumberError(
            f"“{shown}” cannot be a document number: use letters A to Z, digits, and single hyphens or points "
            f"between them, with at least one digit and at most {LONGEST_NUMBER} characters, for example POL-007."
        )
    return number


def mentioned_numbers(text: str) -> list[str]:
    """Return what looks like a document number in a text, each once, in order of first mention."""
    return list(dict.fromkeys(match for match in MENTION.findall(text) if any(c.isdigit() for c in match)))


def number_at_start(text: str) -> str:
    """Return the document number a file name or heading starts with, or an empty string."""
    found = re.match(r"\s*([A-Za-z]{2,12}(?:[-._][A-Za-z]{1,8})*(?:[-._]\d{1,6}){1,4})(?![A-Za-z0-9])", text, re.ASCII)
    return found.group(1) if found else ""


@dataclass(frozen=True)
class NumberScheme:
    """How the numbers of a document type are made: ``POL-###`` or ``SOP-##-##``; each # is a digit."""

    pattern: str

    def __post_init__(self) -> None:
        if "#" not in self.pattern:
            raise InvalidNumberError(
                f"The number scheme “{self.pattern}” has no place for digits; write it like POL-###."
            )
        checked_number(self.pattern.replace("#", "0"))

    @property
    def prefix(self) -> str:
        """The part before the first digit, without its separator."""
        return self.pattern.split("#", 1)[0].rstrip("-._").upper()

    def claims(self, number: str) -> bool:
        """Say whether the number belongs to this scheme by its prefix."""
        return re.fullmatch(re.escape(self.prefix) + r"[-._]?\d.*", number.upper(), re.ASCII) is not None

    def next_number(self, taken: Iterable[str], series: str = "") -> str:
        """Propose the number after the highest taken one, within a series such as ``SOP-02`` where one is named."""
        width = len(self.pattern) - len(self.pattern.rstrip("#"))
        stem = self.pattern[: len(self.pattern) - width]
        ours = [number.upper() for number in taken if self.claims(number)]
        if series:
            stem = series.rstrip("-._") + stem[-1:]
        elif "#" in stem:
            stem = self._latest_stem(stem, ours)
        counted = [re.fullmatch(re.escape(stem.upper()) + r"(\d+)", number, re.ASCII) for number in ours]
        highest = max((int(found.group(1)) for found in counted if found), default=0)
        return f"{stem}{highest + 1:0{width}d}"

    @staticmethod
    def _latest_stem(stem: str, numbers: list[str]) -> str:
        shape = "".join(r"\d" if character == "#" else re.escape(character.upper()) for character in stem)
        stems = [found.group(0) for found in (re.match(shape, number, re.ASCII) for number in numbers) if found]
        first = re.sub(r"#+", lambda run: "1".zfill(len(run.group(0))), stem)
        return max(stems, default=first)
