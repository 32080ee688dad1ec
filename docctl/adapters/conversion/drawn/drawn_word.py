"""A Word file in which stands as text what Word draws itself and other programs do not, or draw otherwise."""

import posixpath
import re
from collections.abc import Mapping

from lxml import etree

from docctl.adapters.conversion.drawn.drawn_fields import draw_fields
from docctl.adapters.conversion.numbers.typed_numbers import are_written_alike, numbers_through_boxes, type_numbers
from docctl.domain.errors import ConversionError
from docctl.texts.short_list import told_of
from docctl.word_format.markup import ROOT_LINKS, Element, links_part, main_part, related_parts, unzipped, zipped
from docctl.word_format.styles import heading_levels

_NAMED = 5
_BOX = b"txbxContent"
_COUNTED_APART = re.compile(rb"txbxContent|<w:(?:hdr|ftr)\b")
_DRAWN = re.compile(rb"(?i)AUTONUM|LISTNUM|SYMBOL|\bEQ\b")
_BESIDE = ("footnotes", "endnotes", "header", "footer")


def draw_word(word: bytes, *, with_headings: bool = True) -> bytes:
    """Write as text the fields that Word draws and the numbers that are printed otherwise than Word shows them.

    A file in which there is nothing of the kind comes back byte for byte.
    """
    parts = unzipped(word)
    main, numbering, styles = _main_and_lists(parts)
    levels = heading_levels(styles)
    are_alike, is_changed = are_written_alike(numbering), False
    for name in (main, *_parts_beside(main, parts)):
        are_alike_here = are_alike and (numbering is None or not _COUNTED_APART.search(parts[name]))
        if are_alike_here and not _DRAWN.search(parts[name]):
            continue
        root = _parsed(parts[name])
        drawn = bool(draw_fields(root, numbering, styles, levels))
        if not are_alike_here:
            drawn |= bool(type_numbers(root, numbering, styles, levels, with_headings=with_headings))
        if drawn:
            parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            is_changed = True
    return zipped(parts) if is_changed else word


def numbers_worked_out(word: bytes) -> list[str]:
    """Name the numbers of lists that go on through text boxes, of which nobody can tell how Word counts them."""
    parts = unzipped(word)
    main, numbering, styles = _main_and_lists(parts)
    if numbering is None or _BOX not in parts[main]:
        return []
    found = list(numbers_through_boxes(_parsed(parts[main]), numbering, styles))
    said = "The numbers of a list that goes on through text boxes were counted in the order of the file; compare them"
    return [f"{said} with Word: {told_of(found, _NAMED)}."] if found else []


def _main_and_lists(parts: Mapping[str, bytes]) -> tuple[str, Element | None, Element | None]:
    """Return the name of the part with the text, and the lists and styles of a file."""
    main = main_part({ROOT_LINKS: _parsed(parts[ROOT_LINKS])})
    names = (posixpath.join(posixpath.dirname(main), name) for name in ("numbering.xml", "styles.xml"))
    numbering, styles = (_parsed(parts[name]) if name in parts else None for name in names)
    return main, numbering, styles


def _parts_beside(main: str, parts: Mapping[str, bytes]) -> list[str]:
    """Return the notes, headers and footers, by the links to them, because their names may be any."""
    links = {name: _parsed(parts[name]) for name in (ROOT_LINKS, links_part(main)) if name in parts}
    return [name for name in related_parts(links, *_BESIDE) if name in parts]


def _parsed(part: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as fault:
        raise ConversionError(
            "The Word file was not converted, because a part of it is damaged; open it in Word and save it again."
        ) from fault
