"""What somebody who listens to a text, or goes through it by keyboard, would miss in it (WCAG 2.2; EN 301 549)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser

from docctl.texts.short_list import told_of

TITLE_LEVEL = 1
_NAMED, _LONGEST = 4, 60
COLOURED_SIGNS = re.compile("[\U0001f534\U0001f535\U0001f7e0-\U0001f7eb\U0001f499-\U0001f49c\U0001f9e1\U0001f90e]")
"""Discs, squares and hearts, of which colour is all that they say; print shows none of it."""
_NAMED_AFTER_FILES = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".svg", ".bmp", ".tif")


class Barrier(StrEnum):
    """What stands in a reader's way."""

    PICTURE_WITHOUT_TEXT = "picture without alternative text"
    LEVEL_SKIPPED = "heading level skipped"
    TABLE_WITHOUT_HEADER = "table without a header row"
    COLOUR_ALONE = "sign that says something by its colour alone"


@dataclass(frozen=True)
class BarrierFound:
    """A barrier, the section it stands in, and the words or the file by which it is found there."""

    barrier: Barrier
    section: str
    shown: str


def coloured_signs_named(lines: Iterable[str]) -> list[str]:
    """Name the lines in which signs say something by their colour alone, in one sentence."""
    found = [f"“{line[:_LONGEST]}”" for line in lines if COLOURED_SIGNS.search(line)]
    said = "Print shows signs that differ in colour alone without their colour"
    return [f"{said}: {told_of(found, _NAMED)}."] if found else []


def barriers_in(page_text: str) -> tuple[BarrierFound, ...]:
    """Return the barriers in a text as it is read, in reading order."""
    reader = _BarrierReader()
    reader.feed(page_text)
    reader.close()
    return tuple(reader.found)


class _BarrierReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[BarrierFound] = []
        self._section = ""
        self._level = TITLE_LEVEL
        self._heading: list[str] | None = None
        self._tables: list[tuple[bool, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a picture, a heading or a table."""
        attributes = {name: value or "" for name, value in attrs}
        if tag == "img":
            alt = attributes.get("alt", "").strip()
            if not alt or alt.lower().endswith(_NAMED_AFTER_FILES):
                name = attributes.get("src", "").rpartition("/")[2]
                self._note(Barrier.PICTURE_WITHOUT_TEXT, name)
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._heading = []
        elif tag == "table":
            self._tables.append((False, []))
        elif tag == "th" and self._tables:
            self._tables[-1] = (True, self._tables[-1][1])

    def handle_endtag(self, tag: str) -> None:
        """End a heading or a table."""
        if self._heading is not None and len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._section = " ".join("".join(self._heading).split())
            self._heading = None
            if int(tag[1]) > self._level + 1:
                self._note(Barrier.LEVEL_SKIPPED, self._section)
            self._level = int(tag[1])
        elif tag == "table" and self._tables:
            has_header, words = self._tables.pop()
            if not has_header:
                self._note(Barrier.TABLE_WITHOUT_HEADER, " ".join(" ".join(words).split()))

    def handle_data(self, data: str) -> None:
        """Keep the words of headings, and the first of tables; note signs that colour alone tells apart, once each."""
        if COLOURED_SIGNS.search(data):
            found = BarrierFound(Barrier.COLOUR_ALONE, self._section, " ".join(data.split())[:80])
            self.found += [found] if found not in self.found else []
        if self._heading is not None:
            self._heading.append(data)
        if self._tables and data.strip() and len(self._tables[-1][1]) < 4:
            self._tables[-1][1].append(data)

    def _note(self, barrier: Barrier, shown: str) -> None:
        self.found.append(BarrierFound(barrier, self._section, shown[:80]))
