"""A Word file in which stands as text what Word draws itself and other programs do not, or draw otherwise."""

import posixpath
import re

from lxml import etree

from docctl.adapters.conversion.drawn.drawn_fields import draw_fields
from docctl.adapters.conversion.numbers.typed_numbers import are_written_alike, type_numbers
from docctl.domain.errors import ConversionError
from docctl.word_format.markup import ROOT_LINKS, Element, main_part, unzipped, zipped
from docctl.word_format.styles import heading_levels

_DRAWN = re.compile(rb"AUTONUM|LISTNUM|SYMBOL|\bEQ\b")
_TEXTS = re.compile(r"(?:document|footnotes|endnotes|header|footer)\d*\.xml")


def draw_word(word: bytes, *, with_headings: bool = True) -> bytes:
    """Write as text the fields that Word draws and the numbers that are printed otherwise than Word shows them.

    A file in which there is nothing of the kind comes back byte for byte.
    """
    parts = unzipped(word)
    main = main_part({ROOT_LINKS: _parsed(parts[ROOT_LINKS])})
    folder = posixpath.dirname(main)
    numbering, styles = (
        _parsed(parts[name]) if name in parts else None
        for name in (posixpath.join(folder, "numbering.xml"), posixpath.join(folder, "styles.xml"))
    )
    levels = heading_levels(styles)
    are_alike, is_changed = are_written_alike(numbering), False
    for name in [name for name in parts if name == main or (posixpath.dirname(name) == folder and _is_text(name))]:
        if are_alike and not _DRAWN.search(parts[name]):
            continue
        root = _parsed(parts[name])
        drawn = bool(draw_fields(root, numbering, styles, levels))
        if not are_alike:
            drawn |= bool(type_numbers(root, numbering, styles, levels, with_headings=with_headings))
        if drawn:
            parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            is_changed = True
    return zipped(parts) if is_changed else word


def _is_text(name: str) -> bool:
    return _TEXTS.fullmatch(posixpath.basename(name)) is not None


def _parsed(part: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as fault:
        raise ConversionError(
            "The Word file was not converted, because a part of it is damaged; open it in Word and save it again."
        ) from fault
