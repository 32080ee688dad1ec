"""The numbers that a Word template draws before the headings of a text."""

from functools import lru_cache
from zipfile import BadZipFile

from lxml import etree

from docctl.adapters.conversion.numbers.list_counting import Lists
from docctl.domain.errors import TemplateError
from docctl.word_format.markup import WORD, Element, unzipped


@lru_cache(maxsize=128)
def heading_numbers(template: bytes, levels: tuple[int, ...]) -> tuple[str, ...]:
    """Return what the template draws before headings of these levels, one after the other; nothing before level 0.

    Raises TemplateError for what is no Word file.
    """
    try:
        parts = unzipped(template)
        styles, numbering = (_read(parts.get(f"word/{name}.xml")) for name in ("styles", "numbering"))
    except (BadZipFile, etree.XMLSyntaxError) as error:
        raise TemplateError("The Word template is damaged, so it numbers no heading; save it again.") from error
    lists, names = Lists(numbering, styles), _styles_of_headings(styles)
    return tuple(_drawn(lists, names.get(f"heading {level}", "")) for level in levels)


def _drawn(lists: Lists, style: str) -> str:
    paragraph = etree.Element(f"{WORD}p")
    etree.SubElement(etree.SubElement(paragraph, f"{WORD}pPr"), f"{WORD}pStyle").set(f"{WORD}val", style)
    place = lists.place_of(paragraph) if style else None
    return lists.count(*place).text.strip() if place is not None else ""


def _styles_of_headings(styles: Element | None) -> dict[str, str]:
    found = {}
    for style in styles.iter(f"{WORD}style") if styles is not None else ():
        name = style.find(f"{WORD}name")
        if name is not None:
            found[str(name.get(f"{WORD}val", "")).casefold()] = str(style.get(f"{WORD}styleId", ""))
    return found


def _read(part: bytes | None) -> Element | None:
    if part is None:
        return None
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
