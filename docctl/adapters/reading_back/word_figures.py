"""What the charts and diagrams of a Word file say, in no order: a file draws it where the page tells it in words."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from docctl.adapters.reading_back.word_names import C, D, Element

_FIGURES = ("word/charts/chart", "word/diagrams/data")
_QUOTED, _OF_A_DAY = re.compile(r'"[^"]*"|\\.|\[[^][]*\]'), re.compile("[dy]", re.IGNORECASE)


def said_in_figures(parts: dict[str, Element]) -> Iterator[str]:
    """Give out the words, figures and days of every chart and diagram of a Word file."""
    for name, part in parts.items():
        if name.startswith(_FIGURES):
            yield from (each.text or "" for each in part.iter(f"{D}t", f"{C}v"))
            names = ["".join(each.itertext(f"{C}v", f"{D}t")) for each in part.iterfind(f".//{C}ser/{C}tx")]
            count = sum(1 for _ in part.iter(f"{C}ser"))  # a series without a name is told by its number
            yield from map(str, range(1, count + 1) if sum(map(bool, names)) < count else ())
            for cache in part.iter(f"{C}numCache"):
                if _OF_A_DAY.search(_QUOTED.sub("", cache.findtext(f"{C}formatCode", ""))):
                    yield from map(_day, cache.iter(f"{C}v"))


def _day(value: Element) -> str:
    """Return the day that a chart keeps as a number of days (ISO/IEC 29500-1, 18.17.4.1)."""
    try:
        return str(date(1899, 12, 30) + timedelta(days=int(float(value.text or ""))))
    except (ValueError, OverflowError):
        return ""
