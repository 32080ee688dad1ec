"""Titles that a file shouts in capitals, written as a text of that file would write them."""

import re
from collections import Counter

FEWEST_WORDS = 3
_WORD = re.compile(r"[^\W\d_]+")
_WITHIN_SENTENCE = re.compile(r"(?<=[^\W\d_A-Z][ ,])[ ]?([^\W\d_]{2,})")
_VOWEL = re.compile(r"[aeiouyäöüàâáãåæéèêëíìîïóòôõøœúùûý]", re.IGNORECASE)
_ENOUGH_WORDS = 10
_CAPITALS_OF_NOUNS = 0.2


def in_ordinary_case(title: str, text: str) -> str:
    """Return a title of several words in capitals as its text writes these words; others stay as they are.

    What has no vowel, such as GDPR, stays in capitals, and so does what the text itself writes so.
    """
    if len(_WORD.findall(title)) < FEWEST_WORDS or not title.isupper():
        return title
    written = _as_written(text)
    within = [word for word in _WITHIN_SENTENCE.findall(text) if not word.isupper()]
    capitals = sum(word[0].isupper() for word in within)
    has_nouns = len(within) >= _ENOUGH_WORDS and capitals > _CAPITALS_OF_NOUNS * len(within)

    def calm(match: re.Match[str]) -> str:
        word = match[0]
        known = written.get(word.casefold())
        if known or not _VOWEL.search(word):
            return known or word
        return word.capitalize() if has_nouns else word.lower()

    calmed = _WORD.sub(calm, title)
    return calmed[:1].upper() + calmed[1:]


def _as_written(text: str) -> dict[str, str]:
    """Return how a text writes each of its words within sentences, lines in capitals left out."""
    lines = "\n".join(line for line in text.splitlines() if not line.isupper())
    counted: dict[str, Counter[str]] = {}
    for word in _WITHIN_SENTENCE.findall(lines):
        counted.setdefault(word.casefold(), Counter())[word] += 1
    return {folded: forms.most_common(1)[0][0] for folded, forms in counted.items()}
