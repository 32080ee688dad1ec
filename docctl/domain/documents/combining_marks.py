"""Accents and other marks on one letter: how many a text may set there, so that programs can read it in fair time."""

import re
import unicodedata
from itertools import chain

from docctl.domain.errors import ConversionError

MOST_ON_ONE_LETTER = 64
BEGINNING_SHOWN = 20
# Beyond these planes Unicode has no marks; of the second kind are the signs that choose a variant of a letter.
_PLACES_OF_MARKS = chain(range(0x300, 0x20000), range(0xE0000, 0xE1000))


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign) in ("Mn", "Me") or unicodedata.combining(sign) != 0


_TOO_MANY = re.compile(f"[{''.join(filter(_is_mark, map(chr, _PLACES_OF_MARKS)))}]{{{MOST_ON_ONE_LETTER + 1}}}")


def refuse_heaped_marks(text: str) -> None:
    """Raise ConversionError where one letter carries more marks than any script sets, with what stands before it.

    Readers of Markdown bring the marks of a letter into order, and their work grows with the square of these.
    """
    found = None if text.isascii() else _TOO_MANY.search(text)
    if found is None:
        return
    before = " ".join(text[max(0, found.start() - BEGINNING_SHOWN) : found.start()].split())
    raise ConversionError(
        "A letter of the text, at “%(before)s”, carries more than %(most_on_one_letter)s accents or other "
        "marks; take the marks out that are too many.",
        before=before,
        most_on_one_letter=MOST_ON_ONE_LETTER,
    )
