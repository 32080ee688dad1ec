"""Document numbers: which are allowed, which are the same, and which one comes next."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from docctl.domain.errors import InvalidNumberError
from docctl.texts.invisible_characters import (
    DASHES,
    INVISIBLE,
    LIKE_HYPHENS,
    NO_BREAK_SPACES,
    with_plain_hyphens,
    without_invisible,
)

LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*", re.ASCII)
_JOINT = rf"[-._{LIKE_HYPHENS}]"
_AT_START = re.compile(
    rf"\s*([A-Za-z]{{2,12}}(?:(?:{_JOINT}[A-Za-z]{{1,8}})*(?:{_JOINT}[0-9]{{1,6}}){{1,4}}"
    rf"|(?P<dash>[{DASHES}])[0-9]{{1,6}}(?:(?:(?P=dash)|{_JOINT})[0-9]{{1,6}}){{0,3}}))(?![A-Za-z0-9])"
)
_ANY_HYPHEN = rf"[-{LIKE_HYPHENS}{DASHES}]"
_JOINTS = r"\s\-–—:_|.,"
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?|.*\.(?:LOCK|GIT)", re.ASCII)
_UNSEEN = f"[{INVISIBLE}]*"
# It looks behind its first letter only where there is one, because most of a text is none.
_FIRST = rf"[A-Z](?<![A-Za-z0-9._/@{LIKE_HYPHENS}-][A-Z])"
_AFTER = rf"(?!{_UNSEEN}(?:[A-Za-z0-9_/@]|[-.{LIKE_HYPHENS}]{_UNSEEN}[A-Za-z0-9]))"
MENTION = re.compile(
    rf"{_FIRST}{_UNSEEN}(?:"
    rf"(?:[A-Z0-9]{_UNSEEN}){{0,11}}(?:{_JOINT}{_UNSEEN}(?:[A-Z0-9]{_UNSEEN}){{1,8}}){{1,4}}"
    # A dash or a space that keeps a line together stands for the hyphen between letters and digits: SOP–36, SOP 36.
    rf"|(?:[A-Z]{_UNSEEN}){{1,11}}(?:(?P<dash>[{DASHES}{NO_BREAK_SPACES}]){_UNSEEN}(?:[0-9]{_UNSEEN}){{1,8}})"
    rf"(?:(?:(?P=dash)|{_JOINT}){_UNSEEN}(?:[0-9]{_UNSEEN}){{1,8}}){{0,3}}"
    rf"){_AFTER}"
)
_SPACES = re.compile(f"[{NO_BREAK_SPACES}]")


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
        strange = next((unicodedata.name(sign, hex(ord(sign))) for sign in number if not sign.isascii()), "")
        if strange:
            raise InvalidNumberError(
                "“%(shown)s” cannot be a document number, because it holds %(sign)s: use letters A to Z, digits, and "
                "single hyphens or points between them, for example POL-007.",
                shown=shown,
                sign=strange,
            )
        raise InvalidNumberError(
            "“%(shown)s” cannot be a document number: use letters A to Z, digits, and single hyphens or "
            "points between them, with at least one digit and at most %(longest_number)s characters, for "
            "example POL-007.",
            shown=shown,
            longest_number=LONGEST_NUMBER,
        )
    return number


def mentioned_numbers(text: str) -> list[str]:
    """Return what looks like a document number in a text, each once, in order of first mention."""
    found = (number_meant(match[0]) for match in MENTION.finditer(text))
    return list(dict.fromkeys(number for number in found if any(c.isdigit() for c in number)))


def number_meant(mention: str) -> str:
    """Return a number as documents carry it, however a text writes its hyphens: SOP‑36, SOP–36 and SOP-36 are one."""
    return with_plain_hyphens(_SPACES.sub("-", mention))


def number_at_start(text: str) -> str:
    """Return the document number a file name or heading starts with, or an empty string."""
    found = _AT_START.match(without_invisible(text))
    return with_plain_hyphens(found[1]) if found else ""


def without_number(title: str, number: str) -> str:
    """Return a title without the document number before or behind it."""
    if not number:
        return title
    written = _UNSEEN.join(_ANY_HYPHEN if sign == "-" else re.escape(sign) for sign in number)
    left = re.sub(rf"^{written}(?![A-Za-z0-9]){_UNSEEN}[{_JOINTS}]*", "", title, flags=re.IGNORECASE) or title
    return re.sub(rf"[{_JOINTS}(\[]*(?<![A-Za-z0-9]){written}[)\]]?$", "", left, flags=re.IGNORECASE) or left


@dataclass(frozen=True)
class NumberScheme:
    """How the numbers of a document type are made: ``POL-###`` or ``SOP-##-##``; each # is a digit."""

    pattern: str

    def __post_init__(self) -> None:
        if "#" not in self.pattern:
            raise InvalidNumberError(
                "The number scheme “%(pattern)s” has no place for digits; write it like POL-###.", pattern=self.pattern
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
