"""Numbers that a section's title carries in words or Roman numerals: IX, IX.A, Article 3, § 4."""

import re

_SPELT = re.compile(
    r"(?:[IVXLC]+(?:\.\w+)*[.)]?"
    r"|(?i:article|section|chapter|part|clause|step|artikel|abschnitt|kapitel|teil|§) ?(?:\d+|[IVXLC]+\b)[\w.)]*:?)\s"
)


def are_numbered_in_words(titles: list[str]) -> bool:
    """Say whether most titles carry such a number, so that counting them again would show two."""
    return sum(bool(_SPELT.match(title)) for title in titles) * 2 > len(titles)
