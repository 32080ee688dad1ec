"""Characters that nobody sees, and signs that look alike: no part of a word, a number or a title."""

import re
import unicodedata

_BREAKS = "\u00ad\u200b\u2060-\u2064\ufeff"
_ORDERS = "\u202a-\u202e\u2066-\u206f"
_SHAPES = "\u034f\u061c\u180b-\u180f\u200c-\u200f\ufe00-\ufe0f\U000e0001-\U000e01ef"
INVISIBLE = _BREAKS + _ORDERS + _SHAPES + "\ufff9-\ufffb\u17b4\u17b5\u115f\u1160\u3164\uffa0"
"""Soft hyphens, zero width signs, marks of direction, joiners and selectors, as a class of a regular expression."""

LIKE_HYPHENS = "\u2010\u2011\ufe63\uff0d"
DASHES = "\u2012\u2013\u2212"
NO_BREAK_SPACES = "\u00a0\u2007\u202f"
_NEVER_MEANT = re.compile(f"[{_BREAKS}{_ORDERS}\ufff9-\ufffb]+")
_UNSEEN = re.compile(f"[{INVISIBLE}]+")
_HYPHENS = str.maketrans(dict.fromkeys(LIKE_HYPHENS + DASHES, "-"))


def without_invisible(text: str) -> str:
    """Return a text without the characters that nobody sees, as words of it are compared and looked for."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def without_disorder(text: str) -> str:
    """Return a line without the signs that only break it or turn its order; what joins letters stays."""
    return text if text.isascii() else _NEVER_MEANT.sub("", text)


def says_nothing(text: str) -> bool:
    """Whether nobody sees anything of a text."""
    return not without_invisible(text).strip()


def with_plain_hyphens(text: str) -> str:
    """Return a text with one hyphen for all that look like one, and nothing invisible, as numbers are read."""
    return text if text.isascii() else without_invisible(text).translate(_HYPHENS)


def on_one_line(text: str) -> str:
    """Return a title or an entry on one line: what only breaks or reorders lines is left out, what joins letters stays.

    Persian, Indic scripts and emoji are written with joiners; without them they would read as other words.
    """
    seen = (
        sign if sign.isprintable() or unicodedata.category(sign) == "Cf" else " " for sign in without_disorder(text)
    )
    return " ".join("".join(seen).split())
