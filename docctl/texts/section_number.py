"""Numbers of sections: those that a title carries, such as IX.A, Article 3 or 4.1, and which sections are counted."""

import re
from collections.abc import Sequence

_SPELT = re.compile(
    r"(?:[IVXLC]+(?:\.\w+)*[.)]?"
    r"|(?i:article|section|chapter|part|clause|step|artikel|abschnitt|kapitel|teil|§) ?(?:\d+|[IVXLC]+\b)[\w.)]*:?)\s"
)


def are_numbered_in_words(titles: list[str]) -> bool:
    """Say whether most titles carry such a number, so that counting them again would show two."""
    return sum(bool(_SPELT.match(title)) for title in titles) * 2 > len(titles)


_TYPED = re.compile(r"(?:\d{1,3}|[A-Z](?=[.)]))(?:\.\d{1,3})*[.)]?\s")
_ANNEX = re.compile(r"(annex|appendix|anhang|anlage|annexe)\b", re.IGNORECASE)


def counted_levels(headings: Sequence[tuple[int, str]]) -> list[int]:
    """Return for headings, each with its depth and title, the level at which each is counted; nought where it is not.

    None is counted in a text in which any carries a number of its own, and an annex is not, with all below it.
    """
    chief = min((depth for depth, _ in headings), default=1)
    in_words = are_numbered_in_words([title for depth, title in headings if depth == chief])
    if not headings or in_words or any(_TYPED.match(title) for _, title in headings):
        return [0] * len(headings)
    counted, open_depths, annex = [], list[int](), 0
    for depth, title in headings:
        while open_depths and open_depths[-1] >= depth:
            open_depths.pop()
        open_depths.append(depth)
        level = len(open_depths)
        annex = 0 if annex >= level else annex
        annex = level if not annex and _ANNEX.match(title) else annex
        counted.append(0 if annex else level)
    return counted
