"""Columns that a Word file sets with tabs: a text runs them together, so each place is named."""

import re
from collections.abc import Iterator
from itertools import groupby

from docctl.word_format.markup import WORD, Element, visible_text
from docctl.word_format.styles import heading_level

SHOWN_LETTERS = 60
_NUMBER = re.compile(r"\s*(?:\(?\w{0,3}\d[\w.:-]{0,12}|\(?[A-Za-z]{1,5}[.)]|[^\w\s]{1,3})[.:)]*\s*")
LEAST_LINES = {1: 3, 2: 2}
"""How many lines in a row make columns, by the gaps in each; with one gap two lines are often label and entry."""


def tab_columns_named(root: Element, levels: dict[str, int]) -> Iterator[str]:
    """Yield a sentence for each run of lines whose words stand in columns by tabs."""
    heading = ""
    for gaps, lines in groupby(root.iter(f"{WORD}p"), key=lambda line: _key(line, levels)):
        together = list(lines)
        if gaps < 0:
            heading = " ".join(visible_text(together[-1]).split()) or heading
        elif gaps and len(together) >= LEAST_LINES.get(gaps, 2):
            words = " ".join(visible_text(together[0]).split())[:SHOWN_LETTERS]
            under = f" under “{heading}”" if heading else ""
            yield f"Columns set with tabs run together in the text{under}, first “{words}”; make a table of them."


def _key(line: Element, levels: dict[str, int]) -> int:
    """Return how many gaps a line has between its words; less than nothing for a heading."""
    if heading_level(line, levels) is not None:
        return -1
    pieces = [
        piece
        for piece in line.iter(f"{WORD}t", f"{WORD}tab", f"{WORD}ptab")
        if piece.getparent().tag == f"{WORD}r" and (piece.tag != f"{WORD}t" or (piece.text or "").strip())
    ]
    words = [place for place, piece in enumerate(pieces) if piece.tag == f"{WORD}t"]
    if not words:
        return 0
    first = next((place for place in words if pieces[place - 1].tag != f"{WORD}t"), 0) if words[0] == 0 else 0
    said = "".join(piece.text or "" for piece in pieces[:first] if piece.tag == f"{WORD}t")
    if first and (_is_taken_off_a_list(line) or _NUMBER.fullmatch(said)):
        words = [place for place in words if place >= first]  # a number that was typed is no column
    inner = pieces[words[0] : words[-1]]
    gaps = [piece.tag != f"{WORD}t" for piece in inner]
    return sum(1 for is_gap, _ in groupby(gaps) if is_gap)


def _is_taken_off_a_list(line: Element) -> bool:
    """Say whether a line is in no list although its style may be, as where its number is typed."""
    mark = line.find(f"{WORD}pPr/{WORD}numPr/{WORD}numId")
    return mark is not None and mark.get(f"{WORD}val") == "0"
