"""The manual: its chapters as they are read in the program, and the sections that speak of something."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from docctl import tools
from docctl.domain.documents.reading_text import ReadingView, Section
from docctl.domain.search.passage import SectionStart, best_passage
from docctl.domain.search.query import words_of
from docctl.shipped import shipped

READERS = ("reading", "controlling", "auditing", "administering", "operating", "recovery", "format", "developing")
MOST_PASSAGES = 30
_LINK = re.compile(r'(<a href=")([^"#:]+)\.md(?:#([^"]*))?"')
_WELCOME = re.compile(r'<h2 id="[^"]*">.*?</h2>', re.DOTALL)


@dataclass(frozen=True)
class Chapter:
    """A chapter of the manual, by its address below the help: title, and text without that title."""

    name: str
    title: str
    view: ReadingView

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections below the title, for the list of contents."""
        return tuple(replace(each, level=each.level - 1) for each in self.view.sections if each.level > 1)


@dataclass(frozen=True)
class HelpPassage:
    """A section of the manual that speaks of what was asked, with a passage as safe HTML."""

    chapter: Chapter
    anchor: str
    title: str
    html: str


@cache
def chapters() -> dict[str, Chapter]:
    """Return every chapter of the manual by its name, those for readers first."""
    folder = shipped("docs")
    found = {path.relative_to(folder).with_suffix("").as_posix().lower(): path for path in folder.rglob("*.md")}
    names = sorted(found, key=lambda name: (READERS.index(name) if name in READERS else len(READERS), name))
    return {name: _chapter(name, found[name].read_text(encoding="utf-8")) for name in names}


def _chapter(name: str, markdown: str) -> Chapter:
    view = tools.reading_view.render(markdown)
    return Chapter(name, view.sections[0].title, replace(view, html=_WELCOME.sub("", view.html, count=1)))


def text_of(chapter: Chapter, address_of: Callable[[str, str], str]) -> str:
    """Return the text of a chapter, its links to others leading to what ``address_of`` says for name and anchor."""

    def lead(link: re.Match[str]) -> str:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(chapter.name), link[2].lower()))
        return f'{link[1]}{address_of(name, _anchor(name, link[3] or ""))}"'

    return _LINK.sub(lead, chapter.view.html)


def _anchor(name: str, heading: str) -> str:
    sections = chapters()[name].view.sections if name in chapters() else ()
    return next((each.anchor for each in sections if _as_linked(each) == heading), "") if heading else ""


def _as_linked(section: Section) -> str:
    words = f"{section.number} {section.title}".strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def find_help(question: str) -> list[HelpPassage]:
    """Return the sections in which each word asked for stands or begins one, first those with it in the title."""
    asked = [word for word, _, _ in words_of(question)]
    if not asked:
        return []
    found = []
    for place, chapter in enumerate(chapters().values()):
        for section in chapter.view.sections:
            text = f"{section.title}\n{section.text}"
            places = [_places(text, word) for word in asked]
            if all(places):
                in_title = sum(each[0] < len(section.title) for each in places)
                start = SectionStart(0, len(section.title) + 1, section.anchor, section.number, section.title)
                marked = best_passage(text, [start], dict(zip(asked, places, strict=True)), {})
                found.append((-in_title, place, HelpPassage(chapter, section.anchor, section.title, marked.html)))
    return [passage for *_, passage in sorted(found, key=lambda each: each[:2])][:MOST_PASSAGES]


def _places(text: str, asked: str) -> list[int]:
    return [start for word, start, _ in words_of(text) if word.startswith(asked)]
