"""Words that a Markdown file shows, counted without the conversion, to hold its result against."""

import html
import re

from docctl.word_format.facts import words_shown

_UNCOUNTED = (
    re.compile(r"^[ \t>]*(?:`{3,}|~{3,}|:{3,}|!!!|\?\?\?|\{\||\|[-+}]).*$", re.MULTILINE),
    re.compile(r"^[ \t>]*\[(?!\^)[^\]\n]+\]:.*(?:\n[ \t]+[\"'(].*[\"')][ \t]*)?$", re.MULTILINE),
    re.compile(r"^[ \t>]*\[!\w+\]", re.MULTILINE),
    re.compile(r"\[\[?_?toc_?\]?\]", re.IGNORECASE),
    re.compile(r"(?:(?<=^)|(?<=\n))(?:[ \t>]*(?:[-+*]|\(?[\w#@-]{1,12}[.)])[ \t]+)+"),
    re.compile(r"(?<=\])(?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\]\n]*\])"),
    re.compile(r"\[\^[^\]\s]+\]:?|\(@[\w-]*\)|\{[#.][^{}\n]*\}"),
    re.compile(r"\b[\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*')"),
)
_UNSEEN = (("<!--", "-->"), *((f"<{name}", f"</{name}") for name in ("script", "style", "iframe", "object")))
"""What is no word that a page shows: comments, signs of lists, targets of links, kinds of blocks."""


def own_words(source: str) -> tuple[str, ...]:
    """Return the words that a Markdown file shows."""
    for opens, closes in _UNSEEN:
        source = without(source, opens, closes)
    for pattern in _UNCOUNTED:
        source = pattern.sub(" ", source)
    return words_shown(html.unescape(source))


def without(text: str, opens: str, closes: str, *, ends: str = "") -> str:
    """Return a text without what stands between two signs and, after the second, up to its end; in one pass over it."""
    folded, kept, place = text.lower(), [], 0
    while (start := folded.find(opens, place)) >= 0 and (end := folded.find(closes, start + len(opens))) >= 0:
        kept.append(text[place:start])
        place = end + len(closes)
        if ends:
            place = max(place, folded.find(ends, place) + len(ends))
    return " ".join((*kept, text[place:])) if len(folded) == len(text) else text
