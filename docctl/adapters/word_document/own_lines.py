"""Lines that docctl puts into an author's Word file, where that numbers every line that has no style of its own."""

from collections.abc import Iterable

from docx.document import Document
from lxml import etree

from docctl.adapters.word_document.xml import element, w

_BEFORE = tuple(map(w, ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")))
_ON = ("1", "true", "on")


def take_number_off(document: Document, lines: Iterable[etree._Element]) -> None:
    """Let lines of docctl's own have no number, so that they are not counted among the author's."""
    if not _numbers_every_line(document.styles.element):
        return
    for line in lines:
        properties = line.find(w("pPr"))
        if properties is None:
            properties = element("pPr")
            line.insert(0, properties)
        if properties.find(w("numPr")) is None:
            place = sum(child.tag in _BEFORE for child in properties)
            properties.insert(place, element("numPr", element("ilvl", val="0"), element("numId", val="0")))


def _numbers_every_line(styles: etree._Element) -> bool:
    usual = (style for style in styles.findall(w("style")) if style.get(w("default")) in _ON)
    numbers = (style.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}") for style in usual)
    return any(number is not None and number.get(w("val"), "0") != "0" for number in numbers)
