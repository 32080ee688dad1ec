"""The short link that stands on every page of an issued copy, and tells whether that copy is still in force."""

import re
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 12
_HEX_DIGITS = CODE_LETTERS * 5 // 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_TYPED = re.compile(rf"([{ALPHABET}]{{{CODE_LETTERS}}})-([1-9]\d{{0,5}})")


@dataclass(frozen=True)
class CopyCode:
    """What a copy is known by: the beginning of its fingerprint, and the number of its revision."""

    fingerprint_start: str
    revision: int

    @property
    def after(self) -> str:
        """The first beginning of a fingerprint that is no longer of this code."""
        return f"{int(self.fingerprint_start, 16) + 1:0{_HEX_DIGITS}x}"


def code_of(fingerprint: str, revision: int) -> str:
    """Return the code of a copy: 60 bits of its fingerprint in letters nobody mistakes, and its revision."""
    start = int(fingerprint[:_HEX_DIGITS], 16)
    letters = [ALPHABET[start >> 5 * place & 31] for place in reversed(range(CODE_LETTERS))]
    return f"{''.join(letters)}-{revision}"


def read_code(typed: str) -> CopyCode | None:
    """Return what a code says as somebody typed it, in small letters or with O for 0; None where it is no code."""
    found = _TYPED.fullmatch(typed.strip().upper().translate(_READ_AS))
    if found is None:
        return None
    start = 0
    for letter in found[1]:
        start = start << 5 | ALPHABET.index(letter)
    return CopyCode(f"{start:0{_HEX_DIGITS}x}", int(found[2]))


def copy_link(site: str, fingerprint: str, revision: int) -> str:
    """Return the address of the page about a copy; nothing where the library has no address."""
    return f"{site.rstrip('/')}/c/{code_of(fingerprint, revision)}" if site and fingerprint else ""
