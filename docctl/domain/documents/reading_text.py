"""The text of a revision as it is read: safe page text, sections, plain text, and links to the documents it names."""

import html as entities
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from docctl.domain.documents.document_number import number_meant

_OPENING_OF_HEADING = re.compile(r'<h[1-6]\b[^<>]*?\bid="([^"]*)"[^<>]*>')
_PIECE = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s[a-z:-]+="[^"]*")*)\s*/?>|[^<]+|<')


@dataclass(frozen=True)
class Section:
    """One heading with the text below it, up to the next heading; text before the first heading has no title.

    ``language`` is told where the text is in several languages.
    """

    anchor: str
    number: str
    title: str
    level: int
    text: str
    language: str = ""


@dataclass(frozen=True)
class ReadingView:
    """A text ready to be read: as a page, as sections, and as plain text in which everything readable occurs."""

    html: str
    sections: tuple[Section, ...]
    text: str


@dataclass(frozen=True)
class ReferenceLink:
    """Where a document number named in a text leads: an address, or none; a mark and words say what is the matter."""

    href: str
    mark: str = ""
    title: str = ""
    words: str = ""


def with_heading_numbers(view: ReadingView, numbers: Sequence[str]) -> ReadingView:
    """Return a text whose headings show these numbers, on the page and in the list of its sections."""
    titled = [section for section in view.sections if section.title]
    if len(titled) != len(numbers) or not any(numbers):
        return view
    sections = dict(zip(titled, numbers, strict=True))
    by_anchor = {entities.escape(section.anchor): number for section, number in sections.items()}

    def numbered(opening: re.Match[str]) -> str:
        number = by_anchor.get(opening[1])
        return f'{opening[0]}<span class="heading-number">{entities.escape(number)}</span> ' if number else opening[0]

    html = _OPENING_OF_HEADING.sub(numbered, view.html)
    counted = (replace(each, number=each.number or sections.get(each, "")) for each in view.sections)
    return replace(view, html=html, sections=tuple(counted))


def with_pictures_at(html: str, address: str) -> str:
    """Let the pictures of a page text be fetched from below an address instead of ``assets/``."""
    base = entities.escape(address.rstrip("/"), quote=True)
    return html.replace('<img src="assets/', f'<img src="{base}/')


def mark_references(html: str, pattern: re.Pattern[str], link_for: Callable[[str], ReferenceLink | None]) -> str:
    """Turn each match of the pattern in the text, outside links and code, into a link to the document it names.

    ``link_for`` gets the match and says where it leads; where it returns None the text stays as it is.
    """
    out: list[str] = []
    closed_to_links = 0
    for piece in _PIECE.finditer(html):
        tag = piece[2]
        if tag in ("a", "code", "pre"):
            closed_to_links += -1 if piece[1] else 1
        if tag is None and not closed_to_links:
            text = piece[0].replace("&nbsp;", "\u00a0")
            out.append(pattern.sub(lambda match: _reference(match[0], link_for(match[0])), text))
        else:
            out.append(piece[0])
    return "".join(out)


def _reference(written: str, link: ReferenceLink | None) -> str:
    if link is None:
        return written
    number = number_meant(written)
    title = f' title="{entities.escape(link.title)}"' if link.title else ""
    mark = f' class="{entities.escape(link.mark)}"' if link.mark else ""
    words = f' <span class="reference-words">({entities.escape(link.words)})</span>' if link.words else ""
    if not link.href:
        return f'<span data-reference="{entities.escape(number)}"{mark}{title}>{written}</span>{words}'
    address = entities.escape(link.href)
    return f'<a data-reference="{entities.escape(number)}" href="{address}"{mark}{title}>{written}</a>{words}'
