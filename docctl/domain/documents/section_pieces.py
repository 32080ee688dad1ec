"""A page text cut at its headings, so that remarks can stand below the section they are about."""

from dataclasses import dataclass
from html.parser import HTMLParser

from docctl.domain.documents.reading_text import ReadingView, Section

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WITHOUT_END = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


@dataclass(frozen=True)
class SectionPiece:
    """The page text of one section; what stands before the first heading has no section."""

    section: Section | None
    html: str


def section_pieces(view: ReadingView, html: str = "") -> tuple[SectionPiece, ...]:
    """Cut a page text at the headings that stand on their own, never within a list, quotation or table."""
    html = html or view.html
    finder = _Headings(html)
    finder.feed(html)
    finder.close()
    by_anchor = {section.anchor: section for section in view.sections if section.title}
    cuts = [(place, by_anchor[anchor]) for place, anchor in finder.found if anchor in by_anchor]
    ends = [place for place, _ in cuts[1:]] + [len(html)]
    pieces = [SectionPiece(None, html[: cuts[0][0]] if cuts else html)]
    pieces += [SectionPiece(section, html[start:end]) for (start, section), end in zip(cuts, ends, strict=False)]
    return tuple(piece for piece in pieces if piece.html.strip())


class _Headings(HTMLParser):
    """Where the headings begin that are inside nothing else, with their anchors."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._open: list[str] = []
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a heading at the top level."""
        if tag in _HEADINGS and not self._open:
            line, column = self.getpos()
            self.found.append((self._lines[line - 1] + column, dict(attrs).get("id") or ""))
        if tag not in _WITHOUT_END:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass by an element that is closed at once."""

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and whatever was left open in it."""
        if tag in self._open:
            while self._open.pop() != tag:
                continue
